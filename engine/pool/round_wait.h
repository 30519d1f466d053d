/* SPDX-License-Identifier: MIT */
/* The wait policy (fanout.h) of the round that runs, and the grace for its checks (request.h). */
#ifndef MCHA_ENGINE_ROUND_WAIT_H
#define MCHA_ENGINE_ROUND_WAIT_H

#include "fanout.h"

/* Before the round starts: what may be detached is asked by copies that outlive the operation. */
void mcha_round_wait_prepare(mcha_fanout *fanout, mcha_round *round);

/* Of the nodes that are polled, the last one whose answer the round waits for; the last one of all
 * if there is none. */
size_t mcha_round_last_needed(const mcha_fanout *fanout, const mcha_round *round, size_t polled);

/* Until when to wait at most. started: the moment at which the round was. When patience is over,
 * requests are added to the round. */
mcha_usec mcha_round_wait_until(mcha_fanout *fanout, mcha_round *round, size_t polled,
	mcha_usec started, mcha_usec until);

/* True: what is missing is not needed, and was cancelled or detached. */
bool mcha_round_wait_is_over(mcha_fanout *fanout, mcha_round *round);

#endif
