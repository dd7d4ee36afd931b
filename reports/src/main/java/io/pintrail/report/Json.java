// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.pintrail.trace.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** How this program writes JSON: UTF-8, indented by two, streamed. */
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private Json() {}

    /** Writes one item of an array. */
    @FunctionalInterface
    interface Item<T> {
        void write(T item) throws IOException;
    }

    /** A generator that leaves the stream open. */
    static JsonGenerator to(OutputStream out) throws IOException {
        // Not Jackson's own UTF-8 encoder: it throws on half a surrogate pair, which a name in a trace may contain.
        JsonGenerator json = FACTORY.createGenerator(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
        return json;
    }

    /** What {@code item} writes, on one line, without an end of line. */
    static byte[] line(Item<JsonGenerator> item) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            item.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static <T> void array(JsonGenerator json, String name, Collection<T> items, Item<T> item) throws IOException {
        json.writeArrayFieldStart(name);
        for (T one : items) {
            item.write(one);
        }
        json.writeEndArray();
    }

    static void damage(JsonGenerator json, Collection<Damage> passages) throws IOException {
        array(json, "damage", passages, d -> {
            json.writeStartObject();
            json.writeNumberField("offset", d.offset());
            json.writeNumberField("bytes", d.bytes());
            json.writeStringField("reason", d.reason());
            json.writeEndObject();
        });
    }
}
