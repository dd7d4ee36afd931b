// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** What holds the pins of a region: the register methods of docs/trace-format.md without their flags. */
public enum Holder {
    RDMA("memory region"),
    IO_URING("io_uring fixed buffer"),
    VFIO("vfio DMA mapping"),
    /** Pages in a pipe: pinned for as long as they are there, and a snapshot by design. */
    VMSPLICE("vmsplice"),
    XDP("XDP umem"),
    /** Another caller of the GUP family with FOLL_LONGTERM; the device names the function. */
    OTHER("long-term pin");

    private static final int FLAGS = 32 | 64 | 128;

    private final String label;

    Holder(String label) {
        this.label = label;
    }

    static Holder of(int method) {
        return switch (method & ~FLAGS) {
            case 3 -> IO_URING;
            case 4 -> VFIO;
            case 5 -> VMSPLICE;
            case 6 -> XDP;
            case 7 -> OTHER;
            default -> RDMA;
        };
    }

    /** Whether a trace can tell what the device did with the pages, if that is one whose accesses are recorded. */
    boolean usesCanBeSeen() {
        return this == RDMA;
    }

    public String label() {
        return label;
    }
}
