/* SPDX-License-Identifier: MIT */
/* A histogram of a server's latencies: how long answers took, in buckets whose bounds double. */
#ifndef MCHA_ENGINE_LATENCY_H
#define MCHA_ENGINE_LATENCY_H

#include <stdatomic.h>
#include <stdint.h>

#include "engine/base/clock.h"

/* The first bucket has the answers within 64 microseconds, the last but one those within about 4
 * seconds, the last one all others. */
#define MCHA_LATENCY_BUCKETS 18
#define MCHA_LATENCY_FIRST_BITS 6

/* One process's own, until it is added to the shared one. */
typedef struct mcha_latencies {
	uint32_t counts[MCHA_LATENCY_BUCKETS];
	uint64_t sum; /* microseconds */
} mcha_latencies;

/* Of all processes of the host. */
typedef struct mcha_shared_latencies {
	_Atomic uint64_t counts[MCHA_LATENCY_BUCKETS];
	_Atomic uint64_t sum;
} mcha_shared_latencies;

/* The upper bound of a bucket in microseconds; 0: the last bucket has none. */
static inline mcha_usec mcha_latency_bound(unsigned bucket)
{
	return bucket + 1 < MCHA_LATENCY_BUCKETS ? INT64_C(1) << (bucket + MCHA_LATENCY_FIRST_BITS) : 0;
}

static inline unsigned mcha_latency_bucket(mcha_usec latency)
{
	const uint64_t rest = latency > 1 ? (uint64_t)(latency - 1) >> MCHA_LATENCY_FIRST_BITS : 0;
	const unsigned bucket = rest ? 64 - (unsigned)__builtin_clzll(rest) : 0;

	return bucket < MCHA_LATENCY_BUCKETS ? bucket : MCHA_LATENCY_BUCKETS - 1;
}

static inline void mcha_latencies_note(mcha_latencies *latencies, mcha_usec latency)
{
	latencies->counts[mcha_latency_bucket(latency)]++;
	latencies->sum += latency > 0 ? (uint64_t)latency : 0;
}

#endif
