/* SPDX-License-Identifier: MIT */
/* Servers that this process alone keeps away from: it could not use them, which says nothing of the servers
 * (evidence.h). In the memory of the process (of the thread, where PHP has threads), so that objects that are made anew with
 * each request know, too. A forked child begins without. */
#ifndef MCHA_ENGINE_LOCAL_HEALTH_H
#define MCHA_ENGINE_LOCAL_HEALTH_H

#include "engine/shared/health.h"
#include "engine/base/status.h"

typedef struct mcha_local_health {
	uint64_t id;          /* mcha_endpoint_id */
	mcha_usec failed_at;
	mcha_usec until;      /* no request is sent before */
	uint32_t failures;    /* in a row */
	mcha_status status;   /* of the last of them */
} mcha_local_health;

/* What is known of this server; NULL: nothing. */
const mcha_local_health *mcha_local_health_find(uint64_t id);

/* May this process send it a request? insist: as in mcha_health_admit(). */
bool mcha_local_health_admit(uint64_t id, const mcha_health_rules *rules, mcha_usec now, bool last_resort);

/* mcha_health_look() of the server as it is for this process: down as well while it keeps away from it alone. */
mcha_health_view mcha_local_health_look(uint64_t id, const mcha_health *health, mcha_usec now);

void mcha_local_health_failure(uint64_t id, const mcha_health_rules *rules, mcha_status status, mcha_usec now,
		uint64_t random);
void mcha_local_health_success(uint64_t id);

/* This process could not use the server, though it is up for the others: they have had answers since, or had them just when
 * this process failed. */
bool mcha_local_health_differs(uint64_t id, const mcha_health *health, mcha_usec now);

#endif
