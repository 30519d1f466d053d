/* SPDX-License-Identifier: MIT */
/* The quantile by small steps: up after a read that took longer, down by a nineteenth of that after
 * one that did not, so that it rests where one read in twenty takes longer. Steps are a share of
 * the value itself: it finds its way from microseconds to seconds. (H. Robbins, S. Monro, "A
 * stochastic approximation method", Annals of Mathematical Statistics 22(3), 1951.) */
#include "hedge.h"

#define STEP 8                   /* up by an eighth */
#define STEPS_DOWN 19            /* of 20 reads go down, each by a nineteenth of the step up */
#define LEAST MCHA_USEC_PER_MSEC /* polls count milliseconds */

void mcha_hedge_init(mcha_hedge *hedge)
{
	*hedge = (mcha_hedge){.reads = MCHA_HEDGE_READS * MCHA_HEDGE_BURST};
}

mcha_usec mcha_hedge_after(const mcha_hedge *hedge, mcha_usec setting)
{
	if (setting != MCHA_HEDGE_AUTO) {
		return setting;
	}
	return hedge->quantile && hedge->quantile < LEAST ? LEAST : hedge->quantile;
}

void mcha_hedge_learn(mcha_hedge *hedge, mcha_usec took)
{
	mcha_usec step = hedge->quantile / STEP + STEPS_DOWN;

	if (!hedge->quantile) {
		hedge->quantile = took > 0 ? took : 1;
	} else if (took > hedge->quantile) {
		hedge->quantile += step;
	} else if (hedge->quantile > step / STEPS_DOWN) {
		hedge->quantile -= step / STEPS_DOWN;
	}
	if (hedge->reads < MCHA_HEDGE_READS * MCHA_HEDGE_BURST) {
		hedge->reads++;
	}
}

bool mcha_hedge_spend(mcha_hedge *hedge)
{
	if (hedge->reads < MCHA_HEDGE_READS) {
		return false;
	}
	hedge->reads -= MCHA_HEDGE_READS;
	return true;
}
