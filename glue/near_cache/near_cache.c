/* SPDX-License-Identifier: MIT */
/* Local copies: what the servers have, kept in APCu as it came off the wire.
 *
 *   mcha:v1 <first node> <key>   the value's bytes, and a tail: flags, since when, until when
 *   mcha:n1 <first node> <key>   a note, of when the key was last written
 *   mcha:f1 <first node>         a note, of when the node was last flushed
 *
 * A copy is named by the item that it is one of: the key as it goes over the wire and the node that it
 * prefers. So whoever reaches that item, by whatever pool, prefix or server key, finds the same copy, and
 * nobody another one.
 *
 * A copy counts as long as it is from a later moment than the notes are:
 *
 *   write:  note, send, answers, note, keep        read:  look at the clock, send, answer, keep
 *
 * What a slow reader has got before a write ended, and keeps after it, is void by that. Of two writes at
 * once neither knows what is there in the end: whoever ends swaps his second note for his first, and if
 * that is gone nothing is kept of this key for a while. A process that dies leaves its first note.
 *
 * No engine operation is under way while APCu is called. */
#include "near_cache.h"

#include "apcu.h"
#include "../constants.h"

/* Larger values are not kept: APCu's memory is small (apc.shm_size), and when it is full all is lost. */
#define VALUE_MAX (1u << 20)

/* What a copy ends with; another layout takes another mark. */
#define MARK 0x6d634c31u

typedef struct copy_tail {
	uint32_t mark;
	uint32_t flags;
	int64_t since; /* the servers had the value at this moment, or later */
	int64_t until; /* its own end, where that is known */
} copy_tail;

#define NO_END INT64_MAX

#define NSEC_PER_SEC INT64_C(1000000000)

/* memcached takes an expiration for a span up to here. */
#define SPAN_MAX (60 * 60 * 24 * 30)

/* Beyond any life that matters here, and no sum with it overflows. */
#define LIFE_MAX INT32_MAX

#define NOTE_SPARE 60          /* seconds that notes outlive the copies that they void */
#define CONTESTED NSEC_PER_SEC /* nothing is kept for so long after two writes at once */

typedef struct php_mcha_local_note {
	zend_string *name; /* NULL: no key */
	zend_long before;  /* what stood there; 0: nothing */
	zend_long own;
} note;

/* In nanoseconds, so that two notes are hardly ever the same; alike in all processes of the host. */
static int64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* --- names and notes --------------------------------------------------------------------------- */

static bool is_on(const php_mcha_client *client)
{
	return client->near_cache == MCHA_NEAR_CACHE_APCU && client->pool->member_count
		&& sizeof(zend_long) == sizeof(int64_t) && php_mcha_apcu_is_there();
}

/* Credentials may lead to other data behind the same address. */
static zend_string *name_of(const php_mcha_client *client, char kind, const mcha_node *node,
		const char *key, size_t length)
{
	const char *user = client->username ? client->username : "";
	size_t head = strlen("mcha:v1 ") + strlen(user) + !!*user + strlen(node->name) + 1;
	zend_string *name = zend_string_alloc(head + length, 0);

	snprintf(ZSTR_VAL(name), head + 1, "mcha:%c1 %s%s%s ", kind, user, *user ? "@" : "", node->name);
	memcpy(ZSTR_VAL(name) + head, key, length);
	ZSTR_VAL(name)[head + length] = '\0';
	return name;
}

static const mcha_node *node_of(const php_mcha_client *client, const mcha_item *item)
{
	uint16_t list[MCHA_POOL_NODES_MAX];
	const mcha_placement *placement = &client->pool->placement;

	/* as long as the list that the operation asks for: that one is at hand */
	placement->prefer(placement->context, item->hash_key, item->hash_length, list,
		mcha_pool_copies(client->pool));
	return client->pool->nodes[list[0]];
}

static zend_string *name_of_item(const php_mcha_client *client, char kind, const mcha_item *item)
{
	return name_of(client, kind, node_of(client, item), item->key, item->key_length);
}

/* The moment that the note tells; 0: there is none. */
static int64_t noted(const php_mcha_client *client, char kind, const mcha_node *node,
		const char *key, size_t length)
{
	zend_string *name = name_of(client, kind, node, key, length);
	int64_t moment = php_mcha_apcu_fetch_number(name);

	zend_string_release(name);
	return moment;
}

/* --- keeping ----------------------------------------------------------------------------------- */

