/* SPDX-License-Identifier: MIT */
/* Methods about the list of servers. No method here talks to a server. */
#include "../declaration.h"
#include "../delayed_results.h"
#include "../frame.h"

static bool refuse(php_mcha_object *object, const char *error)
{
	php_mcha_set_status(object, MCHA_STATUS_INVALID);
	php_error_docref(NULL, E_WARNING, "%s", error);
	return false;
}

ZEND_METHOD(McHA, addServer)
{
	php_mcha_object *object;
	zend_string *host;
	zend_long port, weight = 0;
	mcha_endpoint endpoint;
	char error[MCHA_POOL_STRING_ERROR_MAX];

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_STR(host)
	Z_PARAM_LONG(port)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(weight)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_set_status(object, MCHA_STATUS_OK);
	if (!mcha_endpoint_set(&endpoint, ZSTR_VAL(host), ZSTR_LEN(host),
			port ? port : MCHA_DEFAULT_PORT, weight, error)) {
		RETURN_BOOL(refuse(object, error));
	}
	if (!php_mcha_declare(object, &endpoint, 1, false)) {
		RETURN_BOOL(refuse(object, "the pool is as large as its distribution allows"));
	}
	RETURN_TRUE;
}

/* host, port, weight: by position; the array's keys and further elements are ignored. */
#define SERVER_PARTS 3

static size_t read_parts(zval *server, zval *parts[SERVER_PARTS])
{
	size_t count = 0;
	zval *part;

	ZVAL_DEREF(server);
	if (Z_TYPE_P(server) != IS_ARRAY) {
		return 0;
	}
	ZEND_HASH_FOREACH_VAL (Z_ARRVAL_P(server), part) {
		if (count == SERVER_PARTS) {
			break;
		}
		ZVAL_DEREF(part);
		parts[count++] = part;
	}
	ZEND_HASH_FOREACH_END();
	return count;
}

/* Reads a port or a weight as applications configure it: a number in any form, cut to a whole one
 * as pecl memcached does; null, false and "" are 0. False: the value is no number. */
static bool read_number(const zval *value, zend_long *number)
{
	double fraction;
	int type = Z_TYPE_P(value);

	*number = 0;
	if (type == IS_STRING && Z_STRLEN_P(value)) {
		type = is_numeric_string(Z_STRVAL_P(value), Z_STRLEN_P(value), number, &fraction, false);
	} else if (type == IS_DOUBLE) {
		fraction = Z_DVAL_P(value);
	} else if (type <= IS_LONG || type == IS_STRING) {
		*number = zval_get_long((zval *)value);
		return true;
	}
	if (type == IS_DOUBLE && zend_finite(fraction) && ZEND_DOUBLE_FITS_LONG(fraction)) {
		*number = (zend_long)fraction;
		return true;
	}
	return type == IS_LONG;
}

static bool read_server(zval *server, mcha_endpoint *endpoint, char *error)
{
	zval *parts[SERVER_PARTS];
	size_t count = read_parts(server, parts);
	zend_long port, weight = 0;

	if (count < 2 || Z_TYPE_P(parts[0]) != IS_STRING || !read_number(parts[1], &port)
		|| (count > 2 && !read_number(parts[2], &weight))) {
		snprintf(error, MCHA_POOL_STRING_ERROR_MAX,
			"a server is array(string host, int port) or array(string host, int port, int weight)");
		return false;
	}
	return mcha_endpoint_set(endpoint, Z_STRVAL_P(parts[0]), Z_STRLEN_P(parts[0]),
		port ? port : MCHA_DEFAULT_PORT, weight, error);
}

ZEND_METHOD(McHA, addServers)
{
	php_mcha_object *object;
	zval *servers, *server;
	mcha_endpoint *endpoints;
	size_t count = 0;
	char error[MCHA_POOL_STRING_ERROR_MAX];
	bool good = true;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ARRAY(servers)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_set_status(object, MCHA_STATUS_OK);
	endpoints = safe_emalloc(zend_hash_num_elements(Z_ARRVAL_P(servers)) + 1, sizeof(*endpoints),
		0);
	ZEND_HASH_FOREACH_VAL (Z_ARRVAL_P(servers), server) {
		if (!(good = read_server(server, &endpoints[count++], error))) {
			break;
		}
	}
	ZEND_HASH_FOREACH_END();
	if (!good) {
		refuse(object, error);
	} else if (!php_mcha_declare(object, endpoints, count, true)) {
		good = refuse(object, "the pool would become larger than its distribution allows");
	}
	efree(endpoints);
	RETURN_BOOL(good);
}

static void describe(zval *array, const mcha_node *node)
{
	array_init(array);
	add_assoc_string(array, "host", node->endpoint.host);
	add_assoc_long(array, "port", node->endpoint.port);
}

/* A host with TLS has its scheme in the list of servers: an application that adds the servers of
 * such a list again must not find itself in plain text. */
