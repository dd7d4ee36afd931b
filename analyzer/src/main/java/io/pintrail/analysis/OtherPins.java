// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/** Pin calls of one recording outside of regions, by caller. */
final class OtherPins {
    private static final int LONG_TERM = 4;
    private static final int MOST_OPEN = 65_536;
    private static final long NONE = -1;

    private static final String[] CALLERS = {
        "unknown", "ib_umem", "ib_umem ODP", "io_uring", "vfio", "vmsplice", "direct I/O", "process_vm", "XDP", "other"
    };

    private static final class Use {
        long calls;
        long pages;
        long zeroPages;
        long failed;
    }

    /** By caller, short-term and then long-term. */
    private final Use[] uses = new Use[2 * CALLERS.length];

    /** Pin to index in uses. */
    private final Long2LongHashMap open = new Long2LongHashMap(NONE);

    /** Pin to its pages that have been told: the ftrace backend has only the result of calls like these. */
    private final Long2LongHashMap told = new Long2LongHashMap(0);

    private long calls;

    void begin(long pin, int caller, int flags) {
        int known = caller >= 0 && caller < CALLERS.length ? caller : 0;
        int index = 2 * known + ((flags & LONG_TERM) != 0 ? 1 : 0);
        if (uses[index] == null) {
            uses[index] = new Use();
        }
        uses[index].calls++;
        calls++;
        if (open.size() < MOST_OPEN) {
            open.put(pin, index);
        }
    }

    void pages(long pin, long pages, boolean zero) {
        long index = open.get(pin);
        if (index != NONE) {
            uses[(int) index].pages += pages;
            uses[(int) index].zeroPages += zero ? pages : 0;
            told.put(pin, told.get(pin) + pages);
        }
    }

    void end(long pin, long result) {
        long index = open.remove(pin);
        long pages = told.remove(pin);
        if (index != NONE && result < 0) {
            uses[(int) index].failed++;
        } else if (index != NONE && result > pages) {
            uses[(int) index].pages += result - pages;
        }
    }

    long calls() {
        return calls;
    }

    List<PinUse> uses(int host) {
        List<PinUse> list = new ArrayList<>();
        for (int i = 0; i < uses.length; i++) {
            Use use = uses[i];
            if (use != null) {
                Verdict verdict = i % 2 == 0 ? Verdict.SNAPSHOT : Verdict.UNKNOWN;
                list.add(new PinUse(host, CALLERS[i / 2], verdict, use.calls, use.pages, use.zeroPages, use.failed));
            }
        }
        return list;
    }
}
