/* SPDX-License-Identifier: MIT */
/* The engine's statuses as RES_* codes, and an object's last result. */
#ifndef MCHA_GLUE_RESULTS_H
#define MCHA_GLUE_RESULTS_H

#include "../engine/mcha_engine.h"
#include "../php_mcha.h"

/* Room for why a node failed, with the NUL. */
#define PHP_MCHA_REASON_MAX (MCHA_ERROR_TEXT_MAX + 128)

typedef struct php_mcha_result {
	int code;            /* RES_*: of the last operation */
	/* the last fault of a node, kept until the next operation */
	int error_code;
	int error_errno;
	char error[MCHA_ENDPOINT_NAME_MAX + PHP_MCHA_REASON_MAX + 4];
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
void php_mcha_result_set_status(php_mcha_result *result, mcha_status status);

/* "host:port: reason, host:port: reason" of the last operation's failures, for warnings. */
zend_string *php_mcha_result_failures(const mcha_pool *pool);

/* What the engine has noticed of the pool's nodes, and no caller has been told yet: once, as the callback of
 * OPT_FAILURE_CALLBACK is called, or, without one (NULL), into PHP's log. A warning will not do: many applications make
 * exceptions of warnings, and nothing has failed. */
void php_mcha_result_tell_news(mcha_pool *pool, const zval *callback);

/* Why this node failed: its connection's own words, or the status's. Of a node that was not asked because it is held
 * down: why it failed before, in this process or in another one, and when it is tried again. Returns reason. */
char *php_mcha_result_reason(const mcha_pool *pool, uint16_t node, mcha_status status,
		char reason[PHP_MCHA_REASON_MAX]);

/* Why this node failed the last time: "connection failed: Connection refused"; "none". Returns cause. */
char *php_mcha_result_cause(const mcha_health *health, char cause[PHP_MCHA_REASON_MAX]);

/* Bytes that may be anything, as a part of a message; the caller frees it by efree(). */
#define PHP_MCHA_PRINTABLE_MAX 160
char *php_mcha_printable(const char *bytes, size_t length);

#endif
