// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Marks come after everything that happened before them, whatever the order in the file. */
class TimeOrderTest {
    private static final long MS = 1_000_000;

    private final List<String> seen = new ArrayList<>();
    private final TimeOrder order = new TimeOrder(new TraceVisitor() {
        @Override
        public void mark(long time, int pid, int tid, CharSequence text) {
            seen.add(text.toString());
        }

        @Override
        public void spaceEnd(long time, int pid, int tid, int asid, long call) {
            seen.add("event " + time / MS);
        }

        @Override
        public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
            seen.add("lost " + time / MS + " since " + sinceNs / MS);
        }

        @Override
        public void gap(long firstMissing, long count) {
            seen.add("gap");
        }
    });

    private void event(long ms) {
        order.spaceEnd(ms * MS, 7, 8, 1, 0);
    }

    private void mark(long ms, String text) {
        order.mark(ms * MS, 7, 7, text);
    }

    @Test
    void aMarkWaitsForLateEventsOfItsTimeAndBefore() {
        event(1);
        mark(5, "mark");
        event(7);
        event(5);
        event(3);
        order.finish();
        assertThat(seen).containsExactly("event 1", "event 3", "event 5", "mark", "event 7");
    }

    @Test
    void withoutAMarkNothingIsHeldBack() {
        event(9);
        event(1);
        assertThat(seen).containsExactly("event 9", "event 1");
    }

    @Test
    void aMarkIsReleasedOnceTheTraceHasGoneOn() {
        mark(5, "first");
        event(1500);
        mark(1600, "second");
        event(2100);
        event(2200);
        assertThat(seen).containsExactly("first");
        event(4000);
        event(4001);
        assertThat(seen)
                .containsExactly(
                        "first", "event 1500", "second", "event 2100", "event 2200", "event 4000", "event 4001");
    }

    @Test
    void aLossIsToldBeforeTheMarksWithinIt() {
        mark(500, "within");
        order.lost(600 * MS, 0, 0, 0, 1, 200 * MS);
        mark(350, "before");
        order.finish();
        assertThat(seen).containsExactly("before", "lost 600 since 200", "within");
    }

    @Test
    void aGapIsToldBeforeTheMarksThatMayBeAffected() {
        mark(5, "mark");
        order.gap(1, 1);
        order.finish();
        assertThat(seen).containsExactly("gap", "mark");
    }

    @Test
    void marksOfOneTimeKeepTheirOrder() {
        mark(5, "a");
        mark(5, "b");
        mark(5, "c");
        order.finish();
        assertThat(seen).containsExactly("a", "b", "c");
    }
}
