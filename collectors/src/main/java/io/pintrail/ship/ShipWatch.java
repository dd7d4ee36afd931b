// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.util.function.Consumer;

/** Says once a minute what is held back, at once when batches are dropped, and when all is well again. */
final class ShipWatch implements Runnable {
    private static final long LOOK_MS = 500;
    private static final long LATE_NS = 5_000_000_000L;
    private static final long REPEAT_NS = 60_000_000_000L;

    private final String brokers;
    private final ShipMetrics metrics;
    private final Consumer<String> say;
    private final Thread thread = new Thread(this, "pintrail-ship-watch");
    private long delivered = -1;
    private long progressAt;
    private long saidAt;
    private boolean late;
    private long dropped;

    ShipWatch(String brokers, ShipMetrics metrics, Consumer<String> say) {
        this.brokers = brokers;
        this.metrics = metrics;
        this.say = say;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
        drops();
    }

    @Override
    public void run() {
        try {
            while (true) {
                look(System.nanoTime());
                Thread.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopped
        }
    }

    private void look(long now) {
        drops();
        if (metrics.deliveredBatches() != delivered || metrics.heldBytes() == 0) {
            if (late) {
                say.accept(brokers + ": batches are taken again");
            }
            late = false;
            delivered = metrics.deliveredBatches();
            progressAt = now;
        } else if (now - progressAt > LATE_NS && (!late || now - saidAt > REPEAT_NS)) {
            late = true;
            saidAt = now;
            say.accept(brokers + ": no batch taken for " + (now - progressAt) / 1_000_000_000 + " s; holding back "
                    + metrics.heldBytes() + " bytes, " + metrics.spooledBytes() + " of them on disk");
        }
    }

    private synchronized void drops() {
        long now = metrics.droppedBatches();
        if (now > dropped) {
            say.accept((now - dropped) + " batches dropped (" + now + " in all, " + metrics.droppedEvents.get()
                    + " events): the spool is full or the broker refuses them; the analysis will report a gap");
            dropped = now;
        }
    }
}
