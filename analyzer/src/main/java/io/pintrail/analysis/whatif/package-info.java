// SPDX-License-Identifier: Apache-2.0
/** What each pin policy, from 2012 to today, would have pinned, copied, refused and endangered (docs/whatif.md). */
package io.pintrail.analysis.whatif;
