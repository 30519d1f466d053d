/* SPDX-License-Identifier: MIT */
/* Orders a key's nodes by rendezvous hashing: all of them, or those after a given first node.
 * Depends neither on PHP nor on libmemcached. */
#ifndef MCHA_PLACEMENT_RENDEZVOUS_H
#define MCHA_PLACEMENT_RENDEZVOUS_H

#include "nodes.h"

/* The properties of a node that the choice reads, close together in memory. */
typedef struct hashing_candidate {
	uint64_t id;
	uint64_t score; /* for the present key */
	uint16_t weight;
	uint16_t server;      /* index of the first node with the same server, usually of this node */
	uint16_t zone;        /* index of the first node in the same zone */
	uint16_t server_used; /* nodes with this server in the list; counted at candidates[server] */
	uint16_t zone_used;   /* nodes of this zone in the list; counted at candidates[zone] */
	bool backup;
	bool taken;
} hashing_candidate;

typedef struct hashing_rendezvous {
	hashing_candidate *candidates;
	size_t count;
	bool weighted;         /* the weights differ */
	bool zoned;            /* some node has a zone */
	uint16_t role_used[2]; /* number of primaries and of backups in the list */
} hashing_rendezvous;

/* Makes room for `capacity` nodes in total. False: no memory, and nothing changed. */
bool hashing_rendezvous_reserve(hashing_rendezvous *rendezvous, size_t capacity);

/* Adds the next of the nodes; the caller has reserved room. */
void hashing_rendezvous_add(hashing_rendezvous *rendezvous, const hashing_nodes *nodes);

void hashing_rendezvous_clear(hashing_rendezvous *rendezvous);
void hashing_rendezvous_deinit(hashing_rendezvous *rendezvous);

/* Fills indices up to count nodes. hash is the key's mcha_fnv1a. given is 1 if the caller has
 * written the key's first node to indices[0], otherwise 0. */
void hashing_rendezvous_complete(hashing_rendezvous *rendezvous, uint64_t hash, uint16_t *indices,
	size_t given, size_t count);

#endif
