// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;

/** Pin calls of one recording, from entry to return. */
final class Pins {
    private final Recording recording;
    private final PageTables tables;
    private final Long2ObjectHashMap<PinCall> open = new Long2ObjectHashMap<>();
    private final ArrayDeque<PinCall> spare = new ArrayDeque<>();
    private final OtherPins others = new OtherPins();
    private long faultsInPins;
    private long pinnedPages;

    Pins(Recording recording, PageTables tables) {
        this.recording = recording;
        this.tables = tables;
    }

    void begin(long time, long pin, long umem, int caller, long page, int flags) {
        if (umem == 0) {
            others.begin(pin, caller, flags);
            return;
        }
        Umem block = recording.umems.get(umem);
        if (block == null) {
            return;
        }
        PinCall call = spare.isEmpty() ? new PinCall() : spare.pop();
        call.begin(time, block, page);
        block.pins.call(flags);
        open.put(pin, call);
    }

    void fault(long pin, long page, int flags, int result, long durationNs) {
        if (pin == 0) {
            return;
        }
        PinCall call = open.get(pin);
        if (call != null) {
            faultsInPins++;
            call.fault(page, flags, result, durationNs);
        }
    }

    void pages(long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int kind) {
        PinCall call = open.get(pin);
        if (call == null && pfn >= 0) {
            others.pages(pin, pages, recording.isZero(pfn, kind));
        }
        if (call == null || pfn < 0) {
            return;
        }
        Umem block = call.umem;
        long from = Math.max(page, block.firstPage);
        long to = Math.min(page + pages, block.endPage);
        if (from >= to) {
            return;
        }
        long firstPfn = step == 0 ? pfn : pfn + (from - page);
        // vfio gives back the last page of a batch that it could not map and pins it again.
        boolean again =
                to - from == 1 && block.pages != null && block.pages.frames().isPinned(from);
        if (!again) {
            call.pages(from, to - from, kind);
            block.pins.run(from, to - from, firstPfn, step, kind);
            pinnedPages += to - from;
        }
        if (block.pages != null) {
            tables.event(time, pid, tid, Causes.MAP_PIN, block.space);
            block.pages.pin(time, from, to, firstPfn, step, kind, recording.isZero(firstPfn, kind), tables);
            if (!block.pages.pinnedBefore()) {
                tables.seenByPin(block, from, to, firstPfn, step, kind);
            }
        }
    }

    void end(long time, long pin, long result) {
        PinCall call = open.remove(pin);
        if (call == null) {
            others.end(pin, result);
        } else {
            call.end(time);
            call.umem = null;
            spare.push(call);
        }
    }

    OtherPins others() {
        return others;
    }

    long faultsInPins() {
        return faultsInPins;
    }

    long pinnedPages() {
        return pinnedPages;
    }
}
