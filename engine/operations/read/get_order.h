/* SPDX-License-Identifier: MIT */
/* The order in which a get asks the homes of its keys, by the read policy. */
#ifndef MCHA_ENGINE_GET_ORDER_H
#define MCHA_ENGINE_GET_ORDER_H

#include "engine/replica/targets.h"

/* A get that wants this may ask the homes in another order than that of the preference list. */
bool mcha_get_order_differs(const mcha_pool *pool, unsigned want);

/* Before the first request: puts the replicas at the homes into the order in which they are to be
 * asked. */
void mcha_get_order_homes(mcha_pool *pool, mcha_item *items, size_t count);

/* After the last one: the items' positions become positions in the preference list again. */
void mcha_get_order_restore(mcha_item *items, size_t count);

#endif
