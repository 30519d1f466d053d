/* SPDX-License-Identifier: MIT */
/* Primaries and backups, for hashing.c: only a primary can be a key's first node. In a pool without
 * backups every node can, and this module stores nothing. */
#ifndef MCHA_PLACEMENT_ROLES_H
#define MCHA_PLACEMENT_ROLES_H

#include "libmemcached.h"
#include "nodes.h"

/* All zero: the pool has no backups. */
typedef struct hashing_roles {
	hashing_nodes primaries; /* empty while the pool has no backups */
	/* of each primary, its index in all nodes; NULL: every node can be first */
	uint16_t *index;
} hashing_roles;

void hashing_roles_deinit(hashing_roles *roles);

/* Makes room for `capacity` nodes if the pool has backups. False: no memory. */
bool hashing_roles_reserve(hashing_roles *roles, size_t capacity);

/* To be called before the endpoints are appended to the nodes, which have reserved room: if the
 * endpoints contain the first backup, copies the present nodes to the primaries. False: no
 * memory. */
bool hashing_roles_begin(hashing_roles *roles, const hashing_nodes *nodes,
	const mcha_endpoint *endpoints, size_t count);

/* To be called after a node was appended to the nodes. Room is reserved. */
void hashing_roles_follow(hashing_roles *roles, const hashing_nodes *nodes);

/* Removes all nodes. */
void hashing_roles_clear(hashing_roles *roles);

/* The nodes that can be a key's first node. */
static inline const hashing_nodes *hashing_roles_first(const hashing_roles *roles,
	const hashing_nodes *nodes)
{
	return roles->index ? &roles->primaries : nodes;
}

/* Converts an index in hashing_roles_first() to the index in all nodes. */
static inline uint16_t hashing_roles_index(const hashing_roles *roles, uint16_t chosen)
{
	return roles->index ? roles->index[chosen] : chosen;
}

/* Adds those endpoints to libmemcached that can be a key's first node. False: libmemcached refuses
 * them, or no memory. */
bool hashing_roles_push(hashing_libmemcached *libmemcached, const mcha_endpoint *endpoints,
	size_t count, bool by_list);

#endif
