/* SPDX-License-Identifier: MIT */
/* The engine's statuses as RES_* codes, and an object's last result. */
#ifndef MCHA_GLUE_RESULTS_H
#define MCHA_GLUE_RESULTS_H

#include "../engine/mcha_engine.h"
#include "../php_mcha.h"

/* Room for the reason of a node's failure, with the NUL. */
#define PHP_MCHA_REASON_MAX (MCHA_ERROR_TEXT_MAX + 128)

typedef struct php_mcha_result {
	int code; /* RES_* of the last operation */
	/* the last failure of a node, kept until the next operation */
	int error_code;
	int error_errno;
	char error[MCHA_ENDPOINT_NAME_MAX + PHP_MCHA_REASON_MAX + 96];
	/* the last server whose connection was lost; kept until the object ends */
	bool has_lost;
	char lost_host[MCHA_HOST_MAX + 1];
	uint16_t lost_port;
} php_mcha_result;

int php_mcha_result_code(mcha_status status);
const char *php_mcha_result_text(int code);

/* Sets the result of an operation of the pool: the status, and the last failure in the pool's
 * report. */
void php_mcha_result_set(php_mcha_result *result, const mcha_pool *pool, mcha_status status);

/* Set a result that no node had a part in. */
void php_mcha_result_set_code(php_mcha_result *result, int code);
void php_mcha_result_set_status(php_mcha_result *result, mcha_status status);

/* The failures of the pool's last operation, for warnings: "host:port: reason, host:port:
 * reason". */
zend_string *php_mcha_result_failures(const mcha_pool *pool);

/* Tells what the engine has noticed of the pool's nodes, each thing once: calls the callback of
 * OPT_FAILURE_CALLBACK, or, without one (NULL), writes into PHP's log. It does not warn: many
 * applications make exceptions of warnings, and no operation has failed. */
void php_mcha_result_tell_news(mcha_pool *pool, const zval *callback);

/* The reason why this node failed: its connection's message, or the status's text. For a node that
 * was not asked because it is held down: its last failure, in this process or in another one, and
 * when it is tried again. Returns reason. */
char *php_mcha_result_reason(const mcha_pool *pool, uint16_t node, mcha_status status,
	char reason[PHP_MCHA_REASON_MAX]);

/* The cause of this node's last failure: "connection failed: Connection refused"; "none". Returns
 * cause. */
char *php_mcha_result_cause(const mcha_health *health, char cause[PHP_MCHA_REASON_MAX]);

/* Makes arbitrary bytes printable, as a part of a message; the caller frees the text by efree(). */
#define PHP_MCHA_PRINTABLE_MAX 160
char *php_mcha_printable(const char *bytes, size_t length);

#endif
