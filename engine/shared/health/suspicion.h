/* SPDX-License-Identifier: MIT */
/* Suspicions: what one host has found down is a suspicion for the other hosts, which hear of it by
 * the journal (engine/journal/journal_health.h).
 *
 * A suspected server is up: each process goes on asking it. But its silence is waited for only as
 * long as it takes to be evidence (mcha_evidence_patience()), so that not every host pays a whole
 * timeout to find out what one host knows. The first result that a process of this host gets ends
 * the suspicion: after a success the server is up, after a failure it is down. A host that holds
 * the server down already learns nothing from a suspicion.
 *
 * It ends as well when the host that has found the server down reaches the server again. Should
 * that host be gone, the suspicion stands until this host asks the server: all it does is to
 * shorten one wait. */
#ifndef MCHA_ENGINE_SUSPICION_H
#define MCHA_ENGINE_SUSPICION_H

#include "engine/shared/health.h"

/* The word of a suspected server. */
#define MCHA_SUSPICION_WORD ((uint64_t)MCHA_HEALTH_SUSPECTED)

static inline bool mcha_suspicion_stands(const mcha_health *health)
{
	return atomic_load_explicit(&health->word, memory_order_relaxed) == MCHA_SUSPICION_WORD;
}

/* Another host holds the server down, by the journal's record with this mark. */
void mcha_suspicion_learn(mcha_health *health, uint64_t mark);

/* The host that wrote the record with this mark reaches the server again. */
void mcha_suspicion_end(mcha_health *health, uint64_t mark);

#endif
