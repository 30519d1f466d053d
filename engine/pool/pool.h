/* SPDX-License-Identifier: MIT */
/* The nodes in use, in order, with their connections, and the scratch memory that operations reuse.
 * Belongs to one thread at a time.
 *
 *   in_flight: set while an operation runs. A PHP process may leave an operation by longjmp
 *   (memory_limit, a fatal error): the next operation finds the mark and closes every connection
 *   that was in use, so that no one reads an answer that was meant for somebody else. */
#ifndef MCHA_ENGINE_POOL_H
#define MCHA_ENGINE_POOL_H

#include "engine/shared/recent_deletes.h"
#include "fanout.h"
#include "hedge.h"
#include "node.h"
#include "engine/shared/hints.h"
#include "placement.h"
#include "settings.h"
#include "engine/shared/verified.h"

/* What became of the copies in the last operation: McHA::getLastReplication(). */
#define MCHA_REPORT_FAILED_MAX 16

typedef struct mcha_report {
	uint16_t copies;       /* wanted */
	uint16_t acknowledged; /* reached: of the key that reached fewest, in a multi operation */
	uint32_t repaired;     /* copies that were refilled on the way */
	uint32_t hedged;       /* copies that were asked for before another one had answered */
	int position;          /* in the preference list, of the copy that answered a read; -1: none */
	size_t pending_count;  /* nodes whose answer was not waited for */
	uint16_t pending[MCHA_REPORT_FAILED_MAX];
	size_t failed_count;
	struct {
		uint16_t node;
		mcha_status status;
	} failed[MCHA_REPORT_FAILED_MAX];
} mcha_report;

typedef struct mcha_pool {
	mcha_settings settings;
	mcha_placement placement;
	mcha_health_table *health;
	mcha_hint_table *hints; /* shared as health is; NULL: nothing is remembered */
	mcha_recent_deletes *recent_deletes; /* the same */
	mcha_verified *verified;   /* the same; NULL: keys are looked at each time while a node may have lost them */
	mcha_node **nodes;    /* the pool's, and behind them those that only the former pool has */
	size_t node_count;    /* all of them */
	size_t member_count;  /* the pool's */
	mcha_placement previous;  /* where keys lay before the pool was changed, see previous_pool.h */
	uint16_t *previous_nodes; /* its nodes, as indices of nodes */
	size_t previous_count;    /* 0: there is no former pool */
	mcha_report report;
	uint64_t random;
	uint64_t latest; /* version that was seen or given */
	bool has_news;   /* something is to be said of a node once, see mcha_health_tell() */
	mcha_usec wall_ahead; /* of the engine's clock, the time of day: */
	mcha_usec wall_seen;  /* as it was then */
	mcha_hedge hedge;
	bool running;
	/* the operation that runs */
	mcha_usec now;
	mcha_usec deadline;
	mcha_usec until;    /* deadline of an operation made of several; 0: each has its own */
	uint32_t operation; /* counts them: tells this operation's admissions from older ones */
	bool troubled;      /* some server failed lately: look before asking */
	bool was_troubled;  /* already when it began: handoff copies may lie around */
	bool distrusting;   /* some server's copies are not believed by themselves: see hint_replay.h */
	bool has_hints;         /* some server has missed writes: see hint_replay.h */
	bool checking;      /* copies are looked at beside a read */
	mcha_usec emptied;  /* when some server may have lost its memory; 0: not lately. See replica_check.h */
	bool calm;          /* no node is looked at more often than others, */
	uint32_t next_look; /* and after so many hits one is */
	mcha_usec grace;    /* for the checks of the round that is being made; 0: there are none */
	mcha_usec started;  /* this operation */
	mcha_usec swept_at; /* when old hints were last looked for, */
	size_t swept_to;    /* and how far in their table */
	/* scratch, kept from operation to operation */
	mcha_request *requests;
	size_t request_count;
	size_t request_capacity;
	uint16_t *candidates; /* preference lists, candidate_stride entries per item */
	size_t candidate_stride;
	size_t candidate_capacity;
	struct mcha_exclusion *exclusions; /* copies that must not be asked for, see exclusion.h */
	size_t exclusion_count;
	size_t exclusion_capacity;
	bool excludes_all;     /* there was no memory for one: no copy is asked for by the operation that runs */
	uint64_t owner;        /* of marks, see in_flight.h; 0: none was made yet */
	uint32_t owner_generation;
	struct mcha_replay *replays;
	size_t replay_count;
	size_t replay_capacity;
	struct mcha_view *views; /* what home nodes have, see quorum.h */
	size_t view_capacity;
	mcha_fanout fanout;
} mcha_pool;

