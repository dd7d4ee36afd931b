// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A bad line is named with file, line and reason. */
class JsonLinesTest {
    private static final String GOOD = "{\"kind\":\"SNAPSHOT_END\",\"time\":1,\"pid\":2,\"tid\":3}\n";

    private static String reason(String line) {
        byte[] json = (GOOD + line + "\n" + GOOD).getBytes(StandardCharsets.UTF_8);
        try {
            new JsonLinesReader("test.jsonl", new ByteArrayInputStream(json)).drive(new TraceVisitor() {});
        } catch (TraceFormatException e) {
            assertThat(e.getMessage()).doesNotContain("\n").contains("; ");
            return e.getMessage();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("accepted");
    }

    @Test
    void aBadFieldIsNamed() {
        assertThat(reason("{\"kind\":\"CLOCK\",\"time\":1,\"pid\":2,\"tid\":3}"))
                .startsWith("test.jsonl: line 2: field \"realtimeNs\" is missing; ");
        assertThat(reason("{\"kind\":\"MARK\",\"time\":-1,\"pid\":2,\"tid\":3,\"text\":\"\"}"))
                .contains("field \"time\" is -1, not an unsigned integer of at most 64 bits");
        assertThat(reason("{\"kind\":\"MARK\",\"time\":1,\"pid\":2147483648,\"tid\":3,\"text\":\"\"}"))
                .contains("field \"pid\" is 2147483648, not a signed integer of at most 32 bits");
        assertThat(reason("{\"kind\":\"SNAPSHOT_BEGIN\",\"time\":1,\"pid\":1,\"tid\":3,\"reason\":256}"))
                .contains("field \"reason\" is 256, not an integer from 0 to 255");
        assertThat(reason("{\"kind\":\"SPACE_END\",\"time\":1,\"pid\":1,\"tid\":3,\"asid\":{}}"))
                .contains("field \"asid\" is not a string, a number or a boolean");
        assertThat(reason("{\"kind\":\"SPACE_END\",\"time\":1,\"time\":1}")).contains("field \"time\" comes twice");
    }

    @Test
    void framesAreChecked() {
        String unpin = "{\"kind\":\"UNPIN\",\"time\":1,\"pid\":1,\"tid\":3,\"pages\":1,";
        assertThat(reason(unpin + "\"pfn\":\"gone\"}")).contains("field \"pfn\" is gone, not an unsigned integer");
        assertThat(reason(unpin + "\"pfn\":\"0x1\",\"step\":2,\"pageKind\":0}"))
                .contains("field \"step\" is 2, not 0 or 1");
        assertThat(reason(unpin + "\"pfn\":\"0xffffffffffffffff\",\"step\":1,\"pageKind\":0}"))
                .contains("below 2^63");
    }

    @Test
    void whatIsNoLineOfATraceIsRefused() {
        assertThat(reason("{\"kind\":\"MAPP\",\"time\":1,\"pid\":2,\"tid\":3}"))
                .contains("line 2: unknown kind \"MAPP\"");
        assertThat(reason("{}")).contains("field \"kind\" is missing");
        assertThat(reason("[1]")).contains("line 2: not an object");
        assertThat(reason("{\"kind\":\"MAP\"")).contains("not JSON");
        assertThat(reason("plain text")).contains("line 2: not JSON");
    }
}
