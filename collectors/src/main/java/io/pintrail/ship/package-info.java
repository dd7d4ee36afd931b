// SPDX-License-Identifier: Apache-2.0
/** Brings batches to Kafka as they are: one batch a record, keyed by host, in order, none lost without saying so. */
package io.pintrail.ship;
