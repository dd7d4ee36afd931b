// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** A frame of a stack in one word or two: {@code libucs.so ucm_munmap+0x41}. */
final class FrameText {
    private FrameText() {}

    /** Without a symbol the offset is that in the module's file; without a module the address is all there is. */
    static String of(long address, CharSequence module, long moduleOffset, CharSequence symbol, long symbolOffset) {
        if (module.length() == 0) {
            return symbol.length() == 0 ? hex(address) : symbol + "+" + hex(symbolOffset);
        }
        return symbol.length() == 0
                ? module + "+" + hex(moduleOffset)
                : module + " " + symbol + "+" + hex(symbolOffset);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
