/* SPDX-License-Identifier: MIT */
/* A short list: it holds only the servers that this process has trouble with, and is usually
 * empty. */
#include "local_health.h"

#include "evidence.h"
#include "engine/base/fork_generation.h"

#define SERVERS_MAX 64 /* beyond that, the server with the oldest failure is dropped */

static _Thread_local struct {
	uint32_t generation;
	size_t count;
	mcha_local_health servers[SERVERS_MAX];
} list;

/* Some thread's list has, or had, a server. While none has had one, no thread looks up where its
 * list is. */
static _Atomic bool is_used;

static inline bool may_have_servers(void)
{
	return atomic_load_explicit(&is_used, memory_order_relaxed) && list.count;
}

static mcha_local_health *find_server(uint64_t id)
{
	size_t i;

	if (!may_have_servers()) {
		return NULL;
	}
	if (list.generation != mcha_fork_generation()) {
		list.count = 0; /* the list is the parent's */
	}
	for (i = 0; i < list.count; i++) {
		if (list.servers[i].id == id) {
			return &list.servers[i];
		}
	}
	return NULL;
}

const mcha_local_health *mcha_local_health_find(uint64_t id)
{
	return find_server(id);
}

bool mcha_local_health_admit(uint64_t id, const mcha_health_rules *rules, mcha_usec now,
	bool last_resort)
{
	const mcha_local_health *local = find_server(id);

	return !local || rules->retry_interval == 0 || now >= local->until
		|| (last_resort && now - local->failed_at >= mcha_health_last_resort_interval(rules));
}

mcha_health_view mcha_local_health_look(uint64_t id, const mcha_health *health, mcha_usec now)
{
	const mcha_local_health *local = find_server(id);
	mcha_health_view view = mcha_health_look(health, now);

	if (local && now < local->until && view.state == MCHA_HEALTH_UP) {
		view = (mcha_health_view){
			.state = MCHA_HEALTH_DOWN,
			.failures_in_a_row = local->failures,
			.retry_in = local->until - now,
		};
	}
	return view;
}

static mcha_local_health *find_oldest_server(void)
{
	mcha_local_health *oldest = &list.servers[0];
	size_t i;

	for (i = 1; i < list.count; i++) {
		if (list.servers[i].failed_at < oldest->failed_at) {
			oldest = &list.servers[i];
		}
	}
	return oldest;
}

static mcha_local_health *find_or_add_server(uint64_t id)
{
	mcha_local_health *local = find_server(id);

	if (!local) {
		atomic_store_explicit(&is_used, true, memory_order_relaxed);
		local = list.count < SERVERS_MAX ? &list.servers[list.count++] : find_oldest_server();
		*local = (mcha_local_health){.id = id};
		list.generation = mcha_fork_generation();
	}
	return local;
}

void mcha_local_health_failure(uint64_t id, const mcha_health_rules *rules, mcha_status status,
	mcha_usec now, uint64_t random)
{
	mcha_local_health *local = find_or_add_server(id);

	local->failures++;
	local->status = status;
	local->failed_at = now;
	local->until = now + mcha_health_retry_delay(rules, local->failures, random);
}

void mcha_local_health_success(uint64_t id)
{
	mcha_local_health *local = may_have_servers() ? find_server(id) : NULL;

	if (local) {
		*local = list.servers[--list.count];
	}
}

bool mcha_local_health_differs(uint64_t id, const mcha_health *health, mcha_usec now)
{
	const mcha_local_health *local = find_server(id);

	if (!local || mcha_health_look(health, now).state != MCHA_HEALTH_UP) {
		return false;
	}
	return mcha_health_answers(health,
		now - local->failed_at < MCHA_EVIDENCE_RECENT ? local->failed_at - MCHA_EVIDENCE_RECENT
													  : local->failed_at);
}
