// SPDX-License-Identifier: Apache-2.0
package io.pintrail.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerTest {
    @Test
    void dataAreThereAfterARestartAndTheDirectoryHasOneBrokerOnly(@TempDir Path directory) throws Exception {
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.keeping(directory, 0)) {
            port = Integer.parseInt(broker.address().split(":")[1]);
            try (Admin admin = admin(broker)) {
                admin.createTopics(List.of(new NewTopic("kept", Optional.of(3), Optional.empty())))
                        .all()
                        .get();
            }
            assertThatThrownBy(() -> EmbeddedBroker.keeping(directory, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another embedded broker")
                    .hasMessageContaining(directory.toString());
        }
        try (EmbeddedBroker broker = EmbeddedBroker.keeping(directory, port)) {
            assertThat(broker.address()).endsWith(":" + port);
            assertThat(topics(broker)).containsExactly("kept");
        }
    }

    @Test
    void aTemporaryOneLeavesNothing() throws Exception {
        Path directory;
        try (EmbeddedBroker broker = EmbeddedBroker.temporary(0)) {
            directory = broker.directory();
            assertThat(topics(broker)).isEmpty();
        }
        assertThat(Files.exists(directory)).isFalse();
    }

    private static Iterable<String> topics(EmbeddedBroker broker) throws InterruptedException, ExecutionException {
        try (Admin admin = admin(broker)) {
            return admin.listTopics().names().get();
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.address()));
    }
}
