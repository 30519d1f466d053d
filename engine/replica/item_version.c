/* SPDX-License-Identifier: MIT */
/* Versions by this host's clock, and by what its servers have shown of other hosts' clocks. */
#include "item_version.h"

#include "engine/base/random.h"

/* The time of day, by the operation's own clock: how far apart the two are is looked up once a
 * second. */
mcha_usec mcha_item_version_wall(mcha_pool *pool)
{
	mcha_version_clock *clock = &pool->version_clock;

	if (!clock->wall_ahead || pool->running.now - clock->wall_seen > MCHA_USEC_PER_SEC) {
		clock->wall_ahead = mcha_clock_wall() - mcha_clock_now();
		clock->wall_seen = pool->running.now;
	}
	return pool->running.now + clock->wall_ahead;
}

bool mcha_item_version_is_younger(mcha_pool *pool, uint64_t cas, uint64_t than)
{
	const uint64_t first = mcha_version_of(cas), second = mcha_version_of(than);

	return first && second
		&& mcha_item_version_rank(pool, first) > mcha_item_version_rank(pool, second);
}

void mcha_item_version_saw_newer(mcha_pool *pool, uint16_t node, uint64_t cas)
{
	const mcha_usec wall = mcha_item_version_wall(pool);

	if (!mcha_version_saw(&pool->version_clock.latest, cas, wall)) {
		atomic_store_explicit(&pool->nodes[node]->health->ahead, mcha_version_time(cas) - wall,
			memory_order_relaxed);
		pool->has_news = true;
	}
}

void mcha_item_version_give(mcha_pool *pool, mcha_item *items, size_t count)
{
	uint64_t *latest = &pool->version_clock.latest;
	size_t i;

	for (i = 0; pool->settings.versions && i < count; i++) {
		/* a token was read by a process, perhaps by another one */
		mcha_version_saw(latest, items[i].cas, mcha_item_version_wall(pool));
		items[i].write.version = mcha_version_next(latest, mcha_item_version_wall(pool),
			mcha_random_next(&pool->random));
	}
}
