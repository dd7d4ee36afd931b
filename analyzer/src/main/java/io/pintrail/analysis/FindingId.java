// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Identifiers that depend only on what a finding is about: 64-bit FNV-1a, in hex. */
final class FindingId {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private FindingId() {}

    static String of(
            Recording recording, Region region, FindingClass type, Cause cause, long page, long pages, long at) {
        String text = recording.id.hostId()
                + '|'
                + recording.id.bootId()
                + '|'
                + recording.id.recording()
                + '|'
                + region.id
                + '|'
                + type
                + '|'
                + cause
                + '|'
                + page
                + '|'
                + pages
                + '|'
                + at;
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return String.format("f%016x", hash);
    }
}
