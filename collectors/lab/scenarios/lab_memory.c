/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for regions, contents that tell old pages from new, and messages. */
#include "lab.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *map(char *at, size_t pages, int flags)
{
    char *va = mmap(at, pages * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot map %zu pages", pages);
    return va;
}

char *lab_map(size_t pages)
{
    return map(NULL, pages, 0);
}

void lab_map_at(char *va, size_t pages)
{
    map(va, pages, MAP_FIXED);
}

void lab_store(char *va, size_t pages)
{
    static uint32_t calls;
    uint32_t generation = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    for (size_t page = 0; page < pages; page++)
        for (size_t i = 0; i < LAB_PAGE; i++)
            va[page * LAB_PAGE + i] = generation + i * (2 * page + 1);
}

void lab_touch(const char *va, size_t pages)
{
    for (size_t page = 0; page < pages; page++)
        (void)*(const volatile char *)(va + page * LAB_PAGE);
}

void lab_say(const char *format, ...)
{
    /* One write per line, so that processes and threads do not mix theirs. */
    char line[512];
    int used = snprintf(line, sizeof line, "%s: ", program_invocation_short_name);
    va_list args;
    va_start(args, format);
    int rest = vsnprintf(line + used, sizeof line - used - 1, format, args);
    va_end(args);
    used = rest < (int)sizeof line - used - 1 ? used + rest : (int)sizeof line - 2;
    line[used++] = '\n';
    if (write(STDOUT_FILENO, line, used) != used)
        exit(1);
}

void lab_fail(const char *format, ...)
{
    const char *why = errno ? strerror(errno) : NULL;
    fprintf(stderr, "%s: ", program_invocation_short_name);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, why ? ": %s\n" : "\n", why);
    exit(1);
}
