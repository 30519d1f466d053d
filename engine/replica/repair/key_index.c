/* SPDX-License-Identifier: MIT */
/* An open hash table, at most half full. */
#include "key_index.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fnv.h"
#include "engine/base/random.h"

static size_t place_of(const mcha_key_index *index, const char *key, size_t length)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, length)) & index->mask;
}

/* Where the key is, or would be. */
static size_t find_slot(const mcha_key_index *index, const char *key, size_t length)
{
	size_t at = place_of(index, key, length);

	for (; index->slots[at]; at = (at + 1) & index->mask) {
		const mcha_item *item = &index->items[index->slots[at] - 1];

		if (item->key_length == length && memcmp(item->key, key, length) == 0) {
			break;
		}
	}
	return at;
}

bool mcha_key_index_init(mcha_key_index *index, const mcha_item *items, size_t count)
{
	size_t i, capacity = 2;

	while (capacity < 2 * count) {
		capacity *= 2;
	}
	*index = (mcha_key_index){items, calloc(capacity, sizeof(*index->slots)), capacity - 1};
	for (i = 0; index->slots && i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			/* what is too long to be a key is not read */
			index->slots[find_slot(index, items[i].key, items[i].key_length)] = (uint32_t)i + 1;
		}
	}
	return index->slots != NULL;
}

void mcha_key_index_deinit(mcha_key_index *index)
{
	free(index->slots);
}

long mcha_key_index_find(const mcha_key_index *index, const char *key, size_t length)
{
	return (long)index->slots[find_slot(index, key, length)] - 1;
}
