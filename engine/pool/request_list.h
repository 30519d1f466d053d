/* SPDX-License-Identifier: MIT */
/* The requests of the operation that runs, in the order in which they were made. They do not move when more are made, so that
 * replicas and the queues of nodes can point to them. */
#ifndef MCHA_ENGINE_REQUEST_LIST_H
#define MCHA_ENGINE_REQUEST_LIST_H

#include "engine/protocol/request.h"

#define MCHA_REQUEST_BLOCK 16   /* requests of the first block; each further block is twice as large as the one before */
#define MCHA_REQUEST_BLOCKS 24  /* blocks at most */

typedef struct mcha_request_list {
	mcha_request *blocks[MCHA_REQUEST_BLOCKS];
	size_t block_count;
	size_t count;
	mcha_request *first; /* of the round that is being prepared; NULL: it has no request yet */
	mcha_request *last;
} mcha_request_list;

/* How many requests so many blocks have room for. */
static inline size_t mcha_request_list_room(size_t blocks)
{
	return ((size_t)MCHA_REQUEST_BLOCK << blocks) - MCHA_REQUEST_BLOCK;
}

/* The request that was made after index others. */
static inline mcha_request *mcha_request_list_at(const mcha_request_list *list, size_t index)
{
	const size_t place = index + MCHA_REQUEST_BLOCK;
	unsigned block = 0;

	while (place >> block >= 2 * MCHA_REQUEST_BLOCK) {
		block++;
	}
	return &list->blocks[block][place - ((size_t)MCHA_REQUEST_BLOCK << block)];
}

/* Makes room for so many more requests. False: no memory. */
bool mcha_request_list_reserve(mcha_request_list *list, size_t more);

/* Adds a request to the round that is being prepared, all zero. NULL: no memory. */
mcha_request *mcha_request_list_add(mcha_request_list *list);

/* Ends the preparation of the round: further requests belong to the next one. Returns the round's first request, which is linked
 * to the others (later); NULL: there is none. */
mcha_request *mcha_request_list_take_round(mcha_request_list *list);

/* Forgets the requests from index count on. They must belong to the round that is being prepared, or all of that round are
 * forgotten. */
void mcha_request_list_truncate(mcha_request_list *list, size_t count);

/* Frees all blocks but so many. */
void mcha_request_list_trim(mcha_request_list *list, size_t blocks);

#endif
