/* SPDX-License-Identifier: MIT */
/* How values are compressed: a table by the item's flags, and pecl memcached's frame around the
 * compressor's bytes: the plain length, 4 bytes in the machine's own order, before them. Plain C over
 * the compressors' libraries, without PHP: the fuzzer compiles it bare. Never allocates: the caller
 * learns the length, makes room for so many bytes, and gets exactly as many or nothing. */
#ifndef MCHA_GLUE_COMPRESSION_H
#define MCHA_GLUE_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits 4 and up of the item's flags: whether, and each compression's own beside it. */
#define PHP_MCHA_FLAG_COMPRESSED (UINT32_C(1) << 4)

/* A zlib stream without a frame, as pecl memcache has it; McHA's own mark, never stored. */
#define PHP_MCHA_FLAG_BARE_ZLIB (UINT32_C(1) << 12)

#define PHP_MCHA_FRAME_HEAD sizeof(uint32_t)

typedef struct php_mcha_compression {
	const char *name;
	int number;      /* MCHA_COMPRESSION_* */
	uint32_t flag;
	uint32_t ratio;  /* a byte never becomes more than so many: a longer length is a lie */
	/* The plain length, where no frame announces it. NULL: one does. */
	bool (*measure)(const char *from, size_t size, size_t *length);
	/* The rest is NULL in a build without its library, or where it is only read. */
	size_t (*bound)(size_t length);
	/* How many bytes it became; 0: it failed. */
	size_t (*pack)(char *to, size_t room, const char *from, size_t length, long level);
	/* True: they became exactly length bytes. */
	bool (*unpack)(char *to, size_t length, const char *from, size_t size);
} php_mcha_compression;

/* In the order in which flags are searched; a NULL name ends it. */
extern const php_mcha_compression php_mcha_compressions[];

/* NULL: none that is known. */
const php_mcha_compression *php_mcha_compression_by_flags(uint32_t flags);

/* The one to pack with, or NULL: not in this build. */
const php_mcha_compression *php_mcha_compression_by_number(long number);

/* Bytes that a frame of this value may need. */
size_t php_mcha_frame_room(const php_mcha_compression *compression, size_t length);

/* The frame's size; 0: it failed. length is at most UINT32_MAX. */
size_t php_mcha_frame_pack(const php_mcha_compression *compression, char *to, size_t room,
		const char *from, size_t length, long level);

/* The plain length that a frame announces. False: it is no frame, or cannot hold as much. */
bool php_mcha_frame_length(const php_mcha_compression *compression, const char *frame, size_t size,
		size_t *length);

/* True: these are the length bytes that were announced. */
bool php_mcha_frame_unpack(const php_mcha_compression *compression, const char *frame, size_t size,
		char *to, size_t length);

#endif
