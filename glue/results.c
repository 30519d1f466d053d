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
	[MCHA_STATUS_UNDECIDED] = MEMCACHED_FAILURE,
	[MCHA_STATUS_AUTH] = MEMCACHED_AUTH_FAILURE,
	[MCHA_STATUS_TLS] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_CONNECT] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_CONNECTION_LIMIT] = MEMCACHED_CONNECTION_FAILURE,
	[MCHA_STATUS_NO_TIME] = MEMCACHED_TIMEOUT,
	[MCHA_STATUS_UNRESOLVED] = MEMCACHED_HOST_LOOKUP_FAILURE,
	[MCHA_STATUS_DOWN] = MEMCACHED_SERVER_TEMPORARILY_DISABLED,
	[MCHA_STATUS_STALE] = MEMCACHED_SERVER_TEMPORARILY_DISABLED,
	[MCHA_STATUS_NO_NODES] = MEMCACHED_NO_SERVERS,
	[MCHA_STATUS_CANCELLED] = MEMCACHED_TIMEOUT,
	[MCHA_STATUS_IN_FLIGHT] = MEMCACHED_BUFFERED,
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

char *php_mcha_printable(const char *bytes, size_t length)
{
	char *text = emalloc(PHP_MCHA_PRINTABLE_MAX);

	mcha_printable(text, PHP_MCHA_PRINTABLE_MAX, bytes, length);
	return text;
}

char *php_mcha_result_cause(const mcha_health *health, char cause[PHP_MCHA_REASON_MAX])
{
	int error;
	mcha_status status = mcha_health_cause(health, &error);

	if (status == MCHA_STATUS_OK) {
		strlcpy(cause, "none", PHP_MCHA_REASON_MAX);
	} else {
		mcha_status_describe(cause, PHP_MCHA_REASON_MAX, status, error);
	}
	return cause;
}

/* What has happened, what it does, and what the operator is to do. */
#define DISTRUSTED_UNTIL \
	"this node has missed more writes than the hint table can hold: its copies are compared " \
	"with another node's until the node is restarted (restart it, and run mcha resync then)"

static void describe_held(const mcha_health *health, mcha_health_view view,
	char reason[PHP_MCHA_REASON_MAX])
{
	char cause[PHP_MCHA_REASON_MAX];

	php_mcha_result_cause(health, cause);
	if (view.state == MCHA_HEALTH_DOWN) {
		snprintf(reason, PHP_MCHA_REASON_MAX, "held down for %d s more after a failure (%s)",
			1 + (int)(view.retry_in / MCHA_USEC_PER_SEC), cause);
	} else {
		snprintf(reason, PHP_MCHA_REASON_MAX,
			"held down while another process probes it, after a failure (%s)", cause);
	}
}

/* Describes a failure that only this process had: by the connection's message, or by the status if
 * the connection is closed. */
static void describe_own_trouble(const mcha_node *node, mcha_health_view view,
	char reason[PHP_MCHA_REASON_MAX])
{
	const mcha_local_health *local = mcha_local_health_find(node->id);
	const char *cause = node->connection && node->connection->error[0]
		? node->connection->error
		: mcha_status_text(local ? local->status : MCHA_STATUS_CONNECT);

	snprintf(reason, PHP_MCHA_REASON_MAX,
		"held down by this process alone for %d s more, "
		"after a failure that only this process had (%s)",
		1 + (int)(view.retry_in / MCHA_USEC_PER_SEC), cause);
}

static void describe_down(const mcha_node *node, mcha_usec now, char reason[PHP_MCHA_REASON_MAX])
{
	mcha_health_view all = mcha_health_look(node->health, now),
					 own = mcha_local_health_look(node->id, node->health, now);

	if (all.state != MCHA_HEALTH_UP) {
		describe_held(node->health, all, reason);
	} else if (own.state != MCHA_HEALTH_UP) {
		describe_own_trouble(node, own, reason);
	} else if (mcha_health_is_unflushed(node->health, now)) {
		snprintf(reason, PHP_MCHA_REASON_MAX,
			"not asked: the node has missed a flush() and must be flushed first");
	} else {
		snprintf(reason, PHP_MCHA_REASON_MAX, "%s", mcha_status_text(MCHA_STATUS_DOWN));
	}
}

