// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pintrail.analysis.whatif.Pinned;
import io.pintrail.analysis.whatif.Policy;
import io.pintrail.analysis.whatif.Prediction;
import io.pintrail.analysis.whatif.Registration;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** {@code pintrail whatif --json}, described in docs/whatif.md. */
public final class WhatIfJson {
    private static final String SCHEMA = "pintrail/whatif/1";

    private WhatIfJson() {}

    public static void write(String trace, List<Registration> registrations, OutputStream out) throws IOException {
        try (JsonGenerator json = Json.to(out)) {
            json.writeStartObject();
            json.writeStringField("schema", SCHEMA);
            json.writeStringField("trace", trace);
            Json.array(json, "registrations", registrations, r -> registration(json, r));
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void registration(JsonGenerator json, Registration r) throws IOException {
        json.writeStartObject();
        json.writeStringField("host", r.host());
        json.writeStringField("kernel", r.kernel());
        json.writeNumberField("region", r.region());
        json.writeNumberField("pid", r.pid());
        json.writeStringField("comm", r.comm());
        json.writeStringField("device", r.device());
        json.writeNumberField("time", r.timeNs());
        json.writeStringField("lkey", "0x" + Integer.toHexString(r.lkey()));
        json.writeStringField("va", "0x" + Long.toHexString(r.va()));
        json.writeNumberField("length", r.length());
        json.writeNumberField("pages", r.pages());
        json.writeNumberField("access", Integer.toUnsignedLong(r.access()));
        json.writeBooleanField("writable", r.writable());
        json.writeStringField("memory", r.memory());
        json.writeNumberField("recordedFlags", r.recordedFlags());
        prediction(json, "recorded", r.recorded(), false);
        if (r.reason().isEmpty()) {
            json.writeNullField("reason");
        } else {
            json.writeStringField("reason", r.reason());
        }
        json.writeObjectFieldStart("policies");
        for (Policy policy : Policy.values()) {
            Prediction predicted = r.predictions().get(policy);
            if (predicted != null) {
                prediction(json, policy.label(), predicted, true);
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void prediction(JsonGenerator json, String name, Prediction p, boolean withDangers)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("error", p.error());
        json.writeObjectFieldStart("pinned");
        for (Pinned kind : Pinned.values()) {
            if (p.pinned().containsKey(kind)) {
                json.writeNumberField(kind.key(), p.pinned().get(kind));
            }
        }
        json.writeEndObject();
        json.writeNumberField("faulted", p.faulted());
        json.writeNumberField("copied", p.copied());
        json.writeNumberField("diverged", p.diverged());
        if (withDangers) {
            json.writeObjectFieldStart("endangered");
            json.writeNumberField("atStore", p.atStore());
            json.writeNumberField("afterProtection", p.afterProtection());
            json.writeNumberField("forkUntil5.8", p.beforeFork59());
            json.writeNumberField("mprotectCycleUntil5.18", p.cycled518());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
