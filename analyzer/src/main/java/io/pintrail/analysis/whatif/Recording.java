// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;

/** What is known of one recording while it is read: registrations that have begun and not ended. */
final class Recording {
    String host = "";
    String kernel = "";
    boolean lost;
    final Long2ObjectHashMap<Region> regions = new Long2ObjectHashMap<>();
    final Long2ObjectHashMap<Umem> umems = new Long2ObjectHashMap<>();
    final Long2ObjectHashMap<Umem> pins = new Long2ObjectHashMap<>();
    final Map<Integer, String> names = new HashMap<>();

    static final class Region {
        String device = "";
        int access;
        Umem umem;
    }

    static final class Umem {
        long region;
        int pid;
        int asid;
        long start;
        long length;
        int access;
        int flags = -1;
        int error;
        boolean ended;
        UmemMemory memory;
    }
}
