/* SPDX-License-Identifier: MIT */
/* A ring of hashes, written without locks. A process that dies in between leaves an old hash, and
 * has sent nothing. */
#include "repair_log.h"

#include "engine/base/fnv.h"
#include "engine/base/random.h"

static uint64_t hash_of(const char *key, size_t length, uint64_t node)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, length) ^ node);
}

/* Sequentially consistent: visible before any request that is sent afterwards. */
void mcha_repair_log_note(mcha_repair_log *log, const char *key, size_t length, uint64_t node)
{
	const uint64_t place = atomic_fetch_add(&log->count, 1) & (MCHA_REPAIR_LOG - 1);

	atomic_store(&log->repairs[place], hash_of(key, length, node));
}

bool mcha_repair_log_has(const mcha_repair_log *log, uint64_t since, const char *key, size_t length,
	uint64_t node)
{
	const uint64_t hash = hash_of(key, length, node), now = mcha_repair_log_count(log);

	if (now - since > MCHA_REPAIR_LOG) {
		return true;
	}
	for (; since != now; since++) {
		if (atomic_load_explicit(&log->repairs[since & (MCHA_REPAIR_LOG - 1)], memory_order_relaxed)
			== hash) {
			return true;
		}
	}
	return false;
}
