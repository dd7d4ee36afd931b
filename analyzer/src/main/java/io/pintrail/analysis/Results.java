// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** Gathers the results of all recordings, within bounds. */
final class Results {
    private static final int MAX_FINDINGS = 100_000;
    private static final int MAX_STRINGS = 10_000;

    private final AnalysisOptions options;
    private final List<Ordered> regions = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    /** Told as settled, and said anew since. */
    private final List<Finding> amended = new ArrayList<>();

    private final Map<String, String> strings = new HashMap<>();
    private final Histogram registrationNs = new Histogram(3);
    private final Histogram registrationNsPerPage = new Histogram(3);
    private int healthyRegions;
    /** How much of both lists has been told as settled. */
    private int toldRegions;

    private int toldFindings;
    private long regionsOmitted;
    private long findingsOmitted;
    private long registrations;
    private long failed;
    private long reregistrations;
    private long deregistrations;
    private long live;
    private long returned;
    private long allFindings;
    private long wrongRegions;
    private long usedRegions;
    private final boolean[] classes = new boolean[FindingClass.values().length];

    private record Ordered(long order, RegionSummary summary) {}

    Results(AnalysisOptions options) {
        this.options = options;
    }

    /** One String for equal device names. */
    String intern(CharSequence text) {
        String string = text.toString();
        if (strings.size() >= MAX_STRINGS) {
            return strings.getOrDefault(string, string);
        }
        return strings.computeIfAbsent(string, s -> s);
    }

    void registered(Region region) {
        registrations++;
        long ns = Math.max(0, region.registerNs);
        registrationNs.recordValue(ns);
        registrationNsPerPage.recordValue(ns / Math.max(1, region.endPage() - region.firstPage()));
    }

    void reregistered() {
        reregistrations++;
    }

    void failed(Recording recording, Region region, int error) {
        failed++;
        add(recording, region, Summaries.of(recording, region, null, error, OptionalLong.empty()));
    }

    /** A block is released, at {@link Losses#FOREVER} if it outlives the trace: keeps its findings. */
    BlockResult close(Recording recording, Region region, Umem umem, long time) {
        if (umem.pages != null && region.live && !region.onDemand() && !region.snapshot()) {
            if (umem.pages.suspicious()) {
                new FindingMaker(
                                recording,
                                region,
                                umem,
                                time,
                                (finding, wording) -> add(recording, region, finding, wording, time))
                        .make();
            }
            returned += umem.pages.returned();
            findingsOmitted += umem.pages.healedOmitted();
        }
        return full(region) ? BlockResult.NOT_LISTED : BlockResult.of(recording, region, umem);
    }

    /** Whether a region that is deregistered now would not be listed. */
    private boolean full(Region region) {
        return region.findings == 0 && region.mismatchSince == 0 && healthyRegions >= options.maxHealthyRegions();
    }

    /** The access or the pin of a region changed so that they fit again. */
    void mismatchEnded(Recording recording, Region region, long time) {
        if (region.mismatchWrites > 0) {
            mismatch(recording, region, OptionalLong.of(time), time);
        }
        region.mismatchSince = 0;
        region.mismatchWrites = 0;
        region.mismatchBytes = 0;
        region.mismatchFirst = 0;
    }

    void deregistered(Recording recording, Region region, long time) {
        deregistrations++;
        if (region.released == BlockResult.NOT_LISTED && full(region)) {
            regionsOmitted++;
        } else {
            end(recording, region, OptionalLong.of(time));
        }
    }

    private void mismatch(Recording recording, Region region, OptionalLong healedAt, long until) {
        Finding finding = AccessMismatch.of(recording, region, healedAt, until);
        add(recording, region, finding, AccessMismatch.wording(region), until);
    }

    /** A region that lives at the end of the trace. */
    void stillLive(Recording recording, Region region) {
        live++;
        if (region.umem != null) {
            close(recording, region, region.umem, Losses.FOREVER);
            region.released = BlockResult.of(recording, region, region.umem);
        }
        end(recording, region, OptionalLong.empty());
    }

    private void end(Recording recording, Region region, OptionalLong deregisteredAt) {
        if (region.mismatchSince != 0) {
            mismatch(recording, region, OptionalLong.empty(), deregisteredAt.orElse(Losses.FOREVER));
        }
        boolean judged = region.released != null && region.released != BlockResult.NOT_LISTED;
        BlockResult block = judged ? region.released : BlockResult.of(recording, region, null);
        add(recording, region, Summaries.of(recording, region, block, 0, deregisteredAt));
    }

    private void add(Recording recording, Region region, RegionSummary summary) {
        boolean healthy = region.findings == 0 && !summary.live();
        if (healthy && healthyRegions == options.maxHealthyRegions()) {
            regionsOmitted++;
            return;
        }
        healthyRegions += healthy ? 1 : 0;
        regions.add(new Ordered(region.order, summary));
    }

