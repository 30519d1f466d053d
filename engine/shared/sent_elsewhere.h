/* SPDX-License-Identifier: MIT */
/* Writes that other hosts have sent to a node, and that the node has not answered: it may still
 * carry them out. Only the host that has sent such a write knows when that is over, and puts a
 * record into the journal then.
 *
 * A compact hint has the mark of the youngest record about a copy; these are remembered beside it,
 * until their own hosts say that they are resolved. Shared by the processes of this host, without
 * locks: of two processes that note at the same moment, one may undo what the other one has noted,
 * which the other logs of the journal tell once more. */
#ifndef MCHA_ENGINE_SENT_ELSEWHERE_H
#define MCHA_ENGINE_SENT_ELSEWHERE_H

#include <stdatomic.h>
#include <stddef.h>

#include "engine/base/clock.h"
#include "mark.h"

#define MCHA_SENT_ELSEWHERE 2048 /* a power of two */
#define MCHA_SENT_ELSEWHERE_BUCKET 8

/* Another host's kernel does not go on to send what that host has given up for longer. So if the
 * host is gone, what it has sent is gone after this time, too. */
#define MCHA_SENT_AT_MOST (30 * MCHA_USEC_PER_SEC)

typedef struct mcha_sent_elsewhere {
	struct {
		_Atomic uint64_t copy; /* of a key's copy on a node */
		_Atomic uint64_t mark; /* 0: vacant */
		_Atomic int64_t when;  /* this host has read the record */
	} writes[MCHA_SENT_ELSEWHERE];
} mcha_sent_elsewhere;

/* This host has read the record of such a write. Where there is no room, the oldest write is
 * forgotten. */
void mcha_sent_elsewhere_note(mcha_sent_elsewhere *sent, uint64_t node, uint64_t key, uint64_t mark,
	mcha_usec now);

/* The write with this mark is resolved, and so are earlier ones of the same host. */
void mcha_sent_elsewhere_end(mcha_sent_elsewhere *sent, uint64_t node, uint64_t key, uint64_t mark);

/* The mark of the oldest write that may still come to the node, and since when it is known. 0:
 * there is none. */
uint64_t mcha_sent_elsewhere_find(const mcha_sent_elsewhere *sent, uint64_t node, uint64_t key,
	mcha_usec now, mcha_usec *since);

#endif
