/* SPDX-License-Identifier: MIT */
/* getAllKeys(): the keys on all servers, each key once. */
#include "../../../classic/classic_keys.h"
#include "../../delayed_results.h"
#include "../../frame.h"

/* Adds one server's keys to the table. Making strings may end the request by longjmp
 * (memory_limit): the connection is closed before. */
static mcha_status add_keys(HashTable *table, classic_keys *keys)
{
	char key[MCHA_KEY_MAX];
	size_t length;
	volatile mcha_status status = MCHA_STATUS_OK;

	zend_try
	{
		while ((status = classic_keys_next(keys, key, &length)) == MCHA_STATUS_OK) {
			zend_hash_str_add_empty_element(table, key, length);
		}
	}
	zend_catch
	{
		classic_keys_destroy(keys);
		zend_bailout();
	}
	zend_end_try();
	return status == MCHA_STATUS_MISS ? MCHA_STATUS_OK : status;
}

static mcha_status ask_node(HashTable *table, const mcha_pool *pool, const mcha_node *node,
	mcha_usec deadline)
{
	mcha_health_state state =
		mcha_local_health_look(node->id, node->health, mcha_clock_now()).state;
	classic_keys *keys;
	mcha_status status;

	if (state != MCHA_HEALTH_UP) {
		return MCHA_STATUS_DOWN;
	}
	keys = classic_keys_create(&node->endpoint, &mcha_pool_settings(pool)->transport, deadline);
	if (!keys) {
		return MCHA_STATUS_NO_MEMORY;
	}
	status = add_keys(table, keys);
	classic_keys_destroy(keys);
	return status;
}

/* The status is that of every question to all servers: NO_QUORUM if some servers failed, the reason
 * of the first one if all failed. */
static mcha_status ask_nodes(HashTable *table, const mcha_pool *pool)
{
	mcha_usec deadline = mcha_clock_now() + mcha_pool_settings(pool)->operation_timeout;
	mcha_status fault = mcha_pool_member_count(pool) ? MCHA_STATUS_OK : MCHA_STATUS_NO_NODES;
	size_t i, answered = 0;

	for (i = 0; i < mcha_pool_node_count(pool); i++) {
		mcha_status status = ask_node(table, pool, mcha_pool_node(pool, i), deadline);

		answered += status == MCHA_STATUS_OK;
		if (fault == MCHA_STATUS_OK && !mcha_pool_is_previous_only(pool, (uint16_t)i)) {
			fault = status;
		}
	}
	return answered && fault != MCHA_STATUS_OK ? MCHA_STATUS_NO_QUORUM : fault;
}

ZEND_METHOD(McHA, getAllKeys)
{
	php_mcha_object *object;
	HashTable *table;
	mcha_status status;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	table = zend_new_array(0);
	status = ask_nodes(table, object->client->pool);
	object->client->used = true;
	php_mcha_delayed_drop(object);
	php_mcha_set_status(object, status);
	RETVAL_FALSE;
	if (status == MCHA_STATUS_OK || status == MCHA_STATUS_NO_QUORUM) {
		array_init_size(return_value, zend_hash_num_elements(table));
		ZEND_HASH_FOREACH_STR_KEY (table, key) {
			add_next_index_str(return_value, zend_string_copy(key));
		}
		ZEND_HASH_FOREACH_END();
	}
	zend_array_destroy(table);
}
