// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** How bad a finding is. Rules: docs/verdicts.md. */
public enum Severity {
    /** Wrong, without effect so far, and common before an orderly deregistration. */
    INFO,
    /** Wrong: the next use by the device, or the next store, goes astray. */
    WARNING,
    /** The device used wrong pages. */
    CRITICAL
}
