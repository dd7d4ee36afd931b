/* SPDX-License-Identifier: Apache-2.0 */
#include "crc32c.h"

#include <stdbool.h>

/* Slicing by 4: four tables let one step eat four bytes, so that a batch costs the recorder well under a millisecond. */
static uint32_t table[4][256];
static bool ready;

static void prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = (c >> 1) ^ (c & 1 ? 0x82f63b78u : 0);
		table[0][i] = c;
	}
	for (int slice = 1; slice < 4; slice++)
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t c = table[slice - 1][i];

			table[slice][i] = (c >> 8) ^ table[0][c & 255];
		}
	ready = true;
}

uint32_t crc32c(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint32_t crc = ~0u;

	if (!ready)
		prepare();
	for (; n >= 4; n -= 4, p += 4) {
		crc ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		crc = table[3][crc & 255] ^ table[2][crc >> 8 & 255] ^ table[1][crc >> 16 & 255] ^ table[0][crc >> 24];
	}
	for (; n; n--, p++)
		crc = (crc >> 8) ^ table[0][(crc ^ *p) & 255];
	return ~crc;
}
