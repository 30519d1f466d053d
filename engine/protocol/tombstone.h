/* SPDX-License-Identifier: MIT */
/* A tombstone is an item without a value that says: this key was deleted, at this version. What says so are its
 * client flags, of a type (bits 0-3) that no value has; a client that does not know it cannot take it for one. */
#ifndef MCHA_ENGINE_TOMBSTONE_H
#define MCHA_ENGINE_TOMBSTONE_H

#include "request.h"

#define MCHA_TOMBSTONE_FLAGS UINT32_C(0xd31e7edf)

static inline bool mcha_tombstone_is(const mcha_reply *reply)
{
	return reply->flags == MCHA_TOMBSTONE_FLAGS && reply->size == 0;
}

#endif
