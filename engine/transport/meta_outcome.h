/* SPDX-License-Identifier: MIT */
/* What a step of a connection's work came to: done, to be continued, or failed. meta_connect.c,
 * meta_output.c and meta_input.c each do their step and return one of these; meta_drive.c alone
 * acts on it: it takes the next step, or fails the requests, closes the socket and connects
 * again. */
#ifndef MCHA_ENGINE_META_OUTCOME_H
#define MCHA_ENGINE_META_OUTCOME_H

#include <stdbool.h>

#include "engine/base/status.h"

typedef enum meta_step {
	META_DONE,       /* this step has no more to do */
	META_AGAIN,      /* this step has more to do at once */
	META_NEED_READ,  /* this step goes on when the server has sent more */
	META_NEED_WRITE, /* this step goes on when more has been sent */
	META_FAILED      /* the connection cannot be used any more */
} meta_step;

/* (Small enough to be returned in a register.) */
typedef struct meta_outcome {
	meta_step step : 8;
	/* FAILED: what every unanswered request of the connection's queue fails with; else OK */
	mcha_status status : 8;
	int error; /* FAILED: its errno (UNRESOLVED: getaddrinfo's code); 0: none */
} meta_outcome;

static inline meta_outcome meta_outcome_of(meta_step step)
{
	return (meta_outcome){.step = step, .status = MCHA_STATUS_OK};
}

static inline meta_outcome meta_outcome_failed(mcha_status status, int error)
{
	return (meta_outcome){.step = META_FAILED, .status = status, .error = error};
}

static inline bool meta_outcome_is_failed(meta_outcome outcome)
{
	return outcome.step == META_FAILED;
}

#endif
