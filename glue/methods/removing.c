/* SPDX-License-Identifier: MIT */
/* Methods that take a key and perhaps a time: delete, touch and their forms by server key. */
#include "../frame.h"
#include "../near_cache/near_cache.h"
#include "writing.h"

typedef void (*keyed_operation)(mcha_pool *pool, mcha_item *items, size_t count);

static void keyed_one(INTERNAL_FUNCTION_PARAMETERS, keyed_operation operation, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL;
	zend_long time = 0;
	php_mcha_key buffer;
	php_mcha_near_cache_write near_cache;
	mcha_item item = {0};
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(time)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	if (operation == mcha_delete && time != 0) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		RETURN_FALSE;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	item.exptime = time;
	php_mcha_near_cache_begin(&near_cache, object->client, &item, 1);
	operation(object->client->pool, &item, 1);
	php_mcha_near_cache_end(&near_cache,
		operation == mcha_delete ? PHP_MCHA_NEAR_CACHE_REMOVES : PHP_MCHA_NEAR_CACHE_CHANGES);
	/* touch() waits for its answer in pecl memcached, too */
	status = operation == mcha_delete ? php_mcha_told(object->client, item.answer.status)
									  : item.answer.status;
	php_mcha_finish(object, status);
	RETURN_BOOL(status == MCHA_STATUS_OK);
}

#define KEYED_METHODS(name) \
	ZEND_METHOD(McHA, name) \
	{ \
		keyed_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, mcha_##name, false); \
	} \
	ZEND_METHOD(McHA, name##ByKey) \
	{ \
		keyed_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, mcha_##name, true); \
	}

KEYED_METHODS(delete)
KEYED_METHODS(touch)
