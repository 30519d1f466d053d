/* SPDX-License-Identifier: MIT */
/* Three flags of pecl memcache have another meaning in pecl memcached. For these the bytes tell
 * which extension wrote the value: pecl memcached's integers begin with a digit or a sign, its
 * floats with a digit, a sign or a capital letter ("NaN", "Infinity"), and its booleans are "1" or
 * empty. None of these looks like the beginning of a serialized value or of a zlib stream. */
#include "pecl_memcache_values.h"

#include <stdbool.h>
#include <string.h>

#include "compression.h"
#include "../constants.h"

#define THEIRS 0xffff /* the bits that are not the user's */
#define COMPRESSED (PHP_MCHA_FLAG_COMPRESSED | PHP_MCHA_FLAG_BARE_ZLIB)

static bool is_anything(const char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	return true;
}

/* Serialized values begin with "N;", or with a type's letter and a colon. */
static bool is_serialized(const char *bytes, size_t length)
{
	return length >= 2 && bytes[0] && strchr("NabdisOCErR", bytes[0])
		&& bytes[1] == (bytes[0] == 'N' ? ';' : ':');
}

/* A header that zlib's compress() writes, with the largest window. ("80", the beginning of a float,
 * is a header with a small window.) */
static bool is_zlib(const char *bytes, size_t length)
{
	return length >= 2 && bytes[0] == 0x78 && (0x7800 + (unsigned char)bytes[1]) % 31 == 0;
}

static const struct {
	uint32_t theirs;
	bool (*is_so)(const char *bytes, size_t length);
	uint32_t ours;
} rows[] = {
	{0x0001, is_serialized, MCHA_TYPE_SERIALIZED},
	{0x0002, is_zlib, MCHA_TYPE_STRING | COMPRESSED},
	{0x0003, is_zlib, MCHA_TYPE_SERIALIZED | COMPRESSED},
	{0x0100, is_anything, MCHA_TYPE_BOOL},
	{0x0300, is_anything, MCHA_TYPE_LONG},
	{0x0700, is_anything, MCHA_TYPE_DOUBLE},
};

uint32_t php_mcha_memcache_flags(const char *bytes, size_t length, uint32_t flags)
{
	if ((flags & THEIRS) == 0) {
		return flags; /* a string: both extensions mean the same by it */
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((flags & THEIRS) == rows[i].theirs && rows[i].is_so(bytes, length)) {
			return (flags & ~(uint32_t)THEIRS) | rows[i].ours;
		}
	}
	return flags;
}
