// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * How an instance is, as its Kafka clients tell.
 *
 * @param state of Kafka Streams: RUNNING, REBALANCING, …
 * @param sincePollSeconds since the consumer of the batches asked for more; empty before it first did
 * @param sinceHeartbeatSeconds since a broker last answered this instance's sign of life; empty before the first one
 * @param lagRecords batches that wait in Kafka, by assigned partition; without those of which nothing was read yet
 */
public record InstanceState(
        String state,
        OptionalDouble sincePollSeconds,
        OptionalDouble sinceHeartbeatSeconds,
        Map<Integer, Long> lagRecords) {
    private static final String OF_CONSUMER = "consumer-metrics";
    private static final String OF_GROUP = "consumer-coordinator-metrics";
    private static final String OF_FETCHES = "consumer-fetch-manager-metrics";

    static InstanceState of(KafkaStreams streams) {
        OptionalDouble poll = OptionalDouble.empty();
        OptionalDouble heartbeat = OptionalDouble.empty();
        Map<Integer, Long> lag = new TreeMap<>();
        for (Map.Entry<MetricName, ? extends Metric> entry : streams.metrics().entrySet()) {
            MetricName name = entry.getKey();
            boolean main = !name.tags().getOrDefault("client-id", "").endsWith("-restore-consumer");
            if (!main || !(entry.getValue().metricValue() instanceof Double value)) {
                continue;
            }
            switch (name.group() + '/' + name.name()) {
                case OF_CONSUMER + "/last-poll-seconds-ago" -> poll = least(poll, value);
                case OF_GROUP + "/last-heartbeat-seconds-ago" -> heartbeat = least(heartbeat, value);
                case OF_FETCHES + "/records-lag" -> {
                    if (!value.isNaN()) {
                        lag.put(Integer.parseInt(name.tags().get("partition")), value.longValue());
                    }
                }
                default -> {}
            }
        }
        return new InstanceState(streams.state().name(), poll, heartbeat, lag);
    }

    /** Of several threads the one that is best off; Kafka says −1 for never. */
    private static OptionalDouble least(OptionalDouble known, double seconds) {
        return seconds < 0 || known.isPresent() && known.getAsDouble() < seconds ? known : OptionalDouble.of(seconds);
    }
}
