/* SPDX-License-Identifier: MIT */
/* The pool creates and destroys nodes; the fan-out uses them. */
#include "node.h"

#include <stdlib.h>

#include "engine/base/fork_generation.h"
#include "engine/protocol/cas_token.h"

mcha_node *mcha_node_create(const mcha_endpoint *endpoint, mcha_health *health)
{
	mcha_node *node = calloc(1, sizeof(*node));

	if (!node) {
		return NULL;
	}
	node->endpoint = *endpoint;
	mcha_endpoint_name(endpoint, node->name);
	node->health = health;
	node->last_fault = MCHA_STATUS_OK;
	node->id = mcha_endpoint_id(endpoint);
	node->cas_tag = mcha_cas_token_tag(node->id);
	return node;
}

static void drop_in_flight(mcha_node *node)
{
	if (node->in_flight && node->in_flight->generation != mcha_fork_generation()) {
		mcha_in_flight_forget(node->in_flight);
	} else if (node->in_flight) {
		mcha_in_flight_drop(node->in_flight, mcha_clock_now());
	}
}

void mcha_node_close(mcha_node *node)
{
	if (node->connection) {
		node->connection->transport->close(node->connection);
	}
	drop_in_flight(node);
}

static void destroy_connection(mcha_node *node)
{
	if (node->connection) {
		node->connection->transport->destroy(node->connection);
		node->connection = NULL;
	}
	drop_in_flight(node);
}

void mcha_node_forget(mcha_node *node)
{
	destroy_connection(node);
	node->speaks_classic = false;
}

void mcha_node_destroy(mcha_node *node)
{
	mcha_node_forget(node);
	mcha_in_flight_destroy(node->in_flight, mcha_clock_now());
	free(node);
}

/* The protocol that another process or connection has detected; NONE if detection is off. */
static uint32_t detected_of(const mcha_node *node, const mcha_settings *settings)
{
	return settings->fallback ? atomic_load_explicit(&node->health->detected, memory_order_relaxed)
							  : MCHA_DETECTED_NONE;
}

mcha_connection *mcha_node_connection(mcha_node *node, const mcha_settings *settings)
{
	uint32_t detected = node->connection ? MCHA_DETECTED_NONE : detected_of(node, settings);
	bool classic = settings->fallback
		&& (node->speaks_classic || detected >= MCHA_DETECTED_FALLBACK);
	const mcha_transport *transport = classic ? settings->fallback : settings->primary;

	node->speaks_classic = classic;

	if (node->connection && node->connection->transport != transport) {
		destroy_connection(node);
	}
	if (!node->connection) {
		node->connection = transport->create(&node->endpoint, &settings->transport);
		if (node->connection) {
			node->connection->known = detected == MCHA_DETECTED_PRIMARY;
			node->connection->knows_keys_only = detected == MCHA_DETECTED_FALLBACK_KEYS;
		}
	}
	return node->connection;
}
