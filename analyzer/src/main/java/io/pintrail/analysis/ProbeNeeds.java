// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.Set;

/** Which events that a recorder needs page states need too; the others tell of causes, cost and use. */
final class ProbeNeeds {
    /** Events whose absence leaves page states complete. */
    private static final Set<String> NOT_FOR_STATES = Set.of(
            "access",
            "call",
            "clock",
            "exec",
            "exit",
            "fork",
            "fork copy",
            "host",
            "mark",
            "mprotect",
            "protect",
            "thread",
            "thread name",
            "unpin");

    private ProbeNeeds() {}

    static boolean pageStates(String event) {
        return !NOT_FOR_STATES.contains(event);
    }
}
