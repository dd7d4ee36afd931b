// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.report.FindingsJson;
import io.pintrail.stream.RecordFormat;
import java.util.List;

/** Results in the topics are the objects of findings.json. */
final class JsonFormat implements RecordFormat {
    @Override
    public byte[] finding(Finding finding) {
        return FindingsJson.finding(finding);
    }

    @Override
    public byte[] region(HostSummary host, RegionSummary region) {
        return FindingsJson.region(host, region);
    }

    @Override
    public byte[] host(HostSummary host, List<Notice> notices, String status) {
        return FindingsJson.host(host, notices, status);
    }
}
