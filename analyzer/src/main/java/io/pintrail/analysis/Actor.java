// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;

/**
 * A thread, in a system call where one is known.
 *
 * @param call identifier of the system call, 0 where none is known
 * @param arguments its number and six arguments, or null
 */
record Actor(int pid, int tid, String comm, long call, long[] arguments, Stack stack) {
    /** Functions, innermost first; a list is empty where none was recorded. */
    record Stack(List<String> user, List<String> kernel) {
        static final Stack NONE = new Stack(List.of(), List.of());
    }

    Finding.Culprit culprit() {
        return new Finding.Culprit(pid, tid, comm, callText(), stack.user, stack.kernel);
    }

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
