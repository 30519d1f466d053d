/* SPDX-License-Identifier: MIT */
/* Finds out how large an item each server takes, before a large value is sent. A memcached that is
 * given a larger one refuses it and removes the old value of the key, even for an append; servers
 * with different limits (-I) would so end up with different copies. Values near or over the default
 * limit are therefore checked before anything is sent; all others cost nothing. */
#ifndef MCHA_ENGINE_ITEM_SIZE_LIMIT_H
#define MCHA_ENGINE_ITEM_SIZE_LIMIT_H

#include "targets.h"

/* Learns the limits of the nodes that large items may go to (one round, once per connection). After
 * mcha_targets(), before the operation's own requests. */
void mcha_item_size_limit_learn(mcha_pool *pool, mcha_item *items, size_t count);

/* The node would certainly refuse it. */
bool mcha_item_size_limit_exceeded(const mcha_node *node, size_t key_length, size_t value_length);

#endif
