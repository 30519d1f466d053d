/* SPDX-License-Identifier: MIT */
/* Gives a home node that lacks a key the copy that another one has, with the remaining TTL. Always
 * by "add": a repair never overwrites what another process wrote in the meantime. */
#ifndef MCHA_ENGINE_READ_REPAIR_H
#define MCHA_ENGINE_READ_REPAIR_H

#include "engine/replica/targets.h"
#include "engine/protocol/cas_token.h"

/* After a read: homes that answered MISS get the value that the item's answer holds. want: what the
 * read wanted; a new CAS token of the first home replaces that of the copy that answered, because
 * the first home decides the next compare-and-swap. */
void mcha_read_repair_found(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);

/* After a write that changes what is there (append, touch, increment): homes that had nothing to
 * change get the copy of one that had. Reads it first. */
void mcha_read_repair_unchanged(mcha_pool *pool, mcha_item *items, size_t count);

/* The same; returns the round of stores (request->replica: of the home). NULL: there was none. */
const mcha_request *mcha_read_repair_refill(mcha_pool *pool, mcha_item *items, size_t count);

#endif
