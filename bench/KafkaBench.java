// SPDX-License-Identifier: Apache-2.0

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.report.FindingsJson;
import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Topics;
import io.pintrail.stream.RecordFormat;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchListener;
import io.pintrail.stream.WatchOptions;
import io.pintrail.trace.BatchDecoder;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.BatchSink;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceReader;
import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Each role is a process: {@code broker}, {@code batch} (a consumer without Kafka Streams, state that survives or results:
 * it analyses what it polls), {@code poll} (one that only polls), {@code watch} (an instance of the application), and
 * {@code all}, which starts the others, produces, listens and prints.
 *
 * <p>Throughput: the topic is full before anybody reads. The first half of it warms the JVM, the time is that of the
 * second; who is compared runs in turns. CPU time is that of the processes and of the broker in the same time. Latency:
 * one page a finding, whose event time is the clock of this machine; batches are sent as often as the recorder sends
 * them, and a finding counts when a reader of committed records has it; the first ones only warm the JVM. Recovery: a
 * second instance waits; the time is that from kill -9 of the first to the first batch that the second has analysed.
 */
public final class KafkaBench {
    private static final int PARTITIONS = 4;
    private static final int HOSTS = 4;
    private static final long FLUSH_MS = 500;
    private static final int WARM_FINDINGS = 100;

    private final Path directory;
    private final List<Process> children = new ArrayList<>();
    private Process broker;
    private String brokers;

