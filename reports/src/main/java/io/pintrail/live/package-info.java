// SPDX-License-Identifier: Apache-2.0
/**
 * The live page and the metrics of {@code watch}. The page follows the topics of the results, so that any instance
 * shows all hosts; the metrics tell of the one instance only, so that those of several add up.
 */
package io.pintrail.live;
