// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code ./pintrail}. */
@Command(
        name = "pintrail",
        description = "Finds RDMA memory regions that pin pages their process no longer maps.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Pintrail {
    private Pintrail() {}

    /**
     * Runs the command line and exits with its code.
     *
     * @param args as typed by the user
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Pintrail()).execute(args));
    }
}
