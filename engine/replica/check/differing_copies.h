/* SPDX-License-Identifier: MIT */
/* Mends a copy of another version than the one that a read has returned: a check beside the read
 * has found it (replica_check.h). */
#ifndef MCHA_ENGINE_DIFFERING_COPIES_H
#define MCHA_ENGINE_DIFFERING_COPIES_H

#include "engine/replica/targets.h"

/* After the read. The older of the two copies is replaced. */
void mcha_differing_copies_mend(mcha_pool *pool, mcha_item *items, size_t count);

#endif
