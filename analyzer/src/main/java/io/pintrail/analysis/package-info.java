// SPDX-License-Identifier: Apache-2.0
/** What a trace means: provenance of pinned pages, verdicts, findings. */
package io.pintrail.analysis;
