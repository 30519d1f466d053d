/* SPDX-License-Identifier: MIT */
/* One count of a counter: what counter.c asks the home nodes for, what becomes of copies whose
 * answers differ (counter_converge.c, counter_suspects.c), and how a copy is given the number of
 * another one (counter_copies.c). */
#ifndef MCHA_ENGINE_COUNTER_COPIES_H
#define MCHA_ENGINE_COUNTER_COPIES_H

#include "engine/replica/targets.h"

typedef struct mcha_counter {
	mcha_pool *pool;
	mcha_item *item;
	uint64_t delta;
	bool decrement;
	bool create; /* a counter that no home has is made, with the number initial */
	uint64_t initial;
} mcha_counter;

/* The node has counted: its number is in the answer to the operation's own request. */
static inline bool mcha_counter_has_number(const mcha_replica *replica)
{
	return mcha_replica_status(replica) == MCHA_STATUS_OK;
}

/* Makes the number of a replica that has one the item's answer. */
static inline void mcha_counter_take_answer(mcha_item *item, const mcha_replica *replica)
{
	item->answer.number = replica->request->reply.number;
	item->answer.ttl = replica->request->reply.ttl;
	item->position = replica->position;
}

/* Of two copies, the one with this number lacks changes that the other one has. */
static inline bool mcha_counter_lacks_changes(const mcha_counter *counter, uint64_t number,
	uint64_t other)
{
	return counter->decrement ? number > other : number < other;
}

static inline uint64_t mcha_counter_distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* --- counter_converge.c ----------------------------------------------------------------------- */

/* Makes copies equal whose answers differ, and gives homes that lack the counter a copy. The item's
 * answer, which is one of the replicas', may change. To be called after the hints of the write were
 * recorded (hint_record.h). */
void mcha_counter_converge(const mcha_counter *counter);

/* --- counter_suspects.c ----------------------------------------------------------------------- */

/* The same for copies that may have begun anew, or are about to end. refills: the round of stores
 * that gave homes which lack the counter a copy; NULL: there was none. */
void mcha_counter_converge_suspects(const mcha_counter *counter, const mcha_request *refills);

/* --- counter_copies.c ------------------------------------------------------------------------- */

/* The copies lie further apart than changes of other clients on their way to one of them
 * explain. */
bool mcha_counter_is_far(const mcha_counter *counter, uint64_t a, uint64_t b);

/* The replica's node failed lately, and its copy lacks so many of the answer's changes that it must
 * have missed them. */
bool mcha_counter_is_far_behind(const mcha_counter *counter, const mcha_replica *replica);

/* Asks for the whole copy: its number, and what has to be known to give the copy to another node.
 * NULL: no memory. */
mcha_request *mcha_counter_look(const mcha_counter *counter, mcha_replica *replica);

/* Runs the round of looks that was prepared, as the first of so many attempts, and reads the
 * numbers. Returns the round. */
mcha_request *mcha_counter_run_looks(const mcha_counter *counter, size_t attempts);

/* Counts the copy from the number that was seen there to this number. cas: of what was seen; 0:
 * whatever is there is counted. */
void mcha_counter_count_to(const mcha_counter *counter, mcha_replica *replica, uint64_t seen,
	uint64_t number, uint64_t cas);

/* Puts the source's number, with the life that is left of it there, over the copy that was looked
 * at. source: of a look, too. */
void mcha_counter_copy_over(const mcha_counter *counter, const mcha_request *look,
	const mcha_reply *source);

/* Runs the round of changes that was prepared, if there is one, and counts the copies that were
 * repaired. Returns the round. */
mcha_request *mcha_counter_run_changes(const mcha_counter *counter);

/* A copy with the life ttl outlives a source by more than the clocks of their servers may be
 * apart. */
bool mcha_counter_outlives(int64_t ttl, int64_t source);

#endif
