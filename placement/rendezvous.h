/* SPDX-License-Identifier: MIT */
/* The order of a key's nodes behind the first one, or from the first one on. Knows neither PHP nor
 * libmemcached. */
#ifndef MCHA_PLACEMENT_RENDEZVOUS_H
#define MCHA_PLACEMENT_RENDEZVOUS_H

#include "nodes.h"

/* What choosing needs of a node, close together. */
typedef struct hashing_candidate {
	uint64_t id;
	uint64_t score;       /* for the key at hand */
	uint16_t weight;
	uint16_t server;      /* the first node that is the same server, usually itself */
	uint16_t zone;        /* the first node of the same zone */
	uint16_t server_used; /* how often the list has it already; kept at [server] */
	uint16_t zone_used;   /* likewise, kept at [zone] */
	bool backup;
	bool taken;
} hashing_candidate;

typedef struct hashing_rendezvous {
	hashing_candidate *candidates;
	size_t count;
	bool weighted; /* the weights differ */
	bool zoned;    /* some node has a zone */
	uint16_t role_used[2]; /* how often the list has primaries, and backups */
} hashing_rendezvous;

/* Room for so many nodes in all; false: no memory, and nothing changed. */
bool hashing_rendezvous_reserve(hashing_rendezvous *rendezvous, size_t capacity);

/* Adds the last of the nodes; there is room for it. */
void hashing_rendezvous_add(hashing_rendezvous *rendezvous, const hashing_nodes *nodes);

void hashing_rendezvous_clear(hashing_rendezvous *rendezvous);
void hashing_rendezvous_deinit(hashing_rendezvous *rendezvous);

/* hash: the key's, by mcha_fnv1a. indices has its first node (given is 1) or none yet (0); writes the
 * others, up to count. */
void hashing_rendezvous_complete(hashing_rendezvous *rendezvous, uint64_t hash, uint16_t *indices,
		size_t given, size_t count);

#endif
