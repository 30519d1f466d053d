/* SPDX-License-Identifier: MIT */
/* Values that pecl memcache wrote (as of 4.0.5.2), read for those who moved over with a warm cache. Its
 * flags' low half is 0 for strings, 1 serialized, 2 compressed, 0x100, 0x300 and 0x700 booleans,
 * integers and floats; the high half is the user's, as in pecl memcached. Plain C, without PHP. */
#ifndef MCHA_GLUE_PECL_MEMCACHE_VALUES_H
#define MCHA_GLUE_PECL_MEMCACHE_VALUES_H

#include <stddef.h>
#include <stdint.h>

/* The item's flags as McHA has them: translated if pecl memcache wrote it and nobody else can have
 * done so, else as they are. */
uint32_t php_mcha_memcache_flags(const char *bytes, size_t length, uint32_t flags);

#endif
