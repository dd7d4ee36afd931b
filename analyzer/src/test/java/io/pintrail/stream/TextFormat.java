// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.RegionSummary;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Every field of a result as text: two are equal when their bytes are. */
final class TextFormat implements RecordFormat {
    @Override
    public byte[] finding(Finding finding) {
        return finding.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] region(HostSummary host, RegionSummary region) {
        String text = region.atEnd() + " " + region.worst() + " " + region.use() + " " + region.deregisteredAt() + " "
                + region.va() + " " + region.cost() + " " + region.unknownReason();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] host(HostSummary host, List<Notice> notices, String status) {
        return (status + " " + host.gaps() + " " + host.lostEvents() + " " + notices).getBytes(StandardCharsets.UTF_8);
    }
}
