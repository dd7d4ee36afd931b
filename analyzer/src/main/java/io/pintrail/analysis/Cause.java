// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** What first parted a page from its pinned frame. */
public enum Cause {
    /** No divergence. */
    NONE("none"),
    /** A write fault put a private copy in place of the pinned frame. */
    COW("copy on write"),
    /** The same, and the page was write-protected by fork. */
    FORK("copy on write after fork"),
    /** munmap, madvise(MADV_DONTNEED and kin), brk, shmdt, or a mapping put over it. */
    UNMAP("unmapped"),
    /** mremap took the page elsewhere, or put another in its place. */
    MOVE("moved by mremap"),
    /** Truncation, hole punch or another invalidation of the mapped file. */
    FILE("file truncated or punched"),
    RECLAIM("reclaim"),
    MIGRATION("page migration"),
    /** khugepaged or MADV_COLLAPSE built a huge page from copies. */
    COLLAPSE("huge page collapse"),
    KSM("same-page merging"),
    /** A userfaultfd ioctl placed another page. */
    USERFAULTFD("userfaultfd"),
    /** The process ended or replaced its program while the region lived. */
    EXIT("process exit or exec"),
    /** IBV_REREG_MR_CHANGE_ACCESS kept the old pin. */
    REREGISTER("re-registration"),
    /** It was so when the recording began, or before anything was known of the page. */
    EARLIER("before the recording"),
    /** The pin itself took the zero page. */
    PIN("the pin itself"),
    OTHER("other");

    private final String label;

    Cause(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
