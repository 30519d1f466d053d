/* SPDX-License-Identifier: MIT */
/* The pool: its nodes, in order, with their connections, and the scratch memory that operations
 * reuse. Only one thread may use a pool at a time. */
#ifndef MCHA_ENGINE_POOL_H
#define MCHA_ENGINE_POOL_H

#include "engine/base/version.h"
#include "engine/shared/shared_tables.h"
#include "fanout.h"
#include "hedge.h"
#include "engine/pool/in_flight/in_flight.h"
#include "journal_place.h"
#include "node.h"
#include "placement.h"
#include "pool_metrics.h"
#include "request_list.h"
#include "running.h"
#include "scratch.h"
#include "settings.h"

/* The report on the last operation: McHA::getLastReplication(). */
#define MCHA_REPORT_FAILED_MAX 16

typedef struct mcha_report {
	uint16_t copies; /* how many copies each key is to have */
	/* replicas that acknowledged; in a multi operation, of the key with the fewest */
	uint16_t acknowledged;
	uint32_t repaired;    /* copies that the operation repaired */
	uint32_t hedged;      /* replicas that were asked while another one had not answered yet */
	int position;         /* in the preference list, of the node that answered a read; -1: none */
	size_t pending_count; /* nodes whose answer the operation did not wait for */
	uint16_t pending[MCHA_REPORT_FAILED_MAX];
	size_t failed_count;
	struct {
		uint16_t node;
		mcha_status status;
	} failed[MCHA_REPORT_FAILED_MAX];
} mcha_report;

/* The pool before it was changed, see previous_pool.h. */
typedef struct mcha_previous_pool {
	mcha_placement placement;
	uint16_t *nodes; /* as indices of the pool's nodes, in the placement's order */
	size_t count;    /* 0: there is no previous pool */
} mcha_previous_pool;

typedef struct mcha_pool {
	mcha_settings settings;
	mcha_placement placement;
	/* the pool's nodes, and behind them the nodes of the previous pool only */
	mcha_node **nodes;
	size_t node_count;   /* all nodes */
	size_t member_count; /* the pool's nodes */
	size_t copies;       /* that each key has: 1 + replicas, at most member_count */
	mcha_previous_pool previous;
	/* borrowed. A table other than health may be NULL: the pool keeps no hints without the hint
	 * table, and without verified each read checks a node that may have lost keys. */
	mcha_shared_tables shared;

	/* --- what operations leave to later ones --- */
	uint64_t random;
	mcha_version_clock version_clock;
	mcha_hedge hedge;
	mcha_journal_place journal;
	mcha_in_flight_owner owner;
	mcha_background_replay background;
	uint32_t next_look; /* while running.calm: hits until the next replica check */
	mcha_pool_metrics metrics;
	bool has_news; /* there is a message about a node to give once, see mcha_health_tell() */

	/* --- the operation that runs, or the last one --- */
	/* common deadline of the operations that one call consists of; 0: each has its own */
	mcha_usec until;
	mcha_running running;
	mcha_report report;
	mcha_request_list requests;
	mcha_replica_lists lists;
	mcha_replay_list replays;
	mcha_view_list views;
	mcha_fanout fanout;
} mcha_pool;

/* health is borrowed and shared; settings are copied. NULL: no memory. */
mcha_pool *mcha_pool_create(const mcha_settings *settings, mcha_health_table *health,
	uint64_t random_seed);
void mcha_pool_destroy(mcha_pool *pool);

/* Frees the memory of pool->lists.widened. */
void mcha_pool_forget_widened(mcha_pool *pool);

/* Adds a node behind the others; placement must use the same index for it. Removes the previous
 * pool. False: no memory, or the pool has MCHA_POOL_NODES_MAX nodes. */
bool mcha_pool_add(mcha_pool *pool, const mcha_endpoint *endpoint);
#define MCHA_POOL_NODES_MAX 4096

