/* SPDX-License-Identifier: MIT */
/* How every method begins and ends: the object behind $this, servers to ask, the result, and the
 * failure callback. */
#include "frame.h"

#include "declaration.h"
#include "delayed_results.h"
#include "near_cache/near_cache.h"
#include "zend_exceptions.h"

php_mcha_class_entries php_mcha_classes;

/* --- beginning -------------------------------------------------------------------------------- */

bool php_mcha_is_memcached_object(const php_mcha_object *object)
{
	return php_mcha_classes.memcached
		&& instanceof_function(object->std.ce, php_mcha_classes.memcached);
}

bool php_mcha_is_memcached(zval *this)
{
	return php_mcha_is_memcached_object(php_mcha_from_obj(Z_OBJ_P(this)));
}

static zend_class_entry *exception_of(zval *this)
{
	return php_mcha_is_memcached(this) ? php_mcha_classes.memcached_exception
									   : php_mcha_classes.mcha_exception;
}

static const char *name_of(zval *this)
{
	return php_mcha_is_memcached(this) ? "Memcached" : "McHA";
}

php_mcha_object *php_mcha_this(zval *this)
{
	php_mcha_object *object = php_mcha_from_obj(Z_OBJ_P(this));

	if (!object->client) {
		zend_throw_error(NULL, "%s constructor was not called", name_of(this));
		return NULL;
	}
	return object;
}

bool php_mcha_add_servers(zval *this, php_mcha_client *client, const char *string, size_t length,
	const char *whose)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];

	if (php_mcha_client_add_string(client, string, length, error)) {
		return true;
	}
	zend_throw_exception_ex(exception_of(this), 0, "%s: %s", whose, error);
	return false;
}

php_mcha_object *php_mcha_ready(zval *this)
{
	php_mcha_object *object = php_mcha_this(this);
	char error[MCHA_POOL_STRING_ERROR_MAX];

	if (!object) {
		return NULL;
	}
	php_mcha_set_status(object, MCHA_STATUS_OK);
	php_mcha_near_cache_forget(object);
	php_mcha_declare_end(object);
	if (!object->client->servers_chosen && MCHA_G(servers)[0]
		&& !php_mcha_add_servers(this, object->client, MCHA_G(servers), strlen(MCHA_G(servers)),
			"mcha.servers")) {
		return NULL;
	}
	if (!php_mcha_client_prepare(object->client, error)) {
		zend_throw_exception_ex(exception_of(this), 0, "mcha.previous_servers: %s", error);
		return NULL;
	}
	return object;
}

/* --- ending ----------------------------------------------------------------------------------- */

/* The callback may use the object, and so change the report: the callback's arguments are made
 * before the first call. */
static void tell_failures(php_mcha_object *object)
{
	const mcha_pool *pool = object->client->pool;
	zval told[2 * MCHA_REPORT_FAILED_MAX];
	zval callback, ignored;
	char reason[PHP_MCHA_REASON_MAX];
	size_t i, count = 0;

	for (i = 0; i < mcha_pool_report(pool)->failed_count; i++) {
		uint16_t node = mcha_pool_report(pool)->failed[i].node;
		mcha_status status = mcha_pool_report(pool)->failed[i].status;

		if (status != MCHA_STATUS_DOWN && status != MCHA_STATUS_STALE) {
			ZVAL_STRING(&told[count++], mcha_pool_node(pool, node)->name);
			ZVAL_STRING(&told[count++], php_mcha_result_reason(pool, node, status, reason));
		}
	}
	ZVAL_COPY(&callback, &object->failure_callback);
	for (i = 0; i < count; i += 2) {
		if (!EG(exception)
			&& call_user_function(NULL, NULL, &callback, &ignored, 2, &told[i]) == SUCCESS) {
			zval_ptr_dtor(&ignored);
		}
		zval_ptr_dtor(&told[i]);
		zval_ptr_dtor(&told[i + 1]);
	}
	zval_ptr_dtor(&callback);
}

void php_mcha_finish(php_mcha_object *object, mcha_status status)
{
	php_mcha_result_set(&object->result, object->client->pool, status);
	object->client->used = true;
	if (status != MCHA_STATUS_BAD_KEY) {
		php_mcha_delayed_drop(object);
	}
	if (!Z_ISUNDEF(object->failure_callback)
		&& mcha_pool_report(object->client->pool)->failed_count) {
		tell_failures(object);
	}
	if (mcha_pool_has_news(object->client->pool)) {
		php_mcha_result_tell_news(object->client->pool,
			Z_ISUNDEF(object->failure_callback) ? NULL : &object->failure_callback);
	}
}

void php_mcha_call_back(zval *this, zend_fcall_info *fci, zend_fcall_info_cache *fcc,
	zval *argument)
{
	zval arguments[2], ignored;

	ZVAL_COPY(&arguments[0], this);
	ZVAL_COPY_VALUE(&arguments[1], argument);
	fci->retval = &ignored;
	fci->params = arguments;
	fci->param_count = 2;
	ZVAL_UNDEF(&ignored);
	if (zend_call_function(fci, fcc) == SUCCESS) {
		zval_ptr_dtor(&ignored);
	}
	zval_ptr_dtor(&arguments[0]);
}
