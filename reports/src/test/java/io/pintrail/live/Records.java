// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Records as the topics have them, written to attack where a trace can put text. */
final class Records {
    static final String HOSTILE = "</script><img src=x onerror=\"document.title='pwned'\">\u202e'&";
    static final ObjectMapper JSON = new ObjectMapper();

    private Records() {}

    /** A key of a recording. */
    static String key(int number) {
        return String.format("%080x", number);
    }

    static byte[] host(String name, String status, long lastEvent, long lost) {
        ObjectNode host = JSON.createObjectNode();
        host.put("status", status).put("host", name).put("hostId", "00").put("bootId", "11");
        host.put("recordingId", "22").put("kernel", name).put("backend", "ebpf").put("scope", "pinned");
        host.put("firstEvent", 1_000_000_000L).put("lastEvent", lastEvent);
        host.put("realtimeOffset", 1_790_000_000_000_000_000L);
        host.put("events", 100).put("lostEvents", lost).put("gaps", 0);
        host.putArray("missingProbes");
        host.putArray("notices").addObject().put("text", "notice of " + name);
        return bytes(host);
    }

    static byte[] finding(String id, String severity, String text) {
        ObjectNode finding = JSON.createObjectNode();
        finding.put("id", id).put("class", "STALE").put("cause", "COW").put("severity", severity);
        finding.put("region", "h0r1")
                .put("va", "0x7f0000001000")
                .put("pages", 4)
                .put("runCount", 1);
        finding.put("at", 1_500_000_000L).putNull("healedAt").putNull("protectedBy");
        ObjectNode by = finding.putObject("by");
        by.put("pid", 7).put("tid", 7).put("comm", text).put("call", text);
        by.putArray("stack").add(text);
        by.putArray("kernelStack");
        finding.putObject("usedAfter").put("reads", 2).put("writes", 0).put("bytes", 8192);
        finding.put("explanation", text).put("remedy", text);
        return bytes(finding);
    }

    /** A finding of whose uses the trace lacks some, and none is known. */
    static byte[] findingWithoutKnownUse(String id) {
        ObjectNode finding = JSON.createObjectNode();
        try {
            finding.setAll((ObjectNode) JSON.readTree(finding(id, "WARNING", "madvise(3)")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        finding.putObject("usedAfter")
                .put("reads", 0)
                .put("writes", 0)
                .put("bytes", 0)
                .put("complete", false);
        return bytes(finding);
    }

    /** @param goneNs −1 for a live one */
    static byte[] region(String id, long pages, long sinceNs, long goneNs, String text) {
        ObjectNode region = JSON.createObjectNode();
        region.put("id", id).put("host", text).put("pid", 7).put("comm", text).put("device", text);
        region.put("holder", "rdma").put("lkey", "0x1").put("rkey", "0x2").put("va", "0x7f0000000000");
        region.put("length", pages * 4096)
                .put("error", 0)
                .put("registeredAt", sinceNs)
                .put("since", sinceNs);
        region.putArray("access").add(text);
        if (goneNs < 0) {
            region.putNull("deregisteredAt");
        } else {
            region.put("deregisteredAt", goneNs);
        }
        for (String name : new String[] {"pages", "worst"}) {
            ObjectNode counts = region.putObject(name).put("total", pages).put("stale", 4);
            counts.put("ok", pages - 4)
                    .put("odp", 0)
                    .put("detached", 0)
                    .put("zero", 0)
                    .put("unknown", 0);
        }
        region.put("unknownReason", "");
        region.putObject("cost").put("totalNs", 250_000);
        region.putObject("use").put("reads", 2).put("writes", 0);
        ObjectNode map = region.putObject("map").put("pagesPerCell", 1);
        map.putArray("runs").add(run("OK", 1)).add(run("STALE", 4)).add(run("OK", pages - 5));
        return bytes(region);
    }

    private static ArrayNode run(String verdict, long cells) {
        return JSON.createArrayNode().add(verdict).add(cells);
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
