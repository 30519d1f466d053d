/* SPDX-License-Identifier: MIT */
/* Replays hints (hints.h) in the course of an operation: a copy that missed a write is repaired
 * before the operation reads or changes it, or else not asked for. (hint_record.h adds the hints.)
 *
 *   the source has the key         -> its copy replaces the old one
 *   the hint names no source       -> the key was deleted: the old copy is deleted
 *   the source gives no answer     -> the old copy is left alone, and not asked for
 *   the source has lost the key    -> the same: it may be the last copy, but it is not to be shown,
 *                                     and counts as missing; an operation that makes the key anew
 *                                     (MCHA_REPLAY_RENEWING) deletes it
 *   an older write may still arrive -> the node is not asked for the key, neither to read nor to
 *                                     write: what a hung server had received before it went on may
 *                                     be carried out after what it is sent now
 *   another process replays it now -> the old copy is neither touched nor asked for
 *
 * Of a distrusted node (hints.h) it is not known which of its copies are old. What operations do
 * with such a node depends on the key's other homes:
 *
 *   one can be asked that is trusted, and has kept what it acknowledged (it has not failed lately,
 *   or is the same server process as before)
 *     -> the node is asked only by reads that compare its copy with the other home's and put that
 *        over it (read_repair.c), and by writes that replace whatever the node has
 *   such a home can be asked, but may have been restarted, and be empty
 *     -> the node is asked after that home
 *   there is no such home
 *     -> the node is believed
 *
 * Handoff nodes that are distrusted are treated alike. */
#ifndef MCHA_ENGINE_HINT_REPLAY_H
#define MCHA_ENGINE_HINT_REPLAY_H

#include "engine/replica/item.h"

/* What the operation is going to do with the copies. */
typedef enum mcha_hint_replay_for {
	MCHA_REPLAY_READING, /* hints first; what a write is on its way to is not asked */
	MCHA_REPLAY_KEEPING, /* changes what is there: hints first */
	/* lets one replica decide: hints first; what a write is on its way to is not asked */
	MCHA_REPLAY_DECIDING,
	MCHA_REPLAY_RENEWING, /* makes the key anew if it is missing: the same */
	/* the same: each home says what version it has (quorum.h), distrusted or not */
	MCHA_REPLAY_VOTING,
	/* replaces whatever is there: the operation's own writes do what the hints ask for */
	MCHA_REPLAY_REPLACING,
} mcha_hint_replay_for;

/* After mcha_targets(), before the operation's own requests: replays the hints for the items'
 * nodes, and once a second some other hints for nodes that are up again. Costs nothing while there
 * are no hints. */
void mcha_hint_replay(mcha_pool *pool, mcha_item *items, size_t count,
	mcha_hint_replay_for purpose);

#endif
