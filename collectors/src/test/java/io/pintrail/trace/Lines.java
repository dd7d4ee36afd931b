// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Traces in memory, told as JSON lines, which are easy to compare. */
final class Lines {
    private Lines() {}

    static byte[] vector(String name) {
        try (var in = Lines.class.getResourceAsStream("/vectors/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything a source delivers, one line a call. */
    static List<String> of(Source source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonLinesWriter writer = new JsonLinesWriter(out)) {
            source.drive(writer);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    static List<String> of(byte[] ptl, List<Damage> damage) throws IOException {
        return of(new TraceReader("test.ptl", new ByteArrayInputStream(ptl), damage::add));
    }

    /** The lines of an undamaged trace. */
    static List<String> of(byte[] ptl) throws IOException {
        List<Damage> damage = new ArrayList<>();
        List<String> lines = of(ptl, damage);
        if (!damage.isEmpty()) {
            throw new AssertionError(damage);
        }
        return lines;
    }

    static byte[] ptl(Source source, RecordingId id, boolean compress) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(out, id, compress)) {
            source.drive(writer);
        }
        return out.toByteArray();
    }

    static byte[] ptl(List<String> lines) throws IOException {
        byte[] json = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return ptl(new JsonLinesReader("test.jsonl", new ByteArrayInputStream(json)), RecordingId.NONE, false);
    }

    static Source source(byte[] ptl) {
        return new TraceReader("test.ptl", new ByteArrayInputStream(ptl), damage -> {
            throw new AssertionError(damage.toString());
        });
    }

    /** The root of the repository's collectors module, wherever the test runs. */
    static Path collectors() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("recorder")) ? here : here.resolve("collectors");
    }
}
