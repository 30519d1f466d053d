/* SPDX-License-Identifier: MIT */
/* Methods that tell the state of the nodes and of a key's copies. */
#include "server_questions.h"

static const char *state_of(const mcha_node *node)
{
	return mcha_health_state_name(node->health,
		mcha_local_health_look(node->id, node->health, mcha_clock_now()).state);
}

/* Makes the array that describes a node, with the fields that every list of nodes has. */
static void begin_node(zval *array, const mcha_node *node)
{
	array_init(array);
	add_assoc_string(array, "host", node->endpoint.host);
	add_assoc_long(array, "port", node->endpoint.port);
}

/* The preference list of a key, emalloc'ed, its length, and the key's item. NULL: the key cannot be
 * used or there are no nodes, and the result says so. */
static uint16_t *preference_of(php_mcha_object *object, zend_string *key, mcha_item *item,
	php_mcha_key *buffer, size_t *count)
{
	mcha_pool *pool = object->client->pool;
	uint16_t *list;
	mcha_status status;

	php_mcha_client_item(object->client, item, key, NULL, buffer);
	status = mcha_key_check(item->key, item->key_length);
	if (status == MCHA_STATUS_OK && mcha_pool_member_count(pool) == 0) {
		status = MCHA_STATUS_NO_NODES;
	}
	php_mcha_set_status(object, status);
	if (status != MCHA_STATUS_OK) {
		return NULL;
	}
	list = safe_emalloc(mcha_pool_node_count(pool) + mcha_pool_previous_count(pool), sizeof(*list),
		0);
	*count = mcha_preference(pool, item, list);
	return list;
}

static const char *role_of(const mcha_pool *pool, const mcha_item *item, size_t position)
{
	size_t homes = mcha_pool_copies(pool);

	return position < homes ? "home" : position < homes + item->previous ? "previous" : "handoff";
}

static void add_role(zval *array, const mcha_pool *pool, const mcha_item *item, size_t position,
	const mcha_node *node)
{
	add_assoc_string(array, "zone", node->endpoint.zone);
	add_assoc_string(array, "role", role_of(pool, item, position));
	add_assoc_string(array, "state", (char *)state_of(node));
}

ZEND_METHOD(McHA, getReplicas)
{
	php_mcha_object *object;
	zend_string *key;
	php_mcha_key buffer;
	mcha_item item = {0};
	uint16_t *list;
	size_t i, count;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	array_init(return_value);
	if (!(list = preference_of(object, key, &item, &buffer, &count))) {
		return;
	}
	for (i = 0; i < count; i++) {
		const mcha_node *node = mcha_pool_node(object->client->pool, list[i]);
		zval replica;

		begin_node(&replica, node);
		add_role(&replica, object->client->pool, &item, i, node);
		add_next_index_zval(return_value, &replica);
	}
	efree(list);
}

static void add_holding(zval *array, const mcha_request *request)
{
	const mcha_reply *reply = &request->reply;
	bool held = reply->status == MCHA_STATUS_OK, deleted = held && mcha_tombstone_is(reply);
	bool found = held && !deleted;
	zval version;

	add_assoc_bool(array, "found", found);
	add_assoc_bool(array, "deleted", deleted);
	add_assoc_long(array, "size", found ? (zend_long)reply->size : 0);
	if (held && reply->ttl != MCHA_TTL_UNKNOWN) {
		add_assoc_long(array, "ttl", reply->ttl);
	} else {
		add_assoc_null(array, "ttl");
	}
	add_assoc_long(array, "flags", found ? reply->flags : 0);
	php_mcha_number(&version, held ? reply->cas : 0);
	add_assoc_zval(array, "version", &version);
}

/* The answers of all nodes, emalloc'ed, by the node's index in the pool. */
static const mcha_request **index_answers(const mcha_pool *pool, const mcha_request *round)
{
	const mcha_request **answers = safe_emalloc(mcha_pool_node_count(pool), sizeof(*answers), 0);

	for (; round; round = round->later) {
		answers[round->node] = round;
	}
	return answers;
}

