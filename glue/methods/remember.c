/* SPDX-License-Identifier: MIT */
/* McHA::remember(): a value that one request computes for all requests.
 *
 *   look      fresh                -> the value is the answer
 *             due soon, or stale   -> the request that gets the lease computes; the others answer
 *                                     with this value at once
 *             absent               -> the request that gets the lease computes; the others look
 *                                     again now and then, try for the lease again, and compute when
 *                                     they have waited long enough
 *   lease     a lock beside the key (lock_handle.h), decided by the key's first home node that is
 *             up; ends lease_ttl seconds after its owner took it. The owner looks again: another
 *             request may just have finished
 *   compute   by the caller's callable, with no operation under way; then store, then release the
 *             lease
 *
 * The value is an ordinary one: only the life that it has left tells its age, and it is stored with
 * stale_ttl seconds on top of its own life. */
#include "../frame.h"
#include "lock.h"
#include "reading.h"
#include "remember_choices.h"
#include "writing.h"

#include "zend_exceptions.h"

typedef enum freshness { FRESH, DUE, STALE, ABSENT } freshness;

typedef struct remembering {
	zval *this;
	php_mcha_object *object; /* behind this */
	zend_string *key;
	zend_long ttl;
	php_mcha_remember_choices chosen;
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
	zval *value;  /* the answer; undefined: none yet */
	uint64_t cas; /* of the value at the last look; 0: not asked for, or the value was absent */
} remembering;

/* --- looking ---------------------------------------------------------------------------------- */

static bool has_ages(const remembering *r)
{
	return r->chosen.stale_ttl > 0 || r->chosen.early > 0;
}

/* A handoff node's copy lives failover_ttl at most: the life that it has left does not tell the
 * value's age. */
static freshness judge(const remembering *r, const mcha_item *item)
{
	const int64_t left = item->answer.ttl;

	if (left < 0 || item->position >= (int)mcha_pool_copies(r->object->client->pool)) {
		return FRESH; /* the value never ends, or its age is not known */
	}
	if (r->chosen.stale_ttl > 0 && left <= r->chosen.stale_ttl) {
		return STALE;
	}
	return r->chosen.early > 0 && left <= r->chosen.stale_ttl + r->chosen.early ? DUE : FRESH;
}

static void forget(remembering *r)
{
	zval_ptr_dtor(r->value);
	ZVAL_UNDEF(r->value);
}

/* An exception may be pending afterwards, from the value's own code or the failure callback. Bytes
 * that cannot be decoded and a key that cannot be asked for count as absent. */
static freshness look(remembering *r, unsigned want)
{
	freshness found = ABSENT;
	php_mcha_key buffer;
	mcha_item item = {0};

	forget(r);
	php_mcha_client_item(r->object->client, &item, r->key, NULL, &buffer);
	mcha_get(r->object->client->pool, &item, 1,
		MCHA_WANT_VALUE | want | (has_ages(r) ? MCHA_WANT_TTL : 0));
	r->cas = 0;
	if (item.answer.status == MCHA_STATUS_OK) {
		found = judge(r, &item);
		r->cas = item.answer.cas;
	}
	php_mcha_finish(r->object, item.answer.status);
	if (item.answer.status == MCHA_STATUS_OK
		&& !php_mcha_take_value(&item, r->object->client, r->value)) {
		forget(r);
		return ABSENT;
	}
	return found;
}

/* --- the lease -------------------------------------------------------------------------------- */

#define LONGEST_PAUSE (100 * MCHA_USEC_PER_MSEC)

/* NULL: this request did not get the lease, and status says why. */
static php_mcha_lock *try_for_lease(remembering *r, mcha_status *status)
{
	php_mcha_lock *lease = php_mcha_lock_new(r->this);

	*status = php_mcha_lock_handle_init(&lease->handle, r->object->client, PHP_MCHA_LEASE_NAME,
		r->key);
	if (*status == MCHA_STATUS_OK) {
		*status = php_mcha_lock_handle_take_lease(&lease->handle, (zend_long)r->chosen.lease_ttl);
	}
	if (*status == MCHA_STATUS_OK) {
		return lease;
	}
	OBJ_RELEASE(&lease->std);
	return NULL;
}

/* The value is absent, and another request computes it. NULL: that request has finished, an
 * exception is pending, or this request has waited long enough, and the value is still absent. */
static php_mcha_lock *wait_for_lease(remembering *r)
{
	php_mcha_backoff backoff = php_mcha_backoff_begin(r->chosen.wait, LONGEST_PAUSE);

	while (mcha_clock_now() < backoff.until) {
		php_mcha_lock *lease;
		mcha_status status;

		php_mcha_backoff_sleep(&backoff, mcha_pool_random(r->object->client->pool));
		if (look(r, 0) != ABSENT || EG(exception)) {
			return NULL;
		}
		lease = try_for_lease(r, &status);
		if (lease || status != MCHA_STATUS_NOT_STORED) {
			return lease;
		}
	}
	return NULL;
}

