/* SPDX-License-Identifier: MIT */
/* Results: one table from the engine's statuses to libmemcached's numbers. */
#include "results.h"

#include <libmemcached/memcached.h>
#include <syslog.h>

#include "constants.h"
#include "zend_smart_str.h"

static const memcached_return_t codes[MCHA_STATUS_COUNT] = {
	[MCHA_STATUS_OK] = MEMCACHED_SUCCESS,
	[MCHA_STATUS_MISS] = MEMCACHED_NOTFOUND,
	[MCHA_STATUS_NOT_STORED] = MEMCACHED_NOTSTORED,
	[MCHA_STATUS_EXISTS] = MEMCACHED_DATA_EXISTS,
	[MCHA_STATUS_TOO_BIG] = MEMCACHED_E2BIG,
	[MCHA_STATUS_NOT_NUMERIC] = MEMCACHED_CLIENT_ERROR,
	[MCHA_STATUS_NO_MEMORY] = MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE,
	[MCHA_STATUS_CLIENT_ERROR] = MEMCACHED_CLIENT_ERROR,
	[MCHA_STATUS_SERVER_ERROR] = MEMCACHED_SERVER_ERROR,
	[MCHA_STATUS_BAD_KEY] = MEMCACHED_BAD_KEY_PROVIDED,
	[MCHA_STATUS_INVALID] = MEMCACHED_INVALID_ARGUMENTS,
	[MCHA_STATUS_UNSUPPORTED] = MEMCACHED_NOT_SUPPORTED,
	[MCHA_STATUS_TIMEOUT] = MEMCACHED_TIMEOUT,
	[MCHA_STATUS_CLOSED] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_PROTOCOL] = MEMCACHED_PROTOCOL_ERROR,
	[MCHA_STATUS_IO] = MEMCACHED_ERRNO,
	[MCHA_STATUS_NO_QUORUM] = MEMCACHED_SOME_ERRORS,
	[MCHA_STATUS_AUTH] = MEMCACHED_AUTH_FAILURE,
	[MCHA_STATUS_CONNECT] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_CONNECTION_LIMIT] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_NO_TIME] = MEMCACHED_TIMEOUT,
	[MCHA_STATUS_UNRESOLVED] = MEMCACHED_HOST_LOOKUP_FAILURE,
	[MCHA_STATUS_DOWN] = MEMCACHED_SERVER_TEMPORARILY_DISABLED,
	[MCHA_STATUS_OWED] = MEMCACHED_SERVER_TEMPORARILY_DISABLED,
	[MCHA_STATUS_NO_NODES] = MEMCACHED_NO_SERVERS,
	[MCHA_STATUS_OVERTAKEN] = MEMCACHED_TIMEOUT,
	[MCHA_STATUS_TRAILING] = MEMCACHED_BUFFERED,
	[MCHA_STATUS_SPEAKS_CLASSIC] = MEMCACHED_PROTOCOL_ERROR,
	[MCHA_STATUS_PENDING] = MEMCACHED_FAILURE,
};

int php_mcha_result_code(mcha_status status)
{
	return (int)codes[status];
}

const char *php_mcha_result_text(int code)
{
	if (code == MCHA_RES_PAYLOAD_FAILURE) {
		return "PAYLOAD FAILURE";
	}
	return memcached_strerror(NULL, (memcached_return_t)code);
}

const char *php_mcha_result_reason(const mcha_pool *pool, uint16_t node, mcha_status status)
{
	const mcha_connection *connection = pool->nodes[node]->connection;

	if (status != MCHA_STATUS_DOWN && status != MCHA_STATUS_OWED && connection && connection->error[0]) {
		return connection->error;
	}
	return mcha_status_text(status);
}

/* Answers that somebody may have hoped for are no errors, and neither is what was never asked. */
static bool is_error(int code)
{
	static const int others[] = {MEMCACHED_SUCCESS, MEMCACHED_NOTFOUND, MEMCACHED_NOTSTORED,
		MEMCACHED_DATA_EXISTS, MEMCACHED_BAD_KEY_PROVIDED};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (code == others[i]) {
			return false;
		}
	}
	return true;
}

