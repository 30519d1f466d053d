/* SPDX-License-Identifier: MIT */
/* A mark names one hint among all hosts: the host that recorded the hint, a number that this host
 * gives only once, and what the journal's record (journal_table.h) says.
 *
 *   63 ............. 32   31 ............. 4   3 ...... 0
 *   host                  number               kind
 *
 * Numbers wrap after 268 million hints of a host; by then no record of the first ones is left. */
#ifndef MCHA_ENGINE_MARK_H
#define MCHA_ENGINE_MARK_H

#include <stdbool.h>
#include <stdint.h>

typedef enum mcha_mark_kind {
	MCHA_MARK_MISSED = 1, /* the node has missed a write of the key, which was not sent to it */
	/* the same, but the write was sent: the node may still carry it out */
	MCHA_MARK_MISSED_SENT,
	/* the host that recorded the hint has replayed it, or made it void by another write */
	MCHA_MARK_RESOLVED,
	/* any copy of the node may be old: it has missed a flush, or more writes than are recorded */
	MCHA_MARK_DOUBTED,
	MCHA_MARK_TRUSTED,   /* the node has been given the flush that it had missed */
	MCHA_MARK_SUSPECTED, /* the host holds the node down (health/suspicion.h) */
	MCHA_MARK_REACHED,   /* the node has answered that host again */
	/* as the first two, of an append, touch or count: the other nodes have what they had before,
	 * and the change, which says nothing of earlier writes */
	MCHA_MARK_CHANGE_MISSED,
	MCHA_MARK_CHANGE_MISSED_SENT,
	/* the node cannot carry out any more what that host had sent; the hint is not resolved yet */
	MCHA_MARK_LANDED
} mcha_mark_kind;

#define MCHA_MARK_KIND_BITS 4
#define MCHA_MARK_HOST_SHIFT 32

static inline uint64_t mcha_mark_make(uint32_t host, uint32_t number, mcha_mark_kind kind)
{
	return (uint64_t)host << MCHA_MARK_HOST_SHIFT | (uint32_t)(number << MCHA_MARK_KIND_BITS)
		| (uint64_t)kind;
}

static inline uint32_t mcha_mark_host(uint64_t mark)
{
	return (uint32_t)(mark >> MCHA_MARK_HOST_SHIFT);
}

static inline mcha_mark_kind mcha_mark_kind_of(uint64_t mark)
{
	return (mcha_mark_kind)(mark & ((1 << MCHA_MARK_KIND_BITS) - 1));
}

/* The node has missed an append, touch or count, and no write of a whole value. */
static inline bool mcha_mark_is_of_change(uint64_t mark)
{
	const mcha_mark_kind kind = mcha_mark_kind_of(mark);

	return kind == MCHA_MARK_CHANGE_MISSED || kind == MCHA_MARK_CHANGE_MISSED_SENT;
}

static inline bool mcha_mark_is_of_sent(uint64_t mark)
{
	const mcha_mark_kind kind = mcha_mark_kind_of(mark);

	return kind == MCHA_MARK_MISSED_SENT || kind == MCHA_MARK_CHANGE_MISSED_SENT;
}

/* What the record of a missed write says. */
static inline mcha_mark_kind mcha_mark_kind_of_missed(bool is_change, bool is_sent)
{
	return is_change ? (is_sent ? MCHA_MARK_CHANGE_MISSED_SENT : MCHA_MARK_CHANGE_MISSED)
					 : (is_sent ? MCHA_MARK_MISSED_SENT : MCHA_MARK_MISSED);
}

/* The same host and number, for a record of another kind. */
static inline uint64_t mcha_mark_with_kind(uint64_t mark, mcha_mark_kind kind)
{
	return (mark >> MCHA_MARK_KIND_BITS << MCHA_MARK_KIND_BITS) | (uint64_t)kind;
}

static inline bool mcha_mark_is_same_host(uint64_t mark, uint64_t other)
{
	return mcha_mark_host(mark) == mcha_mark_host(other);
}

/* The node has missed a whole value by the former hint, and by the new one of another host a change
 * only: where that change is replayed, the node need not have been given the value. */
static inline bool mcha_mark_leaves_value_open(uint64_t former, uint64_t mark)
{
	return former && !mcha_mark_is_of_change(former) && mcha_mark_is_of_change(mark)
		&& !mcha_mark_is_same_host(former, mark);
}

/* The mark of a hint that is renewed. */
static inline uint64_t mcha_mark_renew(uint64_t former, uint64_t mark)
{
	return mcha_mark_leaves_value_open(former, mark) ? former : mark;
}

/* Hints of one host that were recorded one behind the other: of one write, if of one key. */
static inline bool mcha_mark_is_next(uint64_t mark, uint64_t next, uint32_t within)
{
	const uint32_t step = (uint32_t)next - (uint32_t)mark;

	return mark && mcha_mark_is_same_host(mark, next) && (step >> MCHA_MARK_KIND_BITS) <= within;
}

/* The same hint, or one that the host has recorded before it. */
static inline bool mcha_mark_is_not_younger(uint64_t mark, uint64_t than)
{
	return mcha_mark_is_same_host(mark, than)
		&& (uint32_t)than - ((uint32_t)mark >> MCHA_MARK_KIND_BITS << MCHA_MARK_KIND_BITS)
		< UINT32_MAX / 2;
}

/* The same host and number. */
static inline bool mcha_mark_is_same(uint64_t mark, uint64_t other)
{
	return mark >> MCHA_MARK_KIND_BITS == other >> MCHA_MARK_KIND_BITS;
}

#endif
