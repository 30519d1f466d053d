/* SPDX-License-Identifier: MIT */
/* What the end of a round says about a node: its health, the protocol that it speaks, which server
 * process it is. */
#include "evidence.h"
#include "fanout.h"

#include <stdio.h>

#include "engine/base/seldom.h"
#include "local_health.h"

/* An idle connection that the server had closed says nothing about the server's present health; but
 * the server may have been restarted, and be empty. */
static bool is_excused(const mcha_node *node, mcha_usec now)
{
	return node->last_fault == MCHA_STATUS_CLOSED && node->was_open
		&& mcha_health_look(node->health, now).state == MCHA_HEALTH_UP;
}

/* Which protocol worked, for other connections and other processes. A server that was taken for an
 * old one because it was just ending is asked again, once: a proxy may tell the version of a server
 * behind it. */
static void keep_hint(mcha_node *node, const mcha_settings *settings)
{
	uint32_t detected;

	if (node->speaks_classic && node->guesses == 1 && node->connection->could_speak_meta) {
		node->speaks_classic = false;
		return;
	}
	node->guesses = 0;
	detected = node->connection->transport == settings->primary ? MCHA_DETECTED_PRIMARY
		: node->connection->knows_keys_only                     ? MCHA_DETECTED_FALLBACK_KEYS
																: MCHA_DETECTED_FALLBACK;

	if (atomic_load_explicit(&node->health->detected, memory_order_relaxed) != detected) {
		atomic_store_explicit(&node->health->detected, detected, memory_order_relaxed);
	}
}

/* Which process it is: told by the greeting of a new connection, or not. */
static MCHA_SELDOM void meet_incarnation(mcha_node *node, mcha_round *round, mcha_status fault,
	mcha_usec started)
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

/* Over a connection that was open before, a server tells nothing of itself unless it is asked. */
static bool is_to_be_met(const mcha_node *node)
{
	return !node->was_open || (node->connection && node->connection->about.told);
}

/* A server that expects TLS closes a connection that begins in plain text. */
static bool is_plain_by_mistake(const mcha_node *node, mcha_status fault)
{
	return !node->endpoint.tls && !node->was_open
		&& (fault == MCHA_STATUS_CLOSED || fault == MCHA_STATUS_PROTOCOL)
		&& atomic_load_explicit(&node->health->speaks_tls, memory_order_relaxed);
}

static void explain_plain(mcha_connection *connection)
{
	if (connection) {
		snprintf(connection->error, sizeof(connection->error),
			"in plain text, to a server that speaks TLS to other processes: write tls:// before "
			"its name");
	}
}

/* A server that is held down already, or probed, is not defended. */
static mcha_blame judge_fault(const mcha_node *node, const mcha_round *round, mcha_status fault,
	mcha_usec started)
{
	const mcha_failure failure = {
		.status = fault,
		.error_errno = node->connection ? node->connection->error_errno : 0,
		.was_open = node->was_open,
		.is_plain = is_plain_by_mistake(node, fault),
		.moved = node->moved_at > started
			&& round->now - round->stalled - node->moved_at < MCHA_EVIDENCE_FLOOR,
		.started = started,
		.now = round->now,
		.stalled = round->stalled,
	};
	mcha_blame blame = mcha_evidence_judge(node->health, &failure,
		2 * round->rules->retry_interval);

	return blame == MCHA_BLAME_SELF && !mcha_evidence_is_own(&failure)
			&& mcha_health_look(node->health, round->now).state != MCHA_HEALTH_UP
		? MCHA_BLAME_SERVER
		: blame;
}

static MCHA_SELDOM void note_fault(mcha_node *node, mcha_round *round, mcha_status fault,
	mcha_usec started)
{
	mcha_blame blame;

	round->now = mcha_clock_now(); /* the last wait may have been for another node */
	blame = judge_fault(node, round, fault, started);
	if (is_plain_by_mistake(node, fault)) {
		explain_plain(node->connection);
	}
	if (blame == MCHA_BLAME_SELF) {
		mcha_health_own_failure(round->health, node->health, round->now);
		mcha_health_give_back(node->health, round->now);
		mcha_local_health_failure(node->id, round->rules, fault, round->now,
			mcha_random_next(round->random));
	} else if (blame == MCHA_BLAME_SERVER) {
		mcha_local_health_success(node->id); /* every process keeps away from it now */
		mcha_health_note_cause(node->health, fault,
			node->connection ? node->connection->error_errno : 0);
		mcha_health_failure(round->health, node->health, round->rules, started, round->now,
			mcha_random_next(round->random));
	}
}

static void note_success(mcha_node *node, const mcha_round *round, mcha_usec started,
	mcha_usec ended)
{
	if (ended) {
		mcha_latencies_note(&node->latencies, ended - started);
		mcha_health_success(node->health, started, ended);
	} else {
		mcha_health_success_between(node->health, started, round->now);
	}
	mcha_local_health_success(node->id);
}

void mcha_fanout_learn(mcha_node *node, mcha_round *round, mcha_status fault, mcha_usec started,
	mcha_usec ended)
{
	if (fault != MCHA_STATUS_OK) {
		meet_incarnation(node, round, fault, started); /* what it told before it failed */
	}
	if (fault == MCHA_STATUS_OK) {
		note_success(node, round, started, ended);
		if (round->settings->fallback) {
			keep_hint(node, round->settings);
		}
		if (!node->was_open && node->connection) {
			atomic_store_explicit(&node->health->takes_versions, node->connection->takes_versions,
				memory_order_relaxed);
			atomic_store_explicit(&node->health->speaks_tls, node->endpoint.tls,
				memory_order_relaxed);
		}
	} else if (is_excused(node, round->now)) {
		node->connection->was_lost = true;
	} else {
		if (fault != MCHA_STATUS_CANCELLED) {
			node->speaks_classic = false; /* a server that comes back may speak otherwise */
		}
		note_fault(node, round, fault, started);
	}
	if (node->connection && node->connection->was_lost) {
		/* the server may have been restarted, and be empty: another process may have answered
		 * before */
		mcha_health_suspect(round->health, node->health, round->now);
		node->connection->was_lost = false;
		node->item_size_max = 0;
	}
	if (fault == MCHA_STATUS_OK && is_to_be_met(node)) {
		meet_incarnation(node, round, fault, started);
	}
}
