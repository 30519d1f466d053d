/* SPDX-License-Identifier: MIT */
/* Finds the authority of a conditional operation: the first home node that can be asked decides.
 *
 * A node that cannot be asked hands the decision to the next home node; but not where this process
 * alone cannot ask it (evidence.h), unless the operation is an add. Where no home node can be
 * asked, the first handoff node that is up decides (not for McHA::lock(), nor for registers): every
 * process of the host sees the same homes down, and asks the same handoff node. That it has the key
 * refuses an add; that it does not have the key is no answer to replace and cas, because a home may
 * have it. The homes get hints (hints.h), for locks, too, and so do handoff nodes that were passed
 * over: a node that comes back is given the outcome before it decides again. If a home comes back
 * while a handoff node decides, the outcome is taken back: that home may have decided otherwise. */
#include "decision.h"

#include "engine/pool/local_health.h"
#include "engine/protocol/cas_token.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/write_replicas.h"

/* --- asking a node to decide ------------------------------------------------------------------ */

/* A node that was only asked whether it has the key has carried out nothing. */
static void note_failure(mcha_decision *d, const mcha_request *question)
{
	mcha_verdict_fault(d->item, question->reply.status);
	if (d->indeterminate == MCHA_STATUS_OK && question->verb == MCHA_VERB_STORE
		&& !mcha_status_is_unsent(question->reply.status)) {
		d->indeterminate = question->reply.status;
		d->doubted = question->node;
	}
}

/* Time for one authority: the home nodes behind it, a handoff node and the round for the copies are
 * still to come. */
static mcha_usec share_of(const mcha_decision *d, size_t position)
{
	const size_t copies = mcha_pool_copies(d->pool);

	return mcha_targets_share(d->pool, position < copies ? copies - position + 1 : 2);
}

/* With another node's token the node is only asked whether it has the key at all: that is not the
 * operation's own request. */
static mcha_request *prepare_question(mcha_decision *d, mcha_replica *replica)
{
	const mcha_node *node = d->pool->nodes[replica->node];
	const uint64_t cas = d->item->cas ? mcha_cas_token_cas(node->cas_tag, d->item->cas) : 0;
	mcha_request *request = d->item->cas && !cas
		? mcha_replica_ask_beside(d->pool, d->item, replica, MCHA_VERB_GET)
		: mcha_replica_ask(d->pool, d->item, replica, MCHA_VERB_STORE);

	if (!request) {
		return NULL;
	}
	mcha_decision_fill(d, replica, d->mode, request);
	request->cas = cas;
	if (mcha_item_size_limit_exceeded(node, d->item->key_length, d->item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	return request;
}

/* False: the node gave no answer, and misses the outcome, whatever it was asked. */
static bool take_answer(mcha_decision *d, mcha_replica *replica, mcha_request *question)
{
	if (!mcha_status_is_answer(question->reply.status)) {
		note_failure(d, question);
		question->verb = MCHA_VERB_STORE;
		replica->request = question;
		return false;
	}
	if (question->verb == MCHA_VERB_GET && question->reply.status == MCHA_STATUS_OK) {
		/* another node's token is worth nothing here */
		question->reply.status = MCHA_STATUS_EXISTS;
	}
	return true;
}

/* Asks the node at this position to decide. False: it gave no answer. */
static bool ask_authority(mcha_decision *d, size_t position, bool last_resort)
{
	mcha_pool *pool = d->pool;
	mcha_replica *replica = &d->item->replicas[position];
	mcha_request *question;
	mcha_usec began;

	d->attempts++;
	if (!mcha_replica_may_ask(pool, d->item, replica, last_resort)) {
		mcha_replica_skip(pool, d->item, replica);
		return false;
	}
	d->asked = d->asked || mcha_replica_is_home(replica);
	d->authority = position;
	question = prepare_question(d, replica);
	if (!question) {
		return false;
	}
	d->verdict = question;
	began = pool->running.now;
	mcha_pool_run(pool, share_of(d, position));
	d->decided_in = pool->running.now - began;
	return take_answer(d, replica, question);
}

bool mcha_election_repeat(mcha_decision *d)
{
	return ask_authority(d, d->authority, false);
}

/* --- no home node can be asked ---------------------------------------------------------------- */

static bool may_hand_off(const mcha_decision *d)
{
	const mcha_write write = {.verb = MCHA_VERB_STORE, .mode = MCHA_MODE_SET};

	return !d->item->no_hints && mcha_write_replicas_can_hand_off(d->pool, &write);
}

static bool is_up(const mcha_pool *pool, uint16_t node)
{
	return mcha_health_look(pool->nodes[node]->health, pool->running.now).state == MCHA_HEALTH_UP;
}

static bool is_excluded(const mcha_decision *d, const mcha_replica *replica)
{
	return mcha_replica_exclusion(d->pool, d->item, replica) != MCHA_EXCLUSION_NONE;
}

/* No home is up again and has missed something that this node does not have. */
static bool homes_wait_for(const mcha_decision *d, uint16_t node)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(d->pool); i++) {
		const mcha_replica *home = &d->item->replicas[i];

		if (is_excluded(d, home) && is_up(d->pool, home->node)
			&& !mcha_hint_record_needs(d->pool, d->item, home->node, node)) {
			return false;
		}
	}
	return true;
}

