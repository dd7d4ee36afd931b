// SPDX-License-Identifier: Apache-2.0
/** A real Kafka broker inside this process, for trying things out and for tests. */
package io.pintrail.broker;