    /** @param wording null where uses are not followed */
    private void add(Recording recording, Region region, Finding finding, Wording wording, long until) {
        allFindings++;
        classes[finding.type().ordinal()] = true;
        wrongRegions += region.findings++ == 0 ? 1 : 0;
        usedRegions += finding.usedAfter().used() && !region.foundUsed ? 1 : 0;
        region.foundUsed |= finding.usedAfter().used();
        if (findings.size() < MAX_FINDINGS) {
            findings.add(finding);
            if (wording != null && until != Losses.FOREVER) {
                recording.closed.add(finding, wording, finding.healedAt().orElse(until), this);
            }
        } else {
            findingsOmitted++;
        }
    }

    /** Losses that were told after a finding was made concern it. */
    void amend(Finding known, Finding now) {
        for (int i = findings.size() - 1; i >= 0; i--) {
            if (findings.get(i) == known) {
                findings.set(i, now);
                if (i < toldFindings) {
                    amended.add(now);
                }
                return;
            }
        }
        amended.add(now);
    }

    /** See {@link Analysis#settled}. */
    Settled settled(Collection<HostAnalysis> hosts, boolean forget) {
        hosts.forEach(host -> host.recording.closed.check(this));
        List<RegionSummary> gone = new ArrayList<>(regions.size() - toldRegions);
        regions.subList(toldRegions, regions.size()).forEach(o -> gone.add(o.summary));
        Settled settled =
                new Settled(List.copyOf(findings.subList(toldFindings, findings.size())), List.copyOf(amended), gone);
        amended.clear();
        if (forget) {
            findings.clear();
            regions.clear();
            healthyRegions = 0;
        }
        toldFindings = findings.size();
        toldRegions = regions.size();
        return settled;
    }

    /** Takes over what another analysis, with other hosts, has found. */
    void add(Results other) {
        regions.addAll(other.regions);
        findings.addAll(other.findings);
        registrationNs.add(other.registrationNs);
        registrationNsPerPage.add(other.registrationNsPerPage);
        regionsOmitted += other.regionsOmitted;
        findingsOmitted += other.findingsOmitted;
        registrations += other.registrations;
        failed += other.failed;
        reregistrations += other.reregistrations;
        deregistrations += other.deregistrations;
        live += other.live;
        returned += other.returned;
        allFindings += other.allFindings;
        wrongRegions += other.wrongRegions;
        usedRegions += other.usedRegions;
        for (int i = 0; i < classes.length; i++) {
            classes[i] |= other.classes[i];
        }
    }

    AnalysisResult result(List<HostSummary> hosts, List<PinUse> pins, List<Notice> notices, Counters totals) {
        regions.sort(Comparator.<Ordered>comparingInt(o -> o.summary.host()).thenComparingLong(o -> o.order));
        findings.sort(Results::worstFirst);
        List<Notice> all = new ArrayList<>(notices);
        if (regionsOmitted > 0) {
            all.add(new Notice(
                    Notice.Kind.OMITTED,
                    0,
                    0,
                    regionsOmitted + " healthy deregistered regions beyond the first " + options.maxHealthyRegions()
                            + " are counted but not listed"));
        }
        if (findingsOmitted > 0) {
            all.add(new Notice(
                    Notice.Kind.OMITTED, 0, 0, findingsOmitted + " further findings are counted but not listed"));
        }
        List<RegionSummary> summaries = new ArrayList<>(regions.size());
        regions.forEach(o -> summaries.add(o.summary));
        return new AnalysisResult(
                List.copyOf(hosts),
                Collections.unmodifiableList(summaries),
                regionsOmitted,
                List.copyOf(findings),
                new FindingTotals(allFindings, wrongRegions, usedRegions, classes()),
                List.copyOf(all),
                totals.plus(regionCounters()),
                distribution(registrationNs),
                distribution(registrationNsPerPage),
                List.copyOf(pins));
    }

    private Set<FindingClass> classes() {
        Set<FindingClass> seen = EnumSet.noneOf(FindingClass.class);
        for (FindingClass each : FindingClass.values()) {
            if (classes[each.ordinal()]) {
                seen.add(each);
            }
        }
        return Collections.unmodifiableSet(seen);
    }

    private static int worstFirst(Finding a, Finding b) {
        int order = b.severity().compareTo(a.severity());
        order = order != 0 ? order : b.type().compareTo(a.type());
        order = order != 0 ? order : Integer.compare(a.host(), b.host());
        order = order != 0 ? order : Long.compare(a.at(), b.at());
        order = order != 0 ? order : a.region().compareTo(b.region());
        order = order != 0 ? order : Long.compareUnsigned(a.va(), b.va());
        return order != 0 ? order : a.id().compareTo(b.id());
    }

    private Counters regionCounters() {
        return new Counters(
                0, 0, 0, registrations, failed, reregistrations, deregistrations, live, 0, 0, 0, 0, 0, returned);
    }

    private static Distribution distribution(Histogram h) {
        if (h.getTotalCount() == 0) {
            return new Distribution(0, 0, 0, 0, 0, 0, 0);
        }
        return new Distribution(
                h.getTotalCount(),
                h.getMean(),
                h.getMinValue(),
                h.getValueAtPercentile(50),
                h.getValueAtPercentile(90),
                h.getValueAtPercentile(99),
                h.getMaxValue());
    }
}
