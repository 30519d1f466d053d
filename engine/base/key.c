/* SPDX-License-Identifier: MIT */
/* Checks keys by memcached's rules, eight bytes at a time. */
#include "key.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EACH_BYTE(value) (UINT64_MAX / 0xff * (value))

/* Some byte is 0x7f, or at most 0x20. What is subtracted sets the top bit of a byte that is
 * smaller; a byte that had the bit before does not count. A byte borrows from the one above only if
 * it is forbidden itself. */
static bool has_forbidden(uint64_t bytes)
{
	const uint64_t other = bytes ^ EACH_BYTE(0x7f); /* 0 in place of 0x7f */

	return (((bytes - EACH_BYTE(0x21)) & ~bytes) | ((other - EACH_BYTE(1)) & ~other))
		& EACH_BYTE(0x80);
}

static uint64_t load_eight(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static uint64_t load_four(const char *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Fewer than eight bytes as a word, some of them twice. */
static uint64_t load_short(const char *key, size_t length)
{
	if (length >= 4) {
		return load_four(key) | load_four(key + length - 4) << 32;
	}
	return EACH_BYTE('x') << 24 | (uint64_t)(unsigned char)key[0]
		| (uint64_t)(unsigned char)key[length / 2] << 8
		| (uint64_t)(unsigned char)key[length - 1] << 16;
}

mcha_status mcha_key_check(const char *key, size_t length)
{
	size_t i;

	if (length == 0 || length > MCHA_KEY_MAX) {
		return MCHA_STATUS_BAD_KEY;
	}
	if (length < 8) {
		return has_forbidden(load_short(key, length)) ? MCHA_STATUS_BAD_KEY : MCHA_STATUS_OK;
	}
	for (i = 0; i < length - 8; i += 8) {
		if (has_forbidden(load_eight(key + i))) {
			return MCHA_STATUS_BAD_KEY;
		}
	}
	/* the last eight bytes, some of them perhaps a second time */
	return has_forbidden(load_eight(key + length - 8)) ? MCHA_STATUS_BAD_KEY : MCHA_STATUS_OK;
}
