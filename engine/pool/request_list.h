/* SPDX-License-Identifier: MIT */
/* The requests of the operation that runs, in the order in which they were made. They do not move
 * when more are made, so that replicas and the queues of nodes can point to them. */
#ifndef MCHA_ENGINE_REQUEST_LIST_H
#define MCHA_ENGINE_REQUEST_LIST_H

#include <string.h>

#include "engine/protocol/request.h"

#define MCHA_REQUEST_BLOCK 16 /* requests of the first block */
/* blocks at most; each further one adds a quarter, or what is reserved */
#define MCHA_REQUEST_BLOCKS 64

typedef struct mcha_request_list {
	mcha_request *blocks[MCHA_REQUEST_BLOCKS];
	uint32_t sizes[MCHA_REQUEST_BLOCKS];
	size_t block_count;
	size_t block; /* in which the next request is made */
	size_t count;
	size_t room;         /* of all blocks */
	mcha_request *next;  /* where the next request is made */
	mcha_request *end;   /* of the block; next == end: the block is full */
	mcha_request *first; /* of the round that is being prepared; NULL: it has no request yet */
	mcha_request *last;
} mcha_request_list;

/* Makes room for more requests, see mcha_request_list_reserve(). */
bool mcha_request_list_grow(mcha_request_list *list, size_t more);

/* The block is full: the next request is made in the block behind it. False: no memory. */
bool mcha_request_list_turn(mcha_request_list *list);

/* Makes room for so many more requests. False: no memory. */
static inline bool mcha_request_list_reserve(mcha_request_list *list, size_t more)
{
	return list->count + more <= list->room || mcha_request_list_grow(list, more);
}

/* Adds a request to the round that is being prepared, all zero. NULL: no memory. */
static inline mcha_request *mcha_request_list_add(mcha_request_list *list)
{
	mcha_request *request;

	if (list->next == list->end && !mcha_request_list_turn(list)) {
		return NULL;
	}
	request = list->next++;
	list->count++;
	memset(request, 0, sizeof(*request));
	*(list->first ? &list->last->later : &list->first) = request;
	list->last = request;
	return request;
}

/* Ends the preparation of the round: further requests belong to the next one. Returns the round's
 * first request, which is linked to the others (later); NULL: there is none. */
static inline mcha_request *mcha_request_list_take_round(mcha_request_list *list)
{
	mcha_request *first = list->first;

	list->first = list->last = NULL;
	return first;
}

/* Forgets the requests from index count on. They must belong to the round that is being prepared,
 * or all of that round are forgotten. */
void mcha_request_list_truncate(mcha_request_list *list, size_t count);

/* An operation begins: forgets all requests. */
static inline void mcha_request_list_clear(mcha_request_list *list)
{
	list->count = list->block = 0;
	list->next = list->blocks[0];
	list->end = list->next ? list->next + MCHA_REQUEST_BLOCK : NULL;
	list->first = list->last = NULL;
}

/* Frees all blocks but so many; forgets all requests if that takes the memory of one. */
void mcha_request_list_trim(mcha_request_list *list, size_t blocks);

#endif
