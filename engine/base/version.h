/* SPDX-License-Identifier: MIT */
/* Versions: a number that a write gives to all copies of the item, where the server accepts a CAS
 * value from the client (memcached 1.6.27, meta flag E) instead of counting its own. The version is
 * the copy's CAS value there. So a CAS token fits every copy, an older copy is recognized by its
 * lower version, and a repair gives the new copy the version of its source.
 *
 * The numbers come from a hybrid logical clock (S. Kulkarni, M. Demirbas, D. Madappa, B. Avva, M.
 * Leone, "Logical Physical Clocks", 2014): the time of day if that is greater than every version
 * this process has seen, else the microsecond after the greatest one. A write that follows a read
 * gets a newer version than the value that was read, however wrong the clocks are.
 *
 * As in that paper the offset is bounded: a version further ahead of this host's clock did not come
 * from any clock (another program's number, a damaged item). This process does not adopt such a
 * version, and ranks it as older than every other one.
 *
 *   bit 62      1: no server's own CAS counter gets that far, and no node's own token has this bit
 *               (cas_token.h)
 *   bits 11-61  microseconds since 2020
 *   bits 0-10   random: two clients in the same microsecond */
#ifndef MCHA_ENGINE_VERSION_H
#define MCHA_ENGINE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

#define MCHA_VERSION_MARK (UINT64_C(1) << 62)
#define MCHA_VERSION_RANDOM_BITS 11
#define MCHA_VERSION_EPOCH INT64_C(1577836800000000) /* 2020-01-01, microseconds of Unix time */

/* What a pool takes its versions from. */
typedef struct mcha_version_clock {
	uint64_t latest;      /* the greatest version that the pool has seen or given */
	mcha_usec wall_ahead; /* how far the time of day was ahead of the engine's clock */
	mcha_usec wall_seen;  /* when wall_ahead was measured */
} mcha_version_clock;

static inline bool mcha_version_is(uint64_t cas)
{
	return cas >> 62 == 1;
}

/* The version that a copy of the item with this CAS value is to get; 0: the CAS value is no
 * version, and the new copy's server assigns its own. */
static inline uint64_t mcha_version_of(uint64_t cas)
{
	return mcha_version_is(cas) ? cas : 0;
}

/* A clock that is set to another time zone is less than 26 hours ahead. Such a clock is wrong but
 * harmless, as the other hosts' versions follow it. With a smaller bound, the acknowledged writes
 * of such a host would rank as the oldest. */
#define MCHA_VERSION_AHEAD_MAX (INT64_C(26) * 3600 * 1000000)

/* Microseconds of Unix time: when a correct clock gave this version. */
static inline int64_t mcha_version_time(uint64_t version)
{
	return (int64_t)((version & (MCHA_VERSION_MARK - 1)) >> MCHA_VERSION_RANDOM_BITS)
		+ MCHA_VERSION_EPOCH;
}

/* Some host's clock can have given this version. wall: this host's clock, microseconds of Unix
 * time. */
static inline bool mcha_version_is_credible(uint64_t version, int64_t wall)
{
	return mcha_version_time(version) - wall <= MCHA_VERSION_AHEAD_MAX;
}

/* A rank to compare: the greater one is newer. Versions that no clock gave rank below all others,
 * and keep their order among themselves. 0: no version. */
static inline uint64_t mcha_version_rank(uint64_t cas, int64_t wall)
{
	if (!mcha_version_is(cas)) {
		return 0;
	}
	return mcha_version_is_credible(cas, wall) ? cas : cas & (MCHA_VERSION_MARK - 1);
}

/* Every version that this process gives from now on is newer than this one. False: no clock gave
 * this version, so it is not adopted. */
static inline bool mcha_version_saw(uint64_t *latest, uint64_t cas, int64_t wall)
{
	if (!mcha_version_is(cas) || cas <= *latest) {
		return true;
	}
	if (!mcha_version_is_credible(cas, wall)) {
		return false;
	}
	*latest = cas;
	return true;
}

/* The version for a new write. wall: microseconds of Unix time. */
static inline uint64_t mcha_version_next(uint64_t *latest, int64_t wall, uint64_t random)
{
	const uint64_t chance = random & ((1u << MCHA_VERSION_RANDOM_BITS) - 1);
	uint64_t time = wall > MCHA_VERSION_EPOCH ? (uint64_t)(wall - MCHA_VERSION_EPOCH) : 0;
	uint64_t version = MCHA_VERSION_MARK
		| (((time << MCHA_VERSION_RANDOM_BITS) | chance) & (MCHA_VERSION_MARK - 1));

	/* this host's clock may have been far ahead when it gave the latest version, and may have been
	 * corrected since */
	if (version <= *latest && mcha_version_is_credible(*latest, wall)) {
		version = (((*latest >> MCHA_VERSION_RANDOM_BITS) + 1) << MCHA_VERSION_RANDOM_BITS)
			| chance;
	}
	return *latest = version;
}

#endif
