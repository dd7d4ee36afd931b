// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.trace.RecordingId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What survives of the recordings of one partition, in a state store whose changelog is committed together with the
 * results and the offsets.
 *
 * <pre>
 * P/recording            progress
 * S/recording/chunk      image of the state, in pieces
 * N/recording            sequence number of the batch after that image
 * L/recording/sequence   batches since that image; contradicting ones after the last that came before them
 * O/recording/region     ids of its published open findings, each with a hash of what was published
 * </pre>
 *
 * The pages are in memory only. An image costs what the state is large, so one is made when the batches since the last
 * one outweigh it.
 */
final class RecordingStore {
    private static final int CHUNK_BYTES = 1 << 20;

    private final KeyValueStore<String, byte[]> store;

    RecordingStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    static String key(RecordingId id) {
        return id.hostId() + id.bootId() + HexFormat.of().toHexDigits(id.recording());
    }

    private static RecordingId id(String key) {
        return new RecordingId(
                key.substring(0, 32), key.substring(32, 64), HexFormat.fromHexDigitsToLong(key.substring(64, 80)));
    }

    Map<RecordingId, Progress> recordings() {
        Map<RecordingId, Progress> all = new LinkedHashMap<>();
        each("P/", entry -> all.put(id(entry.key.substring(2)), Progress.of(entry.value)));
        return all;
    }

    /** Null for a recording that has not been heard of. */
    Progress progress(RecordingId id) {
        byte[] bytes = store.get("P/" + key(id));
        return bytes == null ? null : Progress.of(bytes);
    }

    void progress(RecordingId id, Progress progress) {
        store.put("P/" + key(id), progress.bytes());
    }

    void append(RecordingId id, long sequence, byte[] batch) {
        store.put("L/" + key(id) + "/" + HexFormat.of().toHexDigits(sequence), batch);
    }

    /** A batch that contradicts one that came before. */
    void appendContradiction(RecordingId id, long lastSequence, int number, byte[] batch) {
        HexFormat hex = HexFormat.of();
        store.put("L/" + key(id) + "/" + hex.toHexDigits(lastSequence) + "+" + hex.toHexDigits(number), batch);
    }

    /** The batches since the image, in order. */
    List<byte[]> batches(RecordingId id) {
        List<byte[]> batches = new ArrayList<>();
        each("L/" + key(id) + "/", entry -> batches.add(entry.value));
        return batches;
    }

    /** Null where none has been made. */
    byte[] image(RecordingId id) {
        List<byte[]> chunks = new ArrayList<>();
        each("S/" + key(id) + "/", entry -> chunks.add(entry.value));
        if (chunks.isEmpty()) {
            return null;
        }
        byte[] image = new byte[chunks.stream().mapToInt(c -> c.length).sum()];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, image, at, chunk.length);
            at += chunk.length;
        }
        return image;
    }

    /** Sequence number of the batch after the image; 0 where there is no image. */
    long imageNext(RecordingId id) {
        byte[] bytes = store.get("N/" + key(id));
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    /** Puts an image in the place of the last one and of all batches. */
    void image(RecordingId id, byte[] image, long next) {
        store.put("N/" + key(id), ByteBuffer.allocate(Long.BYTES).putLong(next).array());
        clear("S/" + key(id) + "/");
        clear("L/" + key(id) + "/");
        for (int at = 0, chunk = 0; at < image.length; at += CHUNK_BYTES, chunk++) {
            byte[] piece = Arrays.copyOfRange(image, at, Math.min(image.length, at + CHUNK_BYTES));
            store.put(String.format("S/%s/%08d", key(id), chunk), piece);
        }
    }

    /** Id to hash of the published open findings of a region; a copy. */
    Map<String, String> open(RecordingId id, String region) {
        return parse(store.get("O/" + key(id) + "/" + region));
    }

    void open(RecordingId id, String region, Map<String, String> findings) {
        StringBuilder text = new StringBuilder();
        findings.forEach(
                (finding, hash) -> text.append(finding).append(' ').append(hash).append('\n'));
        byte[] bytes = text.isEmpty() ? null : text.toString().getBytes(StandardCharsets.US_ASCII);
        store.put("O/" + key(id) + "/" + region, bytes);
    }

    private static Map<String, String> parse(byte[] bytes) {
        Map<String, String> findings = new LinkedHashMap<>();
        if (bytes != null) {
            new String(bytes, StandardCharsets.US_ASCII).lines().forEach(line -> {
                int space = line.indexOf(' ');
                findings.put(line.substring(0, space), line.substring(space + 1));
            });
        }
        return findings;
    }

    /** Forgets all but the progress. */
    void forget(RecordingId id) {
        clear("S/" + key(id) + "/");
        clear("L/" + key(id) + "/");
        store.delete("N/" + key(id));
        forgetOpen(id);
    }

    void forgetOpen(RecordingId id) {
        clear("O/" + key(id) + "/");
    }

    /** Forgets that there was such a recording. */
    void remove(RecordingId id) {
        store.delete("P/" + key(id));
    }

    private void clear(String prefix) {
        List<String> keys = new ArrayList<>();
        each(prefix, entry -> keys.add(entry.key));
        keys.forEach(store::delete);
    }

    private void each(String prefix, Consumer<KeyValue<String, byte[]>> consumer) {
        try (KeyValueIterator<String, byte[]> entries = store.range(prefix, prefix + '~')) {
            entries.forEachRemaining(consumer);
        }
    }
}
