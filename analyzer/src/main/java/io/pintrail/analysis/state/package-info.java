// SPDX-License-Identifier: Apache-2.0
/** Page-level state in primitive arrays: runs and 512-page chunks, never an object per page. */
package io.pintrail.analysis.state;
