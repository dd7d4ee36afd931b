// SPDX-License-Identifier: Apache-2.0
/** The trace: event vocabulary, batch format, and the readers and writers of both. */
package io.pintrail.trace;
