/* SPDX-License-Identifier: MIT */
/* The rules for keys, as memcached has them. */
#ifndef MCHA_ENGINE_KEY_H
#define MCHA_ENGINE_KEY_H

#include "status.h"

#include <stddef.h>

#define MCHA_KEY_MAX 250 /* memcached's KEY_MAX_LENGTH */

/* MCHA_STATUS_OK, or MCHA_STATUS_BAD_KEY: the key is empty, longer than MCHA_KEY_MAX, or contains
 * 0x7f or a byte up to 0x20, which could end or split a protocol line. Every operation checks its
 * keys with this function. */
mcha_status mcha_key_check(const char *key, size_t length);

#endif
