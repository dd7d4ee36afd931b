// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.PinUse;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/** findings.json, schema {@code pintrail/findings/1}: see docs/outputs.md and findings.schema.json. */
public final class FindingsJson {
    private static final String SCHEMA = "pintrail/findings/1";

    private final IntFunction<HostSummary> hosts;
    private final JsonGenerator json;

    private FindingsJson(IntFunction<HostSummary> hosts, JsonGenerator json) {
        this.hosts = hosts;
        this.json = json;
    }

    /** Writes UTF-8 and leaves the stream open. */
    public static void write(Report report, OutputStream out) throws IOException {
        try (JsonGenerator json = Json.to(out)) {
            new FindingsJson(report::host, json).all(report);
            json.writeRaw('\n');
        }
    }

    /** One finding by itself, on one line. */
    public static byte[] finding(Finding finding) {
        return Json.line(json -> new FindingsJson(null, json).write(finding));
    }

    /** One region by itself, on one line, with a map of its pages. */
    public static byte[] region(HostSummary host, RegionSummary region) {
        return Json.line(json -> {
            json.writeStartObject();
            new FindingsJson(index -> host, json).fields(region);
            RegionMapJson.write(region.pageMap(), json);
            json.writeEndObject();
        });
    }

    /** One host by itself, on one line, with what limits what can be said of it. */
    public static byte[] host(HostSummary host, List<Notice> notices, String status) {
        return Json.line(json -> {
            json.writeStartObject();
            json.writeStringField("status", status);
            FindingsJson items = new FindingsJson(index -> host, json);
            items.fields(host);
            items.array("notices", notices, items::notice);
            json.writeEndObject();
        });
    }

    private void all(Report report) throws IOException {
        json.writeStartObject();
        json.writeStringField("schema", SCHEMA);
        json.writeStringField("generator", report.generator());
        array("traces", report.traces(), this::trace);
        array("hosts", report.result().hosts(), this::host);
        array("regions", report.result().regions(), this::write);
        json.writeNumberField("regionsOmitted", report.result().regionsOmitted());
        array("findings", report.result().findings(), this::write);
        json.writeNumberField("findingsInAll", report.result().findingTotals().findings());
        array("pins", report.result().pins(), this::pins);
        array("notices", report.result().notices(), this::notice);
        json.writeEndObject();
    }

    private <T> void array(String name, List<T> items, Json.Item<T> item) throws IOException {
        Json.array(json, name, items, item);
    }

