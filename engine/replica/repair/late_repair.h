/* SPDX-License-Identifier: MIT */
/* Finds the homes at which a deleted key may appear once more: a process has sent the home another
 * home's copy, and has no answer yet (repairs_under_way.h). */
#ifndef MCHA_ENGINE_LATE_REPAIR_H
#define MCHA_ENGINE_LATE_REPAIR_H

#include "engine/replica/targets.h"

/* After the round of a deletion: such a home gets a hint to delete the key, although it has
 * acknowledged the deletion, and is not asked for the key until that copy can arrive no more. */
void mcha_late_repair_record(mcha_pool *pool, mcha_item *items, size_t count);

#endif
