/* SPDX-License-Identifier: MIT */
/* A placement: its nodes, and the parts that choose among them. hashing.c sets and asks it. */
#ifndef MCHA_PLACEMENT_NODE_SET_H
#define MCHA_PLACEMENT_NODE_SET_H

#include "hashing.h"
#include "cache.h"
#include "libmemcached.h"
#include "pecl_memcache.h"
#include "rendezvous.h"
#include "roles.h"
#include "setting_replay.h"

struct hashing {
	hashing_nodes nodes;
	hashing_roles roles;
	hashing_libmemcached libmemcached;
	hashing_memcache *memcache; /* NULL: the distribution is not one of pecl memcache's */
	hashing_rendezvous next;
	hashing_cache cache;
	char *prefix; /* NULL: none */
	size_t prefix_length;
	hashing_distribution distribution; /* as created */
	memcached_hash_t hash;
	hashing_choices choices;  /* settings made since creation */
	hashing_distribution own; /* HASHING_MODULA: libmemcached chooses first nodes */
};

static inline bool hashing_is_memcache(uint64_t distribution)
{
	return distribution == HASHING_MEMCACHE_STANDARD || distribution == HASHING_MEMCACHE_CONSISTENT;
}

static inline bool hashing_is_own(uint64_t distribution)
{
	return distribution == HASHING_RENDEZVOUS || hashing_is_memcache(distribution);
}

/* False: no memory. *memcache is NULL for a distribution that is not one of pecl memcache's. */
bool hashing_create_memcache(const hashing_nodes *nodes, hashing_distribution distribution,
	bool fnv, hashing_memcache **memcache);

/* The nodes that can be a key's first node. */
static inline const hashing_nodes *hashing_first_nodes(const hashing *hashing)
{
	return hashing_roles_first(&hashing->roles, &hashing->nodes);
}

/* The nodes have changed, or which of them can be first: tells the parts. */
void hashing_follow_nodes(hashing *hashing);

#endif
