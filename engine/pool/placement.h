/* SPDX-License-Identifier: MIT */
/* Maps keys to nodes: the interface that hashing.c, above the engine, implements, or a test.
 * Deterministic, no I/O, no allocation per call. */
#ifndef MCHA_ENGINE_PLACEMENT_H
#define MCHA_ENGINE_PLACEMENT_H

#include <stddef.h>
#include <stdint.h>

typedef struct mcha_placement {
	void *context;

	/* Writes the indices of the first max nodes of the preference list of this hash key (the item's
	 * key as the user gave it, or its server key), each node once. Returns how many it wrote: the
	 * smaller of max and the pool's size. */
	size_t (*prefer)(void *context, const char *key, size_t key_length, uint16_t *indices,
		size_t max);
} mcha_placement;

#endif
