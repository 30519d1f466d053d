/* SPDX-License-Identifier: MIT */
/* For tests of registers: three nodes with copies of given versions. */
#ifndef REGISTER_RIG_H
#define REGISTER_RIG_H

#include "engine/protocol/tombstone.h"
#include "version_rig.h"

#define KEY "012:k"

/* Three copies on three nodes. */
static inline void registers(void)
{
	settings.replicas = 2;
	settings.read_policy = MCHA_READ_QUORUM;
	versions_of(3);
}

static inline void three(const char *a, uint64_t va, const char *b, uint64_t vb, const char *c,
	uint64_t vc)
{
	const char *const values[] = {a, b, c};
	const uint64_t versions[] = {va, vb, vc};

	registers();
	for (size_t i = 0; i < 3; i++) {
		if (values[i]) {
			put_version(i, KEY, values[i], V(versions[i]));
			entry_at(i, KEY)->flags = values[i][0] ? 0 : MCHA_TOMBSTONE_FLAGS;
		}
	}
}

static inline bool is_tombstone(size_t node)
{
	return entry_at(node, KEY) && entry_at(node, KEY)->length == 0
		&& entry_at(node, KEY)->flags == MCHA_TOMBSTONE_FLAGS;
}

#endif
