/* SPDX-License-Identifier: MIT */
/* The slots of the health table, and the names of the servers in them. */
#include "health_word.h"

#include <stdio.h>
#include <string.h>

static size_t power_of_two(size_t at_least)
{
	size_t power = 1;

	while (power < at_least) {
		power *= 2;
	}
	return power;
}

size_t mcha_health_table_size(size_t capacity)
{
	return sizeof(mcha_health_table) + power_of_two(capacity) * sizeof(mcha_health);
}

mcha_health_table *mcha_health_table_init(void *memory, size_t capacity)
{
	mcha_health_table *table = memory;

	table->capacity = power_of_two(capacity);
	return table;
}

/* Keeps both ends of a long name: the port, or the file of a unix socket, is at the end. */
static void shorten_name(char *text, const char *name)
{
	const size_t room = MCHA_HEALTH_NAME_MAX - 1, half = (room - 3) / 2;
	size_t length = strlen(name);

	if (length <= room) {
		memcpy(text, name, length);
	} else {
		snprintf(text, MCHA_HEALTH_NAME_MAX, "%.*s...%s", (int)half, name, name + length - half);
	}
}

/* Each process that finds the slot without a name writes the name: the process that took the slot
 * may have died before it did. All of them write the same words, so a reader never sees parts of
 * two names. */
static void put_name(mcha_health *slot, const char *name)
{
	uint64_t words[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)] = {0};
	size_t i;

	if (!name || atomic_load_explicit(&slot->named, memory_order_relaxed)) {
		return;
	}
	shorten_name((char *)words, name);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		atomic_store_explicit(&slot->name[i], words[i], memory_order_relaxed);
	}
	atomic_store_explicit(&slot->named, 1, memory_order_release);
}

static void copy_name(const mcha_health *slot, char *name)
{
	uint64_t words[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)];
	size_t i;

	if (!atomic_load_explicit(&slot->named, memory_order_acquire)) {
		snprintf(name, MCHA_HEALTH_NAME_MAX, "?");
		return;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		words[i] = atomic_load_explicit(&slot->name[i], memory_order_relaxed);
	}
	memcpy(name, words, sizeof(words));
	name[MCHA_HEALTH_NAME_MAX - 1] = '\0';
}

/* Slots are never freed, so a search may end at the first free one. */
mcha_health *mcha_health_find(mcha_health_table *table, uint64_t id, const char *name)
{
	for (size_t i = 0; i < table->capacity; i++) {
		mcha_health *slot = &table->slots[(id + i) & (table->capacity - 1)];
		uint64_t owner = atomic_load_explicit(&slot->id, memory_order_acquire);

		/* A failed exchange leaves in owner the server that another process put there: perhaps this
		 * one. */
		if (owner == id
			|| (owner == 0
				&& (atomic_compare_exchange_strong(&slot->id, &owner, id) || owner == id))) {
			put_name(slot, name);
			return slot;
		}
	}
	return &table->overflow;
}

const mcha_health *mcha_health_next(const mcha_health_table *table, size_t *cursor, char *name)
{
	while (*cursor < table->capacity) {
		const mcha_health *slot = &table->slots[(*cursor)++];

		if (atomic_load_explicit(&slot->id, memory_order_acquire)) {
			copy_name(slot, name);
			return slot;
		}
	}
	return NULL;
}
