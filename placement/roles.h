/* SPDX-License-Identifier: MIT */
/* Primaries and backups: who can be a key's first node, for hashing.c. Without backups that is everybody,
 * and nothing is kept. */
#ifndef MCHA_PLACEMENT_ROLES_H
#define MCHA_PLACEMENT_ROLES_H

#include "libmemcached.h"
#include "nodes.h"

/* All zero: there are no backups. */
typedef struct hashing_roles {
	hashing_nodes primaries; /* once there are backups */
	uint16_t *index;         /* of each in all nodes; NULL: every node can be first */
} hashing_roles;

void hashing_roles_deinit(hashing_roles *roles);

/* Room for so many nodes, if there are backups. False: no memory. */
bool hashing_roles_reserve(hashing_roles *roles, size_t capacity);

/* Before these are added to the nodes: if they bring the first backup, those that are there are
 * primaries. nodes has its room. False: no memory. */
bool hashing_roles_begin(hashing_roles *roles, const hashing_nodes *nodes,
		const mcha_endpoint *endpoints, size_t count);

/* A node has been appended to the nodes. There is room for it. */
void hashing_roles_follow(hashing_roles *roles, const hashing_nodes *nodes);

/* Forgets the nodes. */
void hashing_roles_clear(hashing_roles *roles);

/* Whom the first node of a key is chosen from. */
static inline const hashing_nodes *hashing_roles_first(const hashing_roles *roles,
		const hashing_nodes *nodes)
{
	return roles->index ? &roles->primaries : nodes;
}

/* The index, in all nodes, of the one that was chosen from those. */
static inline uint16_t hashing_roles_index(const hashing_roles *roles, uint16_t chosen)
{
	return roles->index ? roles->index[chosen] : chosen;
}

/* libmemcached is told of those that can be first. False: it refuses them, or no memory. */
bool hashing_roles_push(hashing_libmemcached *libmemcached, const mcha_endpoint *endpoints,
		size_t count, bool by_list);

#endif
