// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.util.concurrent.atomic.AtomicLong;

/** What a shipper did so far and holds now. Written by its threads, read by any. */
public final class ShipMetrics {
    final AtomicLong deliveredBatches = new AtomicLong();
    final AtomicLong deliveredBytes = new AtomicLong();
    final AtomicLong droppedBatches = new AtomicLong();
    final AtomicLong droppedEvents = new AtomicLong();
    final AtomicLong heldBatches = new AtomicLong();
    final AtomicLong heldBytes = new AtomicLong();
    final AtomicLong spooledBytes = new AtomicLong();

    public long deliveredBatches() {
        return deliveredBatches.get();
    }

    public long deliveredBytes() {
        return deliveredBytes.get();
    }

    /** Batches that never went out: the spool was full, or the broker will not take them. */
    public long droppedBatches() {
        return droppedBatches.get();
    }

    /** Batches read and not yet acknowledged, those in the spool included. */
    public long heldBatches() {
        return heldBatches.get();
    }

    public long heldBytes() {
        return heldBytes.get();
    }

    /** Bytes on disk of batches not yet acknowledged. */
    public long spooledBytes() {
        return spooledBytes.get();
    }

    /** OpenMetrics text, for the textfile collector of node_exporter. */
    public String openMetrics() {
        StringBuilder text = new StringBuilder();
        counter(text, "pintrail_ship_delivered_batches", "Batches the broker has acknowledged.", deliveredBatches);
        counter(text, "pintrail_ship_delivered_bytes", "Bytes of these.", deliveredBytes);
        counter(text, "pintrail_ship_dropped_batches", "Batches given up; the analysis sees a gap.", droppedBatches);
        counter(text, "pintrail_ship_dropped_events", "Events in these.", droppedEvents);
        gauge(text, "pintrail_ship_held_batches", "Batches read and not yet acknowledged.", heldBatches);
        gauge(text, "pintrail_ship_held_bytes", "Bytes of these.", heldBytes);
        gauge(text, "pintrail_ship_spooled_bytes", "Bytes in the spool directory.", spooledBytes);
        return text.append("# EOF\n").toString();
    }

    private static void counter(StringBuilder text, String name, String help, AtomicLong value) {
        family(text, name, "counter", help);
        text.append(name).append("_total ").append(value.get()).append('\n');
    }

    private static void gauge(StringBuilder text, String name, String help, AtomicLong value) {
        family(text, name, "gauge", help);
        text.append(name).append(' ').append(value.get()).append('\n');
    }

    private static void family(StringBuilder text, String name, String type, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    }
}
