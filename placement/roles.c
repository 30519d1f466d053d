/* SPDX-License-Identifier: MIT */
/* From the first backup on the primaries are also kept in an array of their own, in their order. */
#include "roles.h"

#include <stdlib.h>

void hashing_roles_deinit(hashing_roles *roles)
{
	free(roles->primaries.all);
	free(roles->index);
}

static bool reserve(hashing_roles *roles, size_t capacity)
{
	uint16_t *grown = realloc(roles->index, capacity * sizeof(*grown));

	if (grown) {
		roles->index = grown;
	}
	if (!grown || !hashing_nodes_reserve(&roles->primaries, capacity)) {
		return false;
	}
	roles->primaries.capacity = capacity;
	return true;
}

bool hashing_roles_reserve(hashing_roles *roles, size_t capacity)
{
	return !roles->index || reserve(roles, capacity);
}

static size_t count_backups(const mcha_endpoint *endpoints, size_t count)
{
	size_t backups = 0;

	for (size_t i = 0; i < count; i++) {
		backups += endpoints[i].backup;
	}
	return backups;
}

bool hashing_roles_begin(hashing_roles *roles, const hashing_nodes *nodes,
	const mcha_endpoint *endpoints, size_t count)
{
	if (roles->index || count_backups(endpoints, count) == 0) {
		return true;
	}
	if (!reserve(roles, nodes->capacity)) {
		return false;
	}
	for (size_t i = 0; i < nodes->count; i++) {
		roles->primaries.all[i] = nodes->all[i];
		roles->index[i] = (uint16_t)i;
	}
	roles->primaries.count = nodes->count;
	return true;
}

void hashing_roles_follow(hashing_roles *roles, const hashing_nodes *nodes)
{
	const hashing_node *last = &nodes->all[nodes->count - 1];

	if (roles->index && !last->endpoint.backup) {
		roles->index[roles->primaries.count] = (uint16_t)(nodes->count - 1);
		hashing_nodes_append(&roles->primaries, &last->endpoint, last->by_list);
	}
}

void hashing_roles_clear(hashing_roles *roles)
{
	roles->primaries.count = 0;
}

bool hashing_roles_push(hashing_libmemcached *libmemcached, const mcha_endpoint *endpoints,
	size_t count, bool by_list)
{
	size_t backups = count_backups(endpoints, count), pushed = 0;
	mcha_endpoint *primaries;
	bool good;

	if (backups == 0) {
		return hashing_libmemcached_push(libmemcached, endpoints, count, by_list);
	}
	if (backups == count) {
		return true;
	}
	if (!(primaries = calloc(count - backups, sizeof(*primaries)))) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!endpoints[i].backup) {
			primaries[pushed++] = endpoints[i];
		}
	}
	good = hashing_libmemcached_push(libmemcached, primaries, pushed, by_list);
	free(primaries);
	return good;
}
