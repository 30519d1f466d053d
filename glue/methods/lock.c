/* SPDX-License-Identifier: MIT */
/* McHA::lock() and class McHALock. */
#include "lock.h"

#include "../constants.h"
#include "../frame.h"
#include "zend_exceptions.h"

static zend_class_entry *lock_ce;
static zend_object_handlers handlers;

/* --- the object ------------------------------------------------------------------------------- */

static inline php_mcha_lock *from_obj(zend_object *object)
{
	return (php_mcha_lock *)((char *)object - offsetof(php_mcha_lock, std));
}

static zend_object *create_object(zend_class_entry *ce)
{
	php_mcha_lock *lock = zend_object_alloc(sizeof(*lock), ce);

	zend_object_std_init(&lock->std, ce);
	object_properties_init(&lock->std, ce);
	lock->std.handlers = &handlers;
	ZVAL_UNDEF(&lock->owner);
	return &lock->std;
}

/* Releases the lock when the object is freed, and not when it is destroyed: at the request's end
 * the destructors of other objects may still rely on the lock. */
static void free_object(zend_object *std)
{
	php_mcha_lock_handle_free(&from_obj(std)->handle);
	zval_ptr_dtor(&from_obj(std)->owner);
	zend_object_std_dtor(std);
}

static HashTable *get_gc(zend_object *std, zval **table, int *count)
{
	*table = &from_obj(std)->owner;
	*count = 1;
	return zend_std_get_properties(std);
}

void php_mcha_lock_class_register(zend_class_entry *ce)
{
	lock_ce = ce;
	lock_ce->create_object = create_object;
	memcpy(&handlers, zend_get_std_object_handlers(), sizeof(handlers));
	handlers.offset = offsetof(php_mcha_lock, std);
	handlers.free_obj = free_object;
	handlers.get_gc = get_gc;
	handlers.clone_obj = NULL;
}

php_mcha_lock *php_mcha_lock_new(zval *owner)
{
	zval object;
	php_mcha_lock *lock;

	object_init_ex(&object, lock_ce);
	lock = from_obj(Z_OBJ(object));
	ZVAL_COPY(&lock->owner, owner);
	return lock;
}

/* --- taking ----------------------------------------------------------------------------------- */

#define LONGEST_PAUSE (200 * MCHA_USEC_PER_MSEC)

/* The life of a lock is in the range. False: the result is set, and a warning names the range. */
static bool is_life(php_mcha_object *object, zend_long ttl)
{
	if (ttl >= 1 && ttl <= PHP_MCHA_LOCK_TTL_MAX) {
		return true;
	}
	php_mcha_set_status(object, MCHA_STATUS_INVALID);
	php_error_docref(NULL, E_WARNING, "$ttl must be from 1 to %d seconds", PHP_MCHA_LOCK_TTL_MAX);
	return false;
}

/* Another try may succeed: another owner holds the lock, or nodes failed. */
static bool is_worth_waiting(mcha_status status)
{
	return status == MCHA_STATUS_NOT_STORED
		|| (!mcha_status_is_answer(status) && status != MCHA_STATUS_NO_NODES);
}

static mcha_status take(php_mcha_lock_handle *handle, zend_long ttl, double wait)
{
	php_mcha_backoff backoff = php_mcha_backoff_begin(wait, LONGEST_PAUSE);

	for (;;) {
		mcha_status status = php_mcha_lock_handle_take_lock(handle, ttl);

		if (status == MCHA_STATUS_OK || !is_worth_waiting(status)
			|| mcha_clock_now() >= backoff.until) {
			return status;
		}
		php_mcha_backoff_sleep(&backoff, mcha_pool_random(handle->client->pool));
	}
}

ZEND_METHOD(McHA, lock)
{
	php_mcha_object *object;
	php_mcha_lock *lock;
	zend_string *key;
	zend_long ttl;
	double wait = 0;
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_STR(key)
	Z_PARAM_LONG(ttl)
	Z_PARAM_OPTIONAL
	Z_PARAM_DOUBLE(wait)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS)) || !is_life(object, ttl)) {
		return;
	}
	lock = php_mcha_lock_new(ZEND_THIS);
	status = php_mcha_lock_handle_init(&lock->handle, object->client, PHP_MCHA_LOCK_NAME, key);
	if (status != MCHA_STATUS_OK) {
		php_mcha_set_status(object, status);
		OBJ_RELEASE(&lock->std);
		return;
	}
	status = take(&lock->handle, ttl, wait);
	if (status != MCHA_STATUS_OK) {
		OBJ_RELEASE(&lock->std);
		php_mcha_finish(object, status);
		return;
	}
	RETVAL_OBJ(&lock->std);
	php_mcha_finish(object, status);
}

/* --- having ----------------------------------------------------------------------------------- */

/* The failure callback speaks of the client that the McHA object has now. Where the lock has
 * another client, the object is only given the status. */
static void finish(const php_mcha_lock *lock, mcha_status status)
{
	php_mcha_object *object = php_mcha_from_obj(Z_OBJ(lock->owner));

	if (lock->handle.client && lock->handle.client == object->client) {
		php_mcha_finish(object, status);
	} else {
		php_mcha_set_status(object, status);
	}
}

ZEND_METHOD(McHALock, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

ZEND_METHOD(McHALock, extend)
{
	php_mcha_lock *lock = from_obj(Z_OBJ_P(ZEND_THIS));
	zend_long ttl;
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_LONG(ttl)
	ZEND_PARSE_PARAMETERS_END();
	if (!is_life(php_mcha_from_obj(Z_OBJ(lock->owner)), ttl)) {
		RETURN_FALSE;
	}
	status = php_mcha_lock_handle_extend(&lock->handle, ttl);
	RETVAL_BOOL(status == MCHA_STATUS_OK);
	finish(lock, status);
}

ZEND_METHOD(McHALock, release)
{
	php_mcha_lock *lock = from_obj(Z_OBJ_P(ZEND_THIS));
	mcha_status status;

	ZEND_PARSE_PARAMETERS_NONE();
	status = php_mcha_lock_handle_release(&lock->handle);
	RETVAL_BOOL(status == MCHA_STATUS_OK);
	finish(lock, status);
}

ZEND_METHOD(McHALock, isHeld)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_BOOL(php_mcha_lock_handle_left(&from_obj(Z_OBJ_P(ZEND_THIS))->handle) > 0);
}

ZEND_METHOD(McHALock, getRemainingTime)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_DOUBLE((double)php_mcha_lock_handle_left(&from_obj(Z_OBJ_P(ZEND_THIS))->handle)
		/ MCHA_USEC_PER_SEC);
}

ZEND_METHOD(McHALock, getFencingToken)
{
	ZEND_PARSE_PARAMETERS_NONE();
	php_mcha_number(return_value, from_obj(Z_OBJ_P(ZEND_THIS))->handle.number);
}

ZEND_METHOD(McHALock, getKey)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_STR_COPY(from_obj(Z_OBJ_P(ZEND_THIS))->handle.key);
}
