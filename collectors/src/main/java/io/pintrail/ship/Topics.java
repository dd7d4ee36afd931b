// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics, by versioned names: another format of their records is another topic. See docs/kafka.md. */
public final class Topics {
    /** Batches of the trace format, one a record; the key is the host id in hex. */
    public static final String BATCHES = "pintrail.batches.v1";

    /** Enough for a dozen analyzers; a topic made by hand may have any number. */
    public static final int PARTITIONS = 12;

    /** The largest batch of the trace format, with room for what Kafka puts around it. */
    public static final int MAX_RECORD_BYTES = 17 << 20;

    private static final long LOOK_MS = 20;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private Topics() {}

    /** Batches are kept for three days: what an analyzer that is down for a weekend needs. */
    public static NewTopic batches(String name, int partitions) {
        return topic(name, partitions, Map.of("retention.ms", "" + 3 * DAY_MS));
    }

    /**
     * A topic with the broker's default replication that takes records of any size the trace format knows. Records have
     * the time of the broker: with that of a host whose clock is wrong they would be deleted at once, or refused.
     */
    public static NewTopic topic(String name, int partitions, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("message.timestamp.type", "LogAppendTime");
        all.put("max.message.bytes", "" + MAX_RECORD_BYTES);
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(all);
    }

    /**
     * Makes those topics that do not exist.
     *
     * @param waitMs how long to wait for a broker
     */
    public static void create(ClientConfig config, List<NewTopic> wanted, long waitMs) throws IOException {
        Properties settings = config.with("default.api.timeout.ms", "" + waitMs, "request.timeout.ms", "" + waitMs);
        try (Admin admin = Admin.create(settings)) {
            Set<String> there = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>(wanted);
            missing.removeIf(topic -> there.contains(topic.name()));
            admin.createTopics(missing).all().get();
            awaitLeaders(admin, missing, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TimeoutException) {
                throw new IOException(config.brokers() + ": no broker answers; check --brokers and --config", cause);
            }
            if (!(cause instanceof TopicExistsException)) { // another instance was quicker
                throw new IOException(config.brokers() + ": topics cannot be made: " + cause.getMessage(), cause);
            }
        } catch (KafkaException e) {
            throw new IOException(config.brokers() + ": " + ClientConfig.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * The controller has made them, but a leader takes records a little later only. In between it may refuse the first
     * record of a producer and take the second, and then refuse the first for ever, as out of order.
     */
    private static void awaitLeaders(Admin admin, List<NewTopic> made, long end)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (NewTopic topic : made) {
            for (int i = 0; i < topic.numPartitions(); i++) {
                ends.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        while (true) {
            try {
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.sleep(LOOK_MS);
            }
        }
    }

    /** Whether it failed because no broker answers. */
    static boolean noAnswer(IOException e) {
        return e.getCause() instanceof TimeoutException;
    }
}
