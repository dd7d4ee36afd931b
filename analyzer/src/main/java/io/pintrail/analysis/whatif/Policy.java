// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

/** What ib_umem asks get_user_pages() for, in the order of history. */
public enum Policy {
    /** 2.6 to 6.1: WRITE always, FORCE where the region is read-only. */
    WRITE_FORCE("write-force", "WRITE|FORCE", "2.6 - 6.1"),
    /** "IB/umem: Modernize our get_user_pages() parameters", January 2012: read-only regions are only read. */
    PROPOSAL("proposal", "neither", "proposed 2012"),
    /**
     * 6.2 and later (b40656aa7d55): LONGTERM, which unshares (84209e87c696), and WRITE where the region is writable.
     */
    LONGTERM("longterm", "LONGTERM", "6.2 and later");

    private final String label;
    private final String flags;
    private final String kernels;

    Policy(String label, String flags, String kernels) {
        this.label = label;
        this.flags = flags;
        this.kernels = kernels;
    }

    /** As on the command line and in files. */
    public String label() {
        return label;
    }

    /** GUP flags for a read-only region; a writable one has WRITE under each policy. */
    public String flags() {
        return flags;
    }

    public String kernels() {
        return kernels;
    }

    boolean writes(boolean writableRegion) {
        return writableRegion || this == WRITE_FORCE;
    }

    boolean forces(boolean writableRegion) {
        return !writableRegion && this == WRITE_FORCE;
    }

    /** LONGTERM came in 5.2; the proposal for read-only regions is without it, as in 2012. */
    boolean isLongTerm(boolean writableRegion) {
        return writableRegion || this != PROPOSAL;
    }
}
