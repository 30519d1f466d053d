/* SPDX-License-Identifier: MIT */
/* Blocks that double: a large operation makes few allocations, and the index of a request tells its block. */
#include "request_list.h"

#include <stdlib.h>
#include <string.h>

bool mcha_request_list_reserve(mcha_request_list *list, size_t more)
{
	while (mcha_request_list_room(list->block_count) < list->count + more) {
		mcha_request *block = list->block_count < MCHA_REQUEST_BLOCKS
			? malloc(((size_t)MCHA_REQUEST_BLOCK << list->block_count) * sizeof(*block)) : NULL;

		if (!block) {
			return false;
		}
		list->blocks[list->block_count++] = block;
	}
	return true;
}

mcha_request *mcha_request_list_add(mcha_request_list *list)
{
	mcha_request *request;

	if (list->count == mcha_request_list_room(list->block_count) && !mcha_request_list_reserve(list, 1)) {
		return NULL;
	}
	request = mcha_request_list_at(list, list->count++);
	memset(request, 0, sizeof(*request));
	*(list->first ? &list->last->later : &list->first) = request;
	list->last = request;
	return request;
}

mcha_request *mcha_request_list_take_round(mcha_request_list *list)
{
	mcha_request *first = list->first;

	list->first = list->last = NULL;
	return first;
}

void mcha_request_list_truncate(mcha_request_list *list, size_t count)
{
	mcha_request *last = count ? mcha_request_list_at(list, count - 1) : NULL, *request;

	list->count = count;
	for (request = list->first; request && request != last; request = request->later) {
	}
	if (request) {
		request->later = NULL;
		list->last = request;
	} else {
		list->first = list->last = NULL;
	}
}

void mcha_request_list_trim(mcha_request_list *list, size_t blocks)
{
	while (list->block_count > blocks) {
		free(list->blocks[--list->block_count]);
	}
	if (list->count > mcha_request_list_room(blocks)) {
		list->count = 0;
	}
	list->first = list->last = NULL;
}
