/* SPDX-License-Identifier: MIT */
/* The grace of a round: when only checks (request.h) are unanswered, the round waits for them for a short time at most. */
#ifndef MCHA_ENGINE_GRACE_H
#define MCHA_ENGINE_GRACE_H

#include "fanout.h"

/* Index in fanout->polled of the last node whose answer the round needs; of the last node if it needs none. */
size_t mcha_grace_last_needed(const mcha_fanout *fanout, const mcha_round *round, size_t polled);

/* Until when the round may wait: until, or the end of the grace if only checks are unanswered. The grace begins when that
 * is first so. */
mcha_usec mcha_grace_until(mcha_fanout *fanout, const mcha_round *round, size_t polled, mcha_usec started,
		mcha_usec until);

#endif
