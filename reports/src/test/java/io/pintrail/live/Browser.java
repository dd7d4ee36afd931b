// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pintrail.browser.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with one page, driven over its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final long WAIT_S = 90;
    private static final String LISTENING = "DevTools listening on ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final StringBuilder received = new StringBuilder();
    private String session;
    private int calls;

    Browser(Path program, Path directory) throws Exception {
        Path log = directory.resolve("browser.log");
        profile = directory.resolve("profile");
        List<String> command = Chromium.command(program, profile);
        command.addAll(List.of("--remote-debugging-port=0", "about:blank"));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address(log)), new Messages())
                .get(WAIT_S, TimeUnit.SECONDS);
        String target = call("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asText();
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    private static String address(Path log) throws IOException, InterruptedException {
        for (long i = 0; i < WAIT_S * 10; i++) {
            String text = Files.readString(log);
            int at = text.indexOf(LISTENING);
            if (at >= 0 && text.indexOf('\n', at) > 0) {
                return text.substring(at + LISTENING.length(), text.indexOf('\n', at));
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the browser did not start: " + Files.readString(log));
    }

    private final class Messages implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            received.append(data);
            if (last) {
                try {
                    message(JSON.readTree(received.toString()));
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
                received.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void message(JsonNode message) {
        if (message.has("id")) {
            answers.remove(message.get("id").asInt()).complete(message);
            return;
        }
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown", "Log.entryAdded" ->
                complaints.add(message.get("params").toString());
            case "Runtime.consoleAPICalled" ->
                complaints.add(message.get("params").toString());
            default -> {}
        }
    }

    JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        ObjectNode message = JSON.createObjectNode().put("id", ++calls).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (session != null) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(calls, answer);
        socket.sendText(message.toString(), true);
        JsonNode got = answer.get(WAIT_S, TimeUnit.SECONDS);
        if (got.has("error")) {
            throw new AssertionError(method + ": " + got.get("error"));
        }
        return got.get("result");
    }

    void open(String url) throws Exception {
        call("Page.navigate", Map.of("url", url));
    }

    /** The value of a JavaScript expression. */
    JsonNode value(String expression) throws Exception {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        for (long i = 0; i < WAIT_S * 10; i++) {
            if (value("Boolean(" + expression + ")").asBoolean()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("never: " + expression + "\n" + complaints + "\n"
                + value("document.body.innerText").asText());
    }

    /** What the page logged, threw, or was refused. */
    List<String> complaints() {
        return complaints;
    }

    void window(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        Map<String, String> scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
    }

    void screenshot(Path png) throws Exception {
        String data = call("Page.captureScreenshot", Map.of("format", "png"))
                .get("data")
                .asText();
        Files.write(png, Base64.getDecoder().decode(data));
    }

    @Override
    public void close() {
        socket.abort();
        try {
            Chromium.end(process, profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
