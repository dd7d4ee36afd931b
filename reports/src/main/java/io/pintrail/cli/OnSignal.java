// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Until this is closed, SIGTERM and Ctrl-C ask a command to end, and the process waits for it and exits with its code.
 * Java alone would exit with 143 while the command is still at work.
 */
final class OnSignal {
    private static final CompletableFuture<Integer> CODE = new CompletableFuture<>();

    private final Thread hook;

    /**
     * @param patience how long the command is waited for after {@code stop} has returned
     * @param stop asks it to end
     */
    OnSignal(Duration patience, Runnable stop) {
        hook = new Thread(() -> {
            stop.run();
            try {
                Runtime.getRuntime().halt(CODE.get(patience.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException | ExecutionException | InterruptedException e) {
                Thread.currentThread().interrupt(); // the process ends as Java ends it
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** After a signal the process ends with this code, whatever the command still does. */
    static void code(int code) {
        CODE.complete(code);
    }

    /** Ends the process, in which a signal may have come before. */
    static void exit(int code) {
        CODE.complete(code);
        System.exit(code);
    }

    /** From now on signals end the process as Java ends it. */
    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // it is running: a signal is why the command ends
        }
    }
}
