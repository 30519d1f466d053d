/* SPDX-License-Identifier: MIT */
/* Reads with the near cache, and records which values came from it. */
#include "near_cache_copy.h"

static void record_use(php_mcha_object *object, const mcha_item *item, int64_t age)
{
	size_t prefix = object->client->prefix_length;
	zval seconds;

	if (!object->near_cache_ages) {
		object->near_cache_ages = zend_new_array(0);
	}
	ZVAL_DOUBLE(&seconds, (double)age / PHP_MCHA_NSEC_PER_SEC);
	zend_symtable_str_update(object->near_cache_ages, item->key + prefix, item->key_length - prefix,
		&seconds);
}

/* Answers the item with its copy. False: there is no valid copy of at most this age (oldest, in
 * nanoseconds). */
static bool show(php_mcha_object *object, mcha_item *item, int64_t oldest)
{
	int64_t age;

	if (!php_mcha_near_cache_answer(object->client, item, oldest, &age)) {
		return false;
	}
	record_use(object, item, age);
	return true;
}

/* Answers items that have a fresh copy. Returns the number of items without an answer. */
static size_t show_fresh(php_mcha_object *object, mcha_item *items, size_t count)
{
	int64_t oldest = MIN(object->client->near_cache_fresh
			* (PHP_MCHA_NSEC_PER_SEC / MCHA_USEC_PER_SEC),
		object->client->near_cache_ttl * PHP_MCHA_NSEC_PER_SEC);
	size_t i, left = count;

	for (i = 0; i < count; i++) {
		if (mcha_key_check(items[i].key, items[i].key_length) == MCHA_STATUS_OK
			&& show(object, &items[i], oldest)) {
			left--;
		}
	}
	return left;
}

/* Copies the items without a value to an array from emalloc(). */
static mcha_item *gather(const mcha_item *items, size_t count, size_t left)
{
	mcha_item *rest = safe_emalloc(left, sizeof(*rest), 0);
	size_t i, next = 0;

	for (i = 0; i < count; i++) {
		if (!items[i].answer.value) {
			rest[next++] = items[i];
		}
	}
	return rest;
}

static void scatter_free(mcha_item *items, size_t count, mcha_item *rest)
{
	size_t i, next = 0;

	for (i = 0; i < count; i++) {
		if (!items[i].answer.value) {
			items[i] = rest[next++];
		}
	}
	efree(rest);
}

/* The report of an operation that asked no node. */
static void report_nothing(mcha_pool *pool)
{
	mcha_pool_set_report(pool,
		(mcha_report){.copies = (uint16_t)mcha_pool_copies(pool), .position = -1});
}

/* True: no node gave an answer, so that a copy may replace it. A node that refuses the credentials
 * has answered, and an empty pool cannot answer. */
static bool is_failure(mcha_status status)
{
	return status != MCHA_STATUS_AUTH && status != MCHA_STATUS_NO_NODES
		&& (!mcha_status_is_answer(status) || mcha_status_is_refusal(status));
}

/* After a failure answers the item with its copy; after a hit or a miss updates the copy. */
static void learn(php_mcha_object *object, mcha_item *item, int64_t began)
{
	const php_mcha_client *client = object->client;
	const mcha_reply *answer = &item->answer;
	mcha_reply copy = *answer;
	zend_string *name;

	if (is_failure(answer->status)) {
		show(object, item, client->near_cache_ttl * PHP_MCHA_NSEC_PER_SEC);
	} else if (answer->status == MCHA_STATUS_OK || answer->status == MCHA_STATUS_MISS) {
		name = php_mcha_near_cache_item_name(client, 'v', item);
		if (answer->value) {
			copy.size = ZSTR_LEN(php_mcha_value_string(answer->value));
		}
		if (!answer->value
			|| !php_mcha_near_cache_keep(client, name, &copy, began, began, answer->ttl)) {
			php_mcha_apcu_delete(name);
		}
		zend_string_release(name);
	}
}

/* Also asks for the remaining lifetime of each value, because a copy must not outlive the value. */
static void ask(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
{
	int64_t began = php_mcha_near_cache_now();
	size_t i;

	mcha_get(object->client->pool, items, count, want | MCHA_WANT_TTL);
	for (i = 0; i < count; i++) {
		learn(object, &items[i], began);
	}
}

void php_mcha_near_cache_get(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
{
	bool on = php_mcha_near_cache_is_on(object->client);
	size_t left = count;

	if (!on || !count) {
		mcha_get(object->client->pool, items, count, want);
		return;
	}
	if (object->client->near_cache_fresh && !(want & MCHA_WANT_CAS)) {
		left = show_fresh(object, items, count);
	}
	if (left == count) {
		ask(object, items, count, want);
	} else if (left) {
		mcha_item *rest = gather(items, count, left);

		ask(object, rest, left, want);
		scatter_free(items, count, rest);
	} else {
		report_nothing(object->client->pool);
	}
}

/* --- describing ------------------------------------------------------------------------------- */

void php_mcha_near_cache_describe(const php_mcha_object *object, zval *array)
{
	if (object->near_cache_ages) {
		ZVAL_ARR(array, zend_array_dup(object->near_cache_ages));
	} else {
		array_init(array);
	}
}

void php_mcha_near_cache_forget(php_mcha_object *object)
{
	if (object->near_cache_ages) {
		zend_array_release(object->near_cache_ages);
		object->near_cache_ages = NULL;
	}
}
