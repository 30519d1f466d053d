/* SPDX-License-Identifier: MIT */
/* Every setting of a pool that the user can choose. */
#ifndef MCHA_ENGINE_SETTINGS_H
#define MCHA_ENGINE_SETTINGS_H

#include "engine/transport/transport.h"

typedef enum mcha_quorum { MCHA_QUORUM_ONE, MCHA_QUORUM_MAJORITY, MCHA_QUORUM_ALL } mcha_quorum;

typedef enum mcha_read_policy {
	MCHA_READ_ORDERED,  /* the home nodes in their order */
	MCHA_READ_BALANCED, /* a random home node first */
	MCHA_READ_NEAREST,  /* the local zone first, then by measured latency */
	/* more than half of the home nodes, and of their copies the newest version: see quorum.h */
	MCHA_READ_QUORUM
} mcha_read_policy;

typedef enum mcha_zone_writes {
	MCHA_ZONE_WRITES_ALL, /* a write waits for every replica */
	/* a write waits for the replicas in the local zone, and for others until it has its quorum */
	MCHA_ZONE_WRITES_LOCAL
} mcha_zone_writes;

typedef enum mcha_miss_failover {
	MCHA_MISS_ALWAYS,     /* after a miss, a read also asks the other replicas */
	MCHA_MISS_RECOVERING, /* only if the node with the miss was down lately */
	MCHA_MISS_NEVER
} mcha_miss_failover;

typedef struct mcha_settings {
	uint16_t replicas; /* copies beyond the first */
	mcha_quorum quorum;
	mcha_read_policy read_policy;
	mcha_zone_writes zone_writes;
	mcha_miss_failover miss_failover;
	bool allow_failover;
	bool read_repair;
	bool versions; /* a write gives all its copies one CAS value, see version.h */
	mcha_usec operation_timeout;
	mcha_usec hedge_after; /* or MCHA_HEDGE_*, see hedge.h */
	mcha_usec retry_interval;
	mcha_usec retry_interval_max;
	/* how often this host reads the other hosts' hints, see engine/journal; 0: hosts know nothing
	 * of one another */
	mcha_usec hint_interval;
	int64_t failover_ttl; /* seconds, the longest TTL of a handoff copy */
	/* seconds, the TTL of tombstones, which deletions write where keys are registers (quorum.h) */
	int64_t tombstone_ttl;
	/* seconds, the TTL of a repaired copy if the protocol does not return the source's TTL */
	int64_t repair_ttl;
	char local_zone[MCHA_ZONE_MAX + 1];
	const mcha_transport *primary;  /* the transport that a connection tries first */
	const mcha_transport *fallback; /* the transport after MCHA_STATUS_SPEAKS_CLASSIC; NULL: none */
	mcha_transport_settings transport;
} mcha_settings;

#endif
