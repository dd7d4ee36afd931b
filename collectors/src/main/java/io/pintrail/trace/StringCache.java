// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decodes UTF-8; the few short strings a trace repeats (comm, device) cost no allocation after the first time. */
final class StringCache {
    private static final int SLOTS = 1024;
    private static final int LONGEST = 64;

    private final byte[][] keys = new byte[SLOTS][];
    private final String[] strings = new String[SLOTS];

    String get(byte[] bytes, int at, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(bytes, at, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        for (int i = at; i < at + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        byte[] key = keys[slot];
        if (key == null || !Arrays.equals(key, 0, key.length, bytes, at, at + length)) {
            keys[slot] = Arrays.copyOfRange(bytes, at, at + length);
            strings[slot] = new String(bytes, at, length, StandardCharsets.UTF_8);
        }
        return strings[slot];
    }
}