    private void trace(Report.TraceFile trace) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", trace.name());
        Json.damage(json, trace.damage());
        json.writeEndObject();
    }

    private void host(HostSummary host) throws IOException {
        json.writeStartObject();
        fields(host);
        json.writeEndObject();
    }

    private void fields(HostSummary host) throws IOException {
        json.writeStringField("host", host.name());
        json.writeStringField("hostId", host.hostId());
        json.writeStringField("bootId", host.bootId());
        json.writeStringField("recordingId", host.recordingId());
        json.writeStringField("kernel", host.kernel());
        json.writeStringField("machine", host.machine());
        json.writeStringField("backend", host.backend());
        json.writeStringField("scope", host.scope());
        json.writeStringField("recorder", host.recorder());
        json.writeNumberField("firstEvent", host.firstEventNs());
        json.writeNumberField("lastEvent", host.lastEventNs());
        optional("realtimeOffset", host.realtimeOffsetNs());
        json.writeNumberField("events", host.events());
        json.writeNumberField("lostEvents", host.lostEvents());
        json.writeNumberField("gaps", host.gaps());
        json.writeBooleanField("complete", host.complete());
        array(
                "missingProbes",
                host.probes().stream().filter(p -> p.status() == 0).toList(),
                p -> json.writeString(p.event() + ": " + p.function()));
    }

    private void write(RegionSummary region) throws IOException {
        json.writeStartObject();
        fields(region);
        json.writeEndObject();
    }

    private void fields(RegionSummary region) throws IOException {
        json.writeStringField("id", region.id());
        json.writeStringField("host", hosts.apply(region.host()).name());
        json.writeNumberField("pid", region.pid());
        json.writeStringField("comm", region.comm());
        json.writeStringField("device", region.device());
        json.writeStringField("holder", lower(region.holder()));
        json.writeStringField("lkey", "0x" + Integer.toHexString(region.lkey()));
        json.writeStringField("rkey", "0x" + Integer.toHexString(region.rkey()));
        json.writeStringField("va", Units.hex(region.va()));
        json.writeNumberField("length", region.length());
        json.writeStringField("iova", Units.hex(region.iova()));
        array("access", AccessFlags.names(region.access()), json::writeString);
        json.writeNumberField("error", region.error());
        optional("registeredAt", region.registeredAt());
        optional("deregisteredAt", region.deregisteredAt());
        pages("pages", region.pages(), region.atEnd());
        pages("worst", region.pages(), region.worst());
        json.writeStringField("unknownReason", region.unknownReason().text());
        cost(region);
        use(region.use());
        json.writeStringField("origin", region.origin().name());
        json.writeNumberField("since", region.since());
    }

    private void pages(String name, long total, Map<Verdict, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("total", total);
        for (Verdict verdict : Verdict.values()) {
            json.writeNumberField(lower(verdict), counts.getOrDefault(verdict, 0L));
        }
        json.writeEndObject();
    }

    private void cost(RegionSummary region) throws IOException {
        RegionSummary.RegistrationCost cost = region.cost();
        json.writeObjectFieldStart("cost");
        json.writeNumberField("totalNs", cost.totalNs());
        json.writeNumberField("faultNs", cost.faultNs());
        json.writeNumberField("pinNs", cost.pinNs());
        json.writeNumberField("otherNs", cost.otherNs());
        json.writeNumberField("faults", cost.faults());
        json.writeNumberField("segments", region.contiguity().segments());
        json.writeNumberField("faultedInPages", region.provenance().faultedIn());
        json.writeEndObject();
    }

    private void use(RegionSummary.DeviceUse use) throws IOException {
        json.writeObjectFieldStart("use");
        json.writeNumberField("reads", use.reads());
        json.writeNumberField("writes", use.writes());
        json.writeNumberField("bytesRead", use.bytesRead());
        json.writeNumberField("bytesWritten", use.bytesWritten());
        json.writeEndObject();
    }

    private void write(Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", finding.id());
        json.writeStringField("class", finding.type().name());
        json.writeStringField("cause", finding.cause().name());
        json.writeStringField("severity", finding.severity().name());
        json.writeStringField("region", finding.region());
        json.writeStringField("va", Units.hex(finding.va()));
        json.writeNumberField("pages", finding.pages());
        array("runs", finding.runs(), this::run);
        json.writeNumberField("runCount", finding.runCount());
        array("pinnedPfns", finding.pinnedPfns(), this::frames);
        json.writeNumberField("at", finding.at());
        optional("healedAt", finding.healedAt());
        culprit("by", finding.by());
        if (finding.protectedBy() == null) {
            json.writeNullField("protectedBy");
        } else {
            culprit("protectedBy", finding.protectedBy());
        }
        Finding.Use use = finding.usedAfter();
        json.writeObjectFieldStart("usedAfter");
        json.writeNumberField("reads", use.reads());
        json.writeNumberField("writes", use.writes());
        json.writeNumberField("bytes", use.bytes());
        json.writeBooleanField("complete", use.complete());
        json.writeEndObject();
        json.writeStringField("explanation", finding.explanation());
        json.writeStringField("remedy", finding.remedy());
        json.writeEndObject();
    }

    private void pins(PinUse use) throws IOException {
        json.writeStartObject();
        json.writeStringField("host", hosts.apply(use.host()).name());
        json.writeStringField("caller", use.caller());
        json.writeNumberField("calls", use.calls());
        json.writeNumberField("failed", use.failed());
        json.writeNumberField("pages", use.pages());
        json.writeNumberField("zeroPages", use.zeroPages());
        json.writeNumberField("bytes", use.bytes());
        json.writeStringField("verdict", use.verdict().name());
        json.writeEndObject();
    }

    private void run(Finding.VaRun run) throws IOException {
        json.writeStartObject();
        json.writeStringField("va", Units.hex(run.va()));
        json.writeNumberField("pages", run.pages());
        json.writeEndObject();
    }

    private void frames(Finding.PfnRun run) throws IOException {
        json.writeStartObject();
        json.writeStringField("pfn", Units.hex(run.pfn()));
        json.writeNumberField("pages", run.pages());
        json.writeBooleanField("same", run.same());
        json.writeEndObject();
    }

    private void culprit(String name, Finding.Culprit by) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("pid", by.pid());
        json.writeNumberField("tid", by.tid());
        json.writeStringField("comm", by.comm());
        json.writeStringField("call", by.call());
        array("stack", by.stack(), json::writeString);
        array("kernelStack", by.kernelStack(), json::writeString);
        json.writeEndObject();
    }

    private void notice(Notice notice) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", notice.kind().name());
        json.writeStringField("host", hosts.apply(notice.host()).name());
        json.writeNumberField("at", notice.at());
        json.writeStringField("text", notice.text());
        json.writeEndObject();
    }

    private void optional(String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsLong());
        } else {
            json.writeNullField(name);
        }
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
