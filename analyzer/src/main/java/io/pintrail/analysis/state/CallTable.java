// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/**
 * Recent system calls by identifier, one to a slot: a call is forgotten when another takes its slot, typically after
 * some thousands.
 */
public final class CallTable {
    private static final int SLOT_BITS = 12;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int STACKS_AT = 8;
    private static final int WIDTH = 10;

    /**
     * Per slot: call, number, six arguments, kernel stack, user stack. Made with the first call: there may be thousands
     * of hosts.
     */
    private long[] table = new long[0];

    public void put(
            long call,
            int number,
            long a0,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long kernelStack,
            long userStack) {
        if (table.length == 0) {
            table = new long[SLOTS * WIDTH];
        }
        int at = slot(call);
        table[at] = call;
        table[at + 1] = number;
        table[at + 2] = a0;
        table[at + 3] = a1;
        table[at + 4] = a2;
        table[at + 5] = a3;
        table[at + 6] = a4;
        table[at + 7] = a5;
        table[at + STACKS_AT] = kernelStack;
        table[at + STACKS_AT + 1] = userStack;
    }

    public boolean knows(long call) {
        return call != 0 && table.length > 0 && table[slot(call)] == call;
    }

    /** System call number of a call that is {@linkplain #knows known}. */
    public int number(long call) {
        return (int) table[slot(call) + 1];
    }

    /** System call number and six arguments; null where the call is not known. */
    public long[] copy(long call) {
        return knows(call) ? Arrays.copyOfRange(table, slot(call) + 1, slot(call) + STACKS_AT) : null;
    }

    /** Identifier of the stack in the kernel of a call that is {@linkplain #knows known}; 0: not taken. */
    public long kernelStack(long call) {
        return table[slot(call) + STACKS_AT];
    }

    /** The same, in the program. */
    public long userStack(long call) {
        return table[slot(call) + STACKS_AT + 1];
    }

    private static int slot(long call) {
        // Fibonacci hashing: the low bits of an identifier may name only its processor.
        return (int) (call * 0x9e3779b97f4a7c15L >>> 64 - SLOT_BITS) * WIDTH;
    }
}
