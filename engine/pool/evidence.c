/* SPDX-License-Identifier: MIT */
/* Called by the fan-out at the end of a round, for each node that failed in it. */
#include "evidence.h"

#include <errno.h>
#include <unistd.h>

/* Errors of this process or its host, for which the server is not to blame. */
static bool is_own_error(int error)
{
	static const int errors[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EACCES, EPERM,
		EINVAL, EAFNOSUPPORT, EPROTONOSUPPORT};
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (error == errors[i]) {
			return true;
		}
	}
	return false;
}

bool mcha_evidence_is_own(const mcha_failure *failure)
{
	return failure->is_plain || failure->status == MCHA_STATUS_AUTH
		|| failure->status == MCHA_STATUS_TLS || failure->status == MCHA_STATUS_CONNECTION_LIMIT
		|| failure->status == MCHA_STATUS_UNRESOLVED || is_own_error(failure->error_errno);
}

/* EAGAIN: the backlog of a unix socket is full; over TCP the connect would have waited. */
static bool is_timeout(const mcha_failure *failure)
{
	return failure->status == MCHA_STATUS_TIMEOUT
		|| (failure->status == MCHA_STATUS_CONNECT
			&& (failure->error_errno == ETIMEDOUT || failure->error_errno == EAGAIN));
}

/* --- witnesses -------------------------------------------------------------------------------- */

/* The word of a witness: the process id in the low bits, the time in milliseconds above them. */
#define PROCESS_BITS 22

static uint64_t witness_word(mcha_usec when)
{
	uint64_t process = (uint64_t)getpid() & ((1u << PROCESS_BITS) - 1);

	return (uint64_t)(when / MCHA_USEC_PER_MSEC) << PROCESS_BITS | process;
}

static mcha_usec time_of(uint64_t word)
{
	return (mcha_usec)(word >> PROCESS_BITS) * MCHA_USEC_PER_MSEC;
}

static bool is_same_process(uint64_t a, uint64_t b)
{
	return ((a ^ b) & ((1u << PROCESS_BITS) - 1)) == 0;
}

/* Another process had the same failure within the window. */
static bool is_confirmed(mcha_health *health, mcha_usec now, mcha_usec window)
{
	uint64_t seen = atomic_load_explicit(&health->witness, memory_order_relaxed);
	uint64_t own = witness_word(now);

	if (seen && now - time_of(seen) < window && !is_same_process(seen, own)) {
		return true;
	}
	atomic_store_explicit(&health->witness, own, memory_order_relaxed);
	return false;
}

/* The server has answered no process since the first such failure, which is long enough ago. */
static bool is_silent(mcha_health *health, const mcha_failure *failure, mcha_usec window)
{
	uint64_t seen = atomic_load_explicit(&health->witness, memory_order_relaxed);
	mcha_usec since = time_of(seen);
	int64_t answered = atomic_load_explicit(&health->last_answer, memory_order_relaxed);

	if (seen && failure->now - since < window && answered < since) {
		return failure->now - since >= MCHA_EVIDENCE_FLOOR;
	}
	atomic_store_explicit(&health->witness, witness_word(failure->started), memory_order_relaxed);
	return false;
}

/* --- the verdict ------------------------------------------------------------------------------ */

static mcha_blame judge_timeout(mcha_health *health, const mcha_failure *failure, mcha_usec window)
{
	const mcha_usec waited = failure->now - failure->started - failure->stalled;
	const bool is_long = waited >= MCHA_EVIDENCE_FLOOR;

	if (failure->moved || (!is_long && failure->stalled)) {
		return MCHA_BLAME_SELF;
	}
	if (mcha_health_answers(health, failure->now - MCHA_EVIDENCE_RECENT)) {
		return is_long && failure->was_open && is_confirmed(health, failure->now, window)
			? MCHA_BLAME_SERVER
			: MCHA_BLAME_SELF;
	}
	return is_long || is_silent(health, failure, window) ? MCHA_BLAME_SERVER : MCHA_BLAME_SELF;
}

mcha_blame mcha_evidence_judge(mcha_health *health, const mcha_failure *failure, mcha_usec window)
{
	if (failure->status == MCHA_STATUS_CANCELLED || failure->status == MCHA_STATUS_NO_TIME) {
		return MCHA_BLAME_NOTHING;
	}
	if (mcha_evidence_is_own(failure)) {
		return MCHA_BLAME_SELF;
	}
	return is_timeout(failure) ? judge_timeout(health, failure, window) : MCHA_BLAME_SERVER;
}

/* --- patience --------------------------------------------------------------------------------- */

#define LEAST_PART 8 /* of a timeout */
#define MOST_PART 4
#define USUAL_TIMES 16 /* what a request to the server usually takes */

mcha_usec mcha_evidence_patience(const mcha_health *health, mcha_usec timeout)
{
	const mcha_usec most = timeout / MOST_PART;
	mcha_usec least = timeout / LEAST_PART, usual;

	least = least > MCHA_EVIDENCE_FLOOR ? least : MCHA_EVIDENCE_FLOOR;
	usual = USUAL_TIMES * (mcha_usec)atomic_load_explicit(&health->latency, memory_order_relaxed);
	usual = usual < most ? usual : most;
	return usual > least ? usual : least;
}
