// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import java.util.Map;
import java.util.Optional;

/**
 * One registration, as it was and as it would have been.
 *
 * @param host hostname
 * @param region identifier in the trace; a region that is registered anew comes again
 * @param lkey 0 where it was refused
 * @param writable the device may write: pinned with WRITE under each policy
 * @param memory what was registered, in words
 * @param recordedFlags of the first pin call, as in docs/trace-format.md; −1 if there was none
 * @param recorded what the kernel did
 * @param predictions empty where the trace cannot tell, which {@code reason} explains
 */
public record Registration(
        String host,
        String kernel,
        long region,
        int pid,
        String comm,
        String device,
        long timeNs,
        int lkey,
        long va,
        long length,
        long pages,
        int access,
        boolean writable,
        String memory,
        int recordedFlags,
        Prediction recorded,
        Map<Policy, Prediction> predictions,
        String reason) {

    /** The policy whose flags these are, on a kernel that has it. */
    public Optional<Policy> recordedPolicy() {
        int asked = recordedFlags & 7;
        if (recordedFlags < 0 || writable) {
            return Optional.empty();
        }
        return switch (asked) {
            case 3, 7 -> Optional.of(Policy.WRITE_FORCE);
            case 0 -> Optional.of(Policy.PROPOSAL);
            case 4 -> KernelRules.of(kernel).filter(KernelRules::unsharesFiles).map(rules -> Policy.LONGTERM);
            default -> Optional.empty();
        };
    }
}
