/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_CRC32C_H
#define PINTRAIL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli, RFC 3720 appendix B.4) of n bytes. Check value: crc32c("123456789", 9) == 0xe3069283. */
uint32_t crc32c(const void *bytes, size_t n);

#endif
