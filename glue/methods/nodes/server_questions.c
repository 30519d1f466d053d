/* SPDX-License-Identifier: MIT */
/* Methods that ask all servers: getVersion, getStats, flush. */
#include "server_questions.h"

#include "../../near_cache/near_cache.h"

mcha_status php_mcha_all_status(const mcha_pool *pool, const mcha_request *round)
{
	size_t answered = 0;
	mcha_status fault = MCHA_STATUS_OK;

	for (; round; round = round->later) {
		mcha_status status = round->reply.status;

		if (status == MCHA_STATUS_OK || status == MCHA_STATUS_MISS) {
			answered++;
		} else if (fault == MCHA_STATUS_OK && !mcha_pool_is_previous_only(pool, round->node)) {
			fault = status;
		}
	}
	return fault == MCHA_STATUS_OK || answered == 0 ? fault : MCHA_STATUS_NO_QUORUM;
}

/* Makes one server's answer an entry of the result array. */
typedef void (*answer_reader)(zval *entry, zend_string *text);

static void read_version(zval *entry, zend_string *text)
{
	ZVAL_STR_COPY(entry, text);
}

/* Numbers become numbers, other texts stay strings. */
static void read_figure(zval *value, const char *text, size_t length)
{
	zend_long whole;
	double broken;

	switch (is_numeric_string(text, length, &whole, &broken, false)) {
	case IS_LONG:
		ZVAL_LONG(value, whole);
		break;
	case IS_DOUBLE:
		ZVAL_DOUBLE(value, broken);
		break;
	default:
		ZVAL_STRINGL(value, text, length);
	}
}

/* "STAT name value\r\n" lines. */
static void read_stats(zval *entry, zend_string *text)
{
	const char *line = ZSTR_VAL(text), *end = line + ZSTR_LEN(text);

	array_init(entry);
	while (line < end) {
		const char *stop = memchr(line, '\r', (size_t)(end - line));
		const char *name = line + strlen("STAT ");
		const char *space;
		zval value;

		if (!stop || name >= stop) {
			break;
		}
		space = memchr(name, ' ', (size_t)(stop - name));
		space = space ? space : stop;
		read_figure(&value, space < stop ? space + 1 : stop,
			space < stop ? (size_t)(stop - space - 1) : 0);
		add_assoc_zval_ex(entry, name, (size_t)(space - name), &value);
		line = stop + 2;
	}
}

/* Asks all nodes. Returns their answers by node name, without the nodes that had none to give;
 * false if no node answered. */
static void ask_all(php_mcha_object *object, const mcha_request *question, answer_reader reader,
	zval *return_value)
{
	mcha_pool *pool = object->client->pool;
	mcha_status status;
	mcha_request *round = mcha_ask_all(pool, question, &status), *request;
	bool answered = false;

	array_init(return_value);
	for (request = round; request; request = request->later) {
		mcha_reply *reply = &request->reply;
		zend_string *text;
		zval entry;

		answered = answered || reply->status == MCHA_STATUS_OK;
		if (!reply->value) {
			continue;
		}
		text = php_mcha_value_string(reply->value);
		reply->value = NULL;
		if (reply->status == MCHA_STATUS_OK && ZSTR_LEN(text)) {
			reader(&entry, text);
			add_assoc_zval(return_value, mcha_pool_node(pool, request->node)->name, &entry);
		}
		zend_string_release(text);
	}
	php_mcha_finish(object, round ? php_mcha_all_status(pool, round) : status);
	if (!answered) {
		zval_ptr_dtor(return_value);
		RETURN_FALSE;
	}
}

ZEND_METHOD(McHA, getVersion)
{
	php_mcha_object *object;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	ask_all(object, &(mcha_request){.verb = MCHA_VERB_VERSION}, read_version, return_value);
}

ZEND_METHOD(McHA, getStats)
{
	php_mcha_object *object;
	zend_string *type = NULL;
	mcha_request question = {.verb = MCHA_VERB_STATS, .key = ""};

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR_OR_NULL(type)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	if (type && ZSTR_LEN(type)) {
		if (mcha_key_check(ZSTR_VAL(type), ZSTR_LEN(type)) != MCHA_STATUS_OK) {
			php_mcha_set_status(object, MCHA_STATUS_INVALID);
			RETURN_FALSE;
		}
		question.key = ZSTR_VAL(type);
		question.key_length = (uint16_t)ZSTR_LEN(type);
	}
	ask_all(object, &question, read_stats, return_value);
	if (php_mcha_is_memcached(ZEND_THIS)
		&& object->result.code != php_mcha_result_code(MCHA_STATUS_OK)) {
		zval_ptr_dtor(return_value);
		RETURN_FALSE; /* all or nothing, as in pecl memcached */
	}
}

ZEND_METHOD(McHA, flush)
{
	php_mcha_object *object;
	zend_long delay = 0;
	mcha_request *round;
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(delay)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	round = mcha_ask_all(object->client->pool,
		&(mcha_request){.verb = MCHA_VERB_FLUSH, .exptime = MAX(delay, 0)}, &status);
	if (round) {
		status = php_mcha_all_status(object->client->pool, round);
	}
	php_mcha_near_cache_flush(object->client, delay);
	php_mcha_finish(object, status);
	RETURN_BOOL(status == MCHA_STATUS_OK);
}
