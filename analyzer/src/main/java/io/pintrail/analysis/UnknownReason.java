// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Why pages are {@link Verdict#UNKNOWN}. */
public enum UnknownReason {
    NONE(""),
    EVENTS_LOST("events were lost or a batch is missing or damaged"),
    PIN_NOT_SEEN("the pin of these pages is not in the trace"),
    REGISTERED_BEFORE("the region was registered before the recording began, and its pages could not be found out"),
    PROBE_MISSING("the recorder could not attach a probe this needs"),
    TOO_LARGE("the region is larger than 8 TiB"),
    NOT_OBSERVED("something happened to these pages of which the recorder does not know the outcome"),
    TRACE_CUT("the trace ends without its last batch");

    private final String text;

    UnknownReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
