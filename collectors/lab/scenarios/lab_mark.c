/* SPDX-License-Identifier: Apache-2.0 */
/* Marks: the pagemap of every live region, and what the device reads there against what the CPU sees. */
#include "lab_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN ((1ULL << 55) - 1)
#define MARK_LENGTH 128
#define HOLD_PIECE 256

void lab_csv_open(struct lab_csv *csv, const char *suffix, const char *header)
{
    const char *prefix = getenv("LAB_OUT");
    char path[4096];
    snprintf(path, sizeof path, "%s.%s", prefix ? prefix : program_invocation_short_name, suffix);
    csv->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (csv->fd >= 0) {
        lab_csv_row(csv, "%s", header);
        lab_csv_flush(csv);
    } else if (errno != EEXIST || (csv->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)) < 0) {
        lab_fail("cannot write %s", path);
    }
}

void lab_csv_flush(struct lab_csv *csv)
{
    if (csv->used && write(csv->fd, csv->rows, csv->used) != (ssize_t)csv->used)
        lab_fail("cannot write a truth or data file");
    csv->used = 0;
}

void lab_csv_row(struct lab_csv *csv, const char *format, ...)
{
    if (csv->used + MARK_LENGTH + 128 > sizeof csv->rows)
        lab_csv_flush(csv);
    va_list args;
    va_start(args, format);
    csv->used += vsnprintf(csv->rows + csv->used, sizeof csv->rows - csv->used, format, args);
    va_end(args);
}

static uintptr_t after(const struct ibv_mr *mr)
{
    return (uintptr_t)mr->addr + mr->length;
}

static void write_pagemap(struct lab *lab, const char *mark, uint32_t lkey, uintptr_t va, uintptr_t end)
{
    uint64_t entries[512];
    for (va &= -LAB_PAGE; va < end;) {
        size_t count = (end - va + LAB_PAGE - 1) / LAB_PAGE;
        if (count > 512)
            count = 512;
        ssize_t bytes = count * sizeof *entries;
        if (pread(lab->pagemap, entries, bytes, va / LAB_PAGE * sizeof *entries) != bytes)
            lab_fail("cannot read the pagemap at 0x%lx", va);
        for (size_t i = 0; i < count; i++, va += LAB_PAGE) {
            int present = !!(entries[i] & PAGEMAP_PRESENT);
            lab_csv_row(&lab->truth, "%s,%d,%x,%lx,%llx,%d\n", mark, getpid(), lkey, va,
                        present ? (unsigned long long)(entries[i] & PAGEMAP_PFN) : 0, present);
        }
    }
}

static uintptr_t start_of(const struct lab_hold *hold)
{
    return (uintptr_t)hold->va & -LAB_PAGE;
}

/* All have key 0, so a page of several is written once: with the first of them. */
static void write_holds(struct lab *lab, const char *mark)
{
    for (int i = 0; i < lab->hold_count; i++) {
        uintptr_t end = (uintptr_t)lab->holds[i].va + lab->holds[i].length;
        for (uintptr_t va = start_of(&lab->holds[i]); va < end; va += LAB_PAGE) {
            int before = 0;
            for (int j = 0; j < i && !before; j++)
                before = va >= start_of(&lab->holds[j]) && va < (uintptr_t)lab->holds[j].va + lab->holds[j].length;
            if (!before)
                write_pagemap(lab, mark, 0, va, va + 1);
        }
    }
}

int lab_open_marker(void)
{
    int marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
    if (marker < 0)
        lab_fail("cannot open trace_marker (tracefs mounted? root?)");
    return marker;
}

/* One write is one event; its text is the mark's name, so no newline. */
void lab_write_mark(int marker, const char *mark)
{
    if (write(marker, mark, strlen(mark)) < 0)
        lab_fail("cannot write the mark %s", mark);
}

void lab_truth(struct lab *lab, const char *mark)
{
    for (int i = 0; i < lab->region_count; i++) {
        const struct ibv_mr *mr = lab->regions[i].mr;
        write_pagemap(lab, mark, mr->lkey, (uintptr_t)mr->addr, after(mr));
    }
    write_holds(lab, mark);
    lab_csv_flush(&lab->truth);
}

static void mark_now(struct lab *lab, const char *mark)
{
    lab_write_mark(lab->marker, mark);
    lab_truth(lab, mark);
}

