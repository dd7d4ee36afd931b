// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a kernel's memory management treats what is pinned.
 *
 * @param copiesPinned 5.9 to 5.18: do_wp_page() copies whenever page_count() is not 1 (09854ba94c6a)
 * @param unsharesAnonymous from 5.19: FOLL_PIN takes no anonymous page that is not exclusive (a7f226604170)
 * @param unsharesFiles from 6.2: nor, for LONGTERM, other pages of a private mapping (84209e87c696)
 * @param refusesForcedHugetlb from 6.0 (f347454d0341) to 6.13 ("mm/hugetlb: support FOLL_FORCE|FOLL_WRITE"): FORCE and
 *     WRITE on hugetlb
 * @param refusesTrackedFiles from 6.5: LONGTERM and WRITE on shared mappings of files that track writes (8ac268436e6d)
 */
record KernelRules(
        boolean copiesPinned,
        boolean unsharesAnonymous,
        boolean unsharesFiles,
        boolean refusesForcedHugetlb,
        boolean refusesTrackedFiles) {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,3})\\.(\\d{1,3}).*");

    /** Of today, and of every kernel from 6.14 on. */
    static final KernelRules NEWEST = of(6, 14);

    /** Empty when this is no release of Linux. */
    static Optional<KernelRules> of(String release) {
        Matcher version = RELEASE.matcher(release);
        if (!version.matches()) {
            return Optional.empty();
        }
        return Optional.of(of(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))));
    }

    private static KernelRules of(int major, int minor) {
        int version = major * 1000 + minor;
        return new KernelRules(
                version >= 5009 && version < 5019,
                version >= 5019,
                version >= 6002,
                version >= 6000 && version < 6014,
                version >= 6005);
    }

    /** LONGTERM means unsharing, so it is told as of a kernel that has it. */
    KernelRules under(Policy policy) {
        return policy == Policy.LONGTERM && !unsharesFiles ? NEWEST : this;
    }
}
