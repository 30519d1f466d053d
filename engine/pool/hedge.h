/* SPDX-License-Identifier: MIT */
/* Hedged reads: when the first copy keeps silent for longer than most reads take, the next one is
 * asked too, and the first answer wins. From J. Dean, L. A. Barroso, "The tail at scale",
 * Communications of the ACM 56(2), 2013. How long most reads take is estimated one read at a time;
 * how many more requests that may cost is bounded, so that a slow pool is not made slower. */
#ifndef MCHA_ENGINE_HEDGE_H
#define MCHA_ENGINE_HEDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/clock.h"

#define MCHA_HEDGE_NEVER 0
#define MCHA_HEDGE_AUTO (-1)

/* One request more for so many reads, and so many at once before that. */
#define MCHA_HEDGE_READS 20
#define MCHA_HEDGE_BURST 10

typedef struct mcha_hedge {
	mcha_usec quantile; /* 95 of 100 reads are answered sooner; 0: none was seen yet */
	uint32_t reads;     /* not yet spent: MCHA_HEDGE_READS of them pay for one request */
} mcha_hedge;

void mcha_hedge_init(mcha_hedge *hedge);

/* After which time the next copy is to be asked, by this setting (microseconds or MCHA_HEDGE_*);
 * 0: never, or not known yet. */
mcha_usec mcha_hedge_after(const mcha_hedge *hedge, mcha_usec setting);

/* So long a read took to its first answer. */
void mcha_hedge_learn(mcha_hedge *hedge, mcha_usec took);

/* One more request. False: there have been enough of them. */
bool mcha_hedge_spend(mcha_hedge *hedge);

#endif
