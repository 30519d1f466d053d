/* SPDX-License-Identifier: MIT */
/* Blocks of memory that stay where they are: an operation that knows how many requests it needs
 * reserves one block. */
#include "request_list.h"

#include <stdlib.h>

/* The block of the request with this index (the last block, if all are full); *place: the request's
 * index in the block. */
static size_t find_block(const mcha_request_list *list, size_t index, size_t *place)
{
	size_t block = 0;

	while (index >= list->sizes[block] && block + 1 < list->block_count) {
		index -= list->sizes[block++];
	}
	*place = index;
	return block;
}

/* The request that was made after index others. */
static mcha_request *get_request(const mcha_request_list *list, size_t index)
{
	size_t place, block = find_block(list, index, &place);

	return &list->blocks[block][place];
}

static bool add_block(mcha_request_list *list, size_t size)
{
	mcha_request *block = list->block_count < MCHA_REQUEST_BLOCKS && size <= UINT32_MAX
		? malloc(size * sizeof(*block))
		: NULL;

	if (!block) {
		return false;
	}
	if (list->block_count == 0) {
		list->next = block;
		list->end = block + size;
	}
	list->room += size;
	list->sizes[list->block_count] = (uint32_t)size;
	list->blocks[list->block_count++] = block;
	return true;
}

bool mcha_request_list_grow(mcha_request_list *list, size_t more)
{
	size_t missing, size;

	if (list->block_count == 0 && !add_block(list, MCHA_REQUEST_BLOCK)) {
		return false;
	}
	if (list->room >= list->count + more) {
		return true;
	}
	missing = list->count + more - list->room;
	size = list->room / 4;
	size = size > MCHA_REQUEST_BLOCK ? size : MCHA_REQUEST_BLOCK;
	return add_block(list, missing > size ? missing : size);
}

bool mcha_request_list_turn(mcha_request_list *list)
{
	if (!mcha_request_list_reserve(list, 1)) {
		return false;
	}
	if (list->next == list->end) {
		list->next = list->blocks[++list->block];
		list->end = list->next + list->sizes[list->block];
	}
	return true;
}

/* The last of the first so many requests of the round that is being prepared; NULL: the round has
 * none of them. */
static mcha_request *find_last(const mcha_request_list *list, size_t count)
{
	mcha_request *last = count ? get_request(list, count - 1) : NULL, *request = list->first;

	while (request && request != last) {
		request = request->later;
	}
	return request;
}

void mcha_request_list_truncate(mcha_request_list *list, size_t count)
{
	mcha_request *last = find_last(list, count), *first = list->first;
	size_t place;

	mcha_request_list_clear(list);
	list->count = count;
	if (list->next) {
		list->block = find_block(list, count, &place);
		list->next = list->blocks[list->block] + place;
		list->end = list->blocks[list->block] + list->sizes[list->block];
	}
	if (last) {
		last->later = NULL;
		list->first = first;
		list->last = last;
	}
}

void mcha_request_list_trim(mcha_request_list *list, size_t blocks)
{
	const size_t before = list->block_count;

	while (list->block_count > blocks) {
		list->room -= list->sizes[--list->block_count];
		free(list->blocks[list->block_count]);
		list->blocks[list->block_count] = NULL;
	}
	if (before > list->block_count
		&& (list->count > list->room || list->block >= list->block_count)) {
		mcha_request_list_clear(list);
	}
}
