/* SPDX-License-Identifier: MIT */
/* Writes with the near cache: stamps invalidate the copies of the keys from before each write until
 * after it. */
#include "near_cache_copy.h"

#define STAMP_SPARE 60 /* seconds that stamps outlive the copies that they invalidate */
/* after concurrent writes of a key nothing of it is cached for this long */
#define CONTESTED PHP_MCHA_NSEC_PER_SEC

typedef struct php_mcha_near_cache_stamp {
	zend_string *name; /* NULL: the key is invalid */
	zend_long before;  /* the stamp before this write; 0: there was none */
	zend_long own;     /* this write's first stamp */
} stamp;

static void begin_one(const php_mcha_client *client, const mcha_item *item, stamp *made)
{
	int64_t now = php_mcha_near_cache_now();

	if (mcha_key_check(item->key, item->key_length) != MCHA_STATUS_OK) {
		return;
	}
	made->name = php_mcha_near_cache_item_name(client, 'n', item);
	made->before = php_mcha_apcu_fetch_number(made->name);
	made->own = made->before >= now && made->before <= now + CONTESTED ? made->before + 1 : now;
	php_mcha_apcu_store_number(made->name, made->own, client->near_cache_ttl + STAMP_SPARE);
}

void php_mcha_near_cache_begin(php_mcha_near_cache_write *write, php_mcha_client *client,
	mcha_item *items, size_t count)
{
	size_t i;

	*write = (php_mcha_near_cache_write){client, items, count, NULL};
	if (!php_mcha_near_cache_is_on(client)) {
		return;
	}
	write->stamps = ecalloc(count + 1, sizeof(*write->stamps));
	for (i = 0; i < count; i++) {
		begin_one(client, &items[i], &write->stamps[i]);
	}
}

/* True: no node can have applied the write. (With retries earlier tries may have been applied, so
 * then false.) */
static bool is_untouched(const php_mcha_client *client, const mcha_item *item)
{
	const mcha_report *report = mcha_pool_report(client->pool);
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		if (!mcha_status_is_unsent(report->failed[i].status)) {
			return false;
		}
	}
	return mcha_status_is_unsent(item->answer.status) && !item->write.stored && !item->acknowledged
		&& report->failed_count < MCHA_REPORT_FAILED_MAX && client->store_retry_count <= 0;
}

static bool leaves(const php_mcha_client *client, const mcha_item *item,
	php_mcha_near_cache_effect effect)
{
	if (effect == PHP_MCHA_NEAR_CACHE_ADDS && item->answer.status == MCHA_STATUS_NOT_STORED) {
		return true;
	}
	return effect != PHP_MCHA_NEAR_CACHE_REMOVES && is_untouched(client, item);
}

/* Stamps the end of a write, which invalidates older copies. False: another process wrote or writes
 * the key at the same time. */
static bool close_stamp(const php_mcha_client *client, const stamp *made, int64_t now)
{
	if (php_mcha_apcu_swap_number(made->name, made->own, MAX(now, made->own + 1))) {
		return now > made->own;
	}
	php_mcha_apcu_store_number(made->name, now + CONTESTED, client->near_cache_ttl + STAMP_SPARE);
	return false;
}

/* Stores the written value as a copy; the servers stored it between the write's first stamp and
 * now. */
static bool keep_written(const php_mcha_client *client, zend_string *name, const mcha_item *item,
	php_mcha_near_cache_effect effect, int64_t now, int64_t stamped_at)
{
	const mcha_reply copy = {
		.flags = item->flags,
		.size = item->value_length,
		.value = (char *)item->value,
	};

	return (effect == PHP_MCHA_NEAR_CACHE_STORES || effect == PHP_MCHA_NEAR_CACHE_ADDS)
		&& item->answer.status == MCHA_STATUS_OK
		&& php_mcha_near_cache_keep(client, name, &copy, now, MIN(now, stamped_at),
			php_mcha_near_cache_life(item->exptime));
}

static void end_one(const php_mcha_client *client, const mcha_item *item, const stamp *made,
	php_mcha_near_cache_effect effect)
{
	int64_t now = php_mcha_near_cache_now();
	zend_string *name;
	bool alone;

	if (leaves(client, item, effect)) {
		php_mcha_apcu_swap_number(made->name, made->own, made->before);
		return;
	}
	name = php_mcha_near_cache_item_name(client, 'v', item);
	alone = close_stamp(client, made, now);
	if (!alone || !keep_written(client, name, item, effect, now, made->own)) {
		php_mcha_apcu_delete(name);
	}
	zend_string_release(name);
}

void php_mcha_near_cache_end(php_mcha_near_cache_write *write, php_mcha_near_cache_effect effect)
{
	size_t i;

	if (!write->stamps) {
		return;
	}
	for (i = 0; i < write->count; i++) {
		if (write->stamps[i].name) {
			end_one(write->client, &write->items[i], &write->stamps[i], effect);
			zend_string_release(write->stamps[i].name);
		}
	}
	efree(write->stamps);
	write->stamps = NULL;
}

void php_mcha_near_cache_flush(const php_mcha_client *client, zend_long delay)
{
	int64_t seconds = delay > 0 ? MIN(php_mcha_near_cache_life(delay), PHP_MCHA_LIFE_MAX) : 0;
	int64_t moment = php_mcha_near_cache_now() + seconds * PHP_MCHA_NSEC_PER_SEC;
	size_t i;

	if (!php_mcha_near_cache_is_on(client)) {
		return;
	}
	for (i = 0; i < mcha_pool_member_count(client->pool); i++) {
		zend_string *name = php_mcha_near_cache_name(client, 'f', mcha_pool_node(client->pool, i),
			"", 0);

		php_mcha_apcu_store_number(name, moment, 0);
		zend_string_release(name);
	}
}
