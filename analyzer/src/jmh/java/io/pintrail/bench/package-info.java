// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks of the parts; compiled only with the Maven profile {@code bench}, run by {@code bench/jmh}. */
package io.pintrail.bench;
