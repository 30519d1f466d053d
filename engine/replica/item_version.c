/* SPDX-License-Identifier: MIT */
/* Versions by this host's clock, and by what its servers have shown of other hosts' clocks: to any
 * of its processes, so that a write of this host is newer than what another process of it has read
 * or written before. */
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

/* --- what the processes of this host have in common ------------------------------------------- */

/* Processes write the common version so seldom that they do not take its cache line from one
 * another at each write. What two processes give within this time is in the order of their
 * clock. */
#define COMMON_STEP (MCHA_USEC_PER_MSEC << MCHA_VERSION_RANDOM_BITS)

static void share_latest(mcha_pool *pool)
{
	_Atomic uint64_t *common = &pool->shared.health->latest_version;
	const uint64_t latest = pool->version_clock.latest;
	uint64_t former = atomic_load_explicit(common, memory_order_relaxed);

	while (latest > former && latest - former >= COMMON_STEP
		&& !atomic_compare_exchange_weak_explicit(common, &former, latest, memory_order_relaxed,
			memory_order_relaxed)) {
	}
}

/* Another process of this host has seen or given the version; the clock may have been set back
 * since. */
static void adopt_common(mcha_pool *pool)
{
	mcha_version_saw(&pool->version_clock.latest,
		atomic_load_explicit(&pool->shared.health->latest_version, memory_order_relaxed),
		mcha_item_version_wall(pool));
}

/* --- versions --------------------------------------------------------------------------------- */

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
		return;
	}
	share_latest(pool);
}

void mcha_item_version_give(mcha_pool *pool, mcha_item *items, size_t count)
{
	uint64_t *latest = &pool->version_clock.latest;
	size_t i;

	if (!pool->settings.versions) {
		return;
	}
	adopt_common(pool);
	for (i = 0; i < count; i++) {
		/* a token was read by a process, perhaps by another one */
		mcha_version_saw(latest, items[i].cas, mcha_item_version_wall(pool));
		items[i].write.version = mcha_version_next(latest, mcha_item_version_wall(pool),
			mcha_random_next(&pool->random));
	}
	share_latest(pool);
}
