/* SPDX-License-Identifier: MIT */
/* The engine's statuses as RES_* codes, and an object's last result. */
#ifndef MCHA_GLUE_RESULTS_H
#define MCHA_GLUE_RESULTS_H

#include "../engine/mcha_engine.h"
#include "../php_mcha.h"

typedef struct php_mcha_result {
	int code;            /* RES_*: of the last operation */
	/* the last fault of a node, kept until the next operation */
	int error_code;
	int error_errno;
	char error[MCHA_ENDPOINT_NAME_MAX + MCHA_ERROR_TEXT_MAX + 4];
	/* the last server that was lost; kept until the object ends */
	bool has_lost;
	char lost_host[MCHA_HOST_MAX + 1];
	uint16_t lost_port;
} php_mcha_result;

int php_mcha_result_code(mcha_status status);
const char *php_mcha_result_text(int code);

/* An operation of the pool has ended with this verdict: notes it, and what its report says of nodes
 * that failed. */
void php_mcha_result_set(php_mcha_result *result, const mcha_pool *pool, mcha_status status);

/* Something that no node had a part in. */
void php_mcha_result_set_code(php_mcha_result *result, int code);

/* "host:port: reason, host:port: reason" of the last operation's failures, for warnings. */
zend_string *php_mcha_result_failures(const mcha_pool *pool);

/* What the engine has noticed of the pool's nodes, and no caller has been told yet: once, as the callback of
 * OPT_FAILURE_CALLBACK is called, or, without one (NULL), into PHP's log. A warning will not do: many applications make
 * exceptions of warnings, and nothing has failed. */
void php_mcha_result_tell_news(mcha_pool *pool, const zval *callback);

/* Why this node failed: its connection's own words, or the status's. */
const char *php_mcha_result_reason(const mcha_pool *pool, uint16_t node, mcha_status status);

#endif
