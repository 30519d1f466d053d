/* SPDX-License-Identifier: MIT */
/* The nodes of a placement, with their weights. hashing.c owns them; libmemcached.c or
 * pecl_memcache.c chooses a key's first node from them, and rendezvous.c orders the others. */
#ifndef MCHA_PLACEMENT_NODES_H
#define MCHA_PLACEMENT_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/net/endpoint.h"

typedef struct hashing_node {
	mcha_endpoint endpoint;
	uint64_t id;
	uint32_t weight_end; /* sum of the weights up to and including this node */
	bool by_list;        /* added by addServers() or a pool string */
} hashing_node;

typedef struct hashing_nodes {
	hashing_node *all;
	size_t count;
	size_t capacity;
} hashing_nodes;

/* Grows the array. The caller sets nodes->capacity once all its other arrays have grown, too.
 * False: no memory. */
bool hashing_nodes_reserve(hashing_nodes *nodes, size_t capacity);

/* Appends a node; the caller has reserved room. */
void hashing_nodes_append(hashing_nodes *nodes, const mcha_endpoint *endpoint, bool by_list);

#endif
