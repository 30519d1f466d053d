/* SPDX-License-Identifier: MIT */
/* What a failed round says about the server. Health is shared: what one process takes for the server's failure keeps every
 * process of the host away from it. So a failure that this process's own trouble explains, or that the server's
 * answers to other processes contradict, keeps this process alone away (local_health.h).
 *
 *   not the server's    no descriptor, address or memory left here; a wrong password; the server's connection limit; a
 *                       name that is not resolved; a time limit in which this process hardly ran, or that was too
 *                       short; a large batch with bytes still moving
 *   contradicted        timed out, while the server answered another process: on a new connection never the
 *                       server's; on an old one it is when a second process finds the same
 *   the server's        everything else
 *
 * A limit too short to tell is the server's failure, too, when nothing has been heard of the server for long enough. */
#ifndef MCHA_ENGINE_EVIDENCE_H
#define MCHA_ENGINE_EVIDENCE_H

#include "engine/shared/health.h"
#include "engine/base/status.h"

/* A shorter wait tells nothing of the server. */
#define MCHA_EVIDENCE_FLOOR (100 * MCHA_USEC_PER_MSEC)

/* An answer to any process within this time contradicts a timeout. Well below the floor: a server that has just stopped
 * to answer is not excused by what it answered before. */
#define MCHA_EVIDENCE_RECENT (50 * MCHA_USEC_PER_MSEC)

typedef struct mcha_failure {
	mcha_status status;
	int error_errno;    /* 0: none */
	bool was_open;      /* over a connection that was there before the round */
	bool moved;         /* bytes came or went within the last MCHA_EVIDENCE_FLOOR */
	mcha_usec started;
	mcha_usec now;
	mcha_usec stalled;  /* of the time between, this process did not run for so long */
} mcha_failure;

typedef enum mcha_blame { MCHA_BLAME_NOTHING, MCHA_BLAME_SELF, MCHA_BLAME_SERVER } mcha_blame;

/* Whatever the server does, and however it was before: this process could not even ask it. */
bool mcha_evidence_is_own(const mcha_failure *failure);

/* window: how long a first witness is remembered. May note this process as one. */
mcha_blame mcha_evidence_judge(mcha_health *health, const mcha_failure *failure, mcha_usec window);

#endif