static zend_string *entry_of(const char *value, size_t length, const copy_tail *tail)
{
	zend_string *entry = zend_string_alloc(length + sizeof(*tail), 0);

	memcpy(ZSTR_VAL(entry), value, length);
	memcpy(ZSTR_VAL(entry) + length, tail, sizeof(*tail));
	ZSTR_VAL(entry)[length + sizeof(*tail)] = '\0';
	return entry;
}

/* life: the value's own, in seconds, at a moment that was not before began; MCHA_TTL_*: for ever, or not known. Servers
 * count whole seconds, and may end a value up to one early. False: it is not kept. */
static bool keep(const php_mcha_client *client, zend_string *name, const mcha_reply *copy, int64_t since,
		int64_t began, int64_t life)
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
	kept = php_mcha_apcu_store(name, entry, ends ? MIN(client->near_cache_ttl, life - 1)
		: client->near_cache_ttl);
	zend_string_release(entry);
	return kept;
}

/* Of an expiration as memcached reads it, in seconds; MCHA_TTL_NONE: for ever. */
static int64_t life_of(int64_t exptime)
{
	if (exptime == 0) {
		return MCHA_TTL_NONE;
	}
	return MAX(exptime <= SPAN_MAX ? exptime : exptime - (int64_t)time(NULL), 0);
}

/* --- showing ----------------------------------------------------------------------------------- */

static bool read_tail(const zend_string *entry, copy_tail *tail)
{
	if (ZSTR_LEN(entry) < sizeof(*tail)) {
		return false;
	}
	memcpy(tail, ZSTR_VAL(entry) + ZSTR_LEN(entry) - sizeof(*tail), sizeof(*tail));
	return tail->mark == MARK;
}

/* Neither written nor flushed since. */
static bool counts(const php_mcha_client *client, const mcha_node *node, const mcha_item *item,
		const copy_tail *tail)
{
	return tail->since >= noted(client, 'n', node, item->key, item->key_length)
		&& tail->since >= noted(client, 'f', node, "", 0);
}

static void answer_take(mcha_item *item, zend_string *entry, const copy_tail *tail)
{
	ZSTR_LEN(entry) -= sizeof(*tail);
	ZSTR_VAL(entry)[ZSTR_LEN(entry)] = '\0';
	item->answer = (mcha_reply){.status = MCHA_STATUS_OK, .flags = tail->flags,
		.ttl = MCHA_TTL_UNKNOWN, .size = ZSTR_LEN(entry), .value = ZSTR_VAL(entry)};
	item->position = -1;
}

static void note_use(php_mcha_object *object, const mcha_item *item, int64_t age)
{
	size_t prefix = object->client->prefix_length;
	zval seconds;

	if (!object->local) {
		object->local = zend_new_array(0);
	}
	ZVAL_DOUBLE(&seconds, (double)age / NSEC_PER_SEC);
	zend_symtable_str_update(object->local, item->key + prefix, item->key_length - prefix, &seconds);
}

/* The copy, if it is no older than this, as the item's answer. False: there is none. */
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
	note_use(object, item, now - tail.since);
	return true;
}

/* --- reading ----------------------------------------------------------------------------------- */

/* How many are left to be asked for. */
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

/* Items that have no value yet, with those that have one left out; emalloc'ed. */
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

/* Nobody had a part in it. */
static void report_nothing(mcha_pool *pool)
{
	pool->report = (mcha_report){.copies = (uint16_t)mcha_pool_copies(pool), .position = -1};
}

/* Somebody could have answered, and nobody did. Who refuses our credentials has answered. */
static bool is_failure(mcha_status status)
{
	return status != MCHA_STATUS_AUTH && status != MCHA_STATUS_NO_NODES
		&& (!mcha_status_is_answer(status) || mcha_status_is_refusal(status));
}

/* What an answer means for the local copy, or the local copy for the answer. */
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

