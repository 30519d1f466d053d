/* SPDX-License-Identifier: MIT */
/* What the end of a round says about a node: its health, the protocol that it speaks, which server process it is. */
#include "fanout.h"

/* An idle connection that the server had closed says nothing about the server's present health; but
 * the server may have been restarted, and be empty. */
static bool is_excused(const mcha_node *node, mcha_usec now)
{
	return node->last_fault == MCHA_STATUS_CLOSED && node->was_open
		&& mcha_health_look(node->health, now).state == MCHA_HEALTH_UP;
}

/* Which protocol worked, for other connections and other processes. A server that was taken for an old one
 * because it was just ending is asked again, once: a proxy may tell the version of a server behind it. */
static void keep_hint(mcha_node *node, const mcha_settings *settings)
{
	uint32_t hint;

	if (node->speaks_classic && node->guesses == 1 && node->connection->could_speak_meta) {
		node->speaks_classic = false;
		return;
	}
	node->guesses = 0;
	hint = node->connection->transport == settings->primary ? MCHA_HINT_PRIMARY
		: MCHA_HINT_FALLBACK;

	if (atomic_load_explicit(&node->health->hint, memory_order_relaxed) != hint) {
		atomic_store_explicit(&node->health->hint, hint, memory_order_relaxed);
	}
}

/* Which process it is: told by the greeting of a new connection, or not. */
static void meet(mcha_node *node, mcha_round *round, mcha_status fault, mcha_usec started)
{
	mcha_connection *connection = node->connection;
	mcha_health *health = node->health;

	if (!connection) {
		return;
	}
	if (mcha_incarnation_id(&connection->about)) {
		mcha_health_meet(round->health, health, &connection->about, started, round->now);
	} else if (fault == MCHA_STATUS_OK && !node->was_open
		&& atomic_load_explicit(&health->replicas.doubt, memory_order_relaxed)) {
		mcha_health_meet_unknown(round->health, health, round->now);
	}
	connection->about.told = 0;
}

void mcha_fanout_learn(mcha_node *node, mcha_round *round, mcha_status fault, mcha_usec started,
		mcha_usec ended)
{
	if (fault != MCHA_STATUS_OK) {
		meet(node, round, fault, started); /* what it told before it failed */
	}
	if (fault == MCHA_STATUS_OK) {
		mcha_health_success(node->health, started, ended);
		if (round->settings->fallback) {
			keep_hint(node, round->settings);
		}
		if (!node->was_open && node->connection) {
			atomic_store_explicit(&node->health->takes_versions,
				node->connection->takes_versions, memory_order_relaxed);
		}
	} else if (fault == MCHA_STATUS_OVERTAKEN) {
		/* it was slow, which says nothing about whether it is there */
	} else if (is_excused(node, round->now)) {
		node->connection->was_lost = true;
	} else {
		node->speaks_classic = false; /* who comes back may speak otherwise */
		mcha_health_failure(round->health, node->health, round->rules, started, round->now,
			mcha_random_next(round->random));
	}
	if (node->connection && node->connection->was_lost) {
		/* it may have been restarted, and be empty: whoever answered before it */
		mcha_health_suspect(round->health, node->health, round->now);
		node->connection->was_lost = false;
		node->item_size_max = 0;
	}
	if (fault == MCHA_STATUS_OK) {
		meet(node, round, fault, started);
	}
}
