/* SPDX-License-Identifier: MIT */
/* Compression of values: a table by the item's flags, and pecl memcached's frame: 4 bytes with the
 * plain length, in the machine's byte order, before the compressed bytes. Depends on the
 * compression libraries but not on PHP, so that the fuzzer can compile it alone. Never allocates:
 * the caller reads the length, allocates that many bytes, and gets exactly that many or none. */
#ifndef MCHA_GLUE_COMPRESSION_H
#define MCHA_GLUE_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits 4 and up of the item's flags: one bit for compressed values, and one for each
 * compression. */
#define PHP_MCHA_FLAG_COMPRESSED (UINT32_C(1) << 4)

/* A zlib stream without a frame, as pecl memcache writes it. McHA sets this flag on values that it
 * reads and never stores it. */
#define PHP_MCHA_FLAG_BARE_ZLIB (UINT32_C(1) << 12)

#define PHP_MCHA_FRAME_HEAD sizeof(uint32_t)

typedef struct php_mcha_compression {
	const char *name;
	int number; /* MCHA_COMPRESSION_* */
	uint32_t flag;
	/* the most plain bytes for one compressed byte; frames that announce more are refused */
	uint32_t ratio;
	/* Finds the plain length of bytes without a frame. NULL: the frame has the length. */
	bool (*measure)(const char *from, size_t size, size_t *length);
	/* The other functions are NULL in a build without the library; bound and pack also if values
	 * are only read. */
	size_t (*bound)(size_t length);
	/* The number of compressed bytes; 0: failed. */
	size_t (*pack)(char *to, size_t room, const char *from, size_t length, long level);
	/* True: the bytes decompressed to exactly length bytes. */
	bool (*unpack)(char *to, size_t length, const char *from, size_t size);
} php_mcha_compression;

/* In the order in which flags are searched; a row with the name NULL ends the table. */
extern const php_mcha_compression php_mcha_compressions[];

/* NULL: the flags name no known compression. */
const php_mcha_compression *php_mcha_compression_by_flags(uint32_t flags);

/* The compression to write values with. NULL: this build does not have it. */
const php_mcha_compression *php_mcha_compression_by_number(long number);

/* The most bytes that a frame of this value can need. */
size_t php_mcha_frame_room(const php_mcha_compression *compression, size_t length);

/* The frame's size; 0: failed. length is at most UINT32_MAX. */
size_t php_mcha_frame_pack(const php_mcha_compression *compression, char *to, size_t room,
	const char *from, size_t length, long level);

/* Reads the plain length from a frame. False: the bytes are no frame, or cannot decompress to that
 * many bytes. */
bool php_mcha_frame_length(const php_mcha_compression *compression, const char *frame, size_t size,
	size_t *length);

/* True: the frame decompressed to exactly length bytes. */
bool php_mcha_frame_unpack(const php_mcha_compression *compression, const char *frame, size_t size,
	char *to, size_t length);

#endif
