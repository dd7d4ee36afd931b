// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;

/** Stacks by identifier, as text. A trace tells each of them once; beyond {@value #MAX_STACKS} none is kept. */
public final class StackTable {
    private static final int MAX_STACKS = 100_000;

    /** Recorders tell less; a trace may claim billions. */
    private static final int MAX_FRAMES = 256;

    private static final String MISSING = "?";

    private final Long2ObjectHashMap<String[]> stacks = new Long2ObjectHashMap<>();
    private final Map<String, String> texts = new HashMap<>();

    /** A frame of {@code frames}; frames beyond a depth that is of any use are left out. */
    public void put(long stack, int index, int frames, String text) {
        int depth = Integer.compareUnsigned(frames, MAX_FRAMES) < 0 ? frames : MAX_FRAMES;
        String[] known = stacks.get(stack);
        if (known == null && stacks.size() < MAX_STACKS && depth > 0) {
            known = new String[depth];
            Arrays.fill(known, MISSING);
            stacks.put(stack, known);
        }
        if (known != null && Integer.compareUnsigned(index, known.length) < 0) {
            known[index] = texts.computeIfAbsent(text, t -> t);
        }
    }

    /** Innermost frame first; empty where the stack is not known. */
    public List<String> get(long stack) {
        String[] known = stack == 0 ? null : stacks.get(stack);
        return known == null ? List.of() : List.of(known);
    }
}
