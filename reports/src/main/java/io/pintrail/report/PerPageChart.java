// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.io.IOException;
import java.text.DecimalFormat;
import java.util.List;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Registration time per page against the size of the region, both logarithmic: where a bigger region stops paying. */
final class PerPageChart {
    private static final Color DOT = new Color(0x1f, 0x6f, 0xb5, 0xb0);
    /** Every so many of more registrations is left out: a dot is half a kilobyte of SVG. */
    private static final int DOTS = 400;

    /** One registration of {@code pages} ≥ 1 pages that took {@code totalNs} ≥ 1. */
    record Dot(long pages, long totalNs) {}

    private PerPageChart() {}

    static String svg(List<Dot> dots) throws IOException {
        XYSeries series = new XYSeries("registrations", false, true);
        int step = Math.max(1, dots.size() / DOTS);
        for (int i = 0; i < dots.size(); i += step) {
            Dot dot = dots.get(i);
            series.add((double) dot.pages, Math.max(1, dot.totalNs / (double) dot.pages));
        }
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setSeriesPaint(0, DOT);
        renderer.setSeriesShape(0, new Ellipse2D.Double(-3.5, -3.5, 7, 7));
        LogAxis pages = axis("pages in the region", series.getMinX(), series.getMaxX());
        LogAxis time = axis("ns per page", series.getMinY(), series.getMaxY());
        XYPlot plot = new XYPlot(new XYSeriesCollection(series), pages, time, renderer);
        ChartStyle.grid(plot);
        double[] range = {series.getMinY(), series.getMaxY()};
        String description = Units.plural(dots.size(), "registration") + ", from " + Units.duration((long) range[0])
                + " to " + Units.duration((long) range[1]) + " per page";
        return SvgChart.draw(
                ChartStyle.chart(plot, false), "perpage", "Registration time per page", description, 960, 300);
    }

    /** Whole decades, so that there are labels however close the values are. */
    private static LogAxis axis(String label, double least, double greatest) {
        LogAxis axis = new LogAxis(label);
        axis.setBase(10);
        axis.setSmallestValue(0.1);
        double from = Math.floor(Math.log10(least) - 0.05);
        axis.setRange(Math.pow(10, from), Math.pow(10, Math.max(from + 1, Math.ceil(Math.log10(greatest) + 0.05))));
        axis.setTickUnit(new NumberTickUnit(1)); // one label a decade
        axis.setMinorTickMarksVisible(false);
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.#"));
        return axis;
    }
}
