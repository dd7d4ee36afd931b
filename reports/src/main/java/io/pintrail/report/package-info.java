// SPDX-License-Identifier: Apache-2.0
/** The outputs of an analysis: HTML, JSON and CSV. */
package io.pintrail.report;
