/* SPDX-License-Identifier: MIT */
/* Recognizes values that pecl memcache 4.0.5.2 wrote, for applications that migrate to McHA with a
 * warm cache. The low 16 bits of its flags are 0 for strings, 1 for serialized and 2 for compressed
 * values, 0x100, 0x300 and 0x700 for booleans, integers and floats; the high 16 bits are the
 * user's, as in pecl memcached. Plain C, without PHP. */
#ifndef MCHA_GLUE_PECL_MEMCACHE_VALUES_H
#define MCHA_GLUE_PECL_MEMCACHE_VALUES_H

#include <stddef.h>
#include <stdint.h>

/* The item's flags in McHA's meaning: translated if only pecl memcache can have written the item,
 * otherwise unchanged. */
uint32_t php_mcha_memcache_flags(const char *bytes, size_t length, uint32_t flags);

#endif
