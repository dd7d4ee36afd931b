// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.Finding.Use;
import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.PageRuns;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** Turns the divergences of one block into findings when its pages are released, at the end, or to tell them early. */
final class FindingMaker {
    private final Recording recording;
    private final Region region;
    private final Umem umem;
    private final PageStates states;
    private final FindingId ids;
    private final long until;
    private final BiConsumer<Finding, Wording> findings;
    /** What goes beyond the limit of findings per event. */
    private final Map<Rest, FindingDraft> rest = new LinkedHashMap<>();

    private final Map<Episode, Integer> made = new IdentityHashMap<>();
    private FindingDraft draft;

    private record Rest(Episode episode, FindingClass type, int touched) {}

    /**
     * @param until when the pages are released, {@link Losses#FOREVER} while they live
     * @param findings gets each, with its wording, or null where uses are not followed
     */
    FindingMaker(Recording recording, Region region, Umem umem, long until, BiConsumer<Finding, Wording> findings) {
        this.recording = recording;
        this.region = region;
        this.umem = umem;
        this.states = umem.pages;
        this.ids = new FindingId(recording, region, umem.id);
        this.until = until;
        this.findings = findings;
    }

    void make() {
        open();
        healed();
        if (states.zeroPages() != null) {
            VerdictWalk.beforeExit(recording).walk(region, umem, (from, to, verdict, reason, code, tag) -> {
                if (verdict == Verdict.ZERO) {
                    zero(from, to);
                }
            });
            finishDraft();
        }
        rest.values().forEach(this::emit);
    }

    private void open() {
        PageRuns.Cursor run = states.observations();
        PageRuns.Cursor use = states.use().cursor();
        for (run.over(states.first(), states.end()); run.next(); ) {
            if (!run.present || run.tag == 0) {
                continue;
            }
            Episode episode = states.episodes().get(run.tag >> 1);
            FindingClass type = (run.tag & 1) != 0 ? FindingClass.STALE : FindingClass.DETACHED;
            for (use.over(run.from, run.to); use.next(); ) {
                int touched = use.present ? use.tag : 0;
                if (episode.cause == Cause.EXIT && touched == 0) {
                    continue;
                }
                extend(type, episode, touched, use.from, use.to, OptionalLong.empty());
                if (use.present) {
                    long pages = use.to - use.from;
                    draft.use((use.x >>> 32) * pages, (use.x & 0xffff_ffffL) * pages, use.y * pages);
                }
            }
        }
        finishDraft();
    }

    private void healed() {
        for (HealedPages pages : states.healed()) {
            extend(
                    FindingClass.STALE,
                    pages.episode(),
                    pages.touched(),
                    pages.from(),
                    pages.to(),
                    OptionalLong.of(pages.at()));
            draft.use(pages.reads(), pages.writes(), pages.bytes());
        }
        finishDraft();
    }

    private void zero(long from, long to) {
        Episode pin = new Episode(
                Cause.PIN,
                states.times().at(from),
                new Actor(region.pid, region.tid, region.comm, 0, null, Actor.Stack.NONE),
                null);
        finishDraft();
        draft = new FindingDraft(FindingClass.ZERO, pin, 0, OptionalLong.empty());
        draft.add(from, to);
    }

    private void extend(FindingClass type, Episode episode, int touched, long from, long to, OptionalLong healedAt) {
        if (draft == null || !draft.continues(type, episode, touched, from, healedAt)) {
            finishDraft();
            draft = new FindingDraft(type, episode, touched, healedAt);
        }
        draft.add(from, to);
    }

    private void finishDraft() {
        if (draft == null) {
            return;
        }
        FindingDraft done = draft;
        draft = null;
        if (made.merge(done.episode, 1, Integer::sum) <= recording.options.maxFindingsPerEvent()) {
            emit(done);
        } else {
            FindingDraft known = rest.putIfAbsent(new Rest(done.episode, done.type, done.touched), done);
            if (known != null) {
                known.join(done);
            }
        }
    }

    private void emit(FindingDraft done) {
        Episode why = done.episode;
        boolean followed = done.type != FindingClass.ZERO && region.usesAreSeen();
        LostUses lost = recording.losses().uses(why.at, done.healedAt.orElse(until));
        Use use = use(done, followed && lost.none());
        List<Finding.VaRun> runs = new ArrayList<>();
        List<Finding.PfnRun> pfns = new ArrayList<>();
        for (int i = 0; i < done.runs.size(); i += 2) {
            long from = done.runs.getLong(i);
            long to = done.runs.getLong(i + 1);
            runs.add(new Finding.VaRun(from << Pages.SHIFT, to - from));
            pfns(from, to, pfns);
        }
        boolean zero = states.zeroPages() != null && states.zeroPages().contains(done.runs.getLong(0));
        Explanation text = new Explanation(why, done.type, done.pages, done.healedAt.isPresent(), zero, region);
        Finding finding = new Finding(
                ids.of(kind(done), why),
                done.type,
                why.cause,
                severity(done.type, why.cause, use),
                recording.index,
                recording.regionId(region),
                done.runs.getLong(0) << Pages.SHIFT,
                done.pages,
                List.copyOf(runs),
                done.runCount,
                List.copyOf(pfns),
                why.at,
                done.healedAt,
                why.by.culprit(),
                why.protection == null ? null : why.protection.by().culprit(),
                use,
                text.with(use, lost),
                Remedy.of(done.type, why.cause, done.healedAt.isPresent()));
        findings.accept(finding, followed ? text : null);
    }

    private static Use use(FindingDraft draft, boolean complete) {
        if (draft.touched == 0) {
            return complete ? Use.NONE : Use.NONE_KNOWN;
        }
        return new Use(
                (draft.touched & PageUse.READ) != 0 ? Math.max(1, draft.reads) : 0,
                (draft.touched & PageUse.WRITTEN) != 0 ? Math.max(1, draft.writes) : 0,
                draft.bytes,
                draft.episode.firstUse,
                draft.episode.lastUse,
                complete);
    }

    private static FindingId.Kind kind(FindingDraft draft) {
        if (draft.type == FindingClass.ZERO) {
            return FindingId.Kind.ZERO;
        }
        return draft.healedAt.isPresent() ? FindingId.Kind.HEALED : FindingId.Kind.PARTED;
    }

    static Severity severity(FindingClass type, Cause cause, Use use) {
        if (cause == Cause.EXIT) {
            return Severity.WARNING;
        }
        if (use.used()) {
            return Severity.CRITICAL;
        }
        return type == FindingClass.DETACHED ? Severity.INFO : Severity.WARNING;
    }

    private void pfns(long from, long to, List<Finding.PfnRun> into) {
        for (long page = from; page < to && into.size() < FindingDraft.LISTED; ) {
            long pfn = states.frames().pfn(page);
            long same = FrameCode.of(page, pfn, 0, false);
            long stop = states.frames().matchStretch(page, to, same);
            boolean repeats = stop > page + 1;
            if (!repeats) {
                stop = states.frames().linearStretch(page, to);
            }
            into.add(new Finding.PfnRun(pfn, stop - page, repeats));
            page = stop;
        }
    }
}
