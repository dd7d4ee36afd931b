// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Finding;

/** @param again whether the same finding was settled before, and is said anew */
record SettledFinding(Finding finding, boolean again) {}
