/* SPDX-License-Identifier: MIT */
/* The keys that one server holds, one by one, over a connection of its own: "lru_crawler metadump",
 * which libmemcached does not have (its memcached_dump asks by "stats cachedump", which shows a part
 * only). Blocking, to the deadline. */
#ifndef MCHA_CLASSIC_KEYS_H
#define MCHA_CLASSIC_KEYS_H

#include "engine/transport/transport.h"

typedef struct classic_keys classic_keys;

/* Asks nobody yet; borrows both. NULL: no memory. */
classic_keys *classic_keys_create(const mcha_endpoint *endpoint,
		const mcha_transport_settings *settings, mcha_usec deadline);
void classic_keys_destroy(classic_keys *keys);

/* OK: the next key; MISS: there are no more; UNSUPPORTED: the server does not list its keys; otherwise
 * a fault. Nothing more may be asked after anything but OK. */
mcha_status classic_keys_next(classic_keys *keys, char key[MCHA_KEY_MAX], size_t *length);

#endif
