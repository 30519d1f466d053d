/* SPDX-License-Identifier: MIT */
/* Class McHA: birth, death, results. The other methods lie in files by what they are about. */
#include "object.h"

#include "constants.h"
#include "ext/spl/spl_exceptions.h"
#include "ini.h"
#include "near_cache/near_cache.h"
#include "lock.h"
#include "persistent.h"
#include "zend_attributes.h"
#include "zend_exceptions.h"
#include "zend_smart_str.h"

#include "../mcha_arginfo.h"

zend_class_entry *php_mcha_exception_ce;
static zend_class_entry *mcha_ce;
static zend_class_entry *memcached_ce; /* NULL: there is none of ours */
static zend_class_entry *memcached_exception_ce;
static zend_object_handlers handlers;

static zend_object *create_object(zend_class_entry *ce)
{
	php_mcha_object *object = zend_object_alloc(sizeof(*object), ce);

	zend_object_std_init(&object->std, ce);
	object_properties_init(&object->std, ce);
	object->std.handlers = &handlers;
	ZVAL_UNDEF(&object->failure_callback);
	return &object->std;
}

static void free_object(zend_object *std)
{
	php_mcha_object *object = php_mcha_from_obj(std);

	php_mcha_delayed_drop(object);
	php_mcha_local_forget(object);
	php_mcha_declaration_free(&object->declaration);
	if (object->client) {
		php_mcha_client_release(object->client);
	}
	zval_ptr_dtor(&object->failure_callback);
	zend_object_std_dtor(std);
}

static HashTable *get_gc(zend_object *std, zval **table, int *count)
{
	*table = &php_mcha_from_obj(std)->failure_callback;
	*count = 1;
	return zend_std_get_properties(std);
}

/* What mcha_arginfo.h cannot say: its generator makes false of a bool that C knows, and an attribute
 * that PHP 8.1 does not have would be in the way of building for it. */
static void finish_class(zend_class_entry *ce)
{
	const struct {
		const char *name;
		bool value;
	} flags[] = {
		{"HAVE_IGBINARY", MCHA_HAVE_IGBINARY}, {"HAVE_JSON", MCHA_HAVE_JSON},
		{"HAVE_MSGPACK", MCHA_HAVE_MSGPACK}, {"HAVE_ZSTD", MCHA_HAVE_ZSTD},
		{"HAVE_SESSION", MCHA_HAVE_SESSION}, {"HAVE_ENCODING", MCHA_HAVE_ENCODING},
		{"HAVE_SASL", php_mcha_has_sasl},
	};
	zend_class_constant *constant;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		constant = zend_hash_str_find_ptr(&ce->constants_table, flags[i].name, strlen(flags[i].name));
		ZVAL_BOOL(&constant->value, flags[i].value);
	}
#if PHP_VERSION_ID >= 80200
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&ce->function_table,
		ZEND_STRL("setsaslauthdata")), 1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&ce->function_table,
		ZEND_STRL("setencodingkey")), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif
}

void php_mcha_class_register(void)
{
	mcha_ce = register_class_McHA();
	finish_class(mcha_ce);
	mcha_ce->create_object = create_object;
	php_mcha_exception_ce = register_class_McHAException(spl_ce_RuntimeException);
	php_mcha_lock_class_register(register_class_McHALock());
	memcpy(&handlers, zend_get_std_object_handlers(), sizeof(handlers));
	handlers.offset = offsetof(php_mcha_object, std);
	handlers.free_obj = free_object;
	handlers.get_gc = get_gc;
	handlers.clone_obj = NULL;
}

/* What a subclass of Memcached may have as its own. */
static const char *const own_methods[] = {"getReplicas", "getNodes", "inspect", "getLastReplication", "lock",
	"remember"};