char *php_mcha_result_reason(const mcha_pool *pool, uint16_t node, mcha_status status,
	char reason[PHP_MCHA_REASON_MAX])
{
	const mcha_connection *connection = mcha_pool_node(pool, node)->connection;

	if (status == MCHA_STATUS_STALE
		&& mcha_hints_distrusted_since(mcha_pool_node(pool, node)->health)) {
		snprintf(reason, PHP_MCHA_REASON_MAX, "distrusted: %s", DISTRUSTED_UNTIL);
	} else if (status == MCHA_STATUS_DOWN) {
		describe_down(mcha_pool_node(pool, node), mcha_clock_now(), reason);
	} else if (status != MCHA_STATUS_STALE && connection && connection->error[0]) {
		snprintf(reason, PHP_MCHA_REASON_MAX, "%s", connection->error);
	} else {
		snprintf(reason, PHP_MCHA_REASON_MAX, "%s", mcha_status_text(status));
	}
	return reason;
}

/* Answers that an application may expect (a miss, a refused add or cas) are no errors. */
static bool is_error(int code)
{
	static const int others[] = {
		MEMCACHED_SUCCESS, MEMCACHED_NOTFOUND, MEMCACHED_NOTSTORED, MEMCACHED_DATA_EXISTS};
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

void php_mcha_result_set_status(php_mcha_result *result, mcha_status status)
{
	php_mcha_result_set_code(result, php_mcha_result_code(status));
	if (result->error_code != MEMCACHED_SUCCESS) {
		snprintf(result->error, sizeof(result->error), "%s", mcha_status_text(status));
	}
}

/* Says that a write has missed its quorum, behind the reason of the last node that failed. */
static void append_missed_quorum(php_mcha_result *result, const mcha_pool *pool)
{
	const mcha_report *report = mcha_pool_report(pool);
	const size_t length = strlen(result->error);

	if (mcha_pool_settings(pool)->quorum != MCHA_QUORUM_ONE && report->acknowledged > 0
		&& report->acknowledged < report->copies) {
		snprintf(result->error + length, sizeof(result->error) - length,
			"; %d of %d copies acknowledged, which is fewer than mcha.write_quorum asks for",
			report->acknowledged, report->copies);
	}
}

static void note_lost(php_mcha_result *result, const mcha_node *node)
{
	result->has_lost = true;
	strlcpy(result->lost_host, node->endpoint.host, sizeof(result->lost_host));
	result->lost_port = node->endpoint.port;
}

void php_mcha_result_set(php_mcha_result *result, const mcha_pool *pool, mcha_status status)
{
	const mcha_report *report = mcha_pool_report(pool);

	php_mcha_result_set_status(result, status);
	if (report->failed_count) {
		uint16_t index = report->failed[report->failed_count - 1].node;
		mcha_status fault = report->failed[report->failed_count - 1].status;
		const mcha_node *node = mcha_pool_node(pool, index);
		char reason[PHP_MCHA_REASON_MAX];

		result->error_code = php_mcha_result_code(fault);
		result->error_errno = node->connection ? node->connection->error_errno : 0;
		snprintf(result->error, sizeof(result->error), "%s: %s", node->name,
			php_mcha_result_reason(pool, index, fault, reason));
		note_lost(result, node);
	}
	if (status == MCHA_STATUS_NO_QUORUM) {
		append_missed_quorum(result, pool);
	}
}

/* --- news of the nodes ------------------------------------------------------------------------ */

static zend_string *words_ahead(const mcha_health *health)
{
	int64_t ahead = atomic_load(&health->ahead);

	return ahead ? zend_strpprintf(0,
			   "the version of an item is " ZEND_LONG_FMT " seconds ahead of this "
			   "host's clock, and is treated as the oldest: check the clocks of all web servers",
			   (zend_long)(ahead / MCHA_USEC_PER_SEC))
				 : NULL;
}

static zend_string *words_distrusted(const mcha_health *health)
{
	return mcha_hints_distrusted_since(health)
		? zend_string_init(ZEND_STRL(DISTRUSTED_UNTIL), false)
		: NULL;
}

static const struct {
	uint8_t what;
	zend_string *(*words)(const mcha_health *health); /* returns NULL if there is nothing to tell */
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

/* The callback may use the pool, and so change it: the loop finds each node by its index. */
void php_mcha_result_tell_news(mcha_pool *pool, const zval *callback)
{
	size_t i, j;

	mcha_pool_take_news(pool);
	for (i = 0; i < mcha_pool_node_count(pool); i++) {
		for (j = 0; j < sizeof(news) / sizeof(news[0]) && i < mcha_pool_node_count(pool); j++) {
			mcha_node *node = mcha_pool_node(pool, i);
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
	const mcha_report *report = mcha_pool_report(pool);
	smart_str text = {0};
	char reason[PHP_MCHA_REASON_MAX];
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		smart_str_append_printf(&text, "%s%s: %s", i ? ", " : "",
			mcha_pool_node(pool, report->failed[i].node)->name,
			php_mcha_result_reason(pool, report->failed[i].node, report->failed[i].status, reason));
	}
	smart_str_0(&text);
	return text.s ? text.s : ZSTR_EMPTY_ALLOC();
}
