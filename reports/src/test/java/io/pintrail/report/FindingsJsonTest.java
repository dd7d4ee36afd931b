// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FindingsJsonTest {
    /** Names that other programs rely on: the contract of findings.json, version 1. */
    private static final String[] REGION = {
        "id",
        "host",
        "pid",
        "comm",
        "device",
        "lkey",
        "rkey",
        "va",
        "length",
        "access",
        "registeredAt",
        "deregisteredAt",
        "pages"
    };

    private static final String[] FINDING = {
        "id",
        "class",
        "cause",
        "severity",
        "region",
        "va",
        "pages",
        "pinnedPfns",
        "at",
        "by",
        "usedAfter",
        "explanation",
        "remedy"
    };

    @Test
    void theContractsNamesAreThere() throws IOException {
        JsonNode json = json(MadeUp.report("app"));
        assertThat(json.at("/schema").asText()).isEqualTo("pintrail/findings/1");
        assertThat(json.at("/regions/0").fieldNames()).toIterable().contains(REGION);
        assertThat(json.at("/regions/0/pages").fieldNames())
                .toIterable()
                .contains("total", "ok", "zero", "stale", "detached");
        assertThat(json.at("/findings/0").fieldNames()).toIterable().contains(FINDING);
        assertThat(json.at("/findings/0/by").fieldNames()).toIterable().contains("pid", "tid", "comm", "call", "stack");
        assertThat(json.at("/findings/0/usedAfter").fieldNames())
                .toIterable()
                .contains("reads", "writes", "bytes", "complete");
    }

    @Test
    void addressesAreHexTextAndTimesAreNumbers() throws IOException {
        JsonNode json = json(MadeUp.report("app"));
        assertThat(json.at("/findings/0/va").asText()).isEqualTo("0x7f1200000000");
        assertThat(json.at("/findings/0/at").isIntegralNumber()).isTrue();
        assertThat(json.at("/regions/0/deregisteredAt").isNull()).isTrue();
    }

    @Test
    void theSchemaFileDescribesWhatIsWritten() throws IOException {
        for (Report report : new Report[] {MadeUp.report("app"), MadeUp.healthy(), MadeUp.report(MadeUp.HOSTILE)}) {
            assertThat(violations(json(report))).isEmpty();
        }
    }

    @Test
    void theSchemaFileRefusesWhatIsNotTheContract() throws IOException {
        JsonNode json = json(MadeUp.report("app"));
        ((ObjectNode) json.at("/findings/0")).put("va", "7f12");
        assertThat(violations(json)).isNotEmpty();
    }

    static Set<ValidationMessage> violations(JsonNode json) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(FindingsJson.class.getResourceAsStream("findings.schema.json"))
                .validate(json);
    }

    private static JsonNode json(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FindingsJson.write(report, out);
        return new ObjectMapper().readTree(out.toByteArray());
    }
}
