/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transparent huge page is registered, then 16 of its 512 pages are given back: the kernel splits the mapping, frees
 * the range, and the pin holds what was there.
 * Expected on every kernel: the 16 pages are stale, all others the same.
 */
#include "lab.h"

#include <stdio.h>
#include <sys/mman.h>

#define HUGE (512 * LAB_PAGE)

/* From smaps, the only place that tells whether an address is mapped by a huge page. */
static long huge_kib(const char *va)
{
    FILE *smaps = fopen("/proc/self/smaps", "re");
    char line[256];
    unsigned long start, end;
    long kib = -1;
    int inside = 0;
    while (smaps && fgets(line, sizeof line, smaps)) {
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
            inside = start <= (uintptr_t)va && (uintptr_t)va < end;
        else if (inside && sscanf(line, "AnonHugePages: %ld", &kib) == 1)
            break;
    }
    if (smaps)
        fclose(smaps);
    return kib;
}

int main(void)
{
    struct lab *lab = lab_open();
    char *area = lab_map(2 * HUGE / LAB_PAGE);
    char *buffer = (char *)(((uintptr_t)area + HUGE - 1) & -HUGE);
    if (madvise(buffer, HUGE, MADV_HUGEPAGE))
        lab_fail("MADV_HUGEPAGE");
    lab_store(buffer, 512);
    if (huge_kib(buffer) < 2048)
        lab_say("NOTE: the kernel gave no huge page here; 512 small ones instead");
    lab_register(lab, buffer, HUGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("MADV_DONTNEED of pages 100 to 115");
    if (madvise(buffer + 100 * LAB_PAGE, 16 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("MADV_DONTNEED");
    lab_mark(lab, "dontneed");
    lab_say("store to pages 90 to 129");
    lab_store(buffer + 90 * LAB_PAGE, 40);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
