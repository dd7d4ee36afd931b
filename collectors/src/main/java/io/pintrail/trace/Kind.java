// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * The event kinds of docs/trace-format.md, section 2: codes on the wire, and the names used in JSON lines and listings.
 */
public final class Kind {
    public static final int HOST = 1;
    public static final int CLOCK = 2;
    public static final int PROBE = 3;
    public static final int LOST = 4;
    public static final int MARK = 5;
    public static final int SNAPSHOT_BEGIN = 6;
    public static final int SNAPSHOT = 7;
    public static final int SNAPSHOT_END = 8;
    public static final int SPACE = 10;
    public static final int EXEC = 11;
    public static final int FORK = 12;
    public static final int EXIT = 13;
    public static final int SPACE_END = 14;
    public static final int THREAD = 15;
    public static final int REGISTER_BEGIN = 20;
    public static final int REGISTER_END = 21;
    public static final int REREGISTER_BEGIN = 22;
    public static final int REREGISTER_END = 23;
    public static final int DEREGISTER = 24;
    public static final int UMEM_BEGIN = 25;
    public static final int UMEM_END = 26;
    public static final int UMEM_RELEASE = 27;
    public static final int PIN_BEGIN = 30;
    public static final int PIN_PAGES = 31;
    public static final int PIN_END = 32;
    public static final int UNPIN = 33;
    public static final int FAULT = 40;
    public static final int MAP = 41;
    public static final int UNMAP = 42;
    public static final int MOVE = 43;
    public static final int PROTECT = 44;
    public static final int FORK_COPY = 45;
    public static final int CALL = 46;
    public static final int FRAME = 47;
    public static final int DOUBT = 48;
    public static final int AREA = 49;
    public static final int ACCESS = 50;
    public static final int BEFORE = 51;
    public static final int ACCESS_LOST = 52;

    /** One more than the greatest code this version knows. */
    public static final int LIMIT = 53;

    private static final String[] NAMES = new String[LIMIT];

    static {
        for (var field : Kind.class.getFields()) {
            if (!field.getName().equals("LIMIT")) {
                try {
                    NAMES[field.getInt(null)] = field.getName();
                } catch (IllegalAccessException e) {
                    throw new ExceptionInInitializerError(e);
                }
            }
        }
    }

    private Kind() {}

    /** The name in the specification, or null for a code this version does not know. */
    public static String name(int code) {
        return code >= 0 && code < LIMIT ? NAMES[code] : null;
    }
}