    private KafkaBench(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "broker" -> {
                say(EmbeddedBroker.keeping(Path.of(args[1]), 0).address());
                Thread.currentThread().join();
            }
            case "batch" -> read(args[1], args[2], true);
            case "poll" -> read(args[1], args[2], false);
            case "watch" -> watch(args[1], args[2], args[3]);
            default -> {
                KafkaBench bench = new KafkaBench(Path.of(args[1]));
                try {
                    bench.all(
                            Long.parseLong(args[2]) * 1_000_000,
                            Integer.parseInt(args[3]),
                            Long.parseLong(args[4]) * 1024,
                            Integer.parseInt(args[5]));
                } finally {
                    bench.children.forEach(child -> child.destroyForcibly().onExit().join());
                    delete(bench.directory.resolve("kafka-data"));
                }
                System.exit(0);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    // ---- the roles

    /** Reads a topic until it is killed. */
    private static void read(String brokers, String topic, boolean analyse) throws Exception {
        Map<RecordingId, Analysis> analyses = new HashMap<>();
        Map<RecordingId, io.pintrail.trace.DecodingSink> sinks = new HashMap<>();
        AtomicLong batches = new AtomicLong();
        AtomicLong events = new AtomicLong();
        Thread teller = new Thread(() -> tell(events::get, batches::get));
        teller.setDaemon(true);
        teller.start();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(new ClientConfig(brokers, null), "read_uncommitted")) {
            assign(consumer, topic);
            while (true) {
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(100))) {
                    BatchHeader header = BatchDecoder.header(entry.value(), 0, entry.value().length);
                    if (analyse) {
                        BatchDecoder.check(header, entry.value(), 0);
                        Analysis analysis =
                                analyses.computeIfAbsent(header.id(), id -> new Analysis(AnalysisOptions.DEFAULT));
                        sinks.computeIfAbsent(header.id(), id -> new io.pintrail.trace.DecodingSink(analysis))
                                .batch(header, 0, entry.value(), 0, entry.value().length);
                        analysis.settled(true);
                    }
                    events.addAndGet(header.events());
                    batches.incrementAndGet();
                }
            }
        }
    }

    private static void watch(String brokers, String topic, String application) throws Exception {
        WatchOptions options = WatchOptions.DEFAULT.of(topic, application);
        try (Watch watch = new Watch(
                new ClientConfig(brokers, null), options, PARTITIONS, new Json(), new WatchListener() {})) {
            watch.stopped().whenComplete((done, failure) -> {
                failure.printStackTrace();
                System.exit(1);
            });
            watch.start();
            tell(watch.metrics()::events, watch.metrics()::batches);
        }
    }

    /** Says every 20 ms how much it has seen: events, batches, and the clock in ms. */
    private static void tell(LongSupplier events, LongSupplier batches) {
        long before = -1;
        while (true) {
            long now = batches.getAsLong();
            if (now != before) {
                say(events.getAsLong() + " " + now + " " + System.currentTimeMillis());
                before = now;
            }
            pause(20);
        }
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Json implements RecordFormat {
        @Override
        public byte[] finding(Finding finding) {
            return FindingsJson.finding(finding);
        }

        @Override
        public byte[] region(HostSummary host, RegionSummary region) {
            return FindingsJson.region(host, region);
        }

        @Override
        public byte[] host(HostSummary host, List<Notice> notices, String status) {
            return FindingsJson.host(host, notices, status);
        }
    }

    // ---- the measurements

    private void all(long events, int findings, long pages, int runs) throws Exception {
        Path data = directory.resolve("kafka-data");
        delete(data);
        Files.createDirectories(data);
        broker = start("broker", data.toString());
        brokers = new Reader(broker).line();
        System.err.println("bench: filling the topic");
        long filled = fill("events", events);
        say("| what | figure |");
        say("|---|---|");
        say(String.format(Locale.ROOT, "| events in the topic | %.1f million in %.1f MB |", filled / 1e6, bytes / 1e6));
        Map<String, List<Rate>> rates = new LinkedHashMap<>();
        for (int i = 0; i < runs; i++) {
            for (String who : List.of(POLL, BATCH, ONE, TWO)) {
                rates.computeIfAbsent(who, w -> new ArrayList<>()).add(throughput(who, filled));
                System.err.println("bench: " + who + ": " + rates.get(who).get(i));
            }
        }
        rates.forEach((who, all) -> {
            Rate rate = new Rate(median(all, Rate::events), median(all, Rate::cpu), median(all, Rate::broker));
            say("| " + who + " | " + rate + " |");
        });
        say(String.format(Locale.ROOT, "| one instance against the batch consumer | %s |", ratio(rates, ONE, BATCH)));
        say(String.format(Locale.ROOT, "| two instances against one | %s |", ratio(rates, TWO, ONE)));
        latency(findings);
        recovery(pages);
    }

    private static final String POLL = "consumer that only polls";
    private static final String BATCH = "batch consumer: polls and analyses, keeps nothing";
    private static final String ONE = "one instance of `watch`";
    private static final String TWO = "two instances of `watch`";

    /**
     * @param events millions a second
     * @param cpu seconds of the consumers for a million events
     * @param broker seconds of the broker for a million events
     */
    private record Rate(double events, double cpu, double broker) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.2f million events/s; CPU for a million: %.0f ms, the broker %.0f ms",
                    events,
                    cpu * 1e3,
                    broker * 1e3);
        }
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> of) {
        return rates.stream().mapToDouble(of).sorted().toArray()[rates.size() / 2];
    }

    /** Of those that ran one after the other, round by round. */
    private static String ratio(Map<String, List<Rate>> rates, String of, String to) {
        double[] ratios = new double[rates.get(of).size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rates.get(of).get(i).events / rates.get(to).get(i).events;
        }
        Arrays.sort(ratios);
        return String.format(
                Locale.ROOT,
                "%.2f × (%.2f to %.2f)",
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private int applications;

    /** Over the second half of the topic. */
    private Rate throughput(String who, long events) throws Exception {
        String application = "bench-" + applications++;
        List<Process> processes = new ArrayList<>();
        List<long[]> seen = new ArrayList<>();
        for (int i = 0; i < (who.equals(TWO) ? 2 : 1); i++) {
            String role = who.equals(POLL) ? "poll" : who.equals(BATCH) ? "batch" : "watch";
            processes.add(start(role, brokers, "events", application));
            seen.add(follow(processes.get(i)));
        }
        long[] begin = await(processes, seen, events / 2);
        double cpu = cpu(processes);
        double brokerCpu = cpu(List.of(broker));
        long[] end = await(processes, seen, events);
        double millions = (end[0] - begin[0]) / 1e6;
        Rate rate = new Rate(
                millions * 1e3 / (end[1] - begin[1]),
                (cpu(processes) - cpu) / millions,
                (cpu(List.of(broker)) - brokerCpu) / millions);
        processes.forEach(KafkaBench::kill);
        forget(application);
        if (millions < events / 4e6) {
            throw new IOException("one instance had nearly done all before the other began; use more --events");
        }
        return rate;
    }

    /** Until all have seen something, and together that many events: these, and the clock in ms. */
    private static long[] await(List<Process> processes, List<long[]> seen, long events) throws IOException {
        while (true) {
            long sum = 0;
            long clock = 0;
            boolean all = true;
            for (long[] each : seen) {
                synchronized (each) {
                    sum += each[0];
                    clock = Math.max(clock, each[1]);
                    all &= each[0] > 0;
                }
            }
            if (all && sum >= events) {
                return new long[] {sum, clock};
            }
            if (!processes.stream().allMatch(Process::isAlive)) {
                throw new IOException("a process of the measurement ended; see above");
            }
            pause(5);
        }
    }

    /** User and system time, in seconds. */
    private static double cpu(List<Process> processes) {
        return processes.stream()
                .mapToDouble(p -> p.info().totalCpuDuration().orElseThrow().toNanos() / 1e9)
                .sum();
    }

    /** The state of an application, which is as large as what it has read. */
    private void forget(String application) throws Exception {
        try (Admin admin = Admin.create(new ClientConfig(brokers, null).with())) {
            List<String> its = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(application + "-"))
                    .toList();
            admin.deleteTopics(its).all().get();
        }
    }

    private long bytes;

    /** Hosts with pages of 4 MiB pinned each and events around them, about that many. */
    private long fill(String topic, long events) throws Exception {
        long activity = events / HOSTS / 64;
        SyntheticConfig config = new SyntheticConfig(1, HOSTS, 4, 16, 1024, true, 0.001, activity, true);
        return produce(topic, PARTITIONS, config, 0);
    }

    /** The last batches, not sent by {@link #produce}, oldest first. */
    private final java.util.ArrayDeque<ProducerRecord<byte[], byte[]>> withheld = new java.util.ArrayDeque<>();

    /** Sends the batches of a synthetic trace but for the last {@code hold}; returns the number of all events. */
    private long produce(String topic, int parts, SyntheticConfig config, int hold) throws Exception {
        ClientConfig client = new ClientConfig(brokers, null);
        Topics.create(client, List.of(Topics.batches(topic, parts)), 30_000);
        long[] events = {0};
        Map<RecordingId, Integer> partitions = new HashMap<>();
        PipedOutputStream out = new PipedOutputStream();
        try (KafkaProducer<byte[], byte[]> producer = producer(client);
                InputStream in = new PipedInputStream(out, 4 << 20)) {
            Thread writer = new Thread(() -> {
                try (OutputStream buffered = new BufferedOutputStream(out, 1 << 20);
                        TraceWriter trace = new TraceWriter(buffered, RecordingId.NONE, true)) {
                    new SyntheticTrace(config).drive(trace);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            new TraceReader(topic, in, damage -> {}).driveBatches(new BatchSink() {
                @Override
                public void batch(BatchHeader header, long missing, byte[] from, int at, int length) {
                    int partition = partitions.computeIfAbsent(header.id(), id -> partitions.size() % parts);
                    events[0] += header.events();
                    bytes += length;
                    byte[] key = header.id().hostId().getBytes(StandardCharsets.US_ASCII);
                    withheld.add(new ProducerRecord<>(topic, partition, key, Arrays.copyOfRange(from, at, at + length)));
                    if (withheld.size() > hold) {
                        producer.send(withheld.remove());
                    }
                }
            });
            producer.flush();
            writer.join();
        }
        return events[0];
    }

    /** Event time → finding. */
    private void latency(int findings) throws Exception {
        Process process = start("watch", brokers, "latency", "bench-latency");
        Map<String, Long> first = new HashMap<>();
        ClientConfig client = new ClientConfig(brokers, null);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client, "read_committed");
                KafkaProducer<byte[], byte[]> producer = producer(client);
                Recorder recorder = new Recorder(WARM_FINDINGS + findings, producer, "latency")) {
            Thread.sleep(15_000); // it has joined its group; its topics are there
            List<TopicPartition> all = assign(consumer, WatchOptions.FINDINGS);
            consumer.seekToEnd(all);
            all.forEach(consumer::position);
            Thread host = new Thread(recorder);
            host.start();
            long end = System.nanoTime() + Duration.ofSeconds(60 + findings / 20).toNanos();
            List<Double> latencies = new ArrayList<>();
            while (first.size() < WARM_FINDINGS + findings && System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(5))) {
                    String id = new String(entry.key(), StandardCharsets.US_ASCII);
                    if (entry.value() != null && first.putIfAbsent(id, 1L) == null) {
                        String text = new String(entry.value(), StandardCharsets.UTF_8);
                        int at = text.indexOf("\"at\":") + 5;
                        long time = Long.parseLong(text.substring(at, text.indexOf(',', at)));
                        latencies.add((now() - time) / 1e6);
                    }
                }
            }
            host.join();
            if (latencies.size() < WARM_FINDINGS + findings) {
                throw new IOException(WARM_FINDINGS + findings - latencies.size() + " findings did not come");
            }
            latencies.subList(0, WARM_FINDINGS).clear();
            latencies.sort(null);
            say(String.format(
                    Locale.ROOT,
                    "| event → finding, batches sent every %d ms, %d findings | p50 %.0f ms, p99 %.0f ms, max %.0f ms |",
                    FLUSH_MS,
                    latencies.size(),
                    latencies.get(latencies.size() / 2),
                    latencies.get(latencies.size() * 99 / 100),
                    latencies.get(latencies.size() - 1)));
        } finally {
            kill(process);
        }
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000;
    }

    /** A host with one region: every 50 ms a page of it is replaced, as munmap and mmap do. */
    private static final class Recorder implements Runnable, AutoCloseable {
        private static final int PID = 100;

        private final int pages;
        private final KafkaProducer<byte[], byte[]> producer;
        private final String topic;
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        private final TraceWriter trace;

        Recorder(int pages, KafkaProducer<byte[], byte[]> producer, String topic) throws IOException {
            this.pages = pages;
            this.producer = producer;
            this.topic = topic;
            trace = new TraceWriter(bytes, new RecordingId("1".repeat(32), "2".repeat(32), 3), false);
            bytes.reset(); // the file's header
        }

        @Override
        public void run() {
            try {
                trace.host(now(), 1, 1, new HostInfo("bench", "6.1", "x86_64", "ebpf", 0, "1", 12, 7, 0, 0, 64, 2));
                trace.space(now(), PID, PID, 1, "app");
                long start = 1000L << 12;
                long length = (long) pages << 12;
                trace.registerBegin(now(), PID, PID, 1, 1, 1, "rxe0", start, length, start, 7);
                trace.umemBegin(now(), PID, PID, 1, 1, 1, start, length, 7);
                trace.pinBegin(now(), PID, PID, 1, 1, 1, 1, 1, 1000, pages, 1 | 4 | 8, 0);
                trace.pinPages(now(), PID, PID, 1, 1000, pages, 50_000, 1, 1);
                trace.pinEnd(now(), PID, PID, 1, pages);
                trace.umemEnd(now(), PID, PID, 1, 0);
                trace.registerEnd(now(), PID, PID, 1, 0, 16, 16);
                // Not side by side, so that each is a finding.
                long sent = System.currentTimeMillis();
                for (int i = 0; i < pages; i++) {
                    long page = 1000 + (i < (pages + 1) / 2 ? 2L * i : 2L * (i - (pages + 1) / 2) + 1);
                    long call = i + 1;
                    trace.call(now(), PID, PID, call, 11, page << 12, 4096, 0, 0, 0, 0, 0, 0);
                    trace.unmap(now(), PID, PID, 1, 2, 0, call, page, 1);
                    trace.map(now(), PID, PID, 1, 2, call, page, 1, TraceVisitor.NONE, 0, 0);
                    trace.map(now(), PID, PID, 1, 1, 0, page, 1, 900_000 + i, 0, 1);
                    Thread.sleep(50);
                    if (System.currentTimeMillis() - sent >= FLUSH_MS) {
                        send();
                        sent = System.currentTimeMillis();
                    }
                }
                send();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void send() throws IOException {
            trace.flush();
            producer.send(new ProducerRecord<>(topic, 0, "1".repeat(32).getBytes(), bytes.toByteArray()));
            producer.flush();
            bytes.reset();
        }

        @Override
        public void close() throws IOException {
            trace.close();
        }
    }

    /** Who has the host is killed, which is seen from who analyses one more batch of it. */
    private void recovery(long pages) throws Exception {
        SyntheticConfig config = new SyntheticConfig(9, 1, 4, 64, pages / 256, true, 0.001, 20_000, false);
        produce("recovery", 1, config, 2);
        List<Process> processes = new ArrayList<>();
        List<long[]> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(start("watch", brokers, "recovery", "bench-recovery"));
            seen.add(follow(processes.get(i)));
            Thread.sleep(30_000); // it has analysed all; the second has found its place in the group
        }
        long[] before = {batches(seen, 0), batches(seen, 1)};
        try (KafkaProducer<byte[], byte[]> producer = producer(new ClientConfig(brokers, null))) {
            producer.send(withheld.remove()).get();
            while (batches(seen, 0) == before[0] && batches(seen, 1) == before[1]) {
                Thread.sleep(10);
            }
            int has = batches(seen, 0) != before[0] ? 0 : 1;
            Thread.sleep(2_000); // committed
            long waiting = batches(seen, 1 - has);
            long killed = System.currentTimeMillis();
            kill(processes.get(has));
            producer.send(withheld.remove()).get();
            while (batches(seen, 1 - has) == waiting) {
                Thread.sleep(10);
            }
            say(String.format(
                    Locale.ROOT,
                    "| kill -9 with %d pinned pages → first batch of the other instance | %.1f s, 10 s of them for"
                            + " noticing |",
                    pages,
                    (System.currentTimeMillis() - killed) / 1e3));
            kill(processes.get(1 - has));
        }
    }

    private static long batches(List<long[]> seen, int of) {
        synchronized (seen.get(of)) {
            return seen.get(of)[2];
        }
    }

    /** What an instance has said last: events, the clock, batches. */
    private static long[] follow(Process process) {
        Reader reader = new Reader(process);
        long[] mine = {0, 0, 0};
        Thread thread = new Thread(() -> {
            try {
                for (String line = reader.line(); ; line = reader.line()) {
                    String[] words = line.split(" ");
                    synchronized (mine) {
                        mine[0] = Long.parseLong(words[0]);
                        mine[1] = Long.parseLong(words[2]);
                        mine[2] = Long.parseLong(words[1]);
                    }
                }
            } catch (IOException e) {
                return; // it was killed
            }
        });
        thread.setDaemon(true);
        thread.start();
        return mine;
    }

    // ---- means

    private static KafkaConsumer<byte[], byte[]> consumer(ClientConfig config, String isolation) {
        Properties all = config.with(
                "isolation.level", isolation, "auto.offset.reset", "earliest",
                // as io.pintrail.stream.Watch has them
                "max.partition.fetch.bytes", "" + (2 << 20), "receive.buffer.bytes", "-1");
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(ClientConfig config) {
        Properties all = config.with("max.request.size", "" + Topics.MAX_RECORD_BYTES, "acks", "all");
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(all);
        return all;
    }

    /** This program in another role; what it says on standard output is read by a {@link Reader}. */
    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-cp",
                System.getProperty("java.class.path"),
                "KafkaBench"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(process);
        return process;
    }

    private static final class Reader {
        private final BufferedReader lines;

        Reader(Process process) {
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("a process of the measurement ended; see above");
            }
            return line;
        }
    }

    private static void kill(Process process) {
        process.destroyForcibly().onExit().join();
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
