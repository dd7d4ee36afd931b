// SPDX-License-Identifier: Apache-2.0
/** The {@code pintrail} command line; the only place that prints or exits. */
package io.pintrail.cli;
