/* SPDX-License-Identifier: MIT */
/* A small seedable generator for jitter and balanced reads (never for secrets): splitmix64, from
 * G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
#ifndef MCHA_ENGINE_RANDOM_H
#define MCHA_ENGINE_RANDOM_H

#include <stdint.h>

static inline uint64_t mcha_mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* The number that mcha_mix64() makes this one from. */
static inline uint64_t mcha_unmix64(uint64_t x)
{
	x = (x ^ (x >> 31) ^ (x >> 62)) * UINT64_C(0x319642b2d24d8ec3);
	x = (x ^ (x >> 27) ^ (x >> 54)) * UINT64_C(0x96de1b173f119089);
	return x ^ (x >> 30) ^ (x >> 60);
}

static inline uint64_t mcha_random_next(uint64_t *state)
{
	return mcha_mix64(*state += UINT64_C(0x9e3779b97f4a7c15));
}

#endif
