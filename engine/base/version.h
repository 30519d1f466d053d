/* SPDX-License-Identifier: MIT */
/* Versions: a number that a write gives to all its copies, where servers take one (memcached 1.6.27, meta flag
 * E) instead of counting for themselves. A copy's version is its CAS value there, so that a token fits
 * whichever copy is asked, a copy that is older than another shows it, and a repair names what it brings.
 *
 * The numbers come from a hybrid logical clock (S. Kulkarni, M. Demirbas, D. Madappa, B. Avva, M. Leone,
 * "Logical Physical Clocks", 2014): the time of day where that is greater than every version seen so far, else the
 * next microsecond after the greatest. What is written after something was read is newer than it, however wrong the
 * clocks.
 *
 * As in that paper the offset is bounded: a version further ahead of this host's clock was not made by any clock
 * (another program's number, a damaged item). This process does not adopt it, and it is older than every other one.
 *
 *   bit 62      1: no server counts so far, no token of one node looks so (cas_token.h)
 *   bits 11-61  microseconds since 2020
 *   bits 0-10   random: two clients in the same microsecond */
#ifndef MCHA_ENGINE_VERSION_H
#define MCHA_ENGINE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#define MCHA_VERSION_MARK (UINT64_C(1) << 62)
#define MCHA_VERSION_RANDOM_BITS 11
#define MCHA_VERSION_EPOCH INT64_C(1577836800000000) /* 2020-01-01, microseconds of Unix time */

static inline bool mcha_version_is(uint64_t cas)
{
	return cas >> 62 == 1;
}

/* A CAS value as the version of what is copied; 0: it has none, the new copy gets its server's own. */
static inline uint64_t mcha_version_of(uint64_t cas)
{
	return mcha_version_is(cas) ? cas : 0;
}

/* A clock that is set to another zone's time is less than 26 hours ahead: that is a clock's error, and harmless as long
 * as the others follow it. A smaller bound would take what such a host has written, and was acknowledged, for the oldest. */
#define MCHA_VERSION_AHEAD_MAX (INT64_C(26) * 3600 * 1000000)

/* Microseconds of Unix time: when a clock that is right has given this version. */
static inline int64_t mcha_version_time(uint64_t version)
{
	return (int64_t)((version & (MCHA_VERSION_MARK - 1)) >> MCHA_VERSION_RANDOM_BITS) + MCHA_VERSION_EPOCH;
}

/* Some host's clock can have given it. wall: this host's, microseconds of Unix time. */
static inline bool mcha_version_is_credible(uint64_t version, int64_t wall)
{
	return mcha_version_time(version) - wall <= MCHA_VERSION_AHEAD_MAX;
}

/* Greater: newer. Versions that no clock gave are older than all others, in order among themselves. 0: no version. */
static inline uint64_t mcha_version_rank(uint64_t cas, int64_t wall)
{
	if (!mcha_version_is(cas)) {
		return 0;
	}
	return mcha_version_is_credible(cas, wall) ? cas : cas & (MCHA_VERSION_MARK - 1);
}

/* Whatever is written from now on is newer. False: no clock gave this version, it is not adopted. */
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

/* wall: microseconds of Unix time. */
static inline uint64_t mcha_version_next(uint64_t *latest, int64_t wall, uint64_t random)
{
	const uint64_t chance = random & ((1u << MCHA_VERSION_RANDOM_BITS) - 1);
	uint64_t time = wall > MCHA_VERSION_EPOCH ? (uint64_t)(wall - MCHA_VERSION_EPOCH) : 0;
	uint64_t version = MCHA_VERSION_MARK
		| (((time << MCHA_VERSION_RANDOM_BITS) | chance) & (MCHA_VERSION_MARK - 1));

	/* this host's clock may have been far ahead when the latest was given, and set right since */
	if (version <= *latest && mcha_version_is_credible(*latest, wall)) {
		version = (((*latest >> MCHA_VERSION_RANDOM_BITS) + 1) << MCHA_VERSION_RANDOM_BITS) | chance;
	}
	return *latest = version;
}

#endif
