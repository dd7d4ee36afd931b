// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.stream.WatchListener;
import io.pintrail.trace.RecordingId;

/** Tells two listeners, one after the other. */
record BothListeners(WatchListener first, WatchListener second) implements WatchListener {
    @Override
    public void finding(HostSummary host, Finding finding) {
        first.finding(host, finding);
        second.finding(host, finding);
    }

    @Override
    public void found(HostSummary host, Finding finding) {
        first.found(host, finding);
        second.found(host, finding);
    }

    @Override
    public void withdrawn(HostSummary host, String findingId) {
        first.withdrawn(host, findingId);
        second.withdrawn(host, findingId);
    }

    @Override
    public void follows(RecordingId id) {
        first.follows(id);
        second.follows(id);
    }

    @Override
    public void now(RecordingId id, HostSummary host, long analysedMs) {
        first.now(id, host, analysedMs);
        second.now(id, host, analysedMs);
    }

    @Override
    public void leaves(RecordingId id) {
        first.leaves(id);
        second.leaves(id);
    }

    @Override
    public void readAgain(RecordingId id, String reason, long missing) {
        first.readAgain(id, reason, missing);
        second.readAgain(id, reason, missing);
    }

    @Override
    public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {
        first.closed(id, host, analysis, silent);
        second.closed(id, host, analysis, silent);
    }

    @Override
    public void setAside(String reason) {
        first.setAside(reason);
        second.setAside(reason);
    }
}
