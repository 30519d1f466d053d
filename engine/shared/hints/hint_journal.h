/* SPDX-License-Identifier: MIT */
/* What hints of this host and records of the pool's journal have to do with each other: records of
 * other hosts become compact hints, and tell in which order hosts have missed nodes. */
#ifndef MCHA_ENGINE_HINT_JOURNAL_H
#define MCHA_ENGINE_HINT_JOURNAL_H

#include "engine/shared/hints.h"

/* Does what a record of another host says: adds a compact hint (without room for it the node is
 * distrusted), clears it, or distrusts or trusts the node. health: the node's. */
void mcha_hints_learn(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now);

/* A number that says which of two hints of a key, of different nodes, is older: the node with the
 * older one has what the other one has missed. Records of the journal tell the order in which hosts
 * have missed nodes; a hint of this host whose record was not read yet is younger than those that
 * were. A hint of a change (mcha_mark_is_of_change()) counts as older than any hint of a value. 0:
 * the node has no hint for the key. */
mcha_usec mcha_hints_order(mcha_hint_table *table, const mcha_health *health, uint64_t node,
	const char *key, size_t length);

/* The same of this hint, whatever else the node has missed by other hints. */
mcha_usec mcha_hints_order_of(const mcha_hint *hint);

/* The same of the node's compact hint; 0: it has none for the key. */
mcha_usec mcha_hints_compact_order(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length);

/* When this host has read the hint's record, or else when the hint was added or last renewed, to
 * the millisecond. */
mcha_usec mcha_hints_heard(const mcha_hint *hint);

/* The node cannot carry out any more what this host has sent to it by the hint. Returns the mark of
 * a record that says so; 0: other hosts know that already. */
uint64_t mcha_hints_land(mcha_hint_table *table, const mcha_hint *hint);

/* The mark of the oldest write of another host that the node may still carry out, as far as this
 * host knows, and since when it does; 0: there is none. */
uint64_t mcha_hints_sent_elsewhere(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length, mcha_usec now, mcha_usec *since);

/* The mark of the compact hint; 0: it has none, or there is no hint. */
uint64_t mcha_hints_compact_mark(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length);

#endif
