// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.util.concurrent.atomic.AtomicLong;

/** What an instance has done since it was started, retries after failures included. */
public final class WatchMetrics {
    final AtomicLong batches = new AtomicLong();
    final AtomicLong events = new AtomicLong();
    final AtomicLong lost = new AtomicLong();
    final AtomicLong missing = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong setAside = new AtomicLong();
    final AtomicLong readAgain = new AtomicLong();
    final AtomicLong recordings = new AtomicLong();

    public long batches() {
        return batches.get();
    }

    public long events() {
        return events.get();
    }

    /** Events that recorders say they lost. */
    public long lost() {
        return lost.get();
    }

    /** Batches that never came, by sequence number. */
    public long missing() {
        return missing.get();
    }

    /** Batches that came again. */
    public long duplicates() {
        return duplicates.get();
    }

    /** Records in the dead-letter topic. */
    public long setAside() {
        return setAside.get();
    }

    /** Recordings whose kept state could not be read, and that were read again from the topic. */
    public long readAgain() {
        return readAgain.get();
    }
}
