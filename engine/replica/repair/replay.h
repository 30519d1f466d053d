/* SPDX-License-Identifier: MIT */
/* One hint that is being replayed: what hint_replay.c and the files that it consists of share. */
#ifndef MCHA_ENGINE_REPLAY_H
#define MCHA_ENGINE_REPLAY_H

#include "engine/replica/put.h"
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
	bool is_taken_back;    /* what was put over the old copy is void */
	mcha_usec looked;      /* when the look was sent */
	mcha_request *look;    /* looks at the old copy; NULL: none */
	mcha_request *read;    /* reads the source's copy; NULL: none */
	mcha_request *write;   /* replaces or deletes the old copy; NULL: none */
	mcha_request *check;   /* asks the source whether it was changed since; NULL: none */
	mcha_request *removal; /* takes back what was put there; NULL: none */
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

/* What is done to the old copy, if it is still what was looked at. */
static inline mcha_put mcha_replay_put(const mcha_replay *replay)
{
	return (mcha_put){
		.node = replay->node,
		.key = replay->hint.key,
		.key_length = replay->hint.key_length,
		.cas = replay->look->reply.cas,
	};
}

/* A value that is being deleted is given to no node. */
static inline bool mcha_replay_is_being_deleted(const mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_targets_is_being_deleted(pool, replay->hint.key, replay->hint.key_length);
}

/* --- replay_source.c -------------------------------------------------------------------------- */

/* Asks a node for the hint's key. NULL: no memory. */
mcha_request *mcha_replay_ask_copy(mcha_pool *pool, const mcha_replay *replay, uint16_t node,
	unsigned want);

/* What goes over the old copy; NULL: there is nothing. */
const mcha_reply *mcha_replay_source_copy(const mcha_replay *replay);

/* The source's copy ends within a second, as the old one should: nothing is made from it any
 * more. */
bool mcha_replay_is_ending(const mcha_replay *replay);

/* The source has the new value no more: it has expired, was evicted, or was lost by a restart. */
bool mcha_replay_is_lost(const mcha_replay *replay);

/* The source is not one of the key's homes. (Of a hint of another key than the operation's it is
 * not known which nodes these are.) */
bool mcha_replay_is_from_handoff(const mcha_pool *pool, const mcha_replay *replay);

/* The source lacks the value before its time, and may have been purged by another host's write,
 * which the stale node then has: that the source has nothing does not say that the key is
 * missing. */
bool mcha_replay_is_open(const mcha_pool *pool, const mcha_replay *replay);

/* The source's copy was purged by another write, of this host or another one, which the stale node
 * has not missed (or there is a younger hint for it): the node is not stale. */
bool mcha_replay_is_void(const mcha_pool *pool, const mcha_replay *replay);

/* --- replay_take_back.c ----------------------------------------------------------------------- */

/* Asks the sources once more, and takes back the copies that are void: of keys that were deleted
 * meanwhile, or that another host has written. Their replays have no write any more. */
void mcha_replay_take_back_void(mcha_pool *pool);

/* replay_age.c: the stale node has what the hint asks for, or something newer. source: the source's
 * copy; NULL: there is none. */
bool mcha_replay_is_newer_there(mcha_pool *pool, const mcha_replay *replay,
	const mcha_reply *source);

#endif
