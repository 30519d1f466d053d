/* SPDX-License-Identifier: MIT */
/* What an application has set of its placement, to be done again by a copy (hashing.c). */
#ifndef MCHA_PLACEMENT_SETTING_REPLAY_H
#define MCHA_PLACEMENT_SETTING_REPLAY_H

#include "hashing.h"

#define HASHING_CHOICES_MAX 8 /* of different behaviours */

typedef struct hashing_choice {
	memcached_behavior_t behavior;
	bool late; /* there were nodes already */
	uint64_t value;
} hashing_choice;

/* Virtual buckets, each the index of a node. */
typedef struct hashing_buckets {
	uint32_t *hosts;   /* NULL: none were set */
	uint32_t *forward; /* NULL: none */
	uint32_t count;
	uint32_t replicas;
} hashing_buckets;

/* In the order of the last calls that changed anything. All zero: none. */
typedef struct hashing_choices {
	hashing_choice all[HASHING_CHOICES_MAX];
	size_t count;
	hashing_buckets buckets;
} hashing_choices;

void hashing_choices_deinit(hashing_choices *choices);

void hashing_choices_note(hashing_choices *choices, const hashing_choice *made);

/* Copies the maps. False, and nothing changed: no memory. */
bool hashing_choices_keep_buckets(hashing_choices *choices, const hashing_buckets *given);

bool hashing_choices_are_alike(const hashing_choices *a, const hashing_choices *b);

#endif
