/* SPDX-License-Identifier: MIT */
/* What a round does not wait for (request.h: check): when nothing else is missing it goes on for a short grace at most. */
#ifndef MCHA_ENGINE_GRACE_H
#define MCHA_ENGINE_GRACE_H

#include "fanout.h"

/* Of the nodes that are polled, the last one whose answer the round waits for; the last one of all if there is none. */
size_t mcha_grace_last_needed(const mcha_fanout *fanout, const mcha_round *round, size_t polled);

/* Until when to wait: until, or where nothing but checks is missing until the grace is over. It begins when that is first so. */
mcha_usec mcha_grace_until(mcha_fanout *fanout, const mcha_round *round, size_t polled, mcha_usec started,
		mcha_usec until);

#endif