static bool is_own_method(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(own_methods) / sizeof(*own_methods); i++) {
		if (strcmp(own_methods[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static zend_class_entry *register_class_memcached(void)
{
	static zend_function_entry methods[sizeof(class_McHA_methods) / sizeof(*class_McHA_methods)];
	const zend_function_entry *method;
	zend_class_entry ce, *registered;
	zend_class_constant *constant;
	zend_string *name;
	size_t count = 0;

	for (method = class_McHA_methods; method->fname; method++) {
		if (!is_own_method(method->fname)) {
			methods[count++] = *method;
		}
	}
	INIT_CLASS_ENTRY(ce, "Memcached", methods);
	registered = zend_register_internal_class(&ce);
	ZEND_HASH_FOREACH_STR_KEY_PTR(&mcha_ce->constants_table, name, constant) {
		zval value;

		ZVAL_COPY_VALUE(&value, &constant->value);
		zend_declare_class_constant_ex(registered, name, &value, ZEND_CLASS_CONST_FLAGS(constant), NULL);
	} ZEND_HASH_FOREACH_END();
	finish_class(registered);
	return registered;
}

void php_mcha_class_register_memcached(void)
{
	zend_class_entry ce;

	memcached_ce = register_class_memcached();
	memcached_ce->ce_flags |= mcha_ce->ce_flags & ZEND_ACC_NOT_SERIALIZABLE;
	memcached_ce->create_object = create_object;
	INIT_CLASS_ENTRY(ce, "MemcachedException", NULL);
	memcached_exception_ce = zend_register_internal_class_ex(&ce, spl_ce_RuntimeException);
}

bool php_mcha_is_memcached_object(const php_mcha_object *object)
{
	return memcached_ce && instanceof_function(object->std.ce, memcached_ce);
}

bool php_mcha_is_memcached(zval *this)
{
	return php_mcha_is_memcached_object(php_mcha_from_obj(Z_OBJ_P(this)));
}

const char *php_mcha_option_name(zend_long number)
{
	zend_class_constant *constant;
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY_PTR(&mcha_ce->constants_table, name, constant) {
		if (strncmp(ZSTR_VAL(name), "OPT_", strlen("OPT_")) == 0 && Z_TYPE(constant->value) == IS_LONG
			&& Z_LVAL(constant->value) == number) {
			return ZSTR_VAL(name);
		}
	} ZEND_HASH_FOREACH_END();
	return "the option";
}

static zend_class_entry *exception_of(zval *this)
{
	return php_mcha_is_memcached(this) ? memcached_exception_ce : php_mcha_exception_ce;
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

void php_mcha_changes(php_mcha_object *object)
{
	if (object->persistent) {
		php_mcha_persistent_watch(object->client);
	}
}

static bool add_string(zval *this, php_mcha_client *client, const char *string, size_t length,
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
	php_mcha_local_forget(object);
	php_mcha_declare_end(object);
	if (!object->client->servers_chosen && MCHA_G(servers)[0]
		&& !add_string(this, object->client, MCHA_G(servers), strlen(MCHA_G(servers)), "mcha.servers")) {
		return NULL;
	}
	if (!php_mcha_client_prepare(object->client, error)) {
		zend_throw_exception_ex(exception_of(this), 0, "mcha.previous_servers: %s", error);
		return NULL;
	}
	return object;
}

/* The callback may use the object, and so change the report that is being gone through: its words
 * are made first. */
static void tell_failures(php_mcha_object *object)
{
	const mcha_pool *pool = object->client->pool;
	zval told[2 * MCHA_REPORT_FAILED_MAX];
	zval callback, ignored;
	char reason[PHP_MCHA_REASON_MAX];
	size_t i, count = 0;

	for (i = 0; i < pool->report.failed_count; i++) {
		uint16_t node = pool->report.failed[i].node;
		mcha_status status = pool->report.failed[i].status;

		if (status != MCHA_STATUS_DOWN && status != MCHA_STATUS_STALE) {
			ZVAL_STRING(&told[count++], pool->nodes[node]->name);
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
	if (!Z_ISUNDEF(object->failure_callback) && object->client->pool->report.failed_count) {
		tell_failures(object);
	}
	if (object->client->pool->has_news) {
		php_mcha_result_tell_news(object->client->pool,
			Z_ISUNDEF(object->failure_callback) ? NULL : &object->failure_callback);
	}
}

/* --- construction ------------------------------------------------------------------------------ */

/* What the clients of an id are kept by: other ini directives make other clients. */
static php_mcha_family *family_of(const zend_string *id)
{
	zend_string *what = zend_string_concat2(ZEND_STRL("mcha:"), ZSTR_VAL(id), ZSTR_LEN(id));
	zend_string *name = php_mcha_ini_signature(what, false);
	php_mcha_family *family = php_mcha_family_of(name);

	zend_string_release(what);
	zend_string_release(name);
	return family;
}

static php_mcha_client *find_client(const php_mcha_object *object, const zend_string *servers)
{
	return servers ? php_mcha_family_by_origin(object->family, servers)
		: php_mcha_family_last(object->family);
}

void php_mcha_call_back(zval *this, zend_fcall_info *fci, zend_fcall_info_cache *fcc, zval *argument)
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

static void call_on_new(zval *this, zend_fcall_info *fci, zend_fcall_info_cache *fcc,
		zend_string *id)
{
	zval name;

	if (id) {
		ZVAL_STR_COPY(&name, id);
	} else {
		ZVAL_NULL(&name);
	}
	php_mcha_call_back(this, fci, fcc, &name);
	zval_ptr_dtor(&name);
}

/* Only a client that is configured to the end joins its family: what threw on the way dies with its
 * object. */
static void make_client(zval *this, php_mcha_object *object, zend_fcall_info *fci,
		zend_fcall_info_cache *fcc, zend_string *id, const zend_string *servers)
{
	object->client = php_mcha_client_create();
	object->pristine = true;
	if (servers) {
		if (!add_string(this, object->client, ZSTR_VAL(servers), ZSTR_LEN(servers),
				"McHA::__construct()")) {
			return;
		}
		object->client->origin = strdup(ZSTR_VAL(servers));
	}
	if (ZEND_FCI_INITIALIZED(*fci)) {
		call_on_new(this, fci, fcc, id);
	}
	if (object->family && !EG(exception)) {
		php_mcha_persistent_watch(object->client);
		php_mcha_family_use(object->family, object->client);
	}
}

static void take_client(php_mcha_object *object, php_mcha_client *client, bool informed)
{
	php_mcha_client_retain(client);
	php_mcha_family_use(object->family, client);
	object->client = client;
	object->informed = informed;
}

ZEND_METHOD(McHA, __construct)
{
	php_mcha_object *object = php_mcha_from_obj(Z_OBJ_P(ZEND_THIS));
	zend_string *id = NULL, *servers = NULL;
	zend_fcall_info fci = empty_fcall_info;
	zend_fcall_info_cache fcc = empty_fcall_info_cache;
	php_mcha_client *client;

	ZEND_PARSE_PARAMETERS_START(0, 3)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(id)
		Z_PARAM_FUNC_OR_NULL(fci, fcc)
		Z_PARAM_STR_OR_NULL(servers)
	ZEND_PARSE_PARAMETERS_END();

	if (object->client) {
		zend_throw_error(NULL, "McHA::__construct() has been called already");
		return;
	}
	servers = servers && ZSTR_LEN(servers) ? servers : NULL;
	object->persistent = id && ZSTR_LEN(id);
	object->family = object->persistent ? family_of(id) : NULL;
	client = object->family ? find_client(object, servers) : NULL;
	if (client) {
		take_client(object, client, servers || ZEND_FCI_INITIALIZED(fci));
	} else {
		make_client(ZEND_THIS, object, &fci, &fcc, id, servers);
	}
}

ZEND_METHOD(McHA, isPersistent)
{
	php_mcha_object *object;

	ZEND_PARSE_PARAMETERS_NONE();
	if ((object = php_mcha_this(ZEND_THIS))) {
		RETURN_BOOL(object->persistent);
	}
}

ZEND_METHOD(McHA, isPristine)
{
	php_mcha_object *object;

	ZEND_PARSE_PARAMETERS_NONE();
	if ((object = php_mcha_this(ZEND_THIS))) {
		object->informed = true;
		RETURN_BOOL(object->pristine);
	}
}

/* --- results ----------------------------------------------------------------------------------- */

/* NULL with an Error thrown, as php_mcha_this(). */
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
