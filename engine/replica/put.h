/* SPDX-License-Identifier: MIT */
/* The conditional writes that repair a replica: each changes a copy only if the copy still is what
 * this process has seen, so that what another process has written meanwhile stays. */
#ifndef MCHA_ENGINE_PUT_H
#define MCHA_ENGINE_PUT_H

#include "engine/pool/pool.h"

typedef struct mcha_put {
	uint16_t node;
	uint16_t key_length;
	const char *key;
	/* the copy to put there: value, size, flags, and its version if cas is one (version.h) */
	const mcha_reply *value;
	int64_t exptime;
	uint64_t cas; /* of the copy that was seen; 0: the server told none */
} mcha_put;

/* Before a copy is given to a node: false: the key is being deleted, so it is to be given to none.
 * Until mcha_put_end(), a deletion of the key by another process takes into account that the copy
 * may still arrive (repairs_under_way.h). */
bool mcha_put_begin(mcha_pool *pool, const mcha_put *put);

/* After the round that the copies were given in: those that were answered arrive no more. */
void mcha_put_end(mcha_pool *pool, const mcha_request *round);

/* Each adds a request to the round that is being prepared, and asks for the new CAS value. NULL: no
 * memory, or cas is 0 where it is needed: without it nothing is known of the copy, so nothing is
 * done. */

/* Stores the value if the node has no such key. */
mcha_request *mcha_put_if_absent(mcha_pool *pool, const mcha_put *put);

/* Stores the value over the copy that was seen. */
mcha_request *mcha_put_over(mcha_pool *pool, const mcha_put *put);

/* Deletes the copy that was seen. */
mcha_request *mcha_remove_if_same(mcha_pool *pool, const mcha_put *put);

/* This process has put a copy over an older one, and the source has another value since: puts that
 * over the copy; or deletes the copy, if the source has none. put: the copy that was put. read: the
 * source's answer; NULL: it was not asked. */
mcha_request *mcha_put_again(mcha_pool *pool, const mcha_put *put, const mcha_request *read);

/* The same over whatever is there: only where the server tells no CAS values (memcached -C), or
 * knows no such key. */
mcha_request *mcha_put_anyway(mcha_pool *pool, const mcha_put *put);
mcha_request *mcha_remove_anyway(mcha_pool *pool, const mcha_put *put);

#endif
