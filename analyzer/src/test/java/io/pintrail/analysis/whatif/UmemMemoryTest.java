// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.PageKind;
import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of a page when the pin comes to it, where that is not what the first look at it said. */
class UmemMemoryTest {
    private static final int FIRST = 0x7000;
    private static final int WRITABLE = 1;
    private static final int EXCLUSIVE = 2;
    private static final int SOLE = 4;
    private static final int SMALL = 16;
    private static final long READ_WRITE = 0x73;

    private static final String KEPT = "OWN";
    private static final String COPIED = "OWN copied";

    /** Of four pages. */
    private final UmemMemory memory = new UmemMemory(FIRST, FIRST + 4, true);

    @Test
    void aPageThatOthersHaveLeftWhenThePinComesToItIsKept() {
        area(Area.ANONYMOUS);
        memory.before(entry(FIRST, 4, 100, PageKind.ANON, SMALL));
        memory.before(entry(FIRST + 1, 1, 101, PageKind.ANON, SMALL | SOLE));

        assertThat(predicted("6.1")).containsExactly(COPIED, KEPT, COPIED, COPIED);
    }

    @Test
    void aPageThatOthersHaveComeToIsCopied() {
        area(Area.ANONYMOUS);
        memory.before(entry(FIRST, 4, 100, PageKind.ANON, SMALL | SOLE));
        memory.before(entry(FIRST + 3, 1, 103, PageKind.ANON, SMALL));

        assertThat(predicted("6.1")).containsExactly(KEPT, KEPT, KEPT, COPIED);
    }

    @Test
    void whatThePinItselfHasPutThereSaysNothingOfBefore() {
        area(Area.ANONYMOUS);
        memory.before(entry(FIRST, 4, 100, PageKind.ANON, SMALL));
        memory.before(entry(FIRST, 1, 900, PageKind.ANON, SMALL | EXCLUSIVE));

        assertThat(predicted("6.1")).containsExactly(COPIED, COPIED, COPIED, COPIED);
    }

    @Test
    void aPageThatMigratedIsTheSamePage() {
        area(Area.SHMEM, READ_WRITE | 0x88);
        memory.before(entry(FIRST, 4, 100, PageKind.SHMEM, SMALL | WRITABLE));
        memory.migrated(entry(FIRST + 2, 1, TraceVisitor.NOT_PRESENT, PageKind.UNKNOWN, 0));
        memory.migrated(entry(FIRST + 2, 1, 700, PageKind.SHMEM, 0));
        memory.pinned(entry(FIRST, 2, 100, PageKind.SHMEM, 0));
        memory.pinned(entry(FIRST + 2, 1, 700, PageKind.SHMEM, 0));
        memory.pinned(entry(FIRST + 3, 1, 701, PageKind.SHMEM, 0));

        assertThat(pinned()).containsExactly("SHARED_FILE", "SHARED_FILE", "SHARED_FILE", "SHARED_FILE copied");
    }

    @Test
    void aPageOfAPrivateMappingThatMayBeWrittenIsNotTheFiles() {
        area(Area.FILE);
        memory.before(entry(FIRST, 2, 100, PageKind.FILE, SMALL | WRITABLE));
        memory.before(entry(FIRST + 2, 2, 102, PageKind.FILE, SMALL));

        assertThat(predicted("6.1")).containsExactly(KEPT, KEPT, COPIED, COPIED);
    }

    @Test
    void beforeCopiesFollowedExclusivityAPartOfAHugePageWasCopiedWhereTheHugePageWasKept() {
        area(Area.ANONYMOUS);
        memory.before(entry(FIRST, 2, 512, PageKind.ANON_THP, EXCLUSIVE));
        memory.before(entry(FIRST + 2, 2, 514, PageKind.ANON_THP, SMALL | EXCLUSIVE));

        assertThat(predicted("5.10")).containsExactly(KEPT, KEPT, COPIED, COPIED);
    }

    @Test
    void aPinForWritingLeavesNoPageShared() {
        UmemMemory old = new UmemMemory(FIRST, FIRST + 1, false);
        old.area(new Area(FIRST, FIRST + 1, READ_WRITE, Area.ANONYMOUS, 0, ""));
        old.before(entry(FIRST, 1, 100, PageKind.ANON, SMALL));
        old.pinned(entry(FIRST, 1, 100, PageKind.ANON, 0));
        assertThat(pinned(old)).containsExactly("SHARED_ANON");

        old.writes();
        assertThat(pinned(old)).containsExactly(KEPT);
    }

    private void area(int backing) {
        area(backing, READ_WRITE);
    }

    private void area(int backing, long flags) {
        memory.area(new Area(FIRST, FIRST + 4, flags, backing, 0, backing == Area.ANONYMOUS ? "" : "tmpfs"));
    }

    private static Entry entry(long page, int pages, long pfn, PageKind kind, int flags) {
        return new Entry(page, page + pages, pfn, 1, kind.ordinal(), flags);
    }

    private List<String> predicted(String kernel) {
        Predictor predictor =
                new Predictor(Policy.WRITE_FORCE, true, KernelRules.of(kernel).orElseThrow());
        List<String> pages = new ArrayList<>();
        memory.parts(FIRST, FIRST + 4, (page, end, area, before) -> {
            for (long at = page; at < end; at++) {
                pages.add(words(predictor.page(area, before, at)));
            }
        });
        return pages;
    }

    private List<String> pinned() {
        return pinned(memory);
    }

    private static List<String> pinned(UmemMemory memory) {
        List<String> pages = new ArrayList<>();
        memory.forEachPinned((page, area, before, did) -> pages.add(words(did)));
        return pages;
    }

    private static String words(Outcome outcome) {
        return outcome.pinned() + (outcome.copied() ? " copied" : "");
    }
}
