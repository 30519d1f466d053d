/* SPDX-License-Identifier: MIT */
/* Accounting (hints.h): after a write, who has missed it, whose word counts, and whether it counts itself. */
#ifndef MCHA_ENGINE_HINT_RECORD_H
#define MCHA_ENGINE_HINT_RECORD_H

#include "targets.h"

/* A write that pays whatever this node owes is about to be sent to it: until that has ended, nobody else
 * is to pay (mcha_hints_attempt). Said only where it is sent: a hint of a node that is down can be paid at once
 * when the node is back. */
void mcha_hint_record_attempt(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* After a write: nodes that missed it owe it, if another copy acknowledged; those that acknowledged
 * owe nothing any more. verb: the requests that count. */
void mcha_hint_record_write(mcha_pool *pool, mcha_item *items, mcha_verb verb);

/* The same for deletions of what is left over, from request index first on. */
void mcha_hint_record_purge(mcha_pool *pool, mcha_item *items, size_t first);

/* When what an operation of this verb has written ends on every server; 0: never, or that is not known. A counter's
 * life is that of its creation, whichever process made it. */
mcha_usec mcha_hint_record_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb);

/* It is not known whether this node carried the request out; good, another, says what is right. */
void mcha_hint_record_indeterminate(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* This node may have an older copy than good, which can be asked. */
void mcha_hint_record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* This node may have a copy that is to be deleted. A hint that it has already says more. */
void mcha_hint_record_deletion(mcha_pool *pool, const mcha_item *item, uint16_t node);

/* What this node owes is not to come from good any more: the operation that said so is void. */
void mcha_hint_record_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

/* Since this operation began, another one was decided without this node: whatever it said is void. */
bool mcha_hint_record_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The first request of this verb, for this item, that was carried out by a node that nobody has gone on
 * without since this operation began. After the account: of two operations that reach different nodes at
 * the same moment, and nobody else, at least one sees the other's hints. NULL: what was changed is void,
 * it will be replaced by what others changed. */
const mcha_request *mcha_hint_record_find_valid(const mcha_pool *pool, const mcha_item *item, mcha_verb verb);

/* What this node owes is to come from good. */
bool mcha_hint_record_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source);

#endif
