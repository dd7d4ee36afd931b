// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.TraceInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** What a trace holds, for programs; schema {@code pintrail/info/1}, see docs/outputs.md. */
public final class InfoJson {
    private InfoJson() {}

    /** Writes UTF-8 and leaves the stream open. */
    public static void write(TraceInfo info, OutputStream out) throws IOException {
        try (JsonGenerator json = Json.to(out)) {
            json.writeStartObject();
            json.writeStringField("schema", "pintrail/info/1");
            json.writeStringField("file", info.file());
            json.writeNumberField("bytes", info.bytes());
            Json.array(json, "recordings", info.recordings(), r -> recording(json, r));
            Json.damage(json, info.damage());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void recording(JsonGenerator json, TraceInfo.Recording r) throws IOException {
        json.writeStartObject();
        if (r.id() != null) {
            json.writeStringField("hostId", r.id().hostId());
            json.writeStringField("bootId", r.id().bootId());
            json.writeStringField("recordingId", String.format("%016x", r.id().recording()));
        }
        if (r.host() != null) {
            host(json, r.host());
        }
        json.writeNumberField("firstTime", r.firstTime());
        json.writeNumberField("lastTime", r.lastTime());
        if (r.realtimeOffsetNs() != null) {
            json.writeNumberField("realtimeOffset", r.realtimeOffsetNs());
        }
        json.writeNumberField("batches", r.batches());
        json.writeNumberField("missingBatches", r.missingBatches());
        json.writeNumberField("events", r.events());
        json.writeNumberField("lostEvents", r.lostEvents());
        json.writeNumberField("regions", r.regions());
        json.writeBooleanField("complete", r.endedInOrder());
        json.writeObjectFieldStart("eventsPerKind");
        for (Map.Entry<String, Long> kind : r.eventsPerKind().entrySet()) {
            json.writeNumberField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        Json.array(json, "probes", r.probes(), p -> probe(json, p));
        Json.array(json, "marks", r.marks(), m -> mark(json, m));
        json.writeEndObject();
    }

    private static void host(JsonGenerator json, HostInfo host) throws IOException {
        json.writeStringField("host", host.hostname());
        json.writeStringField("kernel", host.kernel());
        json.writeStringField("machine", host.machine());
        json.writeStringField("backend", host.backend());
        json.writeStringField("scope", InfoText.scope(host));
        json.writeStringField("recorder", host.recorderVersion());
        json.writeNumberField("cpus", host.cpus());
    }

    private static void probe(JsonGenerator json, TraceInfo.Probe probe) throws IOException {
        json.writeStartObject();
        json.writeStringField("event", probe.event());
        json.writeStringField("function", probe.function());
        String[] words = {"missing", "attached", "not needed"};
        boolean known = probe.status() >= 0 && probe.status() < words.length;
        json.writeStringField("status", known ? words[probe.status()] : "unknown");
        json.writeStringField("note", probe.note());
        json.writeEndObject();
    }

    private static void mark(JsonGenerator json, TraceInfo.Mark mark) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", mark.text());
        json.writeNumberField("at", mark.time());
        json.writeNumberField("pid", mark.pid());
        json.writeEndObject();
    }
}