/* Adds the nodes of the preference list, and what each has answered. */
static void add_holdings(zval *return_value, const mcha_pool *pool, const mcha_item *item,
	const uint16_t *list, size_t count, const mcha_request *round)
{
	const mcha_request **answers = index_answers(pool, round);
	size_t i;

	for (i = 0; i < count; i++) {
		const mcha_node *node = mcha_pool_node(pool, list[i]);
		zval holding;

		begin_node(&holding, node);
		add_role(&holding, pool, item, i, node);
		add_holding(&holding, answers[list[i]]);
		add_next_index_zval(return_value, &holding);
	}
	efree(answers);
}

ZEND_METHOD(McHA, inspect)
{
	php_mcha_object *object;
	zend_string *key;
	php_mcha_key buffer;
	mcha_item item = {0};
	mcha_request question = {
		.verb = MCHA_VERB_GET,
		.want = MCHA_WANT_TTL | MCHA_WANT_CAS | MCHA_WANT_SIZE | MCHA_WANT_UNSEEN,
	};
	const mcha_request *round;
	mcha_status status;
	uint16_t *list;
	size_t count;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	array_init(return_value);
	if (!(list = preference_of(object, key, &item, &buffer, &count))) {
		return;
	}
	question.key = item.key;
	question.key_length = (uint16_t)item.key_length;
	round = mcha_ask_all(object->client->pool, &question, &status);
	if (round) {
		add_holdings(return_value, object->client->pool, &item, list, count, round);
	}
	efree(list);
	php_mcha_finish(object, round ? php_mcha_all_status(object->client->pool, round) : status);
}

/* --- the nodes -------------------------------------------------------------------------------- */

static const char *protocol_of(const mcha_pool *pool, const mcha_node *node)
{
	if (node->connection) {
		return node->connection->transport->name;
	}
	return mcha_pool_settings(pool)->primary->name;
}

/* What this host has had to do with the log of the journal that the node keeps. */
static void add_log(zval *entry, mcha_pool *pool, size_t index, mcha_usec now)
{
	const mcha_health *health = mcha_pool_node(pool, index)->health;
	const mcha_usec read = atomic_load(&health->journal_heard);
	zval log;

	if (!mcha_journal_has_log(pool, index)) {
		add_assoc_null(entry, "journal");
		return;
	}
	array_init(&log);
	if (read) {
		add_assoc_long(&log, "read_ms_ago", (now - read) / MCHA_USEC_PER_MSEC);
	} else {
		add_assoc_null(&log, "read_ms_ago");
	}
	add_assoc_long(&log, "written", (zend_long)atomic_load(&health->journal_written));
	add_assoc_long(&log, "read", (zend_long)atomic_load(&health->journal_records));
	add_assoc_long(&log, "lost", (zend_long)atomic_load(&health->journal_lost));
	add_assoc_zval(entry, "journal", &log);
}

ZEND_METHOD(McHA, getNodes)
{
	php_mcha_object *object;
	mcha_usec now = mcha_clock_now();
	size_t i;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	array_init(return_value);
	for (i = 0; i < mcha_pool_node_count(object->client->pool); i++) {
		const mcha_node *node = mcha_pool_node(object->client->pool, i);
		mcha_health_view view = mcha_local_health_look(node->id, node->health, now);
		zval entry;

		begin_node(&entry, node);
		add_assoc_long(&entry, "weight", node->endpoint.weight);
		add_assoc_string(&entry, "zone", node->endpoint.zone);
		add_assoc_string(&entry, "role",
			mcha_pool_is_previous_only(object->client->pool, (uint16_t)i) ? "previous"
				: node->endpoint.backup                                   ? "backup"
																		  : "primary");
		add_assoc_string(&entry, "state", (char *)mcha_health_state_name(node->health, view.state));
		add_assoc_long(&entry, "latency_us", atomic_load(&node->health->latency));
		add_assoc_long(&entry, "failures", atomic_load(&node->health->failures));
		add_assoc_long(&entry, "retry_in_ms", view.retry_in / MCHA_USEC_PER_MSEC);
		add_assoc_string(&entry, "protocol", (char *)protocol_of(object->client->pool, node));
		add_assoc_string(&entry, "server_version",
			node->connection ? node->connection->server_version : "");
		add_assoc_long(&entry, "hints",
			(zend_long)mcha_pool_count_hints(object->client->pool, node));
		add_assoc_bool(&entry, "distrusted", mcha_hints_distrusted_since(node->health) != 0);
		add_log(&entry, object->client->pool, i, now);
		add_next_index_zval(return_value, &entry);
	}
}
