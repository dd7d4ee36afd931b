// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.RegionSummary;
import java.util.List;

/** How results look in the topics. The same object always gives the same bytes. */
public interface RecordFormat {
    byte[] finding(Finding finding);

    byte[] region(HostSummary host, RegionSummary region);

    /** @param status {@code live}, {@code ended} or {@code silent} */
    byte[] host(HostSummary host, List<Notice> notices, String status);
}
