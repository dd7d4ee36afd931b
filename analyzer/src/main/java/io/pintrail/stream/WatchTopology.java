// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.ship.Topics;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** batches → one processor with one store → findings, regions, hosts, dead letters. */
final class WatchTopology {
    static final String STORE = "recordings";
    static final String FINDINGS = "findings";
    static final String REGIONS = "regions";
    static final String HOSTS = "hosts";
    static final String DEAD_LETTERS = "dead-letters";

    private static final String BATCHES = "batches";
    private static final String WATCH = "watch";

    private WatchTopology() {}

    static Topology of(
            WatchOptions options, RecordFormat format, WatchListener listener, WatchMetrics metrics, Replay replay) {
        Serializer<String> keys = Serdes.String().serializer();
        Serializer<byte[]> values = Serdes.ByteArray().serializer();
        Deserializer<byte[]> bytes = Serdes.ByteArray().deserializer();
        return new Topology()
                .addSource(BATCHES, bytes, bytes, options.batches())
                .addProcessor(WATCH, () -> new WatchProcessor(options, format, listener, metrics, replay), BATCHES)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                                .withLoggingEnabled(Map.of("max.message.bytes", "" + Topics.MAX_RECORD_BYTES))
                                .withCachingDisabled(),
                        WATCH)
                .addSink(FINDINGS, WatchOptions.FINDINGS, keys, values, WATCH)
                .addSink(REGIONS, WatchOptions.REGIONS, keys, values, WATCH)
                .addSink(HOSTS, WatchOptions.HOSTS, keys, values, WATCH)
                .addSink(DEAD_LETTERS, WatchOptions.DEAD_LETTERS, keys, values, WATCH);
    }
}
