// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.PID;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that maps, discards, stores, registers and deregisters at random, observed as a recorder would: the time is
 * taken first and the page table read later, and observations are delivered in any order. Compared with one long per
 * page.
 */
class RandomWalkTest {
    private static final int PAGES = 1400;
    private static final long FIRST = 0x7f00_0001L;

    private final long[] mapped = new long[PAGES];
    /** Nothing was observed since the page came into doubt. */
    private final boolean[] doubtful = new boolean[PAGES];

    private final List<Runnable> undelivered = new ArrayList<>();
    private final List<Runnable> unread = new ArrayList<>();
    private final Map<Integer, Mr> regions = new TreeMap<>();
    private final StringBuilder wrong = new StringBuilder();
    private final Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, this::check);
    private Random random;
    private long now = 1000;
    private int nextRegion = 1;
    private long compared;

    private record Mr(int from, int to, long[] pinned) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void agreesWithANaiveModelAtEveryMark(long seed) {
        random = new Random(seed);
        for (int i = 0; i < PAGES; i++) {
            mapped[i] = frame(i);
        }
        for (int step = 0; step < 4000; step++) {
            now += 10;
            switch (random.nextInt(13)) {
                case 0 -> register();
                case 1 -> deregister();
                case 2, 3 -> change(TraceVisitor.NONE);
                case 4 -> change(TraceVisitor.NOT_PRESENT);
                case 5 -> comeBack();
                case 6 -> mark();
                case 7 -> doubt();
                default -> change(frame(random.nextInt(PAGES)));
            }
            if (random.nextInt(3) == 0) {
                readAll();
            }
        }
        mark();
        assertThat(wrong.toString()).isEmpty();
        assertThat(compared).isGreaterThan(10_000);
    }

    /** Frames of the file behind the mapping, so that pages can come back to them. */
    private static long frame(int page) {
        return page < PAGES / 2 ? 5000 + page : 90_000 + page * 7919L % 5003;
    }

    private void change(long pfn) {
        int from = random.nextInt(PAGES);
        int length = 1 + random.nextInt(Math.min(random.nextInt(6) == 0 ? 900 : 6, PAGES - from));
        for (int i = 0; i < length; i++) {
            mapped[from + i] = pfn < 0 ? pfn : pfn + i + 1_000_000;
        }
        observe(from, length);
    }

    private void comeBack() {
        int from = random.nextInt(PAGES);
        int length = 1 + random.nextInt(Math.min(200, PAGES - from));
        for (int i = 0; i < length; i++) {
            mapped[from + i] = frame(from + i);
        }
        observe(from, length);
    }

    /** Nobody may look at what was read before, and of the same time are only observations of the pages. */
    private void doubt() {
        int from = random.nextInt(PAGES);
        int length = 1 + random.nextInt(Math.min(random.nextInt(6) == 0 ? 900 : 6, PAGES - from));
        readAll();
        long time = ++now;
        undelivered.add(() -> analysis.doubt(time, PID, PID, ASID, FIRST + from, length));
        Arrays.fill(doubtful, from, from + length, true);
        if (random.nextBoolean()) {
            now--;
            observe(from + length / 2, length - length / 2);
        }
    }

    private void observe(int from, int length) {
        long time = ++now;
        Arrays.fill(doubtful, from, from + length, false);
        unread.add(() -> {
            for (int i = from; i < from + length; ) {
                int run = i + 1;
                long step = mapped[i] < 0 ? 0 : 1;
                while (run < from + length && mapped[run] == mapped[run - 1] + step) {
                    run++;
                }
                int start = i;
                int pages = run - i;
                long pfn = mapped[i];
                undelivered.add(
                        () -> analysis.map(time, PID, PID, ASID, 2, 0, FIRST + start, pages, pfn, (int) step, 1));
                i = run;
            }
        });
    }

    private void readAll() {
        unread.forEach(Runnable::run);
        unread.clear();
    }

    private void deliverAll() {
        readAll();
        Collections.shuffle(undelivered, random);
        undelivered.forEach(Runnable::run);
        undelivered.clear();
    }

    private void register() {
        int id = nextRegion++;
        int from = random.nextInt(PAGES);
        int to = from + 1 + random.nextInt(Math.min(random.nextInt(5) == 0 ? 1100 : 40, PAGES - from));
        long start = FIRST + from << 12;
        analysis.registerBegin(++now, PID, PID, id, ASID, 1, "rxe0", start, (long) (to - from) << 12, start, 7);
        analysis.umemBegin(++now, PID, PID, id, id, ASID, start, (long) (to - from) << 12, 7);
        long[] pinned = new long[to - from];
        for (int i = from; i < to; i += 512) {
            // A pin faults in what is not there.
            int end = Math.min(to, i + 512);
            for (int page = i; page < end; page++) {
                mapped[page] = mapped[page] < 0 ? frame(page) : mapped[page];
                pinned[page - from] = mapped[page];
            }
            pin(id, i, end, ++now);
        }
        analysis.umemEnd(++now, PID, PID, id, 0);
        analysis.registerEnd(++now, PID, PID, id, 0, id, id);
        regions.put(id, new Mr(from, to, pinned));
    }

    private void pin(int id, int from, int to, long time) {
        int pin = id * 100 + from / 512;
        analysis.pinBegin(time - 1, PID, PID, pin, id, ASID, 1, 1, FIRST + from, to - from, 13, 0);
        for (int page = from; page < to; page++) {
            long pfn = mapped[page];
            long at = FIRST + page;
            undelivered.add(() -> analysis.pinPages(time, PID, PID, pin, at, 1, pfn, 1, 1));
        }
        observe(from, to - from);
    }

    private void deregister() {
        if (regions.isEmpty()) {
            return;
        }
        List<Integer> ids = new ArrayList<>(regions.keySet());
        int id = ids.get(random.nextInt(ids.size()));
        deliverAll();
        regions.remove(id);
        analysis.umemRelease(++now, PID, PID, id);
        analysis.deregister(++now, PID, PID, id, 0);
    }

    private void mark() {
        deliverAll();
        analysis.mark(++now, PID, PID, "m");
    }

    private void check(int host, int pid, String mark, long time, AnalysisState state) {
        long[] pages = {0};
        state.forEachPage((p, lkey, va, pinnedPfn, mappedPfn, verdict, reason) -> {
            Mr mr = regions.get(lkey);
            int page = (int) ((va >> 12) - FIRST);
            long pinned = mr.pinned[page - mr.from];
            long expectedMapped = mapped[page] < 0 ? TraceVisitor.NONE : mapped[page];
            Verdict expected =
                    mapped[page] < 0 ? Verdict.DETACHED : mapped[page] == pinned ? Verdict.OK : Verdict.STALE;
            if (doubtful[page]) {
                expectedMapped = AnalysisState.UNKNOWN;
                expected = Verdict.UNKNOWN;
            }
            if (verdict != expected || pinnedPfn != pinned || mappedPfn != expectedMapped) {
                wrong.append("at ")
                        .append(time)
                        .append(" region ")
                        .append(lkey)
                        .append(" page ")
                        .append(page);
                wrong.append(": ").append(verdict).append(' ').append(mappedPfn);
                wrong.append(" not ")
                        .append(expected)
                        .append(' ')
                        .append(expectedMapped)
                        .append('\n');
            }
            pages[0]++;
        });
        long all = regions.values().stream().mapToLong(mr -> mr.to - mr.from).sum();
        if (pages[0] != all) {
            wrong.append(pages[0]).append(" pages, not ").append(all).append('\n');
        }
        compared += pages[0];
    }
}
