/* SPDX-License-Identifier: MIT */
/* The nodes of a placement, as hashing.c has them for its rooms: hashing_libmemcached and
 * hashing_memcache choose a key's first node, hashing_rendezvous orders the others. */
#ifndef MCHA_PLACEMENT_NODES_H
#define MCHA_PLACEMENT_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/net/endpoint.h"

typedef struct hashing_node {
	mcha_endpoint endpoint;
	uint64_t id;
	uint32_t weight_end; /* its weight and those of all nodes before it */
	bool by_list;        /* addServers() or a pool string */
} hashing_node;

typedef struct hashing_nodes {
	hashing_node *all;
	size_t count;
	size_t capacity;
} hashing_nodes;

/* Room in the array; capacity is for its owner to set, when all else has its room too. False: no memory. */
bool hashing_nodes_reserve(hashing_nodes *nodes, size_t capacity);

/* There is room for it. */
void hashing_nodes_append(hashing_nodes *nodes, const mcha_endpoint *endpoint, bool by_list);

#endif
