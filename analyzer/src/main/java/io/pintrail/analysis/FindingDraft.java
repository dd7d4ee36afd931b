// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.OptionalLong;
import org.agrona.collections.LongArrayList;

/** A finding while its pages are gathered. */
final class FindingDraft {
    /** Runs of pages or frames that a finding lists. */
    static final int LISTED = 64;

    final FindingClass type;
    final Episode episode;
    final int touched;
    final OptionalLong healedAt;
    /** First page and the page after the last, of the first runs. */
    final LongArrayList runs = new LongArrayList();

    long runCount;
    long pages;
    long reads;
    long writes;
    long bytes;
    private long end = -1;

    FindingDraft(FindingClass type, Episode episode, int touched, OptionalLong healedAt) {
        this.type = type;
        this.episode = episode;
        this.touched = touched;
        this.healedAt = healedAt;
    }

    boolean continues(FindingClass otherType, Episode other, int otherTouched, long from, OptionalLong otherHealed) {
        return from == end
                && other == episode
                && otherType == type
                && otherTouched == touched
                && otherHealed.isPresent() == healedAt.isPresent();
    }

    void add(long from, long to) {
        pages += to - from;
        if (from == end) {
            if (runCount <= LISTED) {
                runs.setLong(runs.size() - 1, to);
            }
        } else {
            runCount++;
            if (runCount <= LISTED) {
                runs.addLong(from);
                runs.addLong(to);
            }
        }
        end = to;
    }

    void use(long moreReads, long moreWrites, long moreBytes) {
        reads += moreReads;
        writes += moreWrites;
        bytes += moreBytes;
    }

    void join(FindingDraft other) {
        for (int i = 0; i < other.runs.size(); i += 2) {
            add(other.runs.getLong(i), other.runs.getLong(i + 1));
        }
        use(other.reads, other.writes, other.bytes);
    }
}
