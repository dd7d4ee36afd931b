// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.analysis.PageKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.agrona.collections.LongHashSet;

/** The memory of one umem: its areas and page-table entries before the pin, and the frames that were pinned. */
final class UmemMemory {
    /** A part of the umem that is alike in all that matters; page by page only the frames differ. */
    interface Part {
        /** {@code area} or {@code before} is null where the trace does not tell. */
        void of(long page, long end, Area area, Entry before);
    }

    /** A page that was pinned, and what became of it in the words of a prediction. */
    interface PinnedPage {
        /** {@code area} or {@code before} is null where the trace does not tell. */
        void of(long page, Area area, Entry before, Outcome did);
    }

    private static final int DESCRIBED = 3;

    final long firstPage;
    final long endPage;
    private final TreeMap<Long, Area> areas = new TreeMap<>();
    private final TreeMap<Long, Entry> before = new TreeMap<>();
    private final List<Entry> pinned = new ArrayList<>();
    private final LongHashSet copied = new LongHashSet();
    private final boolean unshares;
    private boolean written;

    /** @param unshares {@link KernelRules#unsharesAnonymous()} of the kernel that pinned */
    UmemMemory(long firstPage, long endPage, boolean unshares) {
        this.firstPage = firstPage;
        this.endPage = endPage;
        this.unshares = unshares;
    }

    void area(Area area) {
        areas.put(area.page(), area);
    }

    /** What is told of pages once more is what the pin came upon. */
    void before(Entry entry) {
        if (isKnown(entry.page())) {
            revise(entry, Entry::lookedAt);
        } else {
            before.put(entry.page(), entry);
        }
    }

    /** Migration, by the pin itself or by others: to the process they are the same pages. */
    void migrated(Entry frames) {
        revise(frames, Entry::movedTo);
    }

    private boolean isKnown(long page) {
        Entry entry = at(before, page);
        return entry != null && page < entry.end();
    }

    private void revise(Entry news, BinaryOperator<Entry> revision) {
        for (long page = news.page(); page < news.end(); ) {
            if (!isKnown(page)) {
                page = edge(before, page);
                continue;
            }
            Entry was = at(before, page);
            long end = Math.min(was.end(), news.end());
            if (was.page() < page) {
                before.put(was.page(), was.part(was.page(), page));
            }
            before.put(page, revision.apply(was.part(page, end), news.part(page, end)));
            if (end < was.end()) {
                before.put(end, was.part(end, was.end()));
            }
            page = end;
        }
    }

    void pinned(Entry frames) {
        pinned.add(frames);
    }

    /** The pin asked for WRITE. */
    void writes() {
        written = true;
    }

    /** A fault of the pin, for writing or unsharing: in a private mapping it leaves a private copy. */
    void copied(long page) {
        copied.add(page);
    }

    boolean wasObserved() {
        return !before.isEmpty();
    }

    void parts(long from, long to, Part part) {
        for (long page = from; page < to; ) {
            Area area = at(areas, page);
            Entry entry = at(before, page);
            area = area != null && page < area.end() ? area : null;
            entry = entry != null && page < entry.end() ? entry : null;
            long end = Math.min(to, Math.min(edge(areas, page), edge(before, page)));
            if (area != null) {
                end = Math.min(end, Math.min(area.end(), area.blockEdge(page)));
            }
            end = entry == null ? end : Math.min(end, entry.end());
            part.of(page, end, area, entry);
            page = end;
        }
    }

    private static <T> T at(TreeMap<Long, T> map, long page) {
        Map.Entry<Long, T> found = map.floorEntry(page);
        return found == null ? null : found.getValue();
    }

    private static long edge(TreeMap<Long, ?> map, long page) {
        Long next = map.higherKey(page);
        return next == null ? Long.MAX_VALUE : next;
    }

    /** As the kernel does it: an area that refuses makes the whole registration fail. */
    Prediction predict(Predictor predictor) {
        int[] error = new int[1];
        Prediction.Sum sum = new Prediction.Sum();
        parts(firstPage, endPage, (page, end, area, entry) -> {
            if (area == null || entry == null) {
                sum.unknown(end - page);
            } else if (predictor.refusal(area) == 0) {
                sum.add(predictor.page(area, entry, page), area, end - page);
            } else if (error[0] == 0) {
                error[0] = predictor.refusal(area);
            }
        });
        return error[0] == 0 ? sum.total() : Prediction.refused(error[0]);
    }

    /** What the kernel pinned, told in the same words; a page that is not told of before counts as kept. */
    Prediction recorded(int error) {
        if (error != 0) {
            return Prediction.refused(error);
        }
        Prediction.Sum sum = new Prediction.Sum();
        forEachPinned((page, area, entry, did) -> sum.add(did, area, 1));
        return sum.total();
    }

    void forEachPinned(PinnedPage visitor) {
        for (Entry frames : pinned) {
            parts(Math.max(firstPage, frames.page()), Math.min(endPage, frames.end()), (page, end, area, entry) -> {
                for (long at = page; at < end; at++) {
                    visitor.of(at, area, entry, outcome(frames, at, area, entry));
                }
            });
        }
    }

    private Outcome outcome(Entry frames, long page, Area area, Entry before) {
        boolean copies = area != null && area.copiesOnWrite();
        boolean faulted = before != null && !before.mapped();
        boolean another = before != null && before.mapped() && before.frame(page) != frames.frame(page);
        Pinned kind = Pinned.of(frames.kind(area), copies);
        if (copies && area.isFile()) {
            kind = written || another || copied.contains(page)
                    ? Pinned.OWN
                    : before != null && before.mapped() ? Pinned.of(before.kind(area), true) : kind;
        }
        if (before == null) {
            return new Outcome(kind, false, false, Outcome.Danger.NONE);
        }
        boolean ofFile = faulted && !before.swapped() && copies && area.isFile() && kind == Pinned.OWN;
        boolean forked = kind == Pinned.OWN
                && copies
                && !written
                && !unshares
                && !faulted
                && !another
                && before.kind() != PageKind.UNKNOWN
                && !before.writable()
                && !before.exclusive()
                && !before.sole();
        return new Outcome(forked ? Pinned.SHARED_ANON : kind, faulted, another || ofFile, Outcome.Danger.NONE);
    }

    /** What was registered, in words: the same for registrations that are alike. */
    String describe() {
        Map<String, Set<String>> memory = new TreeMap<>();
        parts(firstPage, endPage, (page, end, area, entry) -> {
            String what = area == null ? "memory of unknown kind" : area.describe();
            Set<String> states = memory.computeIfAbsent(what, w -> new LinkedHashSet<>());
            if (entry != null && area != null && area.backing() != Area.NONE && states.size() < DESCRIBED) {
                states.add(entry.describe(area));
            }
        });
        StringBuilder text = new StringBuilder();
        memory.forEach((what, states) -> {
            text.append(text.isEmpty() ? "" : "; ").append(what);
            text.append(states.isEmpty() ? "" : ": " + String.join(", ", states));
        });
        return text.toString();
    }

    Map<Policy, Prediction> predictAll(boolean writable, KernelRules rules) {
        Map<Policy, Prediction> all = new EnumMap<>(Policy.class);
        for (Policy policy : Policy.values()) {
            all.put(policy, predict(new Predictor(policy, writable, rules)));
        }
        return all;
    }
}
