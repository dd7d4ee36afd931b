// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends what the outbox holds, each batch once and in order, for as long as the brokers take to come back. */
final class Sender implements Runnable {
    private static final long CREATE_WAIT_MS = 5_000;

    private final Outbox outbox;
    private final Shipper.Options options;
    private final ClientConfig config;
    private final String topic;
    private final Thread thread = new Thread(this, "pintrail-ship");
    private volatile boolean stopped;
    private KafkaProducer<byte[], byte[]> producer;
    /** Within send(): what it failed with before the record was accepted. */
    private Exception refusal;

    private boolean sending;

    Sender(Outbox outbox, Shipper.Options options) {
        this.outbox = outbox;
        this.options = options;
        this.config = options.config();
        this.topic = options.topic();
        thread.setDaemon(true);
    }

    void start() throws ShipException {
        Properties all = config.with(
                "client.id", "pintrail-ship",
                "compression.type", "none", // batches are compressed already
                "linger.ms", "0",
                "batch.size", "" + (1 << 20),
                "request.timeout.ms", "10000",
                "reconnect.backoff.max.ms", "2000",
                "max.block.ms", "2000");
        all.setProperty("acks", "all");
        all.setProperty("enable.idempotence", "true");
        // A leader that is just beginning may refuse one request and take the next, and then refuses the first for
        // ever.
        all.setProperty("max.in.flight.requests.per.connection", "1");
        all.setProperty("delivery.timeout.ms", "" + Integer.MAX_VALUE);
        all.setProperty("max.request.size", "" + Topics.MAX_RECORD_BYTES);
        all.setProperty("buffer.memory", "" + (Shipper.MEMORY_BYTES + 2L * Topics.MAX_RECORD_BYTES));
        try {
            producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new ShipException("client settings: " + ClientConfig.reason(e), e);
        }
        thread.start();
    }

    @Override
    public void run() {
        try {
            createTopic();
            for (Batch batch = outbox.take(); batch != null; batch = outbox.take()) {
                send(batch);
            }
        } catch (IOException e) {
            outbox.fail(e);
        } catch (RuntimeException e) {
            outbox.fail(new ShipException(config.brokers() + ": " + e.getMessage(), e));
        }
    }

    /** Makes the topic if it is not there, as soon as a broker answers. Who may not make topics has them made. */
    private void createTopic() {
        NewTopic wanted = Topics.batches(topic, options.partitions());
        while (!stopped) {
            try {
                Topics.create(config, List.of(wanted), CREATE_WAIT_MS);
                return;
            } catch (IOException e) {
                if (!Topics.noAnswer(e)) {
                    return;
                }
            }
        }
    }

    private void send(Batch batch) {
        ProducerRecord<byte[], byte[]> entry = new ProducerRecord<>(topic, batch.key(), batch.bytes());
        do {
            refusal = null;
            sending = true;
            producer.send(entry, (meta, e) -> completed(batch, e));
            sending = false;
        } while (refusal instanceof RetriableException && !stopped);
        if (refusal != null && !(refusal instanceof RetriableException)) {
            failed(batch, refusal);
        }
    }

    private void completed(Batch batch, Exception e) {
        if (e == null) {
            outbox.acknowledged(batch);
        } else if (Thread.currentThread() == thread && sending) {
            refusal = e;
        } else if (!stopped) {
            failed(batch, e);
        }
    }

    private void failed(Batch batch, Exception e) {
        if (e instanceof RecordTooLargeException) {
            outbox.refused(batch);
            return;
        }
        boolean rights = e instanceof AuthorizationException || e instanceof AuthenticationException;
        String advice =
                rights ? "; check the credentials in --config" : "; start again, what was not sent is sent then";
        outbox.fail(new ShipException(config.brokers() + ": topic " + topic + ": " + e.getMessage() + advice, e));
    }

    void stop() {
        stopped = true;
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }
}
