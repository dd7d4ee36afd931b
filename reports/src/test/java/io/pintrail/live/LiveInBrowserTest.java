// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pintrail.browser.Chromium;
import io.pintrail.stream.InstanceState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium, with records that a trace could have brought. */
@Timeout(300)
class LiveInBrowserTest {
    private static final InstanceState RUNNING =
            new InstanceState("RUNNING", OptionalDouble.of(0), OptionalDouble.of(0), Map.of(0, 3L));
    private static final long MS = 1_000_000;
    private static final String HOST = Records.key(1);
    private static final String OTHER = Records.key(2);

    @TempDir
    private Path directory;

    private final Board board = new Board(Board.Limits.DEFAULT);
    private LiveServer server;
    private Browser browser;

    @BeforeEach
    void open() throws Exception {
        Optional<Path> program = Chromium.installed();
        assumeTrue(program.isPresent(), "NOT TESTED: no browser on this machine, apt install chromium");
        EventStreams streams = new EventStreams(board, () -> RUNNING, new LiveMetrics(), 20_000);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = new LiveServer(any, board, streams, new LiveServer.Answers() {
            @Override
            public String metrics(boolean old) {
                return "";
            }

            @Override
            public String trouble() {
                return "";
            }
        });
        browser = new Browser(program.get(), directory);
        browser.window(1440, 1200, false);
    }

