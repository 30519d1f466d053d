/* SPDX-License-Identifier: MIT */
/* A tombstone is an item with an empty value that records the deletion of its key, at the item's
 * version. Its client flags identify it: their type (bits 0-3) is one that no value has, so a
 * client that does not know tombstones cannot mistake one for a value. */
#ifndef MCHA_ENGINE_TOMBSTONE_H
#define MCHA_ENGINE_TOMBSTONE_H

#include "request.h"

#define MCHA_TOMBSTONE_FLAGS UINT32_C(0xd31e7edf)

static inline bool mcha_tombstone_is(const mcha_reply *reply)
{
	return reply->flags == MCHA_TOMBSTONE_FLAGS && reply->size == 0;
}

#endif
