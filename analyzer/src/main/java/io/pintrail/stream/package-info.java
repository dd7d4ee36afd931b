// SPDX-License-Identifier: Apache-2.0
/** The analysis as a Kafka Streams application: batches in, findings and regions out, state that survives. */
package io.pintrail.stream;
