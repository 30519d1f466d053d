/* SPDX-License-Identifier: MIT */
#include "setting_replay.h"

#include <stdlib.h>
#include <string.h>

static void free_buckets(hashing_buckets *buckets)
{
	free(buckets->hosts);
	free(buckets->forward);
}

void hashing_choices_deinit(hashing_choices *choices)
{
	free_buckets(&choices->buckets);
}

void hashing_choices_note(hashing_choices *choices, const hashing_choice *made)
{
	size_t at = 0;

	while (at < choices->count && choices->all[at].behavior != made->behavior) {
		at++;
	}
	if (at == choices->count) {
		choices->count++;
	}
	memmove(&choices->all[at], &choices->all[at + 1],
		(choices->count - 1 - at) * sizeof(choices->all[0]));
	choices->all[choices->count - 1] = *made;
}

static uint32_t *copy_map(const uint32_t *map, uint32_t count)
{
	uint32_t *copy = map ? malloc(count * sizeof(*map)) : NULL;

	if (copy) {
		memcpy(copy, map, count * sizeof(*map));
	}
	return copy;
}

bool hashing_choices_keep_buckets(hashing_choices *choices, const hashing_buckets *given)
{
	hashing_buckets kept = {copy_map(given->hosts, given->count),
		copy_map(given->forward, given->count), given->count, given->replicas};

	if (!kept.hosts || (given->forward && !kept.forward)) {
		free_buckets(&kept);
		return false;
	}
	free_buckets(&choices->buckets);
	choices->buckets = kept;
	return true;
}

static bool same_map(const uint32_t *a, const uint32_t *b, uint32_t count)
{
	return a && b ? memcmp(a, b, count * sizeof(*a)) == 0 : a == b;
}

bool hashing_choices_are_alike(const hashing_choices *a, const hashing_choices *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (a->all[i].behavior != b->all[i].behavior || a->all[i].value != b->all[i].value) {
			return false;
		}
	}
	return a->count == b->count && a->buckets.count == b->buckets.count
		&& same_map(a->buckets.hosts, b->buckets.hosts, a->buckets.count)
		&& same_map(a->buckets.forward, b->buckets.forward, a->buckets.count);
}