void php_mcha_result_set_code(php_mcha_result *result, int code)
{
	result->code = code;
	result->error_code = is_error(code) ? code : MEMCACHED_SUCCESS;
	result->error_errno = 0;
	result->error[0] = '\0';
}

static void note_lost(php_mcha_result *result, const mcha_node *node)
{
	result->has_lost = true;
	strlcpy(result->lost_host, node->endpoint.host, sizeof(result->lost_host));
	result->lost_port = node->endpoint.port;
}

void php_mcha_result_set(php_mcha_result *result, const mcha_pool *pool, mcha_status status)
{
	const mcha_report *report = &pool->report;

	php_mcha_result_set_code(result, php_mcha_result_code(status));
	if (report->failed_count) {
		uint16_t index = report->failed[report->failed_count - 1].node;
		mcha_status fault = report->failed[report->failed_count - 1].status;
		const mcha_node *node = pool->nodes[index];

		result->error_code = php_mcha_result_code(fault);
		result->error_errno = node->connection ? node->connection->error_errno : 0;
		snprintf(result->error, sizeof(result->error), "%s: %s", node->name,
			php_mcha_result_reason(pool, index, fault));
		note_lost(result, node);
	}
}

/* --- what is said once ---------------------------------------------------------------------------- */

static zend_string *words_ahead(const mcha_health *health)
{
	int64_t ahead = atomic_load(&health->ahead);

	return ahead ? zend_strpprintf(0, "an item's version is " ZEND_LONG_FMT " seconds ahead of this host's clock: it "
		"is not believed, and counts as the oldest", (zend_long)(ahead / MCHA_USEC_PER_SEC)) : NULL;
}

static zend_string *words_distrusted(const mcha_health *health)
{
	return mcha_owed_distrusted(health) ? zend_string_init(ZEND_STRL("it has missed more writes than are remembered: "
		"what it holds is not believed by itself until it is restarted"), false) : NULL;
}

static const struct {
	uint8_t what;
	zend_string *(*words)(const mcha_health *health); /* NULL: there is nothing to say */
} news[] = {
	{MCHA_TOLD_AHEAD, words_ahead},
	{MCHA_TOLD_DISTRUSTED, words_distrusted},
};

static void tell(const char *node, zend_string *words, const zval *callback)
{
	zval told[2], function, ignored;

	if (!callback) {
		char text[512];

		snprintf(text, sizeof(text), "McHA: %s: %s", node, ZSTR_VAL(words));
		php_log_err_with_severity(text, LOG_WARNING);
		return;
	}
	ZVAL_STRING(&told[0], node);
	ZVAL_STR_COPY(&told[1], words);
	ZVAL_COPY(&function, callback);
	if (!EG(exception) && call_user_function(NULL, NULL, &function, &ignored, 2, told) == SUCCESS) {
		zval_ptr_dtor(&ignored);
	}
	zval_ptr_dtor(&function);
	zval_ptr_dtor(&told[0]);
	zval_ptr_dtor(&told[1]);
}

/* The callback may use the pool, and so change it: the nodes are looked at by their places. */
void php_mcha_result_tell_news(mcha_pool *pool, const zval *callback)
{
	size_t i, j;

	pool->has_news = false;
	for (i = 0; i < pool->node_count; i++) {
		for (j = 0; j < sizeof(news) / sizeof(news[0]) && i < pool->node_count; j++) {
			mcha_node *node = pool->nodes[i];
			zend_string *words = news[j].words(node->health);

			if (words && mcha_health_tell(node->health, news[j].what)) {
				tell(node->name, words, callback);
			}
			if (words) {
				zend_string_release(words);
			}
		}
	}
}

zend_string *php_mcha_result_failures(const mcha_pool *pool)
{
	const mcha_report *report = &pool->report;
	smart_str text = {0};
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		smart_str_append_printf(&text, "%s%s: %s", i ? ", " : "",
			pool->nodes[report->failed[i].node]->name,
			php_mcha_result_reason(pool, report->failed[i].node, report->failed[i].status));
	}
	smart_str_0(&text);
	return text.s ? text.s : ZSTR_EMPTY_ALLOC();
}
