/* SPDX-License-Identifier: MIT */
/* The one clock of the engine: monotonic microseconds, the same for every process of the host. An
 * operation reads it once and after every wait; all other code gets the time as an argument. */
#ifndef MCHA_ENGINE_CLOCK_H
#define MCHA_ENGINE_CLOCK_H

#include <stdint.h>
#include <time.h>

typedef int64_t mcha_usec;

#define MCHA_USEC_PER_MSEC INT64_C(1000)
#define MCHA_USEC_PER_SEC INT64_C(1000000)

static inline mcha_usec mcha_clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * MCHA_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* Unix time in microseconds: for versions, which hosts compare with each other. */
static inline mcha_usec mcha_clock_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * MCHA_USEC_PER_SEC + ts.tv_nsec / 1000;
}

#endif
