// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * The HOST event: the recorded machine and its recorder.
 *
 * @param kernel release as in {@code uname -r}
 * @param machine as in {@code uname -m}
 * @param backend {@code ebpf} or {@code ftrace}
 * @param scope 0: only address spaces with pins were recorded; 1: all
 * @param pageShift 12 on x86-64
 * @param zeroPfn frame of the shared zero page
 * @param hugeZeroPfn first frame of the huge zero page, 0 while the kernel has none
 * @param vmemmapBase kernel address of the struct page of frame 0
 * @param structPageBytes sizeof(struct page)
 * @param cpus possible processors
 */
public record HostInfo(
        String hostname,
        String kernel,
        String machine,
        String backend,
        int scope,
        String recorderVersion,
        int pageShift,
        long zeroPfn,
        long hugeZeroPfn,
        long vmemmapBase,
        int structPageBytes,
        int cpus) {}
