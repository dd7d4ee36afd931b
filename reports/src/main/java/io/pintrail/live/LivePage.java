// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.ship.ClientConfig;
import io.pintrail.stream.InstanceState;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** The page, metrics and health of one instance. Serves from the start; what it does not know yet it says. */
public final class LivePage implements AutoCloseable {
    private static final long PATIENCE_MS = 20_000;
    private static final InstanceState STARTING =
            new InstanceState("STARTING", OptionalDouble.empty(), OptionalDouble.empty(), Map.of());

    private final LiveMetrics local = new LiveMetrics();
    private final Board board = new Board(Board.Limits.DEFAULT);
    private final LiveServer server;
    private volatile Supplier<InstanceState> instance = () -> STARTING;
    private volatile TopicFollower topics;

    /**
     * @param address where to listen
     * @param version for the metrics
     */
    public LivePage(InetSocketAddress address, String version) throws IOException {
        Supplier<InstanceState> state = () -> instance.get();
        EventStreams streams = new EventStreams(board, state, local, PATIENCE_MS);
        server = new LiveServer(address, board, streams, new LiveServer.Answers() {
            @Override
            public String metrics(boolean old) {
                return MetricsPage.text(local, state.get(), version, old);
            }

            @Override
            public String trouble() {
                return Health.trouble(state.get(), topics == null ? "" : topics.trouble());
            }
        });
    }

    /** To be told what the instance sees, together with another listener. */
    public WatchListener listener(WatchListener other) {
        return new BothListeners(local, other);
    }

    /** Shows this instance, and what the topics say. */
    public void follow(ClientConfig config, Watch watch) {
        local.of(watch.metrics());
        instance = watch::state;
        topics = new TopicFollower(config, board);
    }

    /** Where it listens, for people. */
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
        if (topics != null) {
            topics.close();
        }
    }
}
