// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.List;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Bytes pinned by memory regions over time, one line a host. */
final class PinnedChart {
    private static final Color[] LINES = {
        new Color(0x1f, 0x6f, 0xb5), new Color(0xd1, 0x48, 0x0f), new Color(0x2f, 0x8f, 0x6b),
        new Color(0xb0, 0x50, 0x8f), new Color(0xd9, 0x9a, 0x00), new Color(0x7a, 0x52, 0xa8)
    };
    private static final float[][] DASHES = {null, {6, 3}, {2, 2}, {8, 3, 2, 3}};

    /** Steps: from {@code ns[i]} since the recording's start on, {@code bytes[i]} are pinned. */
    record Line(String host, long[] ns, long[] bytes) {
        long peak() {
            long peak = 0;
            for (long b : bytes) {
                peak = Math.max(peak, b);
            }
            return peak;
        }
    }

    private PinnedChart() {}

    static String svg(List<Line> lines) throws IOException {
        long span = lines.stream().mapToLong(l -> l.ns[l.ns.length - 1]).max().orElse(0);
        double unit = span >= 2_000_000_000L ? 1e9 : span >= 2_000_000 ? 1e6 : 1e3;
        long peak = lines.stream().mapToLong(Line::peak).max().orElse(0);
        int power = peak >= 1L << 30 ? 30 : peak >= 1L << 20 ? 20 : 10;
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true); // one path a host instead of an element for each step
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            // The index keeps two hosts of the same name apart.
            XYSeries series = new XYSeries(lines.size() == 1 ? line.host : line.host + " #" + (i + 1), false, true);
            double before = 0;
            for (int p = 0; p < line.ns.length; p++) {
                double bytes = Math.scalb((double) line.bytes[p], -power);
                series.add(line.ns[p] / unit, before);
                series.add(line.ns[p] / unit, bytes);
                before = bytes;
            }
            data.addSeries(series);
            renderer.setSeriesPaint(i, LINES[i % LINES.length]);
            renderer.setSeriesStroke(
                    i,
                    new BasicStroke(
                            2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f, DASHES[i % DASHES.length], 0f));
        }
        NumberAxis memory = new NumberAxis(power == 30 ? "GiB pinned" : power == 20 ? "MiB pinned" : "KiB pinned");
        memory.setAutoRangeIncludesZero(true);
        String name = unit == 1e9 ? "s" : unit == 1e6 ? "ms" : "µs";
        NumberAxis time = new NumberAxis(name + " since the recording began");
        time.setAutoRangeIncludesZero(true);
        time.setLowerMargin(0);
        XYPlot plot = new XYPlot(data, time, memory, renderer);
        ChartStyle.grid(plot);
        String description = "at most " + Units.bytes(peak) + " pinned at a time";
        return SvgChart.draw(
                ChartStyle.chart(plot, lines.size() > 1), "pinned", "Pinned memory over time", description, 960, 280);
    }
}
