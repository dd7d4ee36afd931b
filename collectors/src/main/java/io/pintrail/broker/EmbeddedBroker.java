// SPDX-License-Identifier: Apache-2.0
package io.pintrail.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka broker that is its own controller (KRaft), on loopback only. Everything that knows the inside of Kafka's
 * server is here: those classes are no public interface and change with its versions.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** The trace format's largest batch with its header, and room for Kafka's own headers. */
    public static final int MAX_MESSAGE_BYTES = 17 << 20;

    private static final String HOST = "127.0.0.1";
    private static final int NODE = 1;

    private final Path directory;
    private final boolean throwAway;
    private final int port;
    private final KafkaRaftServer server;
    private final FileChannel lock;
    private boolean closed;

    private EmbeddedBroker(Path directory, FileChannel lock, boolean throwAway, int port, KafkaRaftServer server) {
        this.directory = directory;
        this.lock = lock;
        this.throwAway = throwAway;
        this.port = port;
        this.server = server;
    }

    /**
     * A broker whose data are deleted when it is closed.
     *
     * @param port to listen at, 0 for any that is free
     */
    public static EmbeddedBroker temporary(int port) throws IOException {
        Path directory = Files.createTempDirectory("pintrail-broker-");
        try {
            return start(directory, true, port);
        } catch (IOException e) {
            delete(directory);
            throw e;
        }
    }

    /**
     * A broker that goes on with the data in {@code directory}, which is made if need be and kept.
     *
     * @param port to listen at, 0 for any that is free
     */
    public static EmbeddedBroker keeping(Path directory, int port) throws IOException {
        return start(Files.createDirectories(directory), false, port);
    }

    private static EmbeddedBroker start(Path directory, boolean throwAway, int wanted) throws IOException {
        int[] free = freePorts(wanted);
        int port = free[0];
        FileChannel lock = lock(directory);
        KafkaRaftServer server = null;
        try {
            format(directory);
            server = new KafkaRaftServer(new KafkaConfig(settings(directory, port, free[1]), false), Time.SYSTEM);
            server.startup();
        } catch (IOException | RuntimeException e) {
            if (server != null) {
                server.shutdown();
            }
            lock.close();
            throw new IOException(directory + ": the embedded broker does not start: " + root(e).getMessage(), e);
        }
        return new EmbeddedBroker(directory, lock, throwAway, port, server);
    }

    /** What Kafka wraps into sentences about its own parts. */
    private static Throwable root(Throwable e) {
        return e.getCause() == null ? e : root(e.getCause());
    }

    /** Kafka has a lock of its own, but ends the whole process when that is taken. */
    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve("pintrail.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // this process itself has it
        }
        channel.close();
        throw new IOException(directory + ": another embedded broker works with this directory");
    }

    /** The controller's port must be known before it listens, so both are looked for in advance. */
    private static int[] freePorts(int wanted) throws IOException {
        InetAddress loopback = InetAddress.getByName(HOST);
        try (ServerSocket one = new ServerSocket(wanted, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        } catch (BindException e) {
            throw new IOException(HOST + ":" + wanted + ": " + e.getMessage() + "; choose another port", e);
        }
    }

    private static void format(Path directory) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE)
                    .setControllerListenerName("CONTROLLER")
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot be made a broker's directory: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> settings(Path directory, int port, int controllerPort) {
        Map<String, String> all = new HashMap<>();
        all.put("node.id", "" + NODE);
        all.put("process.roles", "broker,controller");
        all.put("log.dirs", directory.toString());
        all.put("listeners", "BROKER://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        all.put("advertised.listeners", "BROKER://" + HOST + ":" + port);
        all.put("inter.broker.listener.name", "BROKER");
        all.put("controller.listener.names", "CONTROLLER");
        all.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
        all.put("auto.create.topics.enable", "false");
        all.put("message.max.bytes", "" + MAX_MESSAGE_BYTES);
        all.put("replica.fetch.max.bytes", "" + MAX_MESSAGE_BYTES);
        // One broker has one copy of everything.
        all.put("offsets.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        // A cluster's sizes would cost a second at the start and 128 MiB of heap.
        all.put("offsets.topic.num.partitions", "4");
        all.put("transaction.state.log.num.partitions", "4");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.cleaner.dedupe.buffer.size", "" + (4 << 20));
        all.put("log.index.size.max.bytes", "" + (1 << 20));
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "4");
        all.put("num.recovery.threads.per.data.dir", "2");
        return all;
    }

    /** For {@code bootstrap.servers} and {@code --brokers}. */
    public String address() {
        return HOST + ":" + port;
    }

    /** Where its data are. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        try {
            lock.close();
        } catch (IOException e) {
            // the lock ends with the process
        }
        if (throwAway) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            directory.toFile().deleteOnExit(); // a temporary directory: the system clears what is left
        }
    }
}
