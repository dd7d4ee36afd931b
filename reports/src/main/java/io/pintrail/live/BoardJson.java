// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pintrail.stream.InstanceState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The {@link Board} as the page asks for it. What comes from records goes through as it came: the page shows text. */
final class BoardJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory FACTORY = JSON.getFactory();
    private static final int REGIONS = 500;
    private static final int NOTICES = 20;

    private BoardJson() {}

    @FunctionalInterface
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] object(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Not Jackson's own UTF-8 encoder: it throws on half a surrogate pair, which a name in a trace may contain.
        try (JsonGenerator json = FACTORY.createGenerator(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What changed, with how this instance is. */
    static byte[] update(Board board, Board.Changes changes, InstanceState instance, LiveMetrics local) {
        synchronized (board) {
            return object(json -> {
                json.writeBooleanField("reset", changes.reset());
                json.writeBooleanField("caughtUp", board.isCaughtUp());
                json.writeNumberField("now", System.currentTimeMillis());
                json.writeArrayFieldStart("hosts");
                for (HostRow host : changes.hosts()) {
                    host(json, host);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("findings");
                for (FindingRow finding : changes.findings()) {
                    finding(json, finding);
                }
                json.writeEndArray();
                keys(json, "goneHosts", changes.gone(), true);
                keys(json, "goneFindings", changes.gone(), false);
                omitted(json, board.omitted());
                instance(json, instance, local);
            });
        }
    }

    private static void keys(JsonGenerator json, String name, List<Board.Gone> gone, boolean hosts) throws IOException {
        json.writeArrayFieldStart(name);
        for (Board.Gone each : gone) {
            if (each.host() == hosts) {
                json.writeString(each.key());
            }
        }
        json.writeEndArray();
    }

    private static void omitted(JsonGenerator json, Board.Omitted omitted) throws IOException {
        json.writeObjectFieldStart("omitted");
        json.writeNumberField("hosts", omitted.hosts);
        json.writeNumberField("regions", omitted.regions);
        json.writeNumberField("findings", omitted.findings);
        json.writeNumberField("unreadable", omitted.unreadable);
        json.writeEndObject();
    }

    private static void instance(JsonGenerator json, InstanceState instance, LiveMetrics local) throws IOException {
        json.writeObjectFieldStart("instance");
        json.writeStringField("state", instance.state());
        json.writeNumberField("partitions", instance.lagRecords().size());
        json.writeNumberField(
                "lagRecords",
                instance.lagRecords().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        json.writeNumberField("batches", local.watch().batches());
        json.writeNumberField("events", local.watch().events());
        json.writeNumberField("lostEvents", local.watch().lost());
        json.writeNumberField("missingBatches", local.watch().missing());
        json.writeNumberField("setAside", local.watch().setAside());
        json.writeEndObject();
    }

    private static void host(JsonGenerator json, HostRow host) throws IOException {
        JsonNode record = host.record;
        json.writeStartObject();
        json.writeStringField("key", host.key);
        for (String name : List.of("host", "hostId", "bootId", "recordingId", "kernel", "backend", "scope", "status")) {
            json.writeStringField(name, record.path(name).asText());
        }
        for (String name : List.of("firstEvent", "lastEvent", "events", "lostEvents", "gaps")) {
            json.writeNumberField(name, record.path(name).asLong());
        }
        json.writeFieldName("realtimeOffset");
        JSON.writeTree(json, record.path("realtimeOffset"));
        JsonNode notices = record.path("notices");
        json.writeNumberField("noticeCount", notices.size());
        json.writeArrayFieldStart("notices");
        for (int i = 0; i < Math.min(NOTICES, notices.size()); i++) {
            json.writeString(notices.get(i).path("text").asText());
        }
        json.writeEndArray();
        json.writeNumberField("missingProbes", record.path("missingProbes").size());
        json.writeNumberField("regions", host.regions.size());
        json.writeNumberField("liveRegions", host.liveRegions);
        json.writeNumberField("pinnedBytes", host.pinnedBytes);
        json.writeNumberField("lagMs", host.lagMs);
        json.writeNumberField("version", host.version);
        json.writeObjectFieldStart("findings");
        for (HostRow.Level level : HostRow.Level.values()) {
            json.writeNumberField(level.name().toLowerCase(Locale.ROOT), host.findings.getOrDefault(level, 0));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void finding(JsonGenerator json, FindingRow finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("host", finding.host());
        json.writeNumberField("published", finding.publishedMs());
        json.writeNumberField("version", finding.version());
        json.writeFieldName("finding");
        json.writeRawValue(new String(finding.json(), StandardCharsets.UTF_8));
        json.writeEndObject();
    }

    /** A host's regions and what it did over time; null if it is not known. */
    static byte[] detail(Board board, String key) {
        synchronized (board) {
            HostRow host = board.host(key);
            if (host == null || host.record == null) {
                return null;
            }
            return object(json -> {
                json.writeStringField("key", key);
                json.writeNumberField("version", host.version);
                json.writeNumberField("total", host.regions.size());
                json.writeArrayFieldStart("regions");
                for (RegionRow region :
                        board.regions(host).stream().limit(REGIONS).toList()) {
                    JsonNode record = JSON.readTree(region.json());
                    ((ObjectNode) record).remove("map");
                    json.writeStartObject();
                    json.writeStringField("key", region.key());
                    json.writeFieldName("region");
                    JSON.writeTree(json, record);
                    json.writeEndObject();
                }
                json.writeEndArray();
                host.series.write(json, host.record.path("firstEvent").asLong());
            });
        }
    }

    /** One region with the map of its pages and its findings; null if it is not known. */
    static byte[] region(Board board, String key) {
        synchronized (board) {
            RegionRow region = board.region(key);
            if (region == null) {
                return null;
            }
            return object(json -> {
                JsonNode record = JSON.readTree(region.json());
                json.writeStringField("key", key);
                json.writeStringField("host", region.host());
                json.writeFieldName("region");
                JSON.writeTree(json, record);
                json.writeArrayFieldStart("findings");
                for (FindingRow finding :
                        board.findings(region.host(), record.path("id").asText())) {
                    finding(json, finding);
                }
                json.writeEndArray();
            });
        }
    }
}
