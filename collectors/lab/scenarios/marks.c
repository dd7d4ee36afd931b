/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks as programs write them: by write(), by stdio, by writev() as the stdio of musl does it and as two marks in one call,
 * from a thread, the same text twice, and with characters that CSV quotes. Between any two a page changes.
 * Expected on every kernel: each is a mark of the trace, and the pages at it are those of that moment.
 */
#include "lab_state.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define PAGES 8

static struct lab *lab;
static char *va;

/* The rows of the mark that has just been written, then a change. */
static void told(const char *in_csv)
{
    static int page;
    lab_truth(lab, in_csv);
    madvise(va + page % PAGES * LAB_PAGE, LAB_PAGE, MADV_DONTNEED);
    if (page % 3)
        lab_store(va + page % PAGES * LAB_PAGE, 1);
    page++;
}

static void in_parts(const char *first, const char *second)
{
    struct iovec parts[] = {{(char *)first, strlen(first)}, {(char *)"", 0}, {(char *)second, strlen(second)}};
    if (writev(lab->marker, parts, 3) < 0)
        lab_fail("writev");
}

static void *on_thread(void *unused)
{
    lab_write_mark(lab->marker, "from a thread");
    told("from a thread");
    return unused;
}

int main(void)
{
    pthread_t thread;
    char lengthy[121];
    lab = lab_open();
    va = lab_map(PAGES);
    lab_store(va, PAGES / 2);
    lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);

    FILE *stdio = fopen("/sys/kernel/tracing/trace_marker", "w");
    fprintf(stdio, "by %s\n", "stdio");
    fclose(stdio);
    told("by stdio");
    in_parts("all in the first part\n", "");
    told("all in the first part");
    in_parts("first part", "second part");
    lab_truth(lab, "first part");
    told("second part");
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = 0;
    in_parts(lengthy, "");
    told(lengthy);
    pthread_create(&thread, NULL, on_thread, NULL);
    pthread_join(thread, NULL);
    for (int i = 0; i < 2; i++) {
        lab_write_mark(lab->marker, "twice");
        told("twice");
    }
    lab_write_mark(lab->marker, "a, \"b\" \xe2\x86\x92 c");
    told("\"a, \"\"b\"\" \xe2\x86\x92 c\"");
    lab_write_mark(lab->marker, "last");
    told("last");
    lab_close(lab);
    return 0;
}