/* The home is up since it was passed over: another process may have asked it, and did not know yet
 * that it has missed this operation's outcome. (A home that has a hint for the key was not asked by
 * other processes either.) */
static bool is_back(const mcha_decision *d, const mcha_replica *home)
{
	return d->pool->settings.retry_interval && !is_excluded(d, home) && is_up(d->pool, home->node);
}

static bool is_any_home_back(const mcha_decision *d)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(d->pool); i++) {
		if (is_back(d, &d->item->replicas[i])) {
			return true;
		}
	}
	return false;
}

static bool ask_handoff_nodes(mcha_decision *d)
{
	size_t position = mcha_pool_copies(d->pool);

	if (!may_hand_off(d) || is_any_home_back(d)) {
		return false;
	}
	mcha_targets_widen(d->pool, d->item);
	for (; position < d->item->replica_count; position++) {
		const uint16_t node = d->item->replicas[position].node;

		if (!mcha_pool_is_previous_only(d->pool, node) && homes_wait_for(d, node)
			&& ask_authority(d, position, false)
			&& (d->mode == MCHA_MODE_ADD || d->verdict->reply.status != mcha_decision_lacks(d))) {
			return true;
		}
	}
	return false;
}

void mcha_election_record_passed_over(mcha_decision *d)
{
	size_t i;

	for (i = mcha_pool_copies(d->pool); i < d->authority; i++) {
		const mcha_replica *replica = &d->item->replicas[i];

		if (mcha_replica_is_concerned(replica)
			&& !mcha_status_is_answer(mcha_replica_status(replica))) {
			mcha_hint_record_stale(d->pool, d->item, replica->node, d->verdict->node);
		}
	}
}

bool mcha_election_has_home_back(mcha_decision *d)
{
	bool any = !homes_wait_for(d, d->verdict->node);
	size_t i;

	for (i = 0; i < mcha_pool_copies(d->pool); i++) {
		const mcha_replica *home = &d->item->replicas[i];

		if (is_back(d, home)) {
			mcha_hint_record_drop(d->pool, d->item, home->node, d->verdict->node);
			any = true;
		}
	}
	return any;
}

/* --- the election ----------------------------------------------------------------------------- */

/* This home gave no answer. Other processes that get answers from it let it decide: then no other
 * home may decide at the same time. (An add is refused by any home that has the key: of two that
 * are made at the same time one is taken back.) */
static bool may_pass_over(const mcha_decision *d, const mcha_replica *home)
{
	const mcha_node *node = d->pool->nodes[home->node];

	return d->mode == MCHA_MODE_ADD || is_excluded(d, home)
		|| !mcha_local_health_differs(node->id, node->health, d->pool->running.now);
}

static bool ask_homes(mcha_decision *d, bool last_resort)
{
	size_t homes = d->pool->settings.allow_failover ? mcha_pool_copies(d->pool) : 1;
	size_t position;

	for (position = 0; position < homes; position++) {
		if (ask_authority(d, position, last_resort)) {
			return true;
		}
		if (!may_pass_over(d, &d->item->replicas[position])) {
			return false;
		}
	}
	return false;
}

/* Where no home was held to be up, a home whose retry is not due yet is asked as a last resort. */
bool mcha_election_hold(mcha_decision *d)
{
	return ask_homes(d, false) || ask_handoff_nodes(d) || (!d->asked && ask_homes(d, true));
}
