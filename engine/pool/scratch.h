/* SPDX-License-Identifier: MIT */
/* Memory that a pool keeps from operation to operation. Each list belongs to one module of
 * engine/replica/, which alone fills it; pool_operation.c frees what only a large operation has
 * needed. */
#ifndef MCHA_ENGINE_SCRATCH_H
#define MCHA_ENGINE_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"

struct mcha_replica;
struct mcha_replay;
struct mcha_view;

/* Begins memory of its own that an operation has until the next one begins. */
typedef struct mcha_widened {
	struct mcha_widened *next;
} mcha_widened;

/* The items' lists of replicas: targets.c. */
typedef struct mcha_replica_lists {
	struct mcha_replica *replicas; /* room for each item, one item's behind the other's */
	size_t capacity;
	size_t room;           /* for each item */
	size_t wide;           /* the length of a list that has all handoff nodes */
	mcha_widened *widened; /* lists that became longer than room */
	uint16_t *preference;  /* one preference list as placement writes it */
	size_t preference_capacity;
} mcha_replica_lists;

/* The hints that the operation replays: repair/replay_due.c. */
typedef struct mcha_replay_list {
	struct mcha_replay *entries;
	size_t count;
	size_t capacity;
} mcha_replay_list;

/* Where background replay is in the hint table: repair/replay_due.c. */
typedef struct mcha_background_replay {
	mcha_usec ran_at; /* when it last searched the table; 0: never */
	size_t next_slot; /* at which it goes on */
} mcha_background_replay;

/* What the home nodes have of the items: quorum.c. */
typedef struct mcha_view_list {
	struct mcha_view *entries;
	size_t capacity;
} mcha_view_list;

#endif