/* Through a memfd: a real CPU read with its faults, and an address that cannot be read is an error, not a signal.
 * (A pipe would keep an empty buffer for each failed write, and block after 16.) */
static int cpu_read(struct lab *lab, const void *va, char *to, size_t length)
{
    ssize_t copied = pwrite(lab->scratch, va, length, 0);
    if (copied < 0 && errno == EFAULT)
        return 0;
    if (copied != (ssize_t)length || pread(lab->scratch, to, length, 0) != copied)
        lab_fail("cannot copy %zu bytes at %p through a memfd", length, va);
    return 1;
}

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Adds to tally[0..2]: pages that were same, stale, unreadable. */
static void compare(struct lab *lab, const char *mark, struct ibv_mr *mr, int tally[3])
{
    static const char *const words[] = {"same", "stale", "unreadable"};
    static __thread char seen[LAB_PAGE];
    for (uintptr_t chunk = (uintptr_t)mr->addr; chunk < after(mr);) {
        /* Chunks end at page boundaries whatever the region's alignment. */
        size_t length = min(after(mr), (chunk & -LAB_PAGE) + LAB_LANDING) - chunk;
        const char *read = lab_device_read(lab, mr, (void *)chunk, length);
        for (uintptr_t va = chunk; va < chunk + length;) {
            size_t piece = min(chunk + length, (va & -LAB_PAGE) + LAB_PAGE) - va;
            int word = 2;
            if (cpu_read(lab, (void *)va, seen, piece))
                word = memcmp(seen, read + (va - chunk), piece) != 0;
            tally[word]++;
            lab_csv_row(&lab->data, "%s,%d,%x,%lx,%s\n", mark, getpid(), mr->lkey, va & -LAB_PAGE, words[word]);
            va += piece;
        }
        chunk += length;
    }
}

/* A piece of each page is enough: stores change every byte. */
static void compare_hold(struct lab *lab, const char *mark, const struct lab_hold *hold, int tally[3])
{
    static __thread char seen[HOLD_PIECE], read[HOLD_PIECE];
    static const char *const words[] = {"same", "stale", "unreadable"};
    for (char *va = hold->va; va < hold->va + hold->length;) {
        char *next = (char *)(((uintptr_t)va & -LAB_PAGE) + LAB_PAGE);
        size_t piece = min(HOLD_PIECE, min(next - va, hold->va + hold->length - va));
        int word = 2;
        hold->read(hold->holder, va, read, piece);
        if (cpu_read(lab, va, seen, piece))
            word = memcmp(seen, read, piece) != 0;
        tally[word]++;
        lab_csv_row(&lab->data, "%s,%d,0,%lx,%s\n", mark, getpid(), (uintptr_t)va & -LAB_PAGE, words[word]);
        va = next;
    }
}

static void format_mark(char mark[MARK_LENGTH], const char *format, va_list args)
{
    errno = 0;
    if (vsnprintf(mark, MARK_LENGTH, format, args) >= MARK_LENGTH || strpbrk(mark, ",\n"))
        lab_fail("a mark is under %d characters without comma or newline", MARK_LENGTH);
}

void lab_mark(struct lab *lab, const char *format, ...)
{
    char mark[MARK_LENGTH];
    va_list args;
    va_start(args, format);
    format_mark(mark, format, args);
    va_end(args);
    mark_now(lab, mark);
    lab_say("mark %s", mark);
}

void lab_mark_and_compare(struct lab *lab, const char *format, ...)
{
    char mark[MARK_LENGTH];
    va_list args;
    va_start(args, format);
    format_mark(mark, format, args);
    va_end(args);
    mark_now(lab, mark);

    int tally[3] = {0};
    for (int i = 1; i < lab->region_count; i++)
        if (lab->regions[i].access & IBV_ACCESS_REMOTE_READ)
            compare(lab, mark, lab->regions[i].mr, tally);
    for (int i = 0; i < lab->hold_count; i++)
        if (lab->holds[i].read)
            compare_hold(lab, mark, &lab->holds[i], tally);
    lab_csv_flush(&lab->data);
    lab_say("mark %s: device and CPU see the same in %d pages, device stale in %d, CPU cannot read %d", mark, tally[0],
            tally[1], tally[2]);
}
