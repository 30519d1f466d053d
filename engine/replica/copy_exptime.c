/* SPDX-License-Identifier: MIT */
/* The exptime of copies that are made from other copies, or put on handoff nodes. */
#include "copy_exptime.h"

#include "engine/base/exptime.h"

#include <time.h>

int64_t mcha_copy_exptime(const mcha_pool *pool, int64_t ttl)
{
	if (ttl == MCHA_TTL_NONE) {
		return 0;
	}
	if (mcha_copy_is_expiring(ttl)) {
		return -1; /* expired; 0 would mean for ever */
	}
	ttl = ttl == MCHA_TTL_UNKNOWN ? pool->settings.repair_ttl : ttl - 1;
	return ttl <= MCHA_EXPTIME_RELATIVE_MAX ? ttl : (int64_t)time(NULL) + ttl;
}

int64_t mcha_copy_handoff_exptime(const mcha_pool *pool, int64_t exptime)
{
	int64_t limit = pool->settings.failover_ttl < MCHA_EXPTIME_RELATIVE_MAX
		? pool->settings.failover_ttl
		: MCHA_EXPTIME_RELATIVE_MAX;

	if (exptime > MCHA_EXPTIME_RELATIVE_MAX) {
		int64_t left = exptime - (int64_t)time(NULL);

		return left < limit ? exptime : limit;
	}
	return exptime == 0 || exptime > limit ? limit : exptime;
}
