/* SPDX-License-Identifier: MIT */
/* Finds an operation's items by their keys, without comparing with each. For the moment: it borrows
 * the items. */
#ifndef MCHA_ENGINE_KEY_INDEX_H
#define MCHA_ENGINE_KEY_INDEX_H

#include "engine/replica/item.h"

typedef struct mcha_key_index {
	const mcha_item *items;
	uint32_t *slots; /* indices of items plus 1; 0: free */
	size_t mask;
} mcha_key_index;

/* False: no memory. */
bool mcha_key_index_init(mcha_key_index *index, const mcha_item *items, size_t count);
void mcha_key_index_deinit(mcha_key_index *index);

/* The item's index; -1: there is none with this key. */
long mcha_key_index_find(const mcha_key_index *index, const char *key, size_t length);

#endif
