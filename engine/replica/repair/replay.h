/* SPDX-License-Identifier: MIT */
/* One hint that is being replayed: what hint_replay.c and the files that it consists of share. */
#ifndef MCHA_ENGINE_REPLAY_H
#define MCHA_ENGINE_REPLAY_H

#include "engine/replica/targets.h"
#include "hint_replay.h"

typedef struct mcha_replay {
	/* of the operation, that the hint is about; NULL: the operation does not ask for the key */
	mcha_item *item;
	mcha_replica *replica; /* its stale replica */
	uint16_t node;         /* the stale node */
	/* the hint cannot be replayed yet: the node is only looked at, to find out whether it is
	 * back */
	bool is_probe;
	bool is_taken_back;  /* what was put over the old copy is void */
	mcha_usec looked;    /* when the look was sent */
	mcha_request *look;  /* looks at the old copy; NULL: none */
	mcha_request *read;  /* reads the source's copy; NULL: none */
	mcha_request *write; /* replaces or deletes the old copy; NULL: none */
	mcha_request *check; /* asks the source whether it was changed since; NULL: none */
	mcha_hint hint;
} mcha_replay;

/* A write that began before this moment has ended, or its process has died. */
static inline mcha_usec mcha_replay_oldest_write(const mcha_pool *pool)
{
	return pool->running.now - mcha_pool_write_span(pool);
}

/* replay_due.c: collects in pool->replays the hints that are due: those of the items, and excludes
 * the replicas that the operation must not ask. */
void mcha_replay_collect(mcha_pool *pool, mcha_item *items, size_t count,
	mcha_hint_replay_for purpose);

/* Background replay: the same for some hints of other keys, once a second. */
void mcha_replay_collect_others(mcha_pool *pool, mcha_item *items, size_t count);

/* replay_age.c: the stale node has what the hint asks for, or something newer. source: the source's
 * copy; NULL: there is none. */
bool mcha_replay_is_newer_there(mcha_pool *pool, const mcha_replay *replay,
	const mcha_reply *source);

#endif
