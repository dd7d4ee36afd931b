// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Draws a JFreeChart as SVG text by Batik. Ink comes out as {@code currentColor}, so that one drawing reads on a light
 * and on a dark page.
 */
final class SvgChart {
    /** Text and axes; the value only has to be one that no series uses. */
    static final Color INK = new Color(0x01, 0x02, 0x03);

    static final Color GRID = new Color(0x80, 0x88, 0x90, 0x50);
    static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private static final String SVG = "http://www.w3.org/2000/svg";

    private SvgChart() {}

    /**
     * @param name distinguishes the ids of several drawings in one page: letters and digits
     * @param title what the chart shows, for those who cannot see it
     * @param description its main numbers in words
     */
    static String draw(JFreeChart chart, String name, String title, String description, int width, int height)
            throws IOException {
        Document document = GenericDOMImplementation.getDOMImplementation().createDocument(SVG, "svg", null);
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
        context.setComment(null);
        context.setPrecision(2);
        context.setIDGenerator(new SVGIDGenerator() {
            @Override
            public String generateID(String prefix) {
                return name + "-" + super.generateID(prefix);
            }
        });
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        graphics.setSVGCanvasSize(new Dimension(width, height));
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));

        Element root = graphics.getRoot();
        root.setAttribute("viewBox", "0 0 " + width + " " + height);
        root.setAttribute("role", "img");
        label(document, root, "desc", name + "-desc", description);
        label(document, root, "title", name + "-title", title);
        root.setAttribute("aria-labelledby", name + "-title " + name + "-desc");

        StringWriter text = new StringWriter();
        graphics.stream(root, text, false, false);
        return ink(text.toString()).replace("genericDefs", name + "-generic");
    }

    private static void label(Document document, Element root, String tag, String id, String text) {
        Element element = document.createElementNS(SVG, tag);
        element.setAttribute("id", id);
        element.setTextContent(text);
        root.insertBefore(element, root.getFirstChild());
    }

    private static String ink(String svg) {
        int start = svg.indexOf("<svg"); // without the XML declaration and DOCTYPE, which HTML cannot hold
        return svg.substring(start).replace("rgb(1,2,3)", "currentColor").strip() + "\n";
    }
}
