// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Batches between the reader and the broker, first in, first out: a bounded number of bytes in memory, the rest in the
 * spool. Without a spool the reader waits; with a full one the batch is dropped.
 */
final class Outbox {
    private final long memoryLimit;
    private final Spool spool;
    private final ShipMetrics metrics;
    private final Deque<Batch> waiting = new ArrayDeque<>();
    /** Handed to the producer and not acknowledged. */
    private final Set<Batch> underWay = new LinkedHashSet<>();
    /** Those of both that are in the oldest file of the spool. */
    private final Set<Batch> ofSegment = new LinkedHashSet<>();

    private long memory;
    private boolean finished;
    private boolean stopped;
    private IOException failure;

    /** @param spool null for none */
    Outbox(long memoryLimit, Spool spool, ShipMetrics metrics) {
        this.memoryLimit = memoryLimit;
        this.spool = spool;
        this.metrics = metrics;
        metrics.spooledBytes.set(spool == null ? 0 : spool.bytes());
        metrics.heldBytes.set(metrics.spooledBytes.get());
    }

    /** Takes a batch from the reader. */
    synchronized void put(Batch batch) throws IOException {
        int length = batch.bytes().length;
        while (spool == null && memory > 0 && memory + length > memoryLimit) {
            check();
            await();
        }
        check();
        boolean direct = spool == null || spool.isEmpty() && (memory == 0 || memory + length <= memoryLimit);
        if (direct) {
            memory += length;
            waiting.add(batch);
        } else if (!spool.add(batch)) {
            metrics.droppedBatches.incrementAndGet();
            metrics.droppedEvents.addAndGet(batch.header().events());
            return;
        }
        metrics.heldBatches.incrementAndGet();
        metrics.heldBytes.addAndGet(length);
        metrics.spooledBytes.set(spool == null ? 0 : spool.bytes());
        notifyAll();
    }

    /** The next batch to send, waiting for one; null when there will be none. */
    synchronized Batch take() throws IOException {
        while (!stopped && failure == null) {
            if (waiting.isEmpty() && spool != null && !spool.isEmpty() && ofSegment.isEmpty()) {
                load();
            }
            if (!waiting.isEmpty()) {
                Batch batch = waiting.remove();
                underWay.add(batch);
                return batch;
            }
            if (finished && underWay.isEmpty()) {
                return null;
            }
            await();
        }
        return null;
    }

    private void load() throws IOException {
        List<Batch> batches = spool.oldest();
        if (batches.isEmpty()) {
            spool.removeOldest();
            notifyAll();
        }
        waiting.addAll(batches);
        ofSegment.addAll(batches);
        batches.forEach(batch -> memory += batch.bytes().length);
    }

    synchronized void acknowledged(Batch batch) {
        if (gone(batch)) {
            metrics.deliveredBatches.incrementAndGet();
            metrics.deliveredBytes.addAndGet(batch.bytes().length);
        }
    }

    /** The broker will never take this batch. */
    synchronized void refused(Batch batch) {
        if (gone(batch)) {
            metrics.droppedBatches.incrementAndGet();
            metrics.droppedEvents.addAndGet(batch.header().events());
        }
    }

    private boolean gone(Batch batch) {
        if (stopped || !underWay.remove(batch)) {
            return false;
        }
        memory -= batch.bytes().length;
        metrics.heldBatches.updateAndGet(n -> Math.max(0, n - 1));
        metrics.heldBytes.updateAndGet(n -> Math.max(0, n - batch.bytes().length));
        if (ofSegment.remove(batch) && ofSegment.isEmpty()) {
            try {
                spool.removeOldest();
            } catch (IOException e) {
                fail(e);
            }
            metrics.spooledBytes.set(spool.bytes());
        }
        notifyAll();
        return true;
    }

    synchronized void fail(IOException e) {
        failure = failure == null ? e : failure;
        notifyAll();
    }

    /** No more batches will be put. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    /** Waits until everything is acknowledged, or the time is over. */
    synchronized boolean drained(long waitMs) throws IOException {
        long end = System.nanoTime() + waitMs * 1_000_000;
        while (!empty() && failure == null && System.nanoTime() - end < 0) {
            try {
                wait(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        check();
        return empty();
    }

    private boolean empty() {
        return waiting.isEmpty() && underWay.isEmpty() && (spool == null || spool.isEmpty());
    }

    /** Ends sending; what was not acknowledged goes to the spool if there is one. Does nothing the second time. */
    synchronized void stop() throws IOException {
        if (stopped) {
            return;
        }
        stopped = true;
        notifyAll();
        if (spool == null) {
            return;
        }
        List<Batch> left = new ArrayList<>(underWay);
        left.addAll(waiting);
        left.removeAll(ofSegment);
        spool.putBack(left);
        spool.close();
        metrics.spooledBytes.set(spool.bytes());
    }

    private void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (stopped) {
            throw new ShipException("stopped", null);
        }
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
