// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.util.HashMap;
import java.util.Map;

/** The fields of one JSON line, as text, and the ranges they must keep. */
final class JsonFields {
    /** A field that is missing or does not fit; the message is the reason alone. */
    static final class BadField extends RuntimeException {
        BadField(String reason) {
            super(reason, null, false, false);
        }
    }

    private final Map<String, String> fields = new HashMap<>();

    void clear() {
        fields.clear();
    }

    void put(String name, String value) {
        if (fields.put(name, value) != null) {
            throw new BadField("field \"" + name + "\" comes twice");
        }
    }

    String text(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new BadField("field \"" + name + "\" is missing");
        }
        return value;
    }

    boolean flag(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(name, "true or false");
        };
    }

    long u64(String name) {
        String value = text(name);
        try {
            return value.startsWith("0x")
                    ? Long.parseUnsignedLong(value, 2, value.length(), 16)
                    : Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw bad(name, "an unsigned integer of at most 64 bits");
        }
    }

    /** A field that a later minor version has added: 0 where it is absent. */
    long laterU64(String name) {
        return fields.containsKey(name) ? u64(name) : 0;
    }

    long s64(String name) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            throw bad(name, "a signed integer of at most 64 bits");
        }
    }

    int u32(String name) {
        long value = u64(name);
        if (value >>> 32 != 0) {
            throw bad(name, "an unsigned integer of at most 32 bits");
        }
        return (int) value;
    }

    int s32(String name) {
        long value = s64(name);
        if (value != (int) value) {
            throw bad(name, "a signed integer of at most 32 bits");
        }
        return (int) value;
    }

    int u8(String name) {
        long value = u64(name);
        if (value >>> 8 != 0) {
            throw bad(name, "an integer from 0 to 255");
        }
        return (int) value;
    }

    String hex128(String name) {
        String value = text(name);
        if (!value.matches("[0-9a-f]{32}")) {
            throw bad(name, "32 lower-case hexadecimal digits");
        }
        return value;
    }

    /** A frame number, {@link TraceVisitor#NONE} or {@link TraceVisitor#NOT_PRESENT}. */
    long frame() {
        return switch (text("pfn")) {
            case "none" -> TraceVisitor.NONE;
            case "not-present" -> TraceVisitor.NOT_PRESENT;
            default -> {
                long pfn = u64("pfn");
                if (pfn < 0) {
                    throw bad("pfn", "a page frame number below 2^63, none, or not-present");
                }
                yield pfn;
            }
        };
    }

    int step() {
        if (frame() < 0) {
            return 0;
        }
        int step = u8("step");
        if (step > 1) {
            throw bad("step", "0 or 1");
        }
        return step;
    }

    int pageKind() {
        return frame() < 0 ? 0 : u8("pageKind");
    }

    private BadField bad(String name, String wanted) {
        return new BadField("field \"" + name + "\" is " + fields.get(name) + ", not " + wanted);
    }
}
