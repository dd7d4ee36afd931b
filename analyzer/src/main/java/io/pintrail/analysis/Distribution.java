// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Of a set of durations, ns, to three significant digits; all 0 where the set is empty. */
public record Distribution(long count, double mean, long min, long p50, long p90, long p99, long max) {}