/* Adds the next node of the previous pool; pool->previous.placement, which the caller sets, must
 * use the same index for it. A server that is in both pools is one node. False: as above. */
bool mcha_pool_add_previous(mcha_pool *pool, const mcha_endpoint *endpoint);
void mcha_pool_forget_previous(mcha_pool *pool);

/* Takes the answers to in-flight writes (in_flight.h), and waits up to patience for the missing
 * ones. Writes that are not answered then stay in flight. */
void mcha_pool_drain(mcha_pool *pool, mcha_usec patience);

/* The same until no more answers are expected. The pool calls it before it closes connections. */
void mcha_pool_drain_all(mcha_pool *pool);

/* Adds what the pool has counted to the host's metrics, and begins anew. A forked child leaves out
 * what it has from its parent, which adds that itself. */
void mcha_pool_add_metrics(mcha_pool *pool);

/* Closes all connections, and removes all nodes. */
void mcha_pool_clear(mcha_pool *pool);

/* Closes all connections; the next operation connects again. */
void mcha_pool_close(mcha_pool *pool);

/* Takes new settings; closes the connections if the transport or its settings have changed. */
void mcha_pool_configure(mcha_pool *pool, const mcha_settings *settings);

/* How many copies each key has. */
static inline size_t mcha_pool_copies(const mcha_pool *pool)
{
	return pool->copies;
}

/* The same in the previous pool. */
static inline size_t mcha_pool_previous_copies(const mcha_pool *pool)
{
	size_t copies = (size_t)pool->settings.replicas + 1;

	return copies < pool->previous.count ? copies : pool->previous.count;
}

/* The node belongs to the previous pool only: operations write no values to it, and do not fail
 * when it fails. */
static inline bool mcha_pool_is_previous_only(const mcha_pool *pool, uint16_t node)
{
	return node >= pool->member_count;
}

/* An operation was left by longjmp: closes the connections that it used, as answers to it may still
 * come, and clears the nodes' queues, which point into memory that is gone. */
void mcha_pool_recover(mcha_pool *pool);

/* Takes the answers to in-flight writes that have come, and waits for more until that moment (0:
 * does not wait). Returns the time when it is done. */
mcha_usec mcha_pool_reap(mcha_pool *pool, mcha_usec now, mcha_usec until);

/* How long after a failure operations check a node's health before asking the node: as long as a
 * handoff copy may live and a node may be held down. */
static inline mcha_usec mcha_pool_trouble_span(const mcha_pool *pool)
{
	return pool->settings.failover_ttl * MCHA_USEC_PER_SEC + pool->settings.retry_interval_max;
}

/* A process may be stopped in the middle of a write (no processor, a debugger, a suspended machine)
 * for longer than the write may take, and other processes cannot tell it from one that died. They
 * wait for so long beyond that. */
#define MCHA_STALL (2 * MCHA_USEC_PER_SEC)

/* A write that has announced itself (mcha_hints_attempt(), mcha_recent_deletes_note()) and has not
 * ended is under way for so long. */
static inline mcha_usec mcha_pool_write_span(const mcha_pool *pool)
{
	return pool->settings.operation_timeout + MCHA_STALL;
}

/* This operation has taken so long that other processes may soon cease, or have ceased, to wait for
 * it: they may have replayed a hint, or repaired a replica, on a node that had acknowledged its
 * write. */
static inline bool mcha_pool_has_stalled(const mcha_pool *pool)
{
	return mcha_clock_now() - pool->running.started
		> pool->settings.operation_timeout + MCHA_STALL / 2;
}

/* The index of the node with this mcha_endpoint_id; -1: the pool has no such node. */
long mcha_pool_find(const mcha_pool *pool, uint64_t id);

/* This node is down, or was within the last mcha_pool_trouble_span(), or is distrusted: it may lack
 * copies that other replicas have, and handoff nodes may have some of its copies. */
bool mcha_pool_failed_lately(const mcha_pool *pool, uint16_t node);

#endif
