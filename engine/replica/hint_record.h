/* SPDX-License-Identifier: MIT */
/* Records hints (hints.h) after a write: which nodes have missed it, and which node is the
 * source. */
#ifndef MCHA_ENGINE_HINT_RECORD_H
#define MCHA_ENGINE_HINT_RECORD_H

#include "targets.h"

/* A write is about to be sent to this request's node. If the write replaces the replica there, no
 * other process replays the node's hint until the write has ended (mcha_hints_attempt()). Requests
 * that are not sent, as their node is down, change nothing: the hint can then be replayed as soon
 * as the node is back. */
void mcha_hint_record_attempt(mcha_pool *pool, const mcha_item *item, const mcha_request *request);

/* After a write: adds a hint for each replica that missed it, if another one acknowledged, and
 * clears the hints of the nodes that acknowledged. verb: of the operation's own requests. */
void mcha_hint_record_write(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb);

/* The same for a round of deletions of handoff copies and of previous homes' copies. */
void mcha_hint_record_purge(mcha_pool *pool, const mcha_request *round);

/* Adds a hint for this node, of which it is not known whether it carried the request out. */
void mcha_hint_record_indeterminate(mcha_pool *pool, const mcha_item *item, uint16_t node,
	uint16_t source);

/* Adds a hint for this node, whose copy may be older than the source's. */
void mcha_hint_record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* Adds a hint to delete this node's copy, unless there is a hint for the node already, which says
 * more. */
void mcha_hint_record_deletion(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The same where another process's copy may still arrive at the node, which has none now. */
void mcha_hint_record_late_copy(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* Clears the hints for this node that name this source: the operation that added them is void. */
void mcha_hint_record_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* --- hint/hint_source.c ----------------------------------------------------------------------- */

/* The moment from which on a source need not have what an operation of this verb has written: the
 * value's life is over on every server, or another process deletes the key at the same time, and
 * its deletion may have come to the source last. 0: never, or that is not known. A counter's life
 * is that of its creation, whichever process made it. */
mcha_usec mcha_hint_record_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb);

/* --- hint/hint_settle.c ----------------------------------------------------------------------- */

/* The node may still carry out a write of the key that another host has sent to it. */
bool mcha_hint_record_may_arrive(const mcha_pool *pool, const mcha_node *node, const char *key,
	size_t length);

/* The replica has a compact hint, and its node carries out no write any more that it received
 * before it was asked. */
bool mcha_hint_record_is_settled(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* The replica has what the other replicas have, as this operation has seen, or made it so: clears
 * its compact hint, unless the node may still carry out a write that it received before it was
 * asked. */
void mcha_hint_record_settle(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica);

/* The same, and this operation has replaced or deleted the copy: no other host need doubt it
 * either. */
void mcha_hint_record_settle_replaced(mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* --- hint/hint_query.c ------------------------------------------------------------------------ */

/* There is a hint for this node that names this source. */
bool mcha_hint_record_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	uint16_t source);

/* Since this operation began, another one was decided without this node, even if the node was given
 * that one's outcome by now: whatever it said is void. */
bool mcha_hint_record_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The first replica that carried out the operation's own request at a node which has missed no
 * other write since this operation began. To be called after the hints were recorded: of two
 * operations that reach different nodes at the same moment, at least one then sees the other's
 * hints. NULL: this operation's change is void, another operation's will replace it. */
const mcha_replica *mcha_hint_record_find_valid(const mcha_pool *pool, const mcha_item *item);

#endif
