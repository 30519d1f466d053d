/* SPDX-License-Identifier: MIT */
/* The near cache: copies of the servers' items in APCu, with the bytes as the servers sent them.
 *
 *   mcha:v1 <first node> <key>   a copy: the value's bytes and a tail (flags, time of the copy,
 *                                expiration)
 *   mcha:n1 <first node> <key>   a stamp: the time of the last write of the key
 *   mcha:f1 <first node>         a stamp: the time of the last flush of the node
 *
 * The name of a copy identifies the item: the key with its prefix, and the first node of its
 * preference list. Every process of this host that reads or writes the same item, through any pool,
 * prefix or server key, uses the same copy.
 *
 * A copy is valid while its time is not before its stamps:
 *
 *   write:  stamp, send, answers, stamp, store the copy
 *   read:   read the clock, send, answer, store the copy
 *
 * If a read begins before a write ends and stores its copy later, the write's second stamp
 * invalidates that copy. When two processes write a key at the same time, neither knows which value
 * the servers have in the end. Each write therefore replaces its first stamp by its second one with
 * a compare-and-swap; if that fails, nothing of this key is cached for a while. A process that dies
 * during a write leaves its first stamp, which invalidates older copies.
 *
 * No engine operation is under way while this module calls APCu. */
#include "near_cache.h"

#include "apcu.h"
#include "../constants.h"

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

#define NSEC_PER_SEC INT64_C(1000000000)

/* Seconds: up to here memcached reads an expiration as a span. */
#define SPAN_MAX (60 * 60 * 24 * 30)

/* Seconds: longer lifetimes count as endless, so that sums with a lifetime do not overflow. */
#define LIFE_MAX INT32_MAX

#define STAMP_SPARE 60 /* seconds that stamps outlive the copies that they invalidate */
/* after concurrent writes of a key nothing of it is cached for this long */
#define CONTESTED NSEC_PER_SEC

typedef struct php_mcha_near_cache_stamp {
	zend_string *name; /* NULL: the key is invalid */
	zend_long before;  /* the stamp before this write; 0: there was none */
	zend_long own;     /* this write's first stamp */
} stamp;

/* In nanoseconds, so that two writes hardly ever have the same stamp. The monotonic clock is the
 * same in all processes of the host. */
static int64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* --- names and stamps ------------------------------------------------------------------------- */

static bool is_on(const php_mcha_client *client)
{
	return client->near_cache == MCHA_NEAR_CACHE_APCU && mcha_pool_member_count(client->pool)
		&& sizeof(zend_long) == sizeof(int64_t) && php_mcha_apcu_is_there();
}

/* The name includes the user, because one address can serve different data to different SASL
 * users. */
static zend_string *name_of(const php_mcha_client *client, char kind, const mcha_node *node,
	const char *key, size_t length)
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

static const mcha_node *node_of(const php_mcha_client *client, const mcha_item *item)
{
	uint16_t list[MCHA_POOL_NODES_MAX];

	/* the same length as in the operation, so that the placement finds the list in its cache */
	mcha_pool_prefer(client->pool, item->hash_key, item->hash_length, list,
		mcha_pool_copies(client->pool));
	return mcha_pool_node(client->pool, list[0]);
}

static zend_string *name_of_item(const php_mcha_client *client, char kind, const mcha_item *item)
{
	return name_of(client, kind, node_of(client, item), item->key, item->key_length);
}

