// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import org.agrona.collections.Int2ObjectHashMap;

/** Command names of the threads that live now. */
final class Names {
    private final Int2ObjectHashMap<String> byThread = new Int2ObjectHashMap<>();

    void set(int tid, CharSequence comm) {
        String known = byThread.get(tid);
        if (known == null || !known.contentEquals(comm)) {
            byThread.put(tid, comm.toString());
        }
    }

    /** A new thread starts with the name of the one that made it. */
    void inherit(int tid, int parentPid, int parentTid) {
        String name = of(parentPid, parentTid);
        if (!name.isEmpty()) {
            byThread.put(tid, name);
        }
    }

    void forget(int tid) {
        byThread.remove(tid);
    }

    /** Name of the thread, else of its process, else empty. */
    String of(int pid, int tid) {
        String name = byThread.get(tid);
        if (name == null) {
            name = byThread.get(pid);
        }
        return name == null ? "" : name;
    }
}
