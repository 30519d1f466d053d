/* SPDX-License-Identifier: MIT */
/* A copy is the value's bytes and a tail. */
#include "near_cache_copy.h"

/* Larger values are not cached: APCu's memory is small (apc.shm_size), and when it is full APCu
 * drops everything. */
#define VALUE_MAX (1u << 20)

/* Identifies the layout of copies; another layout needs another number. */
#define MARK 0x6d634c31u

typedef struct copy_tail {
	uint32_t mark;
	uint32_t flags;
	int64_t since; /* the servers had the value at this time or later */
	int64_t until; /* when the value expires; NO_END: never, or not known */
} copy_tail;

#define NO_END INT64_MAX

/* Seconds: up to here memcached reads an expiration as a span. */
#define SPAN_MAX (60 * 60 * 24 * 30)

int64_t php_mcha_near_cache_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * PHP_MCHA_NSEC_PER_SEC + ts.tv_nsec;
}

/* --- names and stamps ------------------------------------------------------------------------- */

zend_string *php_mcha_near_cache_name(const php_mcha_client *client, char kind,
	const mcha_node *node, const char *key, size_t length)
{
	const char *user = client->username ? client->username : "";
	size_t head = strlen("mcha:v1 ") + strlen(user) + !!*user + strlen(node->name) + 1;
	zend_string *name = zend_string_alloc(head + length, 0);

	snprintf(ZSTR_VAL(name), head + 1, "mcha:%c1 %s%s%s ", kind, user, *user ? "@" : "",
		node->name);
	memcpy(ZSTR_VAL(name) + head, key, length);
	ZSTR_VAL(name)[head + length] = '\0';
	return name;
}

const mcha_node *php_mcha_near_cache_node(const php_mcha_client *client, const mcha_item *item)
{
	uint16_t list[MCHA_POOL_NODES_MAX];

	/* the same length as in the operation, so that the placement finds the list in its cache */
	mcha_pool_prefer(client->pool, item->hash_key, item->hash_length, list,
		mcha_pool_copies(client->pool));
	return mcha_pool_node(client->pool, list[0]);
}

zend_string *php_mcha_near_cache_item_name(const php_mcha_client *client, char kind,
	const mcha_item *item)
{
	return php_mcha_near_cache_name(client, kind, php_mcha_near_cache_node(client, item), item->key,
		item->key_length);
}

/* The time in a stamp; 0: there is none. */
static int64_t stamp_of(const php_mcha_client *client, char kind, const mcha_node *node,
	const char *key, size_t length)
{
	zend_string *name = php_mcha_near_cache_name(client, kind, node, key, length);
	int64_t moment = php_mcha_apcu_fetch_number(name);

	zend_string_release(name);
	return moment;
}

/* --- storing ---------------------------------------------------------------------------------- */

static zend_string *entry_of(const char *value, size_t length, const copy_tail *tail)
{
	zend_string *entry = zend_string_alloc(length + sizeof(*tail), 0);

	memcpy(ZSTR_VAL(entry), value, length);
	memcpy(ZSTR_VAL(entry) + length, tail, sizeof(*tail));
	ZSTR_VAL(entry)[length + sizeof(*tail)] = '\0';
	return entry;
}

bool php_mcha_near_cache_keep(const php_mcha_client *client, zend_string *name,
	const mcha_reply *copy, int64_t since, int64_t began, int64_t life)
{
	bool ends = life >= 0 && life < PHP_MCHA_LIFE_MAX;
	copy_tail tail = {
		MARK, copy->flags, since, ends ? began + (life - 1) * PHP_MCHA_NSEC_PER_SEC : NO_END};
	zend_string *entry;
	bool kept;

	if ((ends && life <= 1) || copy->size > VALUE_MAX
		|| !php_mcha_fits_into_memory(copy->size + sizeof(tail))) {
		return false;
	}
	entry = entry_of(copy->value, copy->size, &tail);
	kept = php_mcha_apcu_store(name, entry,
		ends ? MIN(client->near_cache_ttl, life - 1) : client->near_cache_ttl);
	zend_string_release(entry);
	return kept;
}

int64_t php_mcha_near_cache_life(int64_t exptime)
{
	if (exptime == 0) {
		return MCHA_TTL_NONE;
	}
	return MAX(exptime <= SPAN_MAX ? exptime : exptime - (int64_t)time(NULL), 0);
}

/* --- answering -------------------------------------------------------------------------------- */

static bool read_tail(const zend_string *entry, copy_tail *tail)
{
	if (ZSTR_LEN(entry) < sizeof(*tail)) {
		return false;
	}
	memcpy(tail, ZSTR_VAL(entry) + ZSTR_LEN(entry) - sizeof(*tail), sizeof(*tail));
	return tail->mark == MARK;
}

/* True: since the copy was made no process of this host has written the key or flushed the node. */
static bool counts(const php_mcha_client *client, const mcha_node *node, const mcha_item *item,
	const copy_tail *tail)
{
	return tail->since >= stamp_of(client, 'n', node, item->key, item->key_length)
		&& tail->since >= stamp_of(client, 'f', node, "", 0);
}

static void answer_take(mcha_item *item, zend_string *entry, const copy_tail *tail)
{
	ZSTR_LEN(entry) -= sizeof(*tail);
	ZSTR_VAL(entry)[ZSTR_LEN(entry)] = '\0';
	item->answer = (mcha_reply){
		.status = MCHA_STATUS_OK,
		.flags = tail->flags,
		.ttl = MCHA_TTL_UNKNOWN,
		.size = ZSTR_LEN(entry),
		.value = ZSTR_VAL(entry),
	};
	item->position = -1;
}

bool php_mcha_near_cache_answer(const php_mcha_client *client, mcha_item *item, int64_t oldest,
	int64_t *age)
{
	const mcha_node *node = php_mcha_near_cache_node(client, item);
	zend_string *name = php_mcha_near_cache_name(client, 'v', node, item->key, item->key_length);
	zend_string *entry = php_mcha_apcu_fetch(name);
	int64_t now = php_mcha_near_cache_now();
	copy_tail tail;

	zend_string_release(name);
	if (!entry) {
		return false;
	}
	if (!read_tail(entry, &tail) || now - tail.since > oldest || now >= tail.until
		|| !counts(client, node, item, &tail)) {
		zend_string_release(entry);
		return false;
	}
	answer_take(item, entry, &tail);
	*age = now - tail.since;
	return true;
}
