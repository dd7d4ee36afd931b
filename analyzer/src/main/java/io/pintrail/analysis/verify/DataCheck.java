// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.RegionSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the pages for which an RDMA READ returned other data than the CPU saw are exactly those that findings call
 * stale and read since; of holders whose reads are not recorded, those that findings call stale.
 *
 * @param rows pages that were compared, at all marks together
 * @param staleReads pages with such a READ
 * @param staleFindings pages of findings of class STALE that the device has read since
 * @param onlyRead pages of the first kind only, as {@code pid lkey va} in hex but for the pid
 * @param onlyFound pages of the second kind only
 * @param cannotTell pages of the first kind that a finding calls stale without knowing of a read, and of whose uses the
 *     trace lacks some: neither agreeing nor disagreeing
 */
public record DataCheck(
        long rows,
        long staleReads,
        long staleFindings,
        List<String> onlyRead,
        List<String> onlyFound,
        List<String> cannotTell) {
    private static final List<String> HEADER = List.of("mark", "pid", "lkey", "va", "read");
    private static final Set<String> WORDS = Set.of("same", "stale", "unreadable");

    public boolean agrees() {
        return onlyRead.isEmpty() && onlyFound.isEmpty();
    }

    /**
     * @param data CSV {@code mark,pid,lkey,va,read} with read one of same, stale, unreadable
     * @throws CsvException if the file is not such a CSV; the message is for the user
     */
    public static DataCheck of(AnalysisResult result, Path data) throws IOException {
        Set<String> read = new TreeSet<>();
        long[] rows = {0};
        CsvRows.read(data, HEADER, row -> {
            if (!WORDS.contains(row.text(4))) {
                throw row.wrong("read is none of same, stale, unreadable: " + row.text(4));
            }
            rows[0]++;
            if (row.text(4).equals("stale")) {
                read.add(key(row.decimal(1), (int) row.hex(2), row.hex(3)));
            }
        });
        Set<String> found = new TreeSet<>();
        Set<String> perhaps = new TreeSet<>();
        stale(result, found, perhaps);
        List<String> missed = without(read, found);
        return new DataCheck(
                rows[0],
                read.size(),
                found.size(),
                missed.stream().filter(page -> !perhaps.contains(page)).toList(),
                without(found, read),
                missed.stream().filter(perhaps::contains).toList());
    }

    /** Pages of stale findings: those that were read, and those of which that cannot be told. */
    private static void stale(AnalysisResult result, Set<String> found, Set<String> perhaps) {
        Map<String, RegionSummary> regions = new HashMap<>();
        result.regions().forEach(region -> regions.put(region.id(), region));
        for (Finding finding : result.findings()) {
            RegionSummary region = regions.get(finding.region());
            boolean read = finding.usedAfter().reads() > 0 || !region.usesSeen();
            if (finding.type() == FindingClass.STALE
                    && (read || !finding.usedAfter().complete())) {
                add(region, finding, read ? found : perhaps);
            }
        }
    }

    private static void add(RegionSummary region, Finding finding, Set<String> pages) {
        for (Finding.VaRun run : finding.runs()) {
            for (long page = 0; page < run.pages(); page++) {
                pages.add(key(region.pid(), region.lkey(), run.va() + (page << 12)));
            }
        }
    }

    private static String key(int pid, int lkey, long va) {
        return pid + " " + Integer.toHexString(lkey) + " " + Long.toHexString(va);
    }

    private static List<String> without(Set<String> all, Set<String> others) {
        return all.stream().filter(page -> !others.contains(page)).toList();
    }
}
