// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.live.LivePage;
import io.pintrail.ship.ClientConfig;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchListener;
import io.pintrail.stream.WatchOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live page of instances that follow a real broker, and the option that asks for it. */
@Timeout(300)
class WatchPageTest {
    private static final Path SAMPLES = Path.of("../sample-traces");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static EmbeddedBroker broker;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.temporary(0);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** One instance with its page. */
    private static final class Instance implements AutoCloseable {
        final LivePage page = new LivePage(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "test");
        final Watch watch;

        Instance() throws IOException {
            ClientConfig config = new ClientConfig(broker.address(), null);
            WatchListener listener = page.listener(new WatchListener() {});
            watch = new Watch(config, WatchOptions.DEFAULT, 2, new JsonFormat(), listener);
            page.follow(config, watch);
            watch.start();
        }

        @Override
        public void close() {
            watch.close();
            page.close();
        }
    }

    private static void ship(String sample) {
        Run run = Run.pintrail("ship", "--brokers", broker.address(), SAMPLES.resolve(sample));
        assertThat(run.code()).as(run.err()).isZero();
    }

    private HttpResponse<String> get(Instance instance, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(instance.page.url() + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What a page is told until all these recordings have ended: findings by id. */
    private Map<String, String> told(Instance instance, int recordings) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(instance.page.url() + "events"))
                .build();
        Map<String, String> findings = new TreeMap<>();
        Map<String, String> states = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (states.values().stream().filter("ended"::equals).count() < recordings) {
                if (line.startsWith("data: ")) {
                    JsonNode update = JSON.readTree(line.substring(6));
                    update.get("hosts")
                            .forEach(h -> states.put(
                                    h.get("key").asText(), h.get("status").asText()));
                    update.get("goneFindings").forEach(id -> findings.remove(id.asText()));
                    update.get("findings")
                            .forEach(f -> findings.put(
                                    f.at("/finding/id").asText(),
                                    f.get("finding").toString()));
                }
                line = in.readLine();
            }
        }
        return findings;
    }

    private static Map<String, String> offline(String... samples) throws IOException {
        Map<String, String> findings = new TreeMap<>();
        for (String sample : samples) {
            Run run = Run.pintrail("analyze", "--json", SAMPLES.resolve(sample));
            JSON.readTree(run.out())
                    .get("findings")
                    .forEach(f -> findings.put(f.get("id").asText(), f.toString()));
        }
        return findings;
    }

    @Test
    void everyInstancesPageTellsTheFindingsOfAllHosts() throws Exception {
        String[] samples = {"5.10/mprotect-cycle.ptl", "6.1/munmap-mmap.ptl", "7.2/healthy.ptl"};
        try (Instance one = new Instance();
                Instance two = new Instance()) {
            ship(samples[0]);
            Map<String, String> first = told(one, 1);
            assertThat(first).isEqualTo(offline(samples[0])).isNotEmpty();
            ship(samples[1]);
            ship(samples[2]);
            assertThat(told(one, 3)).isEqualTo(offline(samples));
            assertThat(told(two, 3)).isEqualTo(offline(samples));

            double batches = 0;
            double findings = 0;
            for (Instance each : new Instance[] {one, two}) {
                String metrics = get(each, "metrics").body();
                batches += value(metrics, "pintrail_watch_batches_total");
                findings += value(metrics, "pintrail_watch_finding_latency_seconds_count");
                assertThat(metrics)
                        .contains("\npintrail_watch_poll_age_seconds ")
                        .endsWith("# EOF\n");
            }
            assertThat(batches)
                    .isEqualTo(
                            one.watch.metrics().batches() + two.watch.metrics().batches());
            assertThat(findings)
                    .as("once each, and what a rebalance made an instance do again")
                    .isGreaterThanOrEqualTo(offline(samples).size());
            while (get(one, "healthz").statusCode() != 200) {
                Thread.sleep(100);
            }
            while (!get(one, "metrics").body().contains("\npintrail_watch_heartbeat_age_seconds ")) {
                Thread.sleep(100); // the first is sent after 3 s
            }
            one.watch.close();
            HttpResponse<String> stopped = get(one, "healthz");
            assertThat(stopped.statusCode()).isEqualTo(503);
            assertThat(stopped.body()).contains("NOT_RUNNING");
        }
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @Test
    void anAddressThatCannotBeHadIsOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "" + taken.getLocalPort();
            refused(port, "--http " + port + ": Address already in use; choose another");
            refused("127.0.0.1:" + port, "Address already in use");
        }
        refused("nonsense", "not an address");
        refused("127.0.0.1", "not an address");
        refused("127.0.0.1:70000", "not an address");
        refused("host.invalid:80", "no address of the name host.invalid");
        refused("192.0.2.1:8080", "choose another address");
    }

    private static void refused(String address, String says) {
        Run run = Run.pintrail("watch", "--brokers", "127.0.0.1:1", "--http", address);
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).startsWith("pintrail: ").contains(says);
    }

    @Test
    void thePageIsSaidAndEndsWithTheCommand() {
        Run run = Run.pintrail("watch", "--brokers", "127.0.0.1:1", "--http", "0");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("live page at http://127.0.0.1:", "no broker answers");
        String url = run.err().replaceAll("(?s).*(http://\\S+/).*", "$1");
        assertThat(client.sendAsync(
                        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()))
                .failsWithin(Duration.ofSeconds(30));
        assertThat(Run.pintrail("watch", "--brokers", "127.0.0.1:1", "--http", "0.0.0.0:0")
                        .err())
                .contains("for everybody who can reach this machine");
        assertThat(Run.pintrail("watch", "--help").out()).contains("--http=[HOST:]PORT", "/metrics", "127.0.0.1:8080");
    }
}
