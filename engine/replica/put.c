/* SPDX-License-Identifier: MIT */
/* The one place that fills in conditional writes of copies. */
#include "put.h"

#include "copy_exptime.h"
#include "targets.h"

#include "engine/base/version.h"
#include "engine/pool/pool_round.h"

static mcha_request *ask_node(mcha_pool *pool, const mcha_put *put, mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, put->node);

	if (request) {
		request->verb = verb;
		request->key = put->key;
		request->key_length = put->key_length;
	}
	return request;
}

/* --- a copy that may still arrive ------------------------------------------------------------- */

static void end_repair(mcha_pool *pool, uint16_t node, const char *key, size_t length)
{
	mcha_repairs_under_way_end(pool->shared.under_way, key, length, pool->nodes[node]->id,
		pool->running.started);
}

/* What is put over a copy that was seen cannot arrive after a deletion. */
static bool may_arrive_late(const mcha_pool *pool, const mcha_put *put)
{
	return pool->shared.under_way && !put->cas;
}

bool mcha_put_begin(mcha_pool *pool, const mcha_put *put)
{
	if (may_arrive_late(pool, put)) {
		mcha_repairs_under_way_begin(pool->shared.under_way, put->key, put->key_length,
			pool->nodes[put->node]->id, pool->running.started);
	}
	if (!mcha_targets_is_being_deleted(pool, put->key, put->key_length)) {
		return true;
	}
	if (may_arrive_late(pool, put)) {
		end_repair(pool, put->node, put->key, put->key_length);
	}
	return false;
}

void mcha_put_end(mcha_pool *pool, const mcha_request *round)
{
	for (; pool->shared.under_way && round; round = round->later) {
		const mcha_status status = round->reply.status;

		if (round->verb == MCHA_VERB_STORE && !round->cas
			&& (mcha_status_is_answer(status) || mcha_status_is_unsent(status))) {
			end_repair(pool, round->node, round->key, round->key_length);
		}
	}
}

/* --- the requests ----------------------------------------------------------------------------- */

/* The node is about to be given what another node has, by these functions or by another conditional
 * change: a change that another process has sent to that other node, and not yet to this one, comes
 * to this node twice (late_change.h). */
static void note_repair(mcha_pool *pool, const char *key, size_t length, uint16_t node)
{
	if (pool->shared.repairs) {
		mcha_repair_log_note(pool->shared.repairs, key, length, pool->nodes[node]->id);
	}
}

static mcha_request *store_copy(mcha_pool *pool, const mcha_put *put, mcha_mode mode, uint64_t cas)
{
	mcha_request *request = ask_node(pool, put, MCHA_VERB_STORE);

	if (request) {
		request->mode = mode;
		request->cas = cas;
		request->want = MCHA_WANT_CAS;
		request->value = put->value->value;
		request->value_length = put->value->size;
		request->flags = put->value->flags;
		request->version = mcha_version_of(put->value->cas);
		request->exptime = put->exptime;
		note_repair(pool, put->key, put->key_length, put->node);
	}
	return request;
}

mcha_request *mcha_put_if_absent(mcha_pool *pool, const mcha_put *put)
{
	return store_copy(pool, put, MCHA_MODE_ADD, 0);
}

mcha_request *mcha_put_over(mcha_pool *pool, const mcha_put *put)
{
	return put->cas ? store_copy(pool, put, MCHA_MODE_SET, put->cas) : NULL;
}

mcha_request *mcha_put_again(mcha_pool *pool, const mcha_put *put, const mcha_request *read)
{
	mcha_put again = *put;

	if (!read || read->reply.status != MCHA_STATUS_OK || mcha_copy_is_expiring(read->reply.ttl)) {
		return mcha_remove_if_same(pool, put);
	}
	again.value = &read->reply;
	again.exptime = mcha_copy_exptime(pool, read->reply.ttl);
	return mcha_put_over(pool, &again);
}

mcha_request *mcha_put_anyway(mcha_pool *pool, const mcha_put *put)
{
	return store_copy(pool, put, MCHA_MODE_SET, 0);
}

mcha_request *mcha_remove_if_same(mcha_pool *pool, const mcha_put *put)
{
	mcha_request *request = put->cas ? ask_node(pool, put, MCHA_VERB_DELETE) : NULL;

	if (request) {
		request->cas = put->cas;
	}
	return request;
}

mcha_request *mcha_remove_anyway(mcha_pool *pool, const mcha_put *put)
{
	return ask_node(pool, put, MCHA_VERB_DELETE);
}
