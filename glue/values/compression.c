/* SPDX-License-Identifier: MIT */
/* The table of compressions; a row without functions is a compression that this build does not
 * have. Bytes after the end of a zlib stream are ignored, as pecl memcached ignores them. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "compression.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>
#ifdef HAVE_MCHA_ZSTD
#include <zstd.h>
#endif

#include "../../engine/mcha_engine.h"
#include "../constants.h"
#include "fastlz.h"

/* --- zlib ------------------------------------------------------------------------------------- */

static size_t zlib_bound(size_t length)
{
	return compressBound((uLong)length);
}

static size_t zlib_pack(char *to, size_t room, const char *from, size_t length, long level)
{
	uLongf packed = (uLongf)room;
	int known = level < 0 || level > 9 ? Z_DEFAULT_COMPRESSION : (int)level;

	return compress2((Bytef *)to, &packed, (const Bytef *)from, (uLong)length, known) == Z_OK
		? (size_t)packed
		: 0;
}

/* Does not use zlib's uncompress(), which accepts any short stream as an empty one. */
static bool zlib_unpack(char *to, size_t length, const char *from, size_t size)
{
	z_stream stream = {0};
	bool good;

	if (length > UINT_MAX || size > UINT_MAX || inflateInit(&stream) != Z_OK) {
		return false;
	}
	stream.next_in = (Bytef *)from;
	stream.avail_in = (uInt)size;
	stream.next_out = (Bytef *)to;
	stream.avail_out = (uInt)length;
	good = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0;
	inflateEnd(&stream);
	return good;
}

/* Counts the decompressed bytes, up to the longest value. */
static bool zlib_measure(const char *from, size_t size, size_t *length)
{
	z_stream stream = {0};
	Bytef window[16384];
	int status = Z_OK;

	if (size > UINT_MAX || inflateInit(&stream) != Z_OK) {
		return false;
	}
	stream.next_in = (Bytef *)from;
	stream.avail_in = (uInt)size;
	while (status == Z_OK && stream.total_out <= MCHA_VALUE_MAX) {
		stream.next_out = window;
		stream.avail_out = sizeof(window);
		status = inflate(&stream, Z_NO_FLUSH);
	}
	*length = stream.total_out;
	inflateEnd(&stream);
	return status == Z_STREAM_END && *length <= MCHA_VALUE_MAX;
}

/* --- fastlz ----------------------------------------------------------------------------------- */

/* Ignores the level: the length of the value selects one of the format's two levels. */
static size_t fastlz_pack(char *to, size_t room, const char *from, size_t length, long level)
{
	(void)level;
	return php_mcha_fastlz_pack(to, room, from, length);
}

/* --- zstd ------------------------------------------------------------------------------------- */

#ifdef HAVE_MCHA_ZSTD
static size_t zstd_bound(size_t length)
{
	return ZSTD_compressBound(length);
}

/* zstd clamps a level outside its range, and 0 is its default. */
static size_t zstd_pack(char *to, size_t room, const char *from, size_t length, long level)
{
	int known = level > INT_MAX ? INT_MAX : level < INT_MIN ? INT_MIN : (int)level;
	size_t packed = ZSTD_compress(to, room, from, length, known);

	return ZSTD_isError(packed) ? 0 : packed;
}

static bool zstd_unpack(char *to, size_t length, const char *from, size_t size)
{
	return ZSTD_decompress(to, length, from, size) == length && size;
}
#else
#define zstd_bound NULL
#define zstd_pack NULL
#define zstd_unpack NULL
#endif

/* --- the table -------------------------------------------------------------------------------- */

/* In pecl memcached's order, for flags that name more than one compression. The greatest ratios:
 * fastlz, one byte makes a match 255 bytes longer; zlib, 2 bits encode a match of 258 bytes; zstd,
 * 4 bytes encode a block of 128 KiB. */
const php_mcha_compression php_mcha_compressions[] = {
	{"fastlz", MCHA_COMPRESSION_FASTLZ, 1 << 6, 256, NULL, php_mcha_fastlz_bound, fastlz_pack,
		php_mcha_fastlz_unpack},
	{"zlib", MCHA_COMPRESSION_ZLIB, 1 << 5, 1032, NULL, zlib_bound, zlib_pack, zlib_unpack},
	{"zstd", MCHA_COMPRESSION_ZSTD, 1 << 7, 1 << 16, NULL, zstd_bound, zstd_pack, zstd_unpack},
	{"zlib without a frame", 0, PHP_MCHA_FLAG_BARE_ZLIB, 1032, zlib_measure, NULL, NULL,
		zlib_unpack},
	{0},
};

const php_mcha_compression *php_mcha_compression_by_flags(uint32_t flags)
{
	const php_mcha_compression *row;

	for (row = php_mcha_compressions; row->name; row++) {
		if (flags & row->flag) {
			return row;
		}
	}
	return NULL;
}

const php_mcha_compression *php_mcha_compression_by_number(long number)
{
	const php_mcha_compression *row;

	for (row = php_mcha_compressions; row->name; row++) {
		if (row->number == number) {
			return row->pack ? row : NULL;
		}
	}
	return NULL;
}

/* --- the frame -------------------------------------------------------------------------------- */

size_t php_mcha_frame_room(const php_mcha_compression *compression, size_t length)
{
	return PHP_MCHA_FRAME_HEAD + compression->bound(length);
}

size_t php_mcha_frame_pack(const php_mcha_compression *compression, char *to, size_t room,
	const char *from, size_t length, long level)
{
	uint32_t announced = (uint32_t)length;
	size_t packed;

	memcpy(to, &announced, PHP_MCHA_FRAME_HEAD);
	packed = compression->pack(to + PHP_MCHA_FRAME_HEAD, room - PHP_MCHA_FRAME_HEAD, from, length,
		level);
	return packed ? PHP_MCHA_FRAME_HEAD + packed : 0;
}

bool php_mcha_frame_length(const php_mcha_compression *compression, const char *frame, size_t size,
	size_t *length)
{
	uint32_t announced;

	if (compression->measure) {
		return compression->measure(frame, size, length);
	}
	if (size < PHP_MCHA_FRAME_HEAD) {
		return false;
	}
	memcpy(&announced, frame, PHP_MCHA_FRAME_HEAD);
	*length = announced;
	/* no value is longer than MCHA_VALUE_MAX; with 32-bit sizes a zend_string's header would not
	 * fit, either */
	return announced <= MCHA_VALUE_MAX
		&& announced / compression->ratio <= size - PHP_MCHA_FRAME_HEAD;
}

bool php_mcha_frame_unpack(const php_mcha_compression *compression, const char *frame, size_t size,
	char *to, size_t length)
{
	size_t head = compression->measure ? 0 : PHP_MCHA_FRAME_HEAD;

	return compression->unpack(to, length, frame + head, size - head);
}
