/* SPDX-License-Identifier: MIT */
/* One server as this pool sees it: its endpoint, its health (shared), its connection (own). */
#ifndef MCHA_ENGINE_NODE_H
#define MCHA_ENGINE_NODE_H

#include "engine/shared/health.h"
#include "settings.h"
#include "in_flight.h"

typedef struct mcha_node {
	mcha_endpoint endpoint;
	char name[MCHA_ENDPOINT_NAME_MAX];
	uint64_t id;                 /* mcha_endpoint_id */
	mcha_health *health;         /* in the shared table */
	mcha_connection *connection; /* NULL until first used */
	mcha_request *queue;         /* of the round that runs, in order; NULL: not part of it */
	mcha_request **queue_end;
	mcha_request *more;          /* the first of those that were added in mid-round; NULL: none */
	size_t item_size_max;        /* see item_size_limit.h; 0: not known, or another connection since */
	mcha_in_flight *in_flight;           /* NULL until first used */
	mcha_usec finished_at;       /* in this round; 0: not yet */
	mcha_usec moved_at;          /* when bytes were last seen to come or go */
	bool was_open;               /* its connection was, before this round */
	mcha_status last_fault;      /* of its last round; OK: none */
	uint16_t cas_tag;            /* marks the CAS tokens that this node gave out, see cas_token.h */
	uint32_t admission;          /* the operation that admission was last asked for */
	bool admitted;               /* the answer it got, kept for the whole operation */
	bool distrusted;             /* when this operation began: see hints.h */
	bool speaks_classic;         /* detection said so: the fallback transport is used */
	uint8_t guesses;             /* how often in a row only because the server closed a connection at the
	                              * greeting */
} mcha_node;

mcha_node *mcha_node_create(const mcha_endpoint *endpoint, mcha_health *health);
void mcha_node_destroy(mcha_node *node);

/* The connection by the transport that the settings and earlier detection name, created if there is
 * none; NULL: no memory. */
mcha_connection *mcha_node_connection(mcha_node *node, const mcha_settings *settings);

/* Drops the connection object, so that the next one is made by the current settings. */
void mcha_node_forget(mcha_node *node);

/* Drops the connection, with all that was asked over it. */
void mcha_node_close(mcha_node *node);

/* Its trail goes on over a connection that is left as it is. */
static inline bool mcha_node_has_in_flight(const mcha_node *node)
{
	return mcha_in_flight_is_open(node->in_flight);
}

#endif
