/* SPDX-License-Identifier: MIT */
/* Shared by the lock tests: lock owners, and pools of three replicas. */
#ifndef MCHA_TESTS_LOCK_RIG_H
#define MCHA_TESTS_LOCK_RIG_H

#include "hint_replay_rig.h"

#define LIFE 30

typedef struct holder {
	const char *key, *fence, *owner;
	mcha_lock lock;
	uint64_t number;
} holder;

static inline holder holder_of(const char *homes, const char *owner)
{
	static char keys[4][16], fences[4][16];
	static size_t used;
	size_t at = used++ % 4;

	snprintf(keys[at], sizeof(keys[at]), "%s:l", homes);
	snprintf(fences[at], sizeof(fences[at]), "%s:f", homes);
	return (holder){.key = keys[at], .fence = fences[at], .owner = owner};
}

static inline mcha_item fence_item(const char *key, const char *floor)
{
	mcha_item item = item_of(key, floor);

	item.exptime = 86400;
	return item;
}

static inline mcha_status hold(holder *who)
{
	mcha_item item = item_of(who->key, who->owner), number = fence_item(who->fence, "1000");

	item.exptime = LIFE;
	mcha_lock_hold(pool, &item, &number, &who->lock);
	who->number = number.answer.number;
	return item.answer.status;
}

static inline mcha_status extend(holder *who)
{
	mcha_item item = item_of(who->key, who->owner);

	item.exptime = 2 * LIFE;
	mcha_lock_extend(pool, &item, &who->lock);
	return item.answer.status;
}

static inline mcha_status give_back(holder *who)
{
	mcha_item item = item_of(who->key, who->owner);

	item.no_hints = true;
	mcha_lock_release(pool, &item, &who->lock);
	return item.answer.status;
}

static inline void three_copies(void)
{
	settings.replicas = 2;
	pool_of(3);
}

static inline void assert_nowhere(const char *key)
{
	for (size_t i = 0; i < pool->node_count; i++) {
		assert_holds(i, key, NULL);
	}
}

#endif
