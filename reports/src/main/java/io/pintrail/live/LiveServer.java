// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves the page, what it asks for, the metrics and the health. Only GET and HEAD, only from memory. */
final class LiveServer implements AutoCloseable {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Path to resource. */
    private static final Map<String, Asset> ASSETS = Map.of(
            "/", new Asset("live.html", HTML),
            "/live.css", new Asset("live.css", CSS),
            "/report.css", new Asset("/io/pintrail/report/report.css", CSS),
            "/live.js", new Asset("live.js", SCRIPT),
            "/parts.js", new Asset("parts.js", SCRIPT),
            "/charts.js", new Asset("charts.js", SCRIPT),
            "/words.js", new Asset("words.js", SCRIPT));

    private final HttpServer server;
    private final ExecutorService threads;
    private final Board board;
    private final EventStreams streams;
    private final Answers answers;
    private final Guard guard;

    private record Asset(String resource, String type) {}

    /** What does not come from the board. */
    interface Answers {
        /** @param old in Prometheus' older format */
        String metrics(boolean old);

        /** Why the instance does not work; empty if it does. */
        String trouble();
    }

    static {
        // Seconds for a client to send its request, and connections altogether; the server reads these once.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("jdk.httpserver.maxConnections", "200");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    LiveServer(InetSocketAddress address, Board board, EventStreams streams, Answers answers) throws IOException {
        this.board = board;
        this.streams = streams;
        this.answers = answers;
        server = HttpServer.create(address, 0);
        guard = new Guard(server.getAddress().getAddress().isLoopbackAddress());
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "pintrail-live-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Guard.headers(exchange.getResponseHeaders());
            String method = exchange.getRequestMethod();
            if (!guard.knows(exchange)) {
                send(exchange, 403, TEXT, "asked for under a name that is not this machine's loopback\n");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, TEXT, "only GET and HEAD\n");
            } else {
                answer(exchange, exchange.getRequestURI().getPath());
            }
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        Asset asset = ASSETS.get(path);
        if (asset != null) {
            try (InputStream in = LiveServer.class.getResourceAsStream(asset.resource())) {
                send(exchange, 200, asset.type(), in.readAllBytes());
            }
            return;
        }
        switch (path) {
            case "/events" -> events(exchange);
            case "/api/host" -> found(exchange, BoardJson.detail(board, key(exchange)));
            case "/api/region" -> found(exchange, BoardJson.region(board, key(exchange)));
            case "/metrics" -> metrics(exchange);
            case "/healthz" -> health(exchange);
            default -> send(exchange, 404, TEXT, "no such page\n");
        }
    }

    private void events(HttpExchange exchange) throws IOException {
        if (streams.count() >= EventStreams.MOST) {
            send(exchange, 503, TEXT, EventStreams.MOST + " pages are open already; close one\n");
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            send(exchange, 200, "text/event-stream; charset=utf-8", "");
        } else {
            streams.serve(exchange);
        }
    }

    /** The rest of the query after {@code key=}; keys are hex digits, a slash, letters and digits. */
    private static String key(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query != null && query.startsWith("key=") ? query.substring(4) : "";
    }

    private static void found(HttpExchange exchange, byte[] json) throws IOException {
        if (json == null) {
            send(exchange, 404, TEXT, "not known, or no longer kept\n");
        } else {
            send(exchange, 200, JSON, json);
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        String accept = String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
        boolean old = accept.contains("text/plain") && !accept.contains("application/openmetrics-text");
        String type = old ? OpenMetrics.OLD_CONTENT_TYPE : OpenMetrics.CONTENT_TYPE;
        send(exchange, 200, type, answers.metrics(old));
    }

    private void health(HttpExchange exchange) throws IOException {
        String trouble = answers.trouble();
        send(exchange, trouble.isEmpty() ? 200 : 503, TEXT, (trouble.isEmpty() ? "ok" : trouble) + "\n");
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        send(exchange, code, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        streams.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
