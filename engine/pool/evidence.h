/* SPDX-License-Identifier: MIT */
/* Judges whether a failed round is the server's fault. Health is shared: if one process blames the
 * server, every process of the host stops using it. So a failure that is explained by this
 * process's own trouble, or contradicted by the server's answers to other processes, only stops
 * this process from using the server (local_health.h).
 *
 *   not the server's    no descriptor, address or memory left here; a wrong password; no agreement
 *                       on TLS, or plain text to a server that speaks TLS; the server's connection
 *                       limit; a name that is not resolved; a time limit in which this process
 *                       hardly ran, or that was too short; a large batch with bytes still moving
 *   contradicted        a timeout, while the server answered another process: on a new connection
 *                       it is never the server's; on an old one it is if a second process has the
 *                       same failure
 *   the server's        everything else
 *
 * A node that another host holds down (engine/shared/health/suspicion.h) is waited for only until
 * its silence is evidence.
 *
 * A timeout after too short a time limit is the server's failure, too, if the server has answered
 * no process for long enough. */
#ifndef MCHA_ENGINE_EVIDENCE_H
#define MCHA_ENGINE_EVIDENCE_H

#include "engine/shared/health.h"
#include "engine/base/status.h"

/* A timeout after a shorter wait is no evidence against the server. */
#define MCHA_EVIDENCE_FLOOR (100 * MCHA_USEC_PER_MSEC)

/* An answer to any process within this time contradicts a timeout. Well below the floor, so that a
 * server which has just stopped answering is not excused by its earlier answers. */
#define MCHA_EVIDENCE_RECENT (50 * MCHA_USEC_PER_MSEC)

typedef struct mcha_failure {
	mcha_status status;
	int error_errno; /* 0: none */
	bool was_open;   /* on a connection that existed before the round */
	bool is_plain;   /* in plain text, to a server that speaks TLS to other processes */
	bool moved;      /* bytes were sent or received within the last MCHA_EVIDENCE_FLOOR */
	mcha_usec started;
	mcha_usec now;
	mcha_usec stalled; /* how long this process did not run between started and now */
} mcha_failure;

typedef enum mcha_blame { MCHA_BLAME_NOTHING, MCHA_BLAME_SELF, MCHA_BLAME_SERVER } mcha_blame;

/* The failure is this process's own, whatever the state of the server: this process could not even
 * ask the server. */
bool mcha_evidence_is_own(const mcha_failure *failure);

/* window: how long the first process with a failure is remembered as a witness. May record this
 * process as one. */
mcha_blame mcha_evidence_judge(mcha_health *health, const mcha_failure *failure, mcha_usec window);

/* How long a suspected server may be silent: never so short that its silence was no evidence, and
 * longer than an operation of a server that is merely slow takes. timeout: of an operation. */
mcha_usec mcha_evidence_patience(const mcha_health *health, mcha_usec timeout);

#endif
