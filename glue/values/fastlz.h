/* SPDX-License-Identifier: MIT */
/* The FastLZ format, which pecl memcached compresses by unless it is told otherwise. Plain C. Nothing
 * is allocated, nothing is read or written beyond the lengths given. */
#ifndef MCHA_GLUE_FASTLZ_H
#define MCHA_GLUE_FASTLZ_H

#include <stdbool.h>
#include <stddef.h>

/* No input of this length becomes more bytes. */
size_t php_mcha_fastlz_bound(size_t length);

/* How many bytes it became; 0: they do not fit into room, or there was nothing to pack. length is at
 * most UINT32_MAX. */
size_t php_mcha_fastlz_pack(char *to, size_t room, const char *from, size_t length);

/* True: they became exactly length bytes. */
bool php_mcha_fastlz_unpack(char *to, size_t length, const char *from, size_t size);

#endif
