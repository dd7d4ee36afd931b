// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pintrail.stream.InstanceState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LiveServerTest {
    private static final InstanceState RUNNING =
            new InstanceState("RUNNING", OptionalDouble.of(0), OptionalDouble.of(0), Map.of());

    private final Board board = new Board(Board.Limits.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile String trouble = "";
    private EventStreams streams;
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        streams = new EventStreams(board, () -> RUNNING, new LiveMetrics(), 1_000);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = new LiveServer(any, board, streams, new LiveServer.Answers() {
            @Override
            public String metrics(boolean old) {
                return old ? "old" : "new";
            }

            @Override
            public String trouble() {
                return trouble;
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        URI url = URI.create(server.url());
        return new Socket(url.getHost(), url.getPort());
    }

    /** The first line of the answer to a request with this Host. */
    private String asked(String host) throws IOException {
        try (Socket socket = connect();
                BufferedReader in = reader(socket)) {
            request(socket, "GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
            return in.readLine();
        }
    }

    private static void request(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void everythingThePageNamesIsServedAndNothingElse() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        Pattern names = Pattern.compile("(?:href|src)=\"([^\"#:]+)\"|from '\\./([^']+)'");
        String all = page.body()
                + get("live.js").body()
                + get("parts.js").body()
                + get("charts.js").body();
        assertThat(names.matcher(all).results().map(r -> r.group(1) == null ? r.group(2) : r.group(1)))
                .contains("live.css", "live.js", "words.js", "metrics")
                .allSatisfy(name -> assertThat(get(name).statusCode()).as(name).isEqualTo(200));
        assertThat(get("nothing").statusCode()).isEqualTo(404);
        assertThat(get("live.html").statusCode()).isEqualTo(404);
        assertThat(get("..%2f..%2fcli/Pintrail.class").statusCode()).isEqualTo(404);
        assertThat(get("api/host?key=none").statusCode()).isEqualTo(404);
    }

    @Test
    void thePageMayRunNothingButItsOwnScripts() throws Exception {
        for (String path : new String[] {"", "live.js", "api/host?key=x", "healthz", "nothing"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                            .doesNotContain("unsafe", "*"));
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        }
        assertThat(get("").body()).doesNotContain("style=", "onclick", "<script>");
    }

    @Test
    void anotherNameForLoopbackIsRefused() throws IOException {
        for (String own : new String[] {"localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:8080"}) {
            assertThat(asked("Host: " + own + "\r\n")).as(own).isEqualTo("HTTP/1.1 200 OK");
        }
        for (String other : new String[] {
            "Host: evil.example\r\n",
            "Host: evil.example:8080\r\n",
            "Host: localhost.evil.example\r\n",
            "Host: 127.0.0.1.evil.example\r\n",
            "Host: localhost\r\nHost: evil.example\r\n",
            ""
        }) {
            assertThat(asked(other)).as(other).isEqualTo("HTTP/1.1 403 Forbidden");
        }
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(URI.create(server.url()))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        HttpResponse<String> answer = client.send(post, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
        HttpRequest head = HttpRequest.newBuilder(URI.create(server.url()))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(head, HttpResponse.BodyHandlers.ofString()).body())
                .isEmpty();
    }

    @Test
    void healthAndMetrics() throws Exception {
        assertThat(get("healthz").body()).isEqualTo("ok\n");
        trouble = "no broker";
        HttpResponse<String> ill = get("healthz");
        assertThat(ill.statusCode()).isEqualTo(503);
        assertThat(ill.body()).isEqualTo("no broker\n");
        HttpResponse<String> metrics =
                get("metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");
        assertThat(metrics.body()).isEqualTo("new");
        assertThat(metrics.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(get("metrics").body()).isEqualTo("new");
        assertThat(get("metrics", "Accept", "text/plain").body()).isEqualTo("old");
    }

    @Test
    void healthIsThatOfTheInstance() {
        OptionalDouble now = OptionalDouble.of(0.1);
        OptionalDouble longAgo = OptionalDouble.of(40);
        assertThat(Health.trouble(RUNNING, "")).isEmpty();
        assertThat(Health.trouble(RUNNING, "topics")).isEqualTo("topics");
        assertThat(Health.trouble(new InstanceState("REBALANCING", now, now, Map.of()), ""))
                .contains("REBALANCING");
        assertThat(Health.trouble(new InstanceState("RUNNING", longAgo, now, Map.of()), ""))
                .contains("40 s");
        assertThat(Health.trouble(new InstanceState("RUNNING", now, longAgo, Map.of()), ""))
                .contains("no broker");
    }

    @Test
    void eventsTellOfWhatComes() throws Exception {
        board.host(Records.key(1), Records.host("first", "live", 5, 0), 1);
        try (Socket socket = connect();
                BufferedReader in = reader(socket)) {
            request(socket, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            JsonNode update = nextUpdate(in);
            assertThat(update.get("reset").asBoolean()).isTrue();
            assertThat(update.at("/hosts/0/host").asText()).isEqualTo("first");
            String spread = new String(Records.finding("f1", "CRITICAL", "x"), StandardCharsets.UTF_8)
                    .replace("{", "{\r\n\r\n");
            board.finding("f1", Records.key(1), spread.getBytes(StandardCharsets.UTF_8), 7);
            do {
                update = nextUpdate(in);
            } while (update.get("findings").isEmpty());
            assertThat(update.get("reset").asBoolean()).isFalse();
            assertThat(update.at("/findings/0/finding/id").asText()).isEqualTo("f1");
        }
    }

    private static JsonNode nextUpdate(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (!line.startsWith("data: ")) {
            line = in.readLine();
        }
        return Records.JSON.readTree(line.substring(6));
    }

    @Test
    void oneThatDoesNotReadIsDisconnectedAndHindersNobody() throws Exception {
        String large = "x".repeat(100_000);
        try (Socket stuck = new Socket()) {
            stuck.setReceiveBufferSize(4096);
            URI url = URI.create(server.url());
            stuck.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            request(stuck, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            for (int i = 0; i < 200; i++) {
                String id = "f" + i;
                board.finding(id, Records.key(1), Records.finding(id, "CRITICAL", large), 1);
            }
            board.host(Records.key(1), Records.host("seen by others", "live", 5, 0), 1);
            HttpRequest request = HttpRequest.newBuilder(url.resolve("events")).build();
            HttpResponse<InputStream> other = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader in = new BufferedReader(new InputStreamReader(other.body(), StandardCharsets.UTF_8))) {
                JsonNode update;
                do {
                    update = nextUpdate(in);
                } while (update.get("hosts").isEmpty());
                while (streams.count() != 1) {
                    nextUpdate(in);
                }
            }
        }
        while (streams.count() > 0) {
            Thread.sleep(10);
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorAtOnce() {
        URI url = URI.create(server.url());
        assertThatThrownBy(() -> new LivePage(new InetSocketAddress(url.getHost(), url.getPort()), ""))
                .isInstanceOf(BindException.class);
    }
}
