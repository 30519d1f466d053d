/* SPDX-License-Identifier: MIT */
/* Operations on very many keys, one part after the other: what an operation remembers of its keys
 * stays small, and what there is to do when its time is over, too. All parts have one deadline.
 * What has not begun by then is not begun. A part that others follow has half of the time that is
 * left, or its share by keys if that is more: a silent node does not use up the time of all. */
#ifndef MCHA_ENGINE_PARTS_H
#define MCHA_ENGINE_PARTS_H

#include "engine/replica/item.h"

/* So many keys take much longer than the round trip that it costs to begin the next ones only after
 * them. */
#define MCHA_PART_KEYS 8192

/* A whole operation on these items. */
typedef void (*mcha_part)(mcha_pool *pool, mcha_item *items, size_t count, const void *context);

/* Items that are not begun in time are MCHA_STATUS_TIMEOUT. The report is about all parts. */
void mcha_in_parts(mcha_pool *pool, mcha_item *items, size_t count, mcha_part carry_out,
	const void *context);

#endif
