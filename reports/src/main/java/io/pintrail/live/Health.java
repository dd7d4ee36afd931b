// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.stream.InstanceState;

/** Whether an instance does its work. */
final class Health {
    /** Streams polls several times a second, brokers are heard from every 3 s. */
    private static final double PATIENCE_S = 15;

    private Health() {}

    /** What is wrong, in one line; empty if nothing is. */
    static String trouble(InstanceState state, String topics) {
        if (!state.state().equals("RUNNING")) {
            return "Kafka Streams is " + state.state();
        }
        double poll = state.sincePollSeconds().orElse(0);
        if (poll > PATIENCE_S) {
            return "no batch was asked for in the last " + (long) poll + " s";
        }
        double heartbeat = state.sinceHeartbeatSeconds().orElse(0);
        if (heartbeat > PATIENCE_S) {
            return "no broker has answered in the last " + (long) heartbeat + " s";
        }
        return topics;
    }
}
