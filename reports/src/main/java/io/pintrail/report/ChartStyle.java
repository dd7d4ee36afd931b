// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.awt.BasicStroke;
import java.awt.Color;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** One look for all charts: no frames, no background, thin grid, legend on top. */
final class ChartStyle {
    private static final BasicStroke HAIR = new BasicStroke(0.75f);

    private ChartStyle() {}

    /** A chart without title (the page has a caption) around a plot. */
    static JFreeChart chart(Plot plot, boolean legend) {
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setInsets(new RectangleInsets(4, 2, 2, 12));
        JFreeChart chart = new JFreeChart(null, null, plot, legend);
        chart.setBackgroundPaint(null);
        chart.setPadding(RectangleInsets.ZERO_INSETS);
        if (legend) {
            LegendTitle keys = chart.getLegend();
            keys.setPosition(RectangleEdge.TOP);
            keys.setHorizontalAlignment(HorizontalAlignment.LEFT);
            keys.setFrame(BlockBorder.NONE);
            keys.setBackgroundPaint(null);
            keys.setItemFont(SvgChart.TEXT);
            keys.setItemPaint(SvgChart.INK);
        }
        return chart;
    }

    static void grid(XYPlot plot) {
        plot.setRangeGridlinePaint(SvgChart.GRID);
        plot.setRangeGridlineStroke(HAIR);
        plot.setDomainGridlinesVisible(false);
        axis(plot.getDomainAxis());
        axis(plot.getRangeAxis());
    }

    static void grid(CategoryPlot plot) {
        plot.setRangeGridlinePaint(SvgChart.GRID);
        plot.setRangeGridlineStroke(HAIR);
        axis(plot.getDomainAxis());
        axis(plot.getRangeAxis());
    }

    private static void axis(Axis axis) {
        axis.setLabelFont(SvgChart.TEXT);
        axis.setTickLabelFont(SvgChart.TEXT);
        axis.setLabelPaint(SvgChart.INK);
        axis.setTickLabelPaint(SvgChart.INK);
        axis.setAxisLinePaint(new Color(0x80, 0x88, 0x90));
        axis.setAxisLineStroke(HAIR);
        axis.setTickMarksVisible(false);
    }
}
