// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Findings of pages that were released a short time ago. The recorder counts losses a few times a second only, so the
 * trace may tell later that uses of their time are not in it.
 */
final class ClosedFindings {
    /** Longer than a recorder takes to look for losses. */
    private static final long KEPT_NS = 10_000_000_000L;

    private static final int MAX = 10_000;

    private final Losses losses;
    private final Deque<Closed> closed = new ArrayDeque<>();
    private long checked;

    private static final class Closed {
        Finding finding;
        final Wording wording;
        final long until;

        Closed(Finding finding, Wording wording, long until) {
            this.finding = finding;
            this.wording = wording;
            this.until = until;
        }
    }

    ClosedFindings(Losses losses) {
        this.losses = losses;
    }

    void add(Finding finding, Wording wording, long until, Results results) {
        check(results);
        while (!closed.isEmpty() && (closed.size() == MAX || closed.peek().until < until - KEPT_NS)) {
            closed.remove();
        }
        closed.add(new Closed(finding, wording, until));
    }

    /** Says anew what losses concern that have been told since the last call. */
    void check(Results results) {
        if (checked == losses.usesVersion()) {
            return;
        }
        checked = losses.usesVersion();
        for (Closed each : closed) {
            Finding known = each.finding;
            LostUses lost = losses.uses(known.at(), each.until);
            Finding now = lost.none() ? known : known.lacking(lost, each.wording);
            if (!now.equals(known)) {
                each.finding = now;
                results.amend(known, now);
            }
        }
    }
}
