// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The newest items by key, as many as there is room for. */
final class Shelf<T extends Shelf.Item> {
    /** What an item takes beside its text. */
    private static final int OVERHEAD = 512;

    private final Map<String, T> items = new LinkedHashMap<>();
    private long bytes;

    /** What lies on it. */
    interface Item {
        String key();

        /** Bytes of its text. */
        int size();
    }

    /** Puts it in place of that of the same key, which it returns, or null. */
    T put(T item) {
        T before = remove(item.key());
        items.put(item.key(), item);
        bytes += item.size() + OVERHEAD;
        return before;
    }

    T get(String key) {
        return items.get(key);
    }

    T remove(String key) {
        T gone = items.remove(key);
        if (gone != null) {
            bytes -= gone.size() + OVERHEAD;
        }
        return gone;
    }

    /** Takes the item that has not changed for the longest time; null if there is none. */
    T removeOldest() {
        return items.isEmpty() ? null : remove(items.keySet().iterator().next());
    }

    Collection<T> all() {
        return items.values();
    }

    long bytes() {
        return bytes;
    }
}