/* How long a value will live is asked for, too: its copy must not outlive it. */
static void ask(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
{
	int64_t began = clock_now();
	size_t i;

	mcha_get(object->client->pool, items, count, want | MCHA_WANT_TTL);
	for (i = 0; i < count; i++) {
		learn(object, &items[i], began);
	}
}

void php_mcha_local_get(php_mcha_object *object, mcha_item *items, size_t count, unsigned want)
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

/* --- writing ----------------------------------------------------------------------------------- */

static void begin_one(const php_mcha_client *client, const mcha_item *item, note *made)
{
	int64_t now = clock_now();

	if (mcha_key_check(item->key, item->key_length) != MCHA_STATUS_OK) {
		return;
	}
	made->name = name_of_item(client, 'n', item);
	made->before = php_mcha_apcu_fetch_number(made->name);
	made->own = made->before >= now && made->before <= now + CONTESTED ? made->before + 1 : now;
	php_mcha_apcu_store_number(made->name, made->own, client->near_cache_ttl + NOTE_SPARE);
}

void php_mcha_local_begin(php_mcha_local_write *write, php_mcha_client *client, mcha_item *items,
		size_t count)
{
	size_t i;

	*write = (php_mcha_local_write){client, items, count, NULL};
	if (!is_on(client)) {
		return;
	}
	write->notes = ecalloc(count + 1, sizeof(*write->notes));
	for (i = 0; i < count; i++) {
		begin_one(client, &items[i], &write->notes[i]);
	}
}

/* No node was sent anything that it may have carried out. (Of an earlier try nothing is known.) */
static bool is_untouched(const php_mcha_client *client, const mcha_item *item)
{
	const mcha_report *report = &client->pool->report;
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		if (!mcha_status_is_unsent(report->failed[i].status)) {
			return false;
		}
	}
	return mcha_status_is_unsent(item->answer.status) && !item->stored && !item->acknowledged
		&& report->failed_count < MCHA_REPORT_FAILED_MAX && client->store_retry_count <= 0;
}

static bool leaves(const php_mcha_client *client, const mcha_item *item, php_mcha_local_effect effect)
{
	if (effect == PHP_MCHA_LOCAL_ADDS && item->answer.status == MCHA_STATUS_NOT_STORED) {
		return true;
	}
	return effect != PHP_MCHA_LOCAL_REMOVES && is_untouched(client, item);
}

/* Void is what was kept until now. False: somebody else has written the key meanwhile, or does so. */
static bool close_note(const php_mcha_client *client, const note *made, int64_t now)
{
	if (php_mcha_apcu_swap_number(made->name, made->own, MAX(now, made->own + 1))) {
		return now > made->own;
	}
	php_mcha_apcu_store_number(made->name, now + CONTESTED, client->near_cache_ttl + NOTE_SPARE);
	return false;
}

/* The servers had it between the note and now. */
static bool keep_written(const php_mcha_client *client, zend_string *name, const mcha_item *item,
		php_mcha_local_effect effect, int64_t now, int64_t noted_at)
{
	const mcha_reply copy = {.flags = item->flags, .size = item->value_length,
		.value = (char *)item->value};

	return (effect == PHP_MCHA_LOCAL_STORES || effect == PHP_MCHA_LOCAL_ADDS)
		&& item->answer.status == MCHA_STATUS_OK
		&& keep(client, name, &copy, now, MIN(now, noted_at), life_of(item->exptime));
}

static void end_one(const php_mcha_client *client, const mcha_item *item, const note *made,
		php_mcha_local_effect effect)
{
	int64_t now = clock_now();
	zend_string *name;
	bool alone;

	if (leaves(client, item, effect)) {
		php_mcha_apcu_swap_number(made->name, made->own, made->before);
		return;
	}
	name = name_of_item(client, 'v', item);
	alone = close_note(client, made, now);
	if (!alone || !keep_written(client, name, item, effect, now, made->own)) {
		php_mcha_apcu_delete(name);
	}
	zend_string_release(name);
}

void php_mcha_local_end(php_mcha_local_write *write, php_mcha_local_effect effect)
{
	size_t i;

	if (!write->notes) {
		return;
	}
	for (i = 0; i < write->count; i++) {
		if (write->notes[i].name) {
			end_one(write->client, &write->items[i], &write->notes[i], effect);
			zend_string_release(write->notes[i].name);
		}
	}
	efree(write->notes);
	write->notes = NULL;
}

void php_mcha_local_flush(const php_mcha_client *client, zend_long delay)
{
	int64_t seconds = delay > 0 ? MIN(life_of(delay), LIFE_MAX) : 0;
	int64_t moment = clock_now() + seconds * NSEC_PER_SEC;
	size_t i;

	if (!is_on(client)) {
		return;
	}
	for (i = 0; i < client->pool->member_count; i++) {
		zend_string *name = name_of(client, 'f', client->pool->nodes[i], "", 0);

		php_mcha_apcu_store_number(name, moment, 0);
		zend_string_release(name);
	}
}

/* --- telling ----------------------------------------------------------------------------------- */

void php_mcha_local_describe(const php_mcha_object *object, zval *array)
{
	if (object->local) {
		ZVAL_ARR(array, zend_array_dup(object->local));
	} else {
		array_init(array);
	}
}

void php_mcha_local_forget(php_mcha_object *object)
{
	if (object->local) {
		zend_array_release(object->local);
		object->local = NULL;
	}
}