/* health is borrowed and shared; settings are copied. NULL: no memory. */
mcha_pool *mcha_pool_create(const mcha_settings *settings, mcha_health_table *health,
		uint64_t random_seed);
void mcha_pool_destroy(mcha_pool *pool);

/* Adds a node behind the others; placement must know it under the same index. The former pool is
 * forgotten. False: no memory, or MCHA_POOL_NODES_MAX nodes. */
bool mcha_pool_add(mcha_pool *pool, const mcha_endpoint *endpoint);
#define MCHA_POOL_NODES_MAX 4096

/* The next node of the former pool; pool->previous, which the caller sets, knows it under the same index. One
 * that is of the pool, too, is one node. False: as above. */
bool mcha_pool_add_previous(mcha_pool *pool, const mcha_endpoint *endpoint);
void mcha_pool_forget_previous(mcha_pool *pool);
/* Takes the answers that operations have not waited for (in_flight.h), and waits for those to come, for so long at most. What has not
 * come by then stays on its way. */
void mcha_pool_drain(mcha_pool *pool, mcha_usec patience);

/* The same until nothing is to be hoped for any more; done by whatever closes connections. */
void mcha_pool_drain_all(mcha_pool *pool);

/* Closes and forgets all nodes. */
void mcha_pool_clear(mcha_pool *pool);

/* Closes all connections; the next operation connects again. */
void mcha_pool_close(mcha_pool *pool);

/* Takes new settings; connections are closed where the transport or its settings changed. */
void mcha_pool_configure(mcha_pool *pool, const mcha_settings *settings);

/* Copies of each key: 1 + replicas, at most the pool's size. */
static inline size_t mcha_pool_copies(const mcha_pool *pool)
{
	size_t copies = (size_t)pool->settings.replicas + 1;

	return copies < pool->member_count ? copies : pool->member_count;
}

/* The same of the former pool. */
static inline size_t mcha_pool_previous_copies(const mcha_pool *pool)
{
	size_t copies = (size_t)pool->settings.replicas + 1;

	return copies < pool->previous_count ? copies : pool->previous_count;
}

/* It is of the former pool alone: it is given nothing, and what it fails at is nobody's failure. */
static inline bool mcha_pool_is_former(const mcha_pool *pool, uint16_t node)
{
	return node >= pool->member_count;
}

/* The operation that ran was left by longjmp: closes the connections that had a part in it, as answers may be on their way to
 * memory that is gone. */
void mcha_pool_recover(mcha_pool *pool);

/* Takes the answers to in-flight writes that have come, and waits for more until that moment (0: it does not wait). Returns the
 * moment at which it is done. */
mcha_usec mcha_pool_reap(mcha_pool *pool, mcha_usec now, mcha_usec until);

/* How long after a failure the pool looks before it asks: as long as a handoff copy may live or a
 * node may be held down. */
static inline mcha_usec mcha_pool_trouble_span(const mcha_pool *pool)
{
	return pool->settings.failover_ttl * MCHA_USEC_PER_SEC + pool->settings.retry_interval_max;
}

/* The node with this mcha_endpoint_id; -1: it is not of this pool. */
long mcha_pool_find(const mcha_pool *pool, uint64_t id);

/* This node is down, or was within the last mcha_pool_trouble_span(), or is distrusted: it may lack what others have,
 * and others may have stood in for it. */
bool mcha_pool_failed_lately(const mcha_pool *pool, uint16_t node);

#endif