/* The time in a stamp; 0: there is none. */
static int64_t stamp_of(const php_mcha_client *client, char kind, const mcha_node *node,
	const char *key, size_t length)
{
	zend_string *name = name_of(client, kind, node, key, length);
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

/* Stores a copy. life is the value's remaining lifetime in seconds at a time not before began, or
 * MCHA_TTL_* if endless or unknown. Servers count whole seconds and may expire a value up to a
 * second early. False: nothing was stored. */
static bool keep(const php_mcha_client *client, zend_string *name, const mcha_reply *copy,
	int64_t since, int64_t began, int64_t life)
{
	bool ends = life >= 0 && life < LIFE_MAX;
	copy_tail tail = {MARK, copy->flags, since, ends ? began + (life - 1) * NSEC_PER_SEC : NO_END};
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

/* The lifetime in seconds that memcached derives from an exptime; MCHA_TTL_NONE: endless. */
static int64_t life_of(int64_t exptime)
{
	if (exptime == 0) {
		return MCHA_TTL_NONE;
	}
	return MAX(exptime <= SPAN_MAX ? exptime : exptime - (int64_t)time(NULL), 0);
}

/* --- copies as answers ------------------------------------------------------------------------ */

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

static void record_use(php_mcha_object *object, const mcha_item *item, int64_t age)
{
	size_t prefix = object->client->prefix_length;
	zval seconds;

	if (!object->near_cache_ages) {
		object->near_cache_ages = zend_new_array(0);
	}
	ZVAL_DOUBLE(&seconds, (double)age / NSEC_PER_SEC);
	zend_symtable_str_update(object->near_cache_ages, item->key + prefix, item->key_length - prefix,
		&seconds);
}

/* Answers the item with its copy. False: there is no valid copy of at most this age (oldest, in
 * nanoseconds). */
static bool show(php_mcha_object *object, mcha_item *item, int64_t oldest)
{
	const mcha_node *node = node_of(object->client, item);
	zend_string *name = name_of(object->client, 'v', node, item->key, item->key_length);
	zend_string *entry = php_mcha_apcu_fetch(name);
	int64_t now = clock_now();
	copy_tail tail;

	zend_string_release(name);
	if (!entry) {
		return false;
	}
	if (!read_tail(entry, &tail) || now - tail.since > oldest || now >= tail.until
		|| !counts(object->client, node, item, &tail)) {
		zend_string_release(entry);
		return false;
	}
	answer_take(item, entry, &tail);
	record_use(object, item, now - tail.since);
	return true;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Answers items that have a fresh copy. Returns the number of items without an answer. */
static size_t show_fresh(php_mcha_object *object, mcha_item *items, size_t count)
{
	int64_t oldest = MIN(object->client->near_cache_fresh * (NSEC_PER_SEC / MCHA_USEC_PER_SEC),
		object->client->near_cache_ttl * NSEC_PER_SEC);
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
		show(object, item, client->near_cache_ttl * NSEC_PER_SEC);
	} else if (answer->status == MCHA_STATUS_OK || answer->status == MCHA_STATUS_MISS) {
		name = name_of_item(client, 'v', item);
		if (answer->value) {
			copy.size = ZSTR_LEN(php_mcha_value_string(answer->value));
		}
		if (!answer->value || !keep(client, name, &copy, began, began, answer->ttl)) {
			php_mcha_apcu_delete(name);
		}
		zend_string_release(name);
	}
}

/* Also asks for the remaining lifetime of each value, because a copy must not outlive the value. */
static void ask(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
{
	int64_t began = clock_now();
	size_t i;

	mcha_get(object->client->pool, items, count, want | MCHA_WANT_TTL);
	for (i = 0; i < count; i++) {
		learn(object, &items[i], began);
	}
}

void php_mcha_near_cache_get(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
{
	bool on = is_on(object->client);
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

/* --- writing ---------------------------------------------------------------------------------- */

static void begin_one(const php_mcha_client *client, const mcha_item *item, stamp *made)
{
	int64_t now = clock_now();

	if (mcha_key_check(item->key, item->key_length) != MCHA_STATUS_OK) {
		return;
	}
	made->name = name_of_item(client, 'n', item);
	made->before = php_mcha_apcu_fetch_number(made->name);
	made->own = made->before >= now && made->before <= now + CONTESTED ? made->before + 1 : now;
	php_mcha_apcu_store_number(made->name, made->own, client->near_cache_ttl + STAMP_SPARE);
}

void php_mcha_near_cache_begin(php_mcha_near_cache_write *write, php_mcha_client *client,
	mcha_item *items, size_t count)
{
	size_t i;

	*write = (php_mcha_near_cache_write){client, items, count, NULL};
	if (!is_on(client)) {
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
		&& keep(client, name, &copy, now, MIN(now, stamped_at), life_of(item->exptime));
}

static void end_one(const php_mcha_client *client, const mcha_item *item, const stamp *made,
	php_mcha_near_cache_effect effect)
{
	int64_t now = clock_now();
	zend_string *name;
	bool alone;

	if (leaves(client, item, effect)) {
		php_mcha_apcu_swap_number(made->name, made->own, made->before);
		return;
	}
	name = name_of_item(client, 'v', item);
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
	int64_t seconds = delay > 0 ? MIN(life_of(delay), LIFE_MAX) : 0;
	int64_t moment = clock_now() + seconds * NSEC_PER_SEC;
	size_t i;

	if (!is_on(client)) {
		return;
	}
	for (i = 0; i < mcha_pool_member_count(client->pool); i++) {
		zend_string *name = name_of(client, 'f', mcha_pool_node(client->pool, i), "", 0);

		php_mcha_apcu_store_number(name, moment, 0);
		zend_string_release(name);
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
