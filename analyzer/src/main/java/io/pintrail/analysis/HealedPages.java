// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Pages that were stale and used meanwhile, and then mapped their pinned frames again. */
record HealedPages(long from, long to, Episode episode, int touched, long reads, long writes, long bytes, long at) {}
