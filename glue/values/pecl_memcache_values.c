/* SPDX-License-Identifier: MIT */
/* Three of its flags are pecl memcached's, too, of other types: there the bytes tell who wrote them.
 * pecl memcached's integers begin with a digit or a sign, its floats likewise or with a name's
 * capital, its booleans are "1" or nothing; never is one the head of a serialized value or of a
 * zlib stream. */
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

/* "N;", or the type's letter and a colon. */
static bool is_serialized(const char *bytes, size_t length)
{
	return length >= 2 && bytes[0] && strchr("NabdisOCErR", bytes[0])
		&& bytes[1] == (bytes[0] == 'N' ? ';' : ':');
}

/* A head as compress() writes it, of its largest window. ("80", the beginning of a float, is one of a
 * small window.) */
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
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((flags & THEIRS) == rows[i].theirs && rows[i].is_so(bytes, length)) {
			return (flags & ~(uint32_t)THEIRS) | rows[i].ours;
		}
	}
	return flags;
}
