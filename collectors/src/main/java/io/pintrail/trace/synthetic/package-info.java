// SPDX-License-Identifier: Apache-2.0
/** Traces made from a seed, of any size, whose truth is known: for tests and benchmarks. No recorder was involved. */
package io.pintrail.trace.synthetic;
