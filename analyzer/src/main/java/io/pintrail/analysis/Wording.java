// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.Finding.Use;

/** The explanation of a finding, said anew when it turns out later that uses of its time are not in the trace. */
interface Wording {
    String with(Use use, LostUses lost);
}
