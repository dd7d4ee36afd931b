// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.awt.Color;
import java.io.IOException;
import java.util.List;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.StackedBarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** The slowest registrations, each a bar split by where its time went. */
final class LatencyChart {
    /** At most this many bars; more could not be read. */
    static final int BARS = 24;

    private static final Color FAULT = new Color(0xd1, 0x48, 0x0f);
    private static final Color GUP = new Color(0x1f, 0x6f, 0xb5);
    private static final Color REST = new Color(0x9a, 0xa4, 0xad);

    /** One registration: ns spent faulting pages in, in GUP otherwise, and in everything else (mapping, driver). */
    record Bar(String label, long faultNs, long gupNs, long restNs) {
        long totalNs() {
            return faultNs + gupNs + restNs;
        }
    }

    private LatencyChart() {}

    /** @param bars slowest first, at most {@link #BARS} */
    static String svg(List<Bar> bars) throws IOException {
        long longest = bars.stream().mapToLong(Bar::totalNs).max().orElse(0);
        boolean milli = longest >= 1_000_000;
        double unit = milli ? 1e6 : 1e3;
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Bar bar : bars) {
            data.addValue(bar.faultNs / unit, "faulting pages in", bar.label);
            data.addValue(bar.gupNs / unit, "finding and pinning them", bar.label);
            data.addValue(bar.restNs / unit, "mapping and driver", bar.label);
        }
        StackedBarRenderer renderer = new StackedBarRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setMaximumBarWidth(0.16);
        renderer.setSeriesPaint(0, FAULT);
        renderer.setSeriesPaint(1, GUP);
        renderer.setSeriesPaint(2, REST);

        CategoryAxis regions = new CategoryAxis();
        regions.setCategoryMargin(0.3);
        regions.setLowerMargin(0.02);
        regions.setUpperMargin(0.02);
        regions.setMaximumCategoryLabelWidthRatio(0.4f);
        NumberAxis time = new NumberAxis(milli ? "ms" : "µs");
        CategoryPlot plot = new CategoryPlot(data, regions, time, renderer);
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        ChartStyle.grid(plot);
        Bar slowest = bars.get(0);
        String description = Units.plural(bars.size(), "registration") + "; the slowest, " + slowest.label + ", took "
                + Units.duration(slowest.totalNs()) + ", of which faulting pages in " + Units.duration(slowest.faultNs);
        int height = 90 + 30 * bars.size();
        return SvgChart.draw(ChartStyle.chart(plot, true), "latency", "Registration latency", description, 960, height);
    }
}
