// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** The state of one host's live regions at one moment. */
public interface AnalysisState {
    /**
     * One call per page of every live region, by region in order of registration, then by address; none for regions
     * that are {@link UnknownReason#TOO_LARGE}.
     */
    void forEachPage(PageConsumer consumer);

    /** As {@link #forEachPage}, for the regions of one process and key only. */
    void forEachPage(int pid, int lkey, PageConsumer consumer);

    /** Runs of equal verdicts; cheap for large healthy regions. */
    void forEachRun(RunConsumer consumer);

    /** Name of the host, as in {@link HostSummary#name()}. */
    String hostName();

    /** Receives pages. */
    @FunctionalInterface
    interface PageConsumer {
        /**
         * @param va of the page, bytes, aligned
         * @param pinnedPfn or {@link io.pintrail.trace.TraceVisitor#NONE} where the pin was not seen
         * @param mappedPfn or {@link io.pintrail.trace.TraceVisitor#NONE} where nothing is mapped or present, or
         *     {@link #UNKNOWN}
         */
        void page(int pid, int lkey, long va, long pinnedPfn, long mappedPfn, Verdict verdict, UnknownReason reason);
    }

    /** Receives runs. */
    @FunctionalInterface
    interface RunConsumer {
        void run(int pid, int lkey, long va, long pages, Verdict verdict, Cause cause);
    }

    /** In place of a mapped pfn. */
    long UNKNOWN = -3;
}
