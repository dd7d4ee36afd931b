// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pintrail.analysis.PageMap;
import io.pintrail.analysis.Verdict;
import java.io.IOException;

/**
 * The pages of a region for drawing: {@code "map":{"pagesPerCell":1,"runs":[["OK",8],["STALE",4]]}}, runs of cells of
 * equal verdict. A cell stands for that many pages, the last one perhaps for fewer, and has the worst verdict of them.
 */
final class RegionMapJson {
    private RegionMapJson() {}

    static void write(PageMap map, JsonGenerator json) throws IOException {
        Verdict[] cells = map.cells(PageMapSvg.CELLS);
        json.writeObjectFieldStart("map");
        json.writeNumberField("pagesPerCell", cells.length == 0 ? 1 : (map.pages() + cells.length - 1) / cells.length);
        json.writeArrayFieldStart("runs");
        for (int from = 0; from < cells.length; ) {
            int to = from + 1;
            while (to < cells.length && cells[to] == cells[from]) {
                to++;
            }
            json.writeStartArray();
            json.writeString(cells[from].name());
            json.writeNumber(to - from);
            json.writeEndArray();
            from = to;
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
