/* SPDX-License-Identifier: MIT */
/* The FastLZ format, pecl memcached's default compression. Plain C, allocates nothing, and reads
 * and writes nothing beyond the given lengths. */
#ifndef MCHA_GLUE_FASTLZ_H
#define MCHA_GLUE_FASTLZ_H

#include <stdbool.h>
#include <stddef.h>

/* The most bytes that an input of this length can compress to. */
size_t php_mcha_fastlz_bound(size_t length);

/* The number of compressed bytes; 0: they do not fit into room, or length is 0. length is at most
 * UINT32_MAX. */
size_t php_mcha_fastlz_pack(char *to, size_t room, const char *from, size_t length);

/* True: the bytes decompressed to exactly length bytes. */
bool php_mcha_fastlz_unpack(char *to, size_t length, const char *from, size_t size);

#endif
