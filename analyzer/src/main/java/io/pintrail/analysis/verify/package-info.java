// SPDX-License-Identifier: Apache-2.0
/** Comparison of what the analysis says with what the kernel and the device really did. */
package io.pintrail.analysis.verify;
