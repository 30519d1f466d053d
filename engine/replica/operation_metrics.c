/* SPDX-License-Identifier: MIT */
/* Counts by tables: which counter an operation's keys, and the replica that answered a read, go
 * to. */
#include "operation_metrics.h"

#include "engine/replica/replica.h"

static const mcha_metric by_verb[] = {
	[MCHA_VERB_GET] = MCHA_METRIC_GET,
	[MCHA_VERB_STORE] = MCHA_METRIC_STORE,
	[MCHA_VERB_DELETE] = MCHA_METRIC_DELETE,
	[MCHA_VERB_TOUCH] = MCHA_METRIC_TOUCH,
	[MCHA_VERB_COUNT] = MCHA_METRIC_COUNT,
};

static const mcha_metric by_role[] = {
	[MCHA_ROLE_HOME] = MCHA_METRIC_FALLBACK,
	[MCHA_ROLE_HANDOFF] = MCHA_METRIC_HANDOFF,
	[MCHA_ROLE_PREVIOUS] = MCHA_METRIC_PREVIOUS,
};

static mcha_metric classify_hit(const mcha_item *item)
{
	return item->position <= 0 ? MCHA_METRIC_FIRST : by_role[item->replicas[item->position].role];
}

/* A key that was refused, as it cannot be one, counts as none of these. */
static void count_read(uint32_t *counters, const mcha_item *item)
{
	const mcha_status status = item->answer.status;

	if (status == MCHA_STATUS_OK) {
		counters[classify_hit(item)]++;
	} else if (status == MCHA_STATUS_MISS) {
		counters[MCHA_METRIC_MISS]++;
	} else if (!mcha_status_is_answer(status)) {
		counters[MCHA_METRIC_FAILED_READS]++;
	}
}

static void count_failures(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->report.failed_count; i++) {
		pool->metrics.failures[pool->report.failed[i].status]++;
	}
}

void mcha_operation_metrics_count(mcha_pool *pool, const mcha_item *items, size_t count,
	mcha_verb verb)
{
	uint32_t *counters = pool->metrics.counters;
	size_t i;

	counters[by_verb[verb]] += (uint32_t)count;
	counters[MCHA_METRIC_REPAIRS] += pool->report.repaired;
	counters[MCHA_METRIC_HEDGES] += pool->report.hedged;
	for (i = 0; i < count; i++) {
		if (verb == MCHA_VERB_GET) {
			count_read(counters, &items[i]);
		} else if (!mcha_status_is_answer(items[i].answer.status)) {
			counters[MCHA_METRIC_FAILED_WRITES]++;
		}
	}
	if (pool->report.failed_count) {
		count_failures(pool);
	}
	if (pool->running.now - pool->metrics.added_at >= MCHA_USEC_PER_SEC) {
		mcha_pool_add_metrics(pool);
	}
}
