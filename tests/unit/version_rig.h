/* SPDX-License-Identifier: MIT */
/* Pools whose servers take versions. */
#ifndef MCHA_TESTS_VERSION_RIG_H
#define MCHA_TESTS_VERSION_RIG_H

#include "hint_replay_rig.h"

static inline void versions_of(size_t nodes)
{
	settings.versions = true;
	pool_of(nodes);
	for (size_t i = 0; i < nodes; i++) {
		servers[i].takes_versions = true;
	}
}

static inline uint64_t version_at(size_t node, const char *key)
{
	fake_entry *entry = entry_at(node, key);

	return entry ? entry->cas : 0;
}

static inline void put_version(size_t node, const char *key, const char *value, uint64_t version)
{
	put(node, key, value)->cas = version;
}

static inline mcha_item do_swap_by(const char *key, const char *value, uint64_t token)
{
	mcha_item item = item_of(key, value);

	item.cas = token;
	mcha_decide(pool, &item, MCHA_MODE_SET);
	return item;
}

static inline uint64_t token_of(const char *key)
{
	mcha_item item = do_get(key, MCHA_WANT_VALUE | MCHA_WANT_CAS);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	rig_release(item.answer.value);
	return item.answer.cas;
}

/* The version of a host whose clock is so many seconds ahead; LAST: an impossible version. */
static inline uint64_t version_in(double seconds)
{
	return MCHA_VERSION_MARK
		+ ((uint64_t)(mcha_clock_wall() + (int64_t)(seconds * SECOND) - MCHA_VERSION_EPOCH)
			<< MCHA_VERSION_RANDOM_BITS);
}

#define LAST ((UINT64_C(1) << 63) - 1)
#define V(n) (MCHA_VERSION_MARK + (uint64_t)(n))

#endif
