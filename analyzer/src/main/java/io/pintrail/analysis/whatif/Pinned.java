// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.analysis.PageKind;

/** What a pinned frame is to its process. */
public enum Pinned {
    OWN("own", "own page", "own pages"),
    ZERO("zero", "time the zero page", "times the zero page"),
    HUGE_ZERO("hugeZero", "page of the huge zero page", "pages of the huge zero page"),
    /** A page of the file, under a private mapping: the next store leaves it. */
    PAGE_CACHE("pageCache", "page of the page cache", "pages of the page cache"),
    SHARED_FILE("sharedFile", "page of the shared file", "pages of the shared file"),
    HUGETLB("hugetlb", "page of hugetlb", "pages of hugetlb"),
    /** An anonymous page that another process maps since a fork. */
    SHARED_ANON("sharedAnon", "page shared since fork", "pages shared since fork"),
    KSM("ksm", "page merged by KSM", "pages merged by KSM"),
    UNKNOWN("unknown", "page that cannot be told", "pages that cannot be told");

    private final String key;
    private final String one;
    private final String many;

    Pinned(String key, String one, String many) {
        this.key = key;
        this.one = one;
        this.many = many;
    }

    /** In JSON and CSV. */
    public String key() {
        return key;
    }

    /** Such as "16 own pages". */
    public String counted(long pages) {
        return pages + " " + (pages == 1 ? one : many);
    }

    /** A frame of this kind that the process maps there. */
    static Pinned of(PageKind kind, boolean copiesOnWrite) {
        return switch (kind) {
            case ANON, ANON_THP -> OWN;
            case ZERO -> ZERO;
            case HUGE_ZERO -> HUGE_ZERO;
            case FILE, SHMEM, FILE_THP -> copiesOnWrite ? PAGE_CACHE : SHARED_FILE;
            case HUGETLB -> HUGETLB;
            case KSM -> KSM;
            default -> UNKNOWN;
        };
    }
}
