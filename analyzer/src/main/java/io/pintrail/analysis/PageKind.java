// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Page kinds of the trace format, section 2; the ordinal is the byte in the trace. */
public enum PageKind {
    UNKNOWN("unknown"),
    ANON("anonymous"),
    ZERO("zero page"),
    HUGE_ZERO("huge zero page"),
    FILE("file"),
    SHMEM("shmem"),
    HUGETLB("hugetlb"),
    ANON_THP("anonymous THP"),
    FILE_THP("file or shmem THP"),
    KSM("KSM"),
    OTHER("other");

    private static final PageKind[] KINDS = values();

    private final String label;

    PageKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    public static PageKind of(int code) {
        return code >= 0 && code < KINDS.length ? KINDS[code] : UNKNOWN;
    }

    /** Not a process's own: a private mapping gets a copy of it at the first store. */
    boolean shared() {
        return zero() || this == FILE || this == SHMEM || this == FILE_THP;
    }

    boolean zero() {
        return this == ZERO || this == HUGE_ZERO;
    }

    /** Private memory: what a file's invalidation leaves in place. */
    public static boolean anonymous(int code) {
        return code == ANON.ordinal() || code == ANON_THP.ordinal() || code == KSM.ordinal();
    }
}
