// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.report.Printable;
import io.pintrail.stream.WatchListener;
import io.pintrail.trace.RecordingId;
import java.io.PrintWriter;
import java.util.HexFormat;

/** One line for each thing that happens. */
class WatchLines implements WatchListener {
    private static final int NAME_LENGTH = 64;

    private final PrintWriter out;

    WatchLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void finding(HostSummary host, Finding finding) {
        say(line(host, finding));
    }

    static String line(HostSummary host, Finding finding) {
        return finding.severity() + "  " + name(host) + "  " + finding.region() + "  " + finding.type() + " by "
                + finding.cause() + ", " + finding.pages() + (finding.pages() == 1 ? " page" : " pages") + " at 0x"
                + Long.toHexString(finding.va()) + "  " + finding.id();
    }

    @Override
    public void withdrawn(HostSummary host, String findingId) {
        say("withdrawn  " + name(host) + "  " + findingId);
    }

    @Override
    public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {
        String how = silent ? "silent for too long, closed; what lives there is UNKNOWN" : "recording ended";
        long gaps = host.gaps();
        String loss = host.lostEvents() + gaps == 0
                ? ""
                : "; lost: " + host.lostEvents() + " events, " + gaps + (gaps == 1 ? " gap" : " gaps");
        say("host  " + name(host) + "  " + how + loss);
    }

    @Override
    public void readAgain(RecordingId id, String reason, long missing) {
        say("read again  host " + id.hostId() + ", recording " + HexFormat.of().toHexDigits(id.recording()) + ": "
                + reason + (missing == 0 ? "" : "; " + missing + " batches are no longer there, a loss"));
    }

    @Override
    public void setAside(String reason) {
        say("set aside  a record: " + reason);
    }

    private static String name(HostSummary host) {
        return Printable.of(host.name(), NAME_LENGTH);
    }

    final void say(String line) {
        out.println(line);
        out.flush();
    }
}
