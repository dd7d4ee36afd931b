// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.util.HashMap;
import java.util.Map;

/** Which batch each recording of a stream should bring next. */
final class Sequences {
    private static final class Progress {
        long next;
        boolean ended;
    }

    private final Map<RecordingId, Progress> all = new HashMap<>();
    private RecordingId currentId;
    private Progress current;

    /** True when a batch of another recording follows one that has not ended. */
    boolean tornBy(BatchHeader header) {
        return current != null && !current.ended && !header.id().equals(currentId);
    }

    /** True when the stream may not stop here. */
    boolean torn() {
        return current != null && !current.ended;
    }

    RecordingId id() {
        return currentId;
    }

    long next() {
        return current.next;
    }

    /** True for a batch that has come before, or that comes after its absence has been reported. */
    boolean repeats(BatchHeader header) {
        Progress progress = all.get(header.id());
        return progress != null && header.sequence() < progress.next;
    }

    /** Notes that the batch has come; returns how many are missing before it. */
    long arrived(BatchHeader header) {
        if (!header.id().equals(currentId)) {
            currentId = header.id();
            current = all.computeIfAbsent(currentId, id -> new Progress());
        }
        long missing = header.sequence() - current.next;
        current.next = header.sequence() + 1;
        current.ended = header.last();
        return missing;
    }
}
