// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * A thread, in a system call where one is known.
 *
 * @param call identifier of the system call, 0 where none is known
 * @param arguments its number and six arguments, or null
 */
record Actor(int pid, int tid, String comm, long call, long[] arguments) {
    /** Empty where the system call is not known. */
    String callText() {
        return CallText.of(arguments);
    }

    /** Like {@code app (pid 12)} or {@code app (pid 12, thread 15)}. */
    @Override
    public String toString() {
        String name = comm.isEmpty() ? "a process" : comm;
        return pid == tid ? name + " (pid " + pid + ")" : name + " (pid " + pid + ", thread " + tid + ")";
    }
}
