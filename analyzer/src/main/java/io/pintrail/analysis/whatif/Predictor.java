// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

/** What a policy does, from the state of the memory before it (mm/gup.c, mm/memory.c, mm/huge_memory.c). */
final class Predictor {
    private static final int EFAULT = -14;
    private static final int EOPNOTSUPP = -95;

    private final KernelRules rules;
    private final boolean write;
    private final boolean force;
    private final boolean longTerm;

    Predictor(Policy policy, boolean writableRegion, KernelRules kernel) {
        rules = kernel.under(policy);
        write = policy.writes(writableRegion);
        force = policy.forces(writableRegion);
        longTerm = policy.isLongTerm(writableRegion);
    }

    /** 0, or the error with which a registration that touches the area is refused: check_vma_flags() in mm/gup.c. */
    int refusal(Area area) {
        if (area.backing() == Area.NONE || area.backing() > Area.FILE) {
            return EFAULT;
        }
        if (area.dax() && longTerm) {
            return EOPNOTSUPP;
        }
        if (!write) {
            return area.readable() ? 0 : EFAULT;
        }
        if (area.writable()) {
            return longTerm && rules.refusesTrackedFiles() && area.tracksWrites() ? EFAULT : 0;
        }
        boolean forced =
                force && area.copiesOnWrite() && !(area.backing() == Area.HUGETLB && rules.refusesForcedHugetlb());
        return forced ? 0 : EFAULT;
    }

    Outcome page(Area area, Entry before, long page) {
        if (before.mapped()) {
            return mapped(area, before);
        }
        if (!area.copiesOnWrite()) {
            Pinned pinned = area.backing() == Area.HUGETLB ? Pinned.HUGETLB : Pinned.SHARED_FILE;
            return new Outcome(pinned, true, false, Outcome.Danger.NONE);
        }
        if (area.backing() == Area.HUGETLB) {
            return new Outcome(Pinned.HUGETLB, true, false, Outcome.Danger.NONE);
        }
        boolean own = write || longTerm && rules.unsharesFiles() || before.swapped();
        if (own) {
            boolean copied = area.isFile() && !before.swapped();
            return new Outcome(Pinned.OWN, true, copied, dangerOfOwn(area, write && area.writable(), false));
        }
        Pinned shared = area.isFile()
                ? Pinned.PAGE_CACHE
                : before.emptyBlock() && area.hugeAt(page) ? Pinned.HUGE_ZERO : Pinned.ZERO;
        return new Outcome(shared, true, false, dangerOfShared(area));
    }

    private Outcome mapped(Area area, Entry before) {
        Pinned pinned = Pinned.of(before.kind(area), area.copiesOnWrite());
        if (!area.copiesOnWrite()) {
            return new Outcome(pinned, false, false, Outcome.Danger.NONE);
        }
        boolean spared = pinned == Pinned.OWN && before.mapsHugePage() || pinned == Pinned.HUGETLB;
        boolean anonymous = pinned == Pinned.OWN || pinned == Pinned.HUGETLB || pinned == Pinned.KSM;
        boolean alone = before.writable() || anonymous && (before.sole() || before.exclusive());
        boolean kept = before.writable()
                || alone && pinned != Pinned.KSM && (before.sole() || spared || rules.unsharesAnonymous());
        boolean copied = !kept
                && (write || anonymous && rules.unsharesAnonymous() || !anonymous && longTerm && rules.unsharesFiles());
        if (copied) {
            Pinned copy = pinned == Pinned.HUGETLB ? pinned : Pinned.OWN;
            return new Outcome(copy, false, true, dangerOfOwn(area, write && area.writable(), false));
        }
        if (!alone) {
            Pinned shared = pinned == Pinned.OWN ? Pinned.SHARED_ANON : pinned;
            return new Outcome(shared, false, false, dangerOfShared(area));
        }
        boolean writable = before.writable() || write && area.writable();
        return new Outcome(pinned, false, false, dangerOfOwn(area, writable, spared));
    }

    private static Outcome.Danger dangerOfShared(Area area) {
        return area.writable() ? Outcome.Danger.STORE : Outcome.Danger.PROTECTION;
    }

    /**
     * @param writable the entry allows writing once the page is pinned
     * @param spared do_huge_pmd_wp_page() and hugetlb_wp() count mappings, not references
     */
    private Outcome.Danger dangerOfOwn(Area area, boolean writable, boolean spared) {
        if (!rules.copiesPinned() || spared) {
            return Outcome.Danger.NONE;
        }
        return writable || !area.writable() ? Outcome.Danger.PROTECTION : Outcome.Danger.STORE;
    }
}