static void add_scheme(zval *server, const mcha_node *node)
{
	if (node->endpoint.tls) {
		add_assoc_str(server, "host", zend_strpprintf(0, "tls://%s", node->endpoint.host));
	}
}

ZEND_METHOD(McHA, getServerList)
{
	php_mcha_object *object;
	size_t i;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_declare_end(object);
	object->informed = true;
	array_init(return_value);
	for (i = 0; i < mcha_pool_member_count(object->client->pool); i++) {
		const mcha_node *node = mcha_pool_node(object->client->pool, i);
		zval server;

		describe(&server, node);
		add_scheme(&server, node);
		add_assoc_string(&server, "type",
			mcha_endpoint_is_unix(&node->endpoint) ? "SOCKET" : "TCP");
		if (!php_mcha_is_memcached(ZEND_THIS)) {
			add_assoc_long(&server, "weight", node->endpoint.weight);
		}
		add_next_index_zval(return_value, &server);
	}
}

ZEND_METHOD(McHA, getServerByKey)
{
	php_mcha_object *object;
	zend_string *key;
	const mcha_pool *pool;
	uint16_t first;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	pool = object->client->pool;
	if (ZSTR_LEN(key) == 0 || ZSTR_LEN(key) > MCHA_KEY_MAX) {
		php_mcha_set_status(object, MCHA_STATUS_BAD_KEY);
		RETURN_FALSE;
	}
	if (mcha_pool_prefer(pool, ZSTR_VAL(key), ZSTR_LEN(key), &first, 1) == 0) {
		php_mcha_set_status(object, MCHA_STATUS_NO_NODES);
		RETURN_FALSE;
	}
	describe(return_value, mcha_pool_node(pool, first));
	/* pecl memcached gives every server's weight as 0 */
	add_assoc_long(return_value, "weight",
		php_mcha_is_memcached(ZEND_THIS) ? 0 : mcha_pool_node(pool, first)->endpoint.weight);
}

/* --- buckets ---------------------------------------------------------------------------------- */

/* emalloc'ed. NULL: the map has an element that cannot be a position in a list, and a warning says
 * so. */
static uint32_t *read_map(HashTable *map)
{
	uint32_t *numbers = safe_emalloc(zend_hash_num_elements(map), sizeof(*numbers),
		sizeof(*numbers));
	uint32_t count = 0;
	zval *value;

	ZEND_HASH_FOREACH_VAL (map, value) {
		zend_long number = zval_get_long(value);

		if (number < 0 || number > UINT32_MAX) {
			php_error_docref(NULL, E_WARNING, "the map must contain positive integers");
			efree(numbers);
			return NULL;
		}
		numbers[count++] = (uint32_t)number;
	}
	ZEND_HASH_FOREACH_END();
	return numbers;
}

/* False: a warning names the cause. */
static bool check_maps(HashTable *hosts, HashTable *forward, zend_long replicas)
{
	const char *error = NULL;

	if (zend_hash_num_elements(hosts) == 0) {
		error = "server map cannot be empty";
	} else if (forward && zend_hash_num_elements(forward) != zend_hash_num_elements(hosts)) {
		error = "forward_map length must match the server_map length";
	} else if (replicas < 0) {
		error = "replicas must be larger than zero";
	}
	if (error) {
		php_error_docref(NULL, E_WARNING, "%s", error);
	}
	return !error;
}

ZEND_METHOD(McHA, setBucket)
{
	php_mcha_object *object;
	HashTable *hosts, *forward = NULL;
	zend_long replicas;
	uint32_t *host_map, *forward_map = NULL;
	int code;

	ZEND_PARSE_PARAMETERS_START(3, 3)
	Z_PARAM_ARRAY_HT(hosts)
	Z_PARAM_ARRAY_HT_OR_NULL(forward)
	Z_PARAM_LONG(replicas)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	if (!check_maps(hosts, forward, replicas) || !(host_map = read_map(hosts))) {
		RETURN_FALSE;
	}
	if (forward && !(forward_map = read_map(forward))) {
		efree(host_map);
		RETURN_FALSE;
	}
	php_mcha_declare_end(object);
	php_mcha_changes(object);
	code = (int)hashing_set_buckets(object->client->placement, host_map, forward_map,
		zend_hash_num_elements(hosts), (uint32_t)MIN(replicas, UINT32_MAX));
	efree(host_map);
	if (forward_map) {
		efree(forward_map);
	}
	php_mcha_result_set_code(&object->result, code);
	RETURN_BOOL(code == php_mcha_result_code(MCHA_STATUS_OK));
}

ZEND_METHOD(McHA, resetServerList)
{
	php_mcha_object *object;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_delayed_drop(object);
	php_mcha_declare_none(object);
	RETURN_TRUE;
}

ZEND_METHOD(McHA, quit)
{
	php_mcha_object *object;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_delayed_drop(object);
	mcha_pool_close(object->client->pool);
	RETURN_TRUE;
}

ZEND_METHOD(McHA, flushBuffers)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_BOOL(php_mcha_this(ZEND_THIS) != NULL);
}
