/* SPDX-License-Identifier: MIT */
/* Keys as memcached has them. */
#ifndef MCHA_ENGINE_KEY_H
#define MCHA_ENGINE_KEY_H

#include "status.h"

#include <stddef.h>

#define MCHA_KEY_MAX 250 /* memcached's KEY_MAX_LENGTH */

/* MCHA_STATUS_OK, or MCHA_STATUS_BAD_KEY: empty, longer than MCHA_KEY_MAX, or with a byte up to
 * 0x20 or 0x7f (nothing that could end a protocol line or split it). Every operation below checks
 * its keys by this. */
mcha_status mcha_key_check(const char *key, size_t length);

#endif
