/* SPDX-License-Identifier: MIT */
/* The keys that one server holds, one by one, by "lru_crawler metadump" over a connection that
 * serves nothing else. libmemcached does not have this command: its memcached_dump asks by "stats
 * cachedump", which lists only some of the keys. Every call blocks until the deadline at most. */
#ifndef MCHA_CLASSIC_KEYS_H
#define MCHA_CLASSIC_KEYS_H

#include "engine/transport/transport.h"

typedef struct classic_keys classic_keys;

/* Does not connect yet; endpoint and settings are borrowed. NULL: no memory. */
classic_keys *classic_keys_create(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings, mcha_usec deadline);
void classic_keys_destroy(classic_keys *keys);

/* OK: the next key; MISS: there are no more; UNSUPPORTED: the server does not list its keys;
 * otherwise a fault. The list may not be asked for another key after any status but OK. */
mcha_status classic_keys_next(classic_keys *keys, char key[MCHA_KEY_MAX], size_t *length);

#endif
