/* SPDX-License-Identifier: MIT */
/* Which replicas are not to be believed by themselves: those of a distrusted node, and those for
 * which there is a compact hint (hints.h). */
#ifndef MCHA_ENGINE_DOUBTS_H
#define MCHA_ENGINE_DOUBTS_H

#include "engine/replica/replica.h"

/* What the item's nodes have is believed, if the others can be asked, only with them. */
bool mcha_doubts_concerns(const mcha_pool *pool, const mcha_item *item);

/* The node is distrusted or has a compact hint for the key: what it has of the item is not to be
 * believed by itself. (mcha_replica.doubted is the same of the item's replica.) */
bool mcha_doubts_has(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The same, and the operation did not doubt the replica when it began. */
bool mcha_doubts_has_since(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* Of a list that begins with so many homes, those that are doubted come behind the others; both
 * stay in their order. Where all are doubted, the one whose hint is the oldest comes first. */
void mcha_doubts_put_back(const mcha_pool *pool, const mcha_item *item, uint16_t *list,
	size_t homes);

/* Where each home has missed some write, the one that missed the earliest has what the later ones
 * have stored: it is believed, and the others are compared with it. False: all homes have missed
 * one and the same write, so that a handoff node has it. */
bool mcha_doubts_believe(const mcha_pool *pool, mcha_item *item);

#endif
