/* SPDX-License-Identifier: Apache-2.0 */
/* What every part of the recorder uses: types, the records, one-line messages. */
#ifndef PINTRAIL_BASE_H
#define PINTRAIL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#include "../record.h"

#define VERSION "1.0"
#define PAGE_SHIFT 12
#define PAGE_BYTES 4096ULL
#define NS_PER_S 1000000000ULL

/* Says what is wrong in one line and ends the program with exit code 2. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Calls act(ctx). NULL when it returned; when it died instead, what it would have said (valid until the next attempt), and
 * the program goes on. Only for what can be left half done.
 */
const char *attempt(void (*act)(void *ctx), void *ctx);

/* With --verbose: how long the last part of the start took; since is moved on. */
void tell_stage(bool verbose, const char *stage, u64 *since);

/* malloc and friends that die when there is no memory. */
void *need(size_t bytes);
void *need_zero(size_t bytes);
void *need_more(void *old, size_t bytes);

u64 now_ns(void);

/* Reads a whole (small) file as a string; NULL when it cannot be read. */
char *read_text(const char *path);

#endif
