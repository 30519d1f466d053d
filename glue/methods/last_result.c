/* SPDX-License-Identifier: MIT */
/* Methods that tell the result of the object's last operation. */
#include "../frame.h"

#include "../near_cache/near_cache.h"

/* NULL with an Error thrown if the constructor has not run. */
static const php_mcha_result *result_of(zval *this)
{
	php_mcha_object *object = php_mcha_this(this);

	return object ? &object->result : NULL;
}

#define RESULT_METHOD(name, answer) \
	ZEND_METHOD(McHA, name) \
	{ \
		const php_mcha_result *result; \
		ZEND_PARSE_PARAMETERS_NONE(); \
		if ((result = result_of(ZEND_THIS))) { \
			answer; \
		} \
	}

RESULT_METHOD(getResultCode, RETURN_LONG(result->code))
RESULT_METHOD(getResultMessage, RETURN_STRING(php_mcha_result_text(result->code)))
RESULT_METHOD(getLastErrorCode, RETURN_LONG(result->error_code))
RESULT_METHOD(getLastErrorErrno, RETURN_LONG(result->error_errno))
RESULT_METHOD(getLastErrorMessage,
	RETURN_STRING(result->error[0] ? result->error : php_mcha_result_text(result->error_code)))

ZEND_METHOD(McHA, getLastDisconnectedServer)
{
	const php_mcha_result *result;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(result = result_of(ZEND_THIS))) {
		return;
	}
	if (!result->has_lost) {
		RETURN_FALSE;
	}
	array_init_size(return_value, 2);
	add_assoc_string(return_value, "host", result->lost_host);
	add_assoc_long(return_value, "port", result->lost_port);
}

/* node => why it failed */
static void list_failed(zval *failed, const php_mcha_object *object, const mcha_report *report)
{
	char reason[PHP_MCHA_REASON_MAX];
	size_t i;

	array_init(failed);
	for (i = 0; i < report->failed_count; i++) {
		uint16_t node = report->failed[i].node;

		add_assoc_string(failed, mcha_pool_node(object->client->pool, node)->name,
			php_mcha_result_reason(object->client->pool, node, report->failed[i].status, reason));
	}
}

static void list_pending(zval *pending, const php_mcha_object *object, const mcha_report *report)
{
	size_t i;

	array_init(pending);
	for (i = 0; i < report->pending_count; i++) {
		add_next_index_string(pending,
			mcha_pool_node(object->client->pool, report->pending[i])->name);
	}
}

ZEND_METHOD(McHA, getLastReplication)
{
	php_mcha_object *object;
	const mcha_report *report;
	zval failed, pending, local;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	report = mcha_pool_report(object->client->pool);
	array_init(return_value);
	add_assoc_long(return_value, "copies", report->copies);
	add_assoc_long(return_value, "acknowledged", report->acknowledged);
	list_failed(&failed, object, report);
	add_assoc_zval(return_value, "failed", &failed);
	list_pending(&pending, object, report);
	add_assoc_zval(return_value, "pending", &pending);
	add_assoc_long(return_value, "repaired", report->repaired);
	add_assoc_long(return_value, "hedged", report->hedged);
	add_assoc_long(return_value, "position", report->position);
	php_mcha_near_cache_describe(object, &local);
	add_assoc_zval(return_value, "local", &local);
}
