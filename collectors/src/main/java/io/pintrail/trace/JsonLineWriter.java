// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** One JSON object a line, and how numbers, addresses and frames are written in it. */
abstract class JsonLineWriter implements TraceVisitor, AutoCloseable {
    protected static final long U32 = 0xffff_ffffL;

    /** Greatest integer that every JSON reader keeps exactly. */
    private static final long SAFE = (1L << 53) - 1;

    private final JsonGenerator json;

    JsonLineWriter(OutputStream out) throws IOException {
        json = new JsonFactory().createGenerator(out);
        json.setRootValueSeparator(null);
        json.enable(JsonGenerator.Feature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
    }

    @Override
    public void batch(BatchHeader header) {
        start("BATCH");
        text("hostId", header.id().hostId());
        text("bootId", header.id().bootId());
        hex("recordingId", header.id().recording());
        number("sequence", header.sequence());
        flag("first", header.first());
        flag("last", header.last());
        flag("compressed", header.compressed());
        number("firstTime", header.firstTime());
        number("lastTime", header.lastTime());
        number("events", header.events() & U32);
        number("lost", header.lost());
        end();
    }

    @Override
    public void gap(long firstMissing, long count) {
        start("GAP");
        number("firstMissing", firstMissing);
        number("count", count);
        end();
    }

    protected final void line(int kind, long time, int pid, int tid) {
        start(Kind.name(kind));
        number("time", time);
        signed("pid", pid);
        signed("tid", tid);
    }

    private void start(String kind) {
        try {
            json.writeStartObject();
            json.writeStringField("kind", kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final void end() {
        try {
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final void text(String name, CharSequence value) {
        try {
            json.writeStringField(name, value.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final void flag(String name, boolean value) {
        try {
            json.writeBooleanField(name, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unsigned; a string where a number would lose digits in readers that have only doubles. */
    protected final void number(String name, long value) {
        if (value < 0 || value > SAFE) {
            text(name, Long.toUnsignedString(value));
        } else {
            signed(name, value);
        }
    }

    protected final void signed(String name, long value) {
        try {
            if (Math.abs(value) > SAFE || value == Long.MIN_VALUE) {
                json.writeStringField(name, Long.toString(value));
            } else {
                json.writeNumberField(name, value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final void hex(String name, long value) {
        text(name, "0x" + Long.toHexString(value));
    }

    protected final void frames(long pfn, int step, int pageKind) {
        if (pfn == NONE) {
            text("pfn", "none");
        } else if (pfn == NOT_PRESENT) {
            text("pfn", "not-present");
        } else {
            hex("pfn", pfn);
            number("step", step);
            number("pageKind", pageKind);
        }
    }

    /** Writes what is buffered. */
    public final void flush() throws IOException {
        json.flush();
    }

    @Override
    public final void close() throws IOException {
        json.close();
    }
}
