/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_VARINT_H
#define PINTRAIL_VARINT_H

#include <stdint.h>

#define VARINT_MAX 10

/* Unsigned LEB128 at `to`, which has room for VARINT_MAX bytes. Returns the end. */
static inline uint8_t *put_varint(uint8_t *to, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*to++ = (uint8_t)value | 0x80;
	*to++ = (uint8_t)value;
	return to;
}

static inline uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? ~(uint64_t)0 : 0);
}

static inline uint8_t *put_le16(uint8_t *to, uint16_t value)
{
	*to++ = (uint8_t)value;
	*to++ = (uint8_t)(value >> 8);
	return to;
}

static inline uint8_t *put_le32(uint8_t *to, uint32_t value)
{
	return put_le16(put_le16(to, (uint16_t)value), (uint16_t)(value >> 16));
}

static inline uint8_t *put_le64(uint8_t *to, uint64_t value)
{
	return put_le32(put_le32(to, (uint32_t)value), (uint32_t)(value >> 32));
}

#endif
