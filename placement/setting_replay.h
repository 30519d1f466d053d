/* SPDX-License-Identifier: MIT */
/* Records the placement settings of an application, so that hashing.c can repeat them for another
 * placement. */
#ifndef MCHA_PLACEMENT_SETTING_REPLAY_H
#define MCHA_PLACEMENT_SETTING_REPLAY_H

#include "hashing.h"

#define HASHING_CHOICES_MAX 8 /* one for each behavior */

typedef struct hashing_choice {
	memcached_behavior_t behavior;
	bool late; /* set when the placement already had nodes */
	uint64_t value;
} hashing_choice;

/* Virtual buckets, each the index of a node. */
typedef struct hashing_buckets {
	uint32_t *hosts;   /* NULL: the application has not set buckets */
	uint32_t *forward; /* NULL: no forward map */
	uint32_t count;
	uint32_t replicas;
} hashing_buckets;

/* In the order of the last effective call for each behavior. All zero: no settings. */
typedef struct hashing_choices {
	hashing_choice all[HASHING_CHOICES_MAX];
	size_t count;
	hashing_buckets buckets;
} hashing_choices;

void hashing_choices_deinit(hashing_choices *choices);

void hashing_choices_note(hashing_choices *choices, const hashing_choice *made);

/* Copies the maps. False: no memory, and nothing changed. */
bool hashing_choices_keep_buckets(hashing_choices *choices, const hashing_buckets *given);

bool hashing_choices_are_alike(const hashing_choices *a, const hashing_choices *b);

#endif