    @AfterEach
    void close() throws Exception {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    private void show() throws Exception {
        board.caughtUp();
        browser.open(server.url());
        browser.await("document.body && document.body.dataset.ready === 'true'");
    }

    private String text(String selector) throws Exception {
        return browser.value("[...document.querySelectorAll('" + selector + "')].map(e => e.textContent).join('|')")
                .asText();
    }

    @Test
    void findingsComeChangeAndGoWhileThePageIsOpen() throws Exception {
        show();
        assertThat(text("h1")).isEqualTo("No host has shipped anything yet");
        board.host(HOST, Records.host("node-1", "live", 2_000 * MS, 0), 1_790_000_002_500L);
        browser.await("document.querySelector('#host-rows tr')");
        assertThat(text("h1")).isEqualTo("Nothing is wrong on the one host");

        board.finding("f1", HOST, Records.finding("f1", "WARNING", "madvise(1)"), 5);
        browser.await("document.querySelector('#f-f1')");
        assertThat(text("h1"))
                .isEqualTo("On the one host pages went wrong that the device is not known to have used since");
        browser.value("document.querySelector('#f-f1 summary').click()");
        board.finding("f1", HOST, Records.finding("f1", "CRITICAL", "madvise(2)"), 6);
        browser.await("document.querySelector('#f-f1.s-critical')");
        assertThat(browser.value("document.querySelectorAll('.finding').length").asInt())
                .isEqualTo(1);
        assertThat(browser.value("document.querySelector('#f-f1 details').open").asBoolean())
                .as("stays open")
                .isTrue();
        assertThat(text("#f-f1")).contains("madvise(2)", "The device read twice, 8 KiB, after that.");
        assertThat(browser.value("document.title").asText()).isEqualTo("(1) Pintrail live");

        board.finding("f2", HOST, Records.findingWithoutKnownUse("f2"), 6);
        browser.await("document.querySelector('#f-f2')");
        assertThat(text("#f-f2")).contains("Whether the device has used them since cannot be told.");

        board.finding("f1", HOST, null, 7);
        browser.await("!document.querySelector('#f-f1')");
        board.host(HOST, Records.host("node-1", "silent", 2_000 * MS, 0), 1_790_000_302_500L);
        browser.await("document.querySelector('#host-rows').textContent.includes('silent, closed')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aRegionsPagesAndAHostsHistoryAreDrawn() throws Exception {
        board.host(HOST, Records.host("node-1", "live", 2_000 * MS, 40), 1_790_000_002_500L);
        board.host(OTHER, Records.host("node-2", "ended", 2_000 * MS, 0), 1);
        board.region(HOST + "/r1", Records.region("h0r1", 64, 1_200 * MS, -1, "mpi"));
        board.finding("f1", HOST, Records.finding("f1", "CRITICAL", "madvise(1)"), 5);
        show();
        browser.await("document.querySelectorAll('#charts svg').length === 4");
        assertThat(text("#charts figcaption b")).isEqualTo("256 KiB|up to 250 µs|0.5 s|40");
        assertThat(text("#region-rows tr")).contains("mpi 7", "4 STALE, 60 OK", "registered");

        browser.value("document.querySelector('#region-rows tr').click()");
        browser.await("document.querySelector('#region .cells')");
        assertThat(browser.value("document.querySelectorAll('#region .cells .v-stale').length")
                        .asInt())
                .isEqualTo(4);
        assertThat(text("#region .cells rect:nth-child(2) title")).isEqualTo("0x7f0000001000, 1 page: STALE");
        assertThat(browser.value("getComputedStyle(document.querySelector('#region .cells .v-stale')).fill")
                        .asText())
                .contains("p-stale");
        assertThat(text("#region dt")).isEqualTo("Pages|Addresses|Keys|Access|Used by device|Findings");
        assertThat(text("#region dd")).contains("lkey 0x1, rkey 0x2", "critical: Stale pages: copy on write, 4 pages");
        assertThat(text("#f-f1 dd")).contains("madvise(1) 7|madvise(1)|madvise(1)|0x7f0000001000|f1");
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                .as("no scrolling sideways")
                .isLessThanOrEqualTo(1440);
        board.region(HOST + "/r1", Records.region("h0r1", 64, 1_200 * MS, 1_900 * MS, "mpi"));
        browser.await("document.querySelector('#region-rows').textContent.includes('deregistered')");

        browser.value("location.hash = '#host=" + OTHER + "'");
        browser.await("document.querySelector('#h-host').textContent === 'node-2'");
        assertThat(text("#region-note")).isEqualTo("None so far.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void namesFromATraceAreTextAndNothingElse() throws Exception {
        String name = Records.HOSTILE;
        board.host(HOST, Records.host(name, "live", 2_000 * MS, 0), 1_790_000_002_500L);
        board.region(HOST + "/r1", Records.region("h0r1", 64, 1_200 * MS, -1, name));
        board.finding("f1", HOST, Records.finding("f1", "CRITICAL", name), 5);
        show();
        browser.value("location.hash = '#host=" + HOST + "&region=r1'");
        browser.await("document.querySelector('#region .cells')");
        browser.value("document.querySelector('#f-f1 summary').click()");
        assertThat(browser.value("document.querySelectorAll('img, iframe, object, [onerror], [style]').length")
                        .asInt())
                .isZero();
        assertThat(browser.value("document.querySelectorAll('script').length").asInt())
                .isEqualTo(1);
        String shown = name.replace('\u202e', '\ufffd');
        for (String place : new String[] {"#host-rows", "#f-f1 code", "#f-f1 .remedy", "#host-notices", "#region"}) {
            assertThat(text(place)).as(place).contains(shown);
        }
        assertThat(browser.value("document.title").asText()).isEqualTo("(1) Pintrail live");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void itFitsANarrowWindowAndTheDark() throws Exception {
        board.host(HOST, Records.host("node-1.rack-17.example", "live", 2_000 * MS, 0), 1_790_000_002_500L);
        board.region(HOST + "/r1", Records.region("h0r1", 64, 1_200 * MS, -1, "mpi"));
        board.finding("f1", HOST, Records.finding("f1", "CRITICAL", "mmap(0x7f1436e50000,".repeat(8)), 5);
        browser.window(390, 844, true);
        show();
        browser.await("document.querySelector('#charts svg')");
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                .as("no scrolling sideways")
                .isLessThanOrEqualTo(390);
        assertThat(browser.value("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo("rgb(20, 23, 26)");
        assertThat(browser.complaints()).isEmpty();
    }
}
