// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * What is to be said of one pinned page at one moment. Declared from harmless to worst: of several verdicts the one
 * with the greatest ordinal wins. Rules: docs/verdicts.md.
 */
public enum Verdict {
    OK("the process maps the pinned frame"),
    ODP("on-demand paging: the device follows the page table"),
    SNAPSHOT("a short-term pin: a copy of that moment by design"),
    UNKNOWN("the trace cannot tell"),
    ZERO("the shared zero page is pinned: the next store loses it"),
    DETACHED("nothing is mapped at this address any more"),
    STALE("the process maps another frame than the pinned one");

    private final String meaning;

    Verdict(String meaning) {
        this.meaning = meaning;
    }

    /** Half a sentence for legends and tables. */
    public String meaning() {
        return meaning;
    }

    public Verdict worse(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
