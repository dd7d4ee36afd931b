// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.ship.ClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say which Kafka to use, as a mixin. */
final class Brokers {
    private static final int MAX_PORT = 0xffff;

    @ArgGroup(multiplicity = "1")
    private Where where;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings for the Kafka clients (TLS, SASL, …) as name=value lines. Passwords belong there.")
    private Path config;

    @Option(
            names = "--embedded-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where the embedded broker listens, on loopback. Default: any port that is free.")
    private int port;

    private EmbeddedBroker embedded;

    private static final class Where {
        @Option(names = "--brokers", paramLabel = "HOST:PORT,…", description = "Kafka brokers to start from.")
        private String brokers;

        @Option(
                names = "--embedded",
                description = "Start a broker in this process, on loopback. Its data are thrown away at the end.")
        private boolean temporary;

        @Option(
                names = "--embedded-data",
                paramLabel = "DIR",
                description = "As --embedded, with the broker's data in DIR, where they are kept.")
        private Path kept;
    }

    /** Starts the embedded broker if that is wanted. */
    ClientConfig open(Terminal terminal) throws IOException, UserError {
        if (port < 0 || port > MAX_PORT) {
            throw new UserError("--embedded-port " + port + ": not a port; give 1 to 65535, or 0 for any");
        }
        if (where.brokers != null) {
            if (port != 0) {
                throw new UserError("--embedded-port: is for a broker in this process; drop it, or --brokers");
            }
            return new ClientConfig(where.brokers, config);
        }
        embedded = where.temporary ? EmbeddedBroker.temporary(port) : EmbeddedBroker.keeping(where.kept, port);
        terminal.err().println("pintrail: embedded broker at " + embedded.address());
        return new ClientConfig(embedded.address(), config);
    }

    /** Stops the embedded broker if there is one. */
    void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
