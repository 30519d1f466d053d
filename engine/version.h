/* SPDX-License-Identifier: MIT */
/* Versions: a number that a write gives to all its copies, where servers take one (memcached 1.6.27, meta flag
 * E) instead of counting for themselves. A copy's version is its CAS value there, so that a token fits
 * whichever copy is asked, a copy that is older than another shows it, and a repair names what it brings.
 *
 * The numbers come from a hybrid logical clock (S. Kulkarni, M. Demirbas, D. Madappa, B. Avva, M. Leone,
 * "Logical Physical Clocks", 2014): the time of day where that is greater than every version seen so far, else one
 * more than the greatest. What is written after something was read is newer than it, however wrong the clocks.
 *
 *   bit 62      1: no server counts so far, no token of one node looks so (token.h)
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

/* Whatever is written from now on is newer. */
static inline void mcha_version_saw(uint64_t *latest, uint64_t cas)
{
	if (mcha_version_is(cas) && cas > *latest) {
		*latest = cas;
	}
}

/* wall: microseconds of Unix time. The last version of all follows itself. */
static inline uint64_t mcha_version_next(uint64_t *latest, int64_t wall, uint64_t random)
{
	uint64_t time = wall > MCHA_VERSION_EPOCH ? (uint64_t)(wall - MCHA_VERSION_EPOCH) : 0;
	uint64_t version = MCHA_VERSION_MARK | (((time << MCHA_VERSION_RANDOM_BITS)
		| (random & ((1u << MCHA_VERSION_RANDOM_BITS) - 1))) & (MCHA_VERSION_MARK - 1));

	if (version <= *latest) {
		version = *latest + mcha_version_is(*latest + 1);
	}
	return *latest = version;
}

#endif