/* One request has to compute the value. NULL: this request has no lease. */
static php_mcha_lock *get_lease(remembering *r, freshness found)
{
	mcha_status status;
	php_mcha_lock *lease = try_for_lease(r, &status);

	return !lease && status == MCHA_STATUS_NOT_STORED && found == ABSENT ? wait_for_lease(r)
																		 : lease;
}

/* --- computing -------------------------------------------------------------------------------- */

/* False: an exception is pending (exit() raises one, too). */
static bool call_maker(remembering *r, zval *value)
{
	zval arguments[2];

	ZVAL_COPY(&arguments[0], r->this);
	ZVAL_STR_COPY(&arguments[1], r->key);
	ZVAL_UNDEF(value);
	r->fci.retval = value;
	r->fci.params = arguments;
	r->fci.param_count = 2;
	zend_call_function(&r->fci, &r->fcc);
	zval_ptr_dtor(&arguments[1]);
	zval_ptr_dtor(&arguments[0]);
	if (EG(exception)) {
		zval_ptr_dtor(value);
		return false;
	}
	if (Z_ISREF_P(value)) {
		zend_unwrap_reference(value);
	}
	return true;
}

/* Every node reports the life that a value has left: each connection, or the one that will be
 * opened, speaks the meta protocol. A value with stale_ttl on top would be taken for fresh on a
 * node that does not report it. */
static bool tells_ages(const mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < mcha_pool_node_count(pool); i++) {
		const mcha_connection *connection = mcha_pool_node(pool, i)->connection;

		if ((connection ? connection->transport : mcha_pool_settings(pool)->primary)
			!= &mcha_transport_meta) {
			return false;
		}
	}
	return true;
}

static int64_t exptime_of(const remembering *r)
{
	if (r->ttl == 0) {
		return 0;
	}
	/* a sum that fits into 32-bit integers, too */
	return php_mcha_exptime_in(MIN(r->ttl, INT32_MAX - PHP_MCHA_LOCK_TTL_MAX)
		+ (tells_ages(r->object->client->pool) ? (zend_long)r->chosen.stale_ttl : 0));
}

/* If computing took longer than the lease lived, another request may have stored a value meanwhile:
 * then only the value that this request saw when it began is written over. */
static void store(remembering *r, const php_mcha_lock *lease, zval *value)
{
	bool late = lease && php_mcha_lock_handle_left(&lease->handle) == 0;
	php_mcha_key buffer;
	mcha_item item = {0};

	if (!php_mcha_ready(r->this)) {
		return;
	}
	php_mcha_client_item(r->object->client, &item, r->key, NULL, &buffer);
	item.exptime = exptime_of(r);
	item.cas = late ? r->cas : 0;
	php_mcha_write(r->object, &item, value, late && !r->cas ? MCHA_MODE_ADD : MCHA_MODE_SET);
}

static void compute(remembering *r, const php_mcha_lock *lease)
{
	zval value;

	forget(r);
	if (call_maker(r, &value)) {
		store(r, lease, &value);
		ZVAL_COPY_VALUE(r->value, &value);
	}
}

static void remember(remembering *r)
{
	freshness found = look(r, 0);
	php_mcha_lock *lease;

	if (found == FRESH || EG(exception)) {
		return;
	}
	lease = get_lease(r, found);
	if (lease && (look(r, MCHA_WANT_CAS) == FRESH || EG(exception))) {
		OBJ_RELEASE(&lease->std); /* another request has computed the value meanwhile */
		return;
	}
	if (!EG(exception) && (lease || Z_ISUNDEF_P(r->value))) {
		compute(r, lease);
	}
	if (lease) {
		OBJ_RELEASE(&lease->std);
	}
}

/* --- the method ------------------------------------------------------------------------------- */

/* False: the result is set, and a warning names the cause. */
static bool take_choices(remembering *r, HashTable *options)
{
	if (php_mcha_remember_choices_take(&r->chosen, options, r->ttl)) {
		return true;
	}
	php_mcha_set_status(r->object, MCHA_STATUS_INVALID);
	return false;
}

static bool has_key(remembering *r)
{
	php_mcha_key buffer;
	mcha_item item = {0};
	mcha_status status;

	php_mcha_client_item(r->object->client, &item, r->key, NULL, &buffer);
	status = mcha_key_check(item.key, item.key_length);
	php_mcha_set_status(r->object, status);
	return status == MCHA_STATUS_OK;
}

ZEND_METHOD(McHA, remember)
{
	remembering r = {.this = ZEND_THIS, .value = return_value};
	HashTable *options = (HashTable *)&zend_empty_array;

	ZEND_PARSE_PARAMETERS_START(3, 4)
	Z_PARAM_STR(r.key)
	Z_PARAM_FUNC(r.fci, r.fcc)
	Z_PARAM_LONG(r.ttl)
	Z_PARAM_OPTIONAL
	Z_PARAM_ARRAY_HT(options)
	ZEND_PARSE_PARAMETERS_END();
	if (!(r.object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	if (!take_choices(&r, options) || !has_key(&r)) {
		RETURN_FALSE;
	}
	ZVAL_UNDEF(r.value);
	remember(&r);
	if (Z_ISUNDEF_P(return_value)) {
		ZVAL_FALSE(return_value); /* beside an exception */
	}
}
