/* SPDX-License-Identifier: MIT */
/* The constructor: which client an object gets; isPersistent and isPristine, which tell of it. */
#include "../frame.h"

#include "../ini.h"

/* The clients of an id are kept by the id and the ini directives: other directives make other
 * clients. */
static php_mcha_pool_group *group_of(const zend_string *id)
{
	zend_string *what = zend_string_concat2(ZEND_STRL("mcha:"), ZSTR_VAL(id), ZSTR_LEN(id));
	zend_string *name = php_mcha_ini_signature(what, false);
	php_mcha_pool_group *group = php_mcha_pool_group_of(name);

	zend_string_release(what);
	zend_string_release(name);
	return group;
}

static php_mcha_client *find_client(const php_mcha_object *object, const zend_string *servers)
{
	return servers ? php_mcha_pool_group_by_origin(object->group, servers)
				   : php_mcha_pool_group_last(object->group);
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

/* Only a completely configured client joins its group: if the callback throws, the client ends with
 * its object. */
static void make_client(zval *this, php_mcha_object *object, zend_fcall_info *fci,
	zend_fcall_info_cache *fcc, zend_string *id, const zend_string *servers)
{
	object->client = php_mcha_client_create();
	object->pristine = true;
	if (servers) {
		if (!php_mcha_add_servers(this, object->client, ZSTR_VAL(servers), ZSTR_LEN(servers),
				"McHA::__construct()")) {
			return;
		}
		object->client->origin = strdup(ZSTR_VAL(servers));
	}
	if (ZEND_FCI_INITIALIZED(*fci)) {
		call_on_new(this, fci, fcc, id);
	}
	if (object->group && !EG(exception)) {
		php_mcha_persistent_watch(object->client);
		php_mcha_pool_group_use(object->group, object->client);
	}
}

static void take_client(php_mcha_object *object, php_mcha_client *client, bool informed)
{
	php_mcha_client_retain(client);
	php_mcha_pool_group_use(object->group, client);
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
	object->group = object->persistent ? group_of(id) : NULL;
	client = object->group ? find_client(object, servers) : NULL;
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
