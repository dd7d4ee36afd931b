// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Cause;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The page has the words of the report. */
class PageWordsTest {
    @Test
    void everyClassCauseAndVerdictHasItsWords() throws IOException {
        String words;
        try (InputStream in = PageWordsTest.class.getResourceAsStream("words.js")) {
            words = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (FindingClass type : FindingClass.values()) {
            assertThat(words).contains(" " + type.name() + ": '" + type.label() + "'");
        }
        for (Cause cause : Cause.values()) {
            assertThat(words).contains(" " + cause.name() + ": '" + (cause == Cause.NONE ? "" : cause.label()) + "'");
        }
        for (Verdict verdict : Verdict.values()) {
            assertThat(words).contains(" " + verdict.name() + ": '");
        }
    }
}
