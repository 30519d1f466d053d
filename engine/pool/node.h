/* SPDX-License-Identifier: MIT */
/* One server in this pool: its endpoint, its health (shared between processes), its connection (the
 * pool's own). */
#ifndef MCHA_ENGINE_NODE_H
#define MCHA_ENGINE_NODE_H

#include "engine/shared/health.h"
#include "settings.h"
#include "engine/pool/in_flight/in_flight.h"

typedef struct mcha_node {
	mcha_endpoint endpoint;
	char name[MCHA_ENDPOINT_NAME_MAX];
	uint64_t id;                 /* mcha_endpoint_id */
	mcha_health *health;         /* in the shared table */
	mcha_connection *connection; /* NULL until first used */
	/* its requests in the round that runs, in order; NULL: it has none */
	mcha_request *queue;
	mcha_request **queue_end;
	mcha_request *more; /* the first request that was added during the round; NULL: none */
	/* see item_size_limit.h; 0: not known, or not yet over this connection */
	size_t item_size_max;
	mcha_in_flight *in_flight; /* NULL until first used */
	mcha_usec finished_at;     /* when all its requests of this round were answered; 0: not yet */
	mcha_usec moved_at;        /* when bytes were last sent or received */
	bool was_open;             /* its connection was open before this round */
	mcha_status last_fault;    /* of its last round; OK: none */
	uint16_t cas_tag;          /* identifies this node's CAS tokens, see cas_token.h */
	/* the last operation for which the node's health was asked for admission */
	uint32_t admission;
	bool admitted;       /* the result, valid for that whole operation */
	uint32_t failed_in;  /* the last operation in which the node failed */
	mcha_status failure; /* by which it failed then */
	bool distrusted;     /* as it was when this operation began, see hints.h */
	bool has_compact;    /* the same: the node has compact hints */
	/* detection found that the node speaks the classic protocol: uses the fallback */
	bool speaks_classic;
	mcha_latencies latencies; /* that are not yet added to the host's, see pool_metrics.h */
	uint8_t guesses; /* how often in a row detection found that only because the server closed a
	                              * connection at the greeting */
} mcha_node;

mcha_node *mcha_node_create(const mcha_endpoint *endpoint, mcha_health *health);
void mcha_node_destroy(mcha_node *node);

/* The node's connection, by the transport that the settings and earlier detection select; creates
 * it if there is none. NULL: no memory. */
mcha_connection *mcha_node_connection(mcha_node *node, const mcha_settings *settings);

/* Destroys the connection object, so that the next one is created with the current settings. */
void mcha_node_forget(mcha_node *node);

/* Closes the connection, and drops all requests on it. */
void mcha_node_close(mcha_node *node);

/* The node has in-flight writes: their answers are still to come over its connection. */
static inline bool mcha_node_has_in_flight(const mcha_node *node)
{
	return mcha_in_flight_is_open(node->in_flight);
}

#endif
