/* SPDX-License-Identifier: MIT */
/* Records hints (hints.h) after a write: which nodes have missed it, and which node is the source. */
#ifndef MCHA_ENGINE_HINT_RECORD_H
#define MCHA_ENGINE_HINT_RECORD_H

#include "targets.h"

/* A write that replaces this node's replica is about to be sent to the node: until the write has ended, no other process replays
 * the node's hint (mcha_hints_attempt()). To be called only where the write is sent: the hint of a node that is down can then be
 * replayed as soon as the node is back. */
void mcha_hint_record_attempt(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* After a write: adds a hint for each node that missed it, if another node acknowledged, and clears the hints of the nodes that
 * acknowledged. verb: of the requests that count. */
void mcha_hint_record_write(mcha_pool *pool, mcha_item *items, mcha_verb verb);

/* The same for deletions of handoff copies and of previous homes' copies, from request index first on. */
void mcha_hint_record_purge(mcha_pool *pool, mcha_item *items, size_t first);

/* The moment from which on a source need not have what an operation of this verb has written: the value's life is over on every
 * server, or another process deletes the key at the same time, and its deletion may have come to the source last. 0: never, or
 * that is not known. A counter's life is that of its creation, whichever process made it. */
mcha_usec mcha_hint_record_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb);

/* Adds a hint for this node, of which it is not known whether it carried the request out. */
void mcha_hint_record_indeterminate(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* Adds a hint for this node, whose copy may be older than the source's. */
void mcha_hint_record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* Adds a hint to delete this node's copy, unless there is a hint for the node already, which says more. */
void mcha_hint_record_deletion(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* Clears the hints for this node that name this source: the operation that added them is void. */
void mcha_hint_record_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* Since this operation began, another one was decided without this node: whatever it said is void. */
bool mcha_hint_record_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The first request of this verb, for this item, that was carried out by a node which has missed no other write since this operation
 * began. To be called after the hints were recorded: of two operations that reach different nodes at the same moment, at least one
 * then sees the other's hints. NULL: this operation's change is void, another operation's will replace it. */
const mcha_request *mcha_hint_record_find_valid(const mcha_pool *pool, const mcha_item *item, mcha_verb verb);

/* There is a hint for this node that names this source. */
bool mcha_hint_record_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

#endif
