// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/** Settings of a Kafka client: where the brokers are, and what a file says of TLS, SASL and the rest. */
public final class ClientConfig {
    private final Properties all = new Properties();

    /**
     * @param brokers {@code host:port,…}
     * @param file {@code name=value} lines, or null; secrets belong there and not on the command line
     */
    public ClientConfig(String brokers, Path file) throws IOException {
        if (file != null) {
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                all.load(in);
            } catch (NoSuchFileException e) {
                throw new IOException(file + ": no such file; give a file of Kafka client settings", e);
            } catch (IOException | IllegalArgumentException e) {
                throw new IOException(file + ": not a file of name=value lines: " + e.getMessage(), e);
            }
        }
        all.setProperty("bootstrap.servers", brokers);
    }

    /** A copy in which {@code name} has this value unless the file gave it another. */
    public Properties with(String... namesAndDefaults) {
        Properties copy = new Properties();
        for (int i = 0; i < namesAndDefaults.length; i += 2) {
            copy.setProperty(namesAndDefaults[i], namesAndDefaults[i + 1]);
        }
        copy.putAll(all);
        return copy;
    }

    /** What a client says of settings that it does not take; it wraps the sentence that matters. */
    public static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }

    /** Where the brokers are, for messages. */
    public String brokers() {
        return all.getProperty("bootstrap.servers");
    }
}
