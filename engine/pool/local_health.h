/* SPDX-License-Identifier: MIT */
/* Servers that this process could not use and does not ask for a while, though the servers
 * themselves may be up (evidence.h). Kept in the memory of the process (of the thread, if PHP has
 * threads), so that objects that PHP creates anew for each request use it, too. A forked child
 * starts with an empty list. */
#ifndef MCHA_ENGINE_LOCAL_HEALTH_H
#define MCHA_ENGINE_LOCAL_HEALTH_H

#include "engine/shared/health.h"
#include "engine/base/status.h"

typedef struct mcha_local_health {
	uint64_t id; /* mcha_endpoint_id */
	mcha_usec failed_at;
	mcha_usec until;    /* this process sends no request before this moment */
	uint32_t failures;  /* in a row */
	mcha_status status; /* of the last failure */
} mcha_local_health;

/* NULL: this process has no trouble with the server. */
const mcha_local_health *mcha_local_health_find(uint64_t id);

/* May this process send the server a request? last_resort: as in mcha_health_admit(). */
bool mcha_local_health_admit(uint64_t id, const mcha_health_rules *rules, mcha_usec now,
	bool last_resort);

/* mcha_health_look() as it is for this process: also down while only this process does not ask the
 * server. */
mcha_health_view mcha_local_health_look(uint64_t id, const mcha_health *health, mcha_usec now);

void mcha_local_health_failure(uint64_t id, const mcha_health_rules *rules, mcha_status status,
	mcha_usec now, uint64_t random);
void mcha_local_health_success(uint64_t id);

/* This process could not use the server, which is up for other processes: it has answered them
 * since this process's failure, or at the time of that failure. */
bool mcha_local_health_differs(uint64_t id, const mcha_health *health, mcha_usec now);

#endif
