// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.sun.net.httpserver.HttpExchange;
import io.pintrail.stream.InstanceState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Server-sent events: each client is told of the board's changes in a thread of its own, as fast as it reads. Nothing
 * is queued for it: one that is slow skips what has changed again meanwhile, one that reads nothing is disconnected.
 */
final class EventStreams implements AutoCloseable {
    /** Pages open at once. */
    static final int MOST = 32;

    private static final int ROWS = 100;
    /** Bytes whose writing may take as long as patience lasts. */
    private static final int PIECE = 64 << 10;

    private static final long BEAT_MS = 1_000;
    private static final long PAUSE_MS = 200;

    private final Board board;
    private final Supplier<InstanceState> instance;
    private final LiveMetrics local;
    private final long patienceNs;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pintrail-live-watchdog");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    private static final class Client {
        final Thread thread = Thread.currentThread();
        /** System.nanoTime() at the start of a write, 0 between writes. */
        volatile long writing;
    }

    /** @param patienceMs how long a client may take to read {@link #PIECE} bytes */
    EventStreams(Board board, Supplier<InstanceState> instance, LiveMetrics local, long patienceMs) {
        this.board = board;
        this.instance = instance;
        this.local = local;
        this.patienceNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
        long every = Math.max(1, patienceMs / 4);
        watchdog.scheduleWithFixedDelay(this::disconnectStuck, every, every, TimeUnit.MILLISECONDS);
    }

    int count() {
        return clients.size();
    }

    /** Tells a client until it goes away. */
    void serve(HttpExchange exchange) throws IOException {
        Client client = new Client();
        clients.add(client);
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            tell(client, exchange.getResponseBody());
        } catch (InterruptedException e) {
            // closed, or disconnected between two writes
        } finally {
            clients.remove(client);
            // The thread goes back to its pool.
            Thread.interrupted();
        }
    }

    private void tell(Client client, OutputStream out) throws IOException, InterruptedException {
        Board.Cursor known = Board.Cursor.NOTHING;
        write(client, out, "retry: 2000\n\n");
        while (!closed) {
            Board.Changes changes = board.changes(known, ROWS);
            String data = new String(BoardJson.update(board, changes, instance.get(), local), StandardCharsets.UTF_8);
            // White space between JSON tokens, which would end the field.
            write(client, out, "event: update\ndata: " + data.replace('\n', ' ').replace('\r', ' ') + "\n\n");
            known = changes.known();
            if (board.await(known, BEAT_MS)) {
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private static void write(Client client, OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += PIECE) {
            client.writing = System.nanoTime() | 1;
            out.write(bytes, from, Math.min(PIECE, bytes.length - from));
            out.flush();
        }
        client.writing = 0;
    }

    /** An interrupt closes the channel in which the thread waits. */
    private void disconnectStuck() {
        long now = System.nanoTime();
        for (Client client : clients) {
            long since = client.writing;
            if (since != 0 && now - since > patienceNs) {
                client.thread.interrupt();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watchdog.shutdownNow();
        clients.forEach(client -> client.thread.interrupt());
    }
}
