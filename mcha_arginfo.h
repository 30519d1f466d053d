/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: ba54ae3e88f273ac8e445916b481e08c04c9777a */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_McHA___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, persistent_id, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, callback, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, connection_str, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_isPersistent, 0, 0, _IS_BOOL, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_isPristine arginfo_class_McHA_isPersistent

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_addServer, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, host, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, port, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, weight, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_addServers, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, servers, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getServerList, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_getServerByKey, 0, 1, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_resetServerList arginfo_class_McHA_isPersistent

#define arginfo_class_McHA_quit arginfo_class_McHA_isPersistent

#define arginfo_class_McHA_flushBuffers arginfo_class_McHA_isPersistent

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setBucket, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, host_map, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, forward_map, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, replicas, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setSaslAuthData, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, username, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, password, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setEncodingKey, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_get, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, cache_cb, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, get_flags, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getByKey, 0, 2, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, cache_cb, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, get_flags, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_getMulti, 0, 1, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, get_flags, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_getMultiByKey, 0, 2, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, get_flags, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getDelayed, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, with_cas, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, value_cb, IS_CALLABLE, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getDelayedByKey, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, with_cas, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, value_cb, IS_CALLABLE, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_fetch, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_fetchAll arginfo_class_McHA_fetch

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_set, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setByKey, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setMulti, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, items, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setMultiByKey, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, items, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_add arginfo_class_McHA_set

#define arginfo_class_McHA_addByKey arginfo_class_McHA_setByKey

#define arginfo_class_McHA_replace arginfo_class_McHA_set

#define arginfo_class_McHA_replaceByKey arginfo_class_McHA_setByKey

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_cas, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_MASK(0, cas_token, MAY_BE_STRING|MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_casByKey, 0, 4, _IS_BOOL, 0)
	ZEND_ARG_TYPE_MASK(0, cas_token, MAY_BE_STRING|MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_append, 0, 2, _IS_BOOL, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_appendByKey, 0, 3, _IS_BOOL, 1)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_prepend arginfo_class_McHA_append

#define arginfo_class_McHA_prependByKey arginfo_class_McHA_appendByKey

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_touch, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_touchByKey, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiration, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_delete, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, time, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_deleteByKey, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, time, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_deleteMulti, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, time, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_deleteMultiByKey, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, time, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_increment, 0, 1, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, offset, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, initial_value, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiry, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_decrement arginfo_class_McHA_increment

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_incrementByKey, 0, 2, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, server_key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, offset, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, initial_value, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expiry, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_decrementByKey arginfo_class_McHA_incrementByKey

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_McHA_lock, 0, 2, McHALock, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, wait, IS_DOUBLE, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_remember, 0, 3, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, make, IS_CALLABLE, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getOption, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, option, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setOption, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, option, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_setOptions, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, options, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_checkKey arginfo_class_McHA_setEncodingKey

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getResultCode, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getResultMessage, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_getLastErrorMessage arginfo_class_McHA_getResultMessage

#define arginfo_class_McHA_getLastErrorCode arginfo_class_McHA_getResultCode

#define arginfo_class_McHA_getLastErrorErrno arginfo_class_McHA_getResultCode

#define arginfo_class_McHA_getLastDisconnectedServer arginfo_class_McHA_fetch

#define arginfo_class_McHA_getLastReplication arginfo_class_McHA_getServerList

#define arginfo_class_McHA_getVersion arginfo_class_McHA_fetch

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_getStats, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, type, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_getAllKeys arginfo_class_McHA_fetch

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_flush, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, delay, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHA_getReplicas, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_getNodes arginfo_class_McHA_getServerList

#define arginfo_class_McHA_inspect arginfo_class_McHA_getReplicas

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHA_repair, 0, 1, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHA_metrics arginfo_class_McHA_getServerList

#define arginfo_class_McHA_metricsText arginfo_class_McHA_getResultMessage

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_McHALock___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHALock_extend, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_McHALock_release arginfo_class_McHA_isPersistent

#define arginfo_class_McHALock_isHeld arginfo_class_McHA_isPersistent

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_McHALock_getRemainingTime, 0, 0, IS_DOUBLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_McHALock_getFencingToken, 0, 0, MAY_BE_LONG|MAY_BE_STRING)
ZEND_END_ARG_INFO()

#define arginfo_class_McHALock_getKey arginfo_class_McHA_getResultMessage


ZEND_METHOD(McHA, __construct);
ZEND_METHOD(McHA, isPersistent);
ZEND_METHOD(McHA, isPristine);
ZEND_METHOD(McHA, addServer);
ZEND_METHOD(McHA, addServers);
ZEND_METHOD(McHA, getServerList);
ZEND_METHOD(McHA, getServerByKey);
ZEND_METHOD(McHA, resetServerList);
ZEND_METHOD(McHA, quit);
ZEND_METHOD(McHA, flushBuffers);
ZEND_METHOD(McHA, setBucket);
ZEND_METHOD(McHA, setSaslAuthData);
ZEND_METHOD(McHA, setEncodingKey);
ZEND_METHOD(McHA, get);
ZEND_METHOD(McHA, getByKey);
ZEND_METHOD(McHA, getMulti);
ZEND_METHOD(McHA, getMultiByKey);
ZEND_METHOD(McHA, getDelayed);
ZEND_METHOD(McHA, getDelayedByKey);
ZEND_METHOD(McHA, fetch);
ZEND_METHOD(McHA, fetchAll);
ZEND_METHOD(McHA, set);
ZEND_METHOD(McHA, setByKey);
ZEND_METHOD(McHA, setMulti);
ZEND_METHOD(McHA, setMultiByKey);
ZEND_METHOD(McHA, add);
ZEND_METHOD(McHA, addByKey);
ZEND_METHOD(McHA, replace);
ZEND_METHOD(McHA, replaceByKey);
ZEND_METHOD(McHA, cas);
ZEND_METHOD(McHA, casByKey);
ZEND_METHOD(McHA, append);
ZEND_METHOD(McHA, appendByKey);
ZEND_METHOD(McHA, prepend);
ZEND_METHOD(McHA, prependByKey);
ZEND_METHOD(McHA, touch);
ZEND_METHOD(McHA, touchByKey);
ZEND_METHOD(McHA, delete);
ZEND_METHOD(McHA, deleteByKey);
ZEND_METHOD(McHA, deleteMulti);
ZEND_METHOD(McHA, deleteMultiByKey);
ZEND_METHOD(McHA, increment);
ZEND_METHOD(McHA, decrement);
ZEND_METHOD(McHA, incrementByKey);
ZEND_METHOD(McHA, decrementByKey);
ZEND_METHOD(McHA, lock);
ZEND_METHOD(McHA, remember);
ZEND_METHOD(McHA, getOption);
ZEND_METHOD(McHA, setOption);
ZEND_METHOD(McHA, setOptions);
ZEND_METHOD(McHA, checkKey);
ZEND_METHOD(McHA, getResultCode);
ZEND_METHOD(McHA, getResultMessage);
ZEND_METHOD(McHA, getLastErrorMessage);
ZEND_METHOD(McHA, getLastErrorCode);
ZEND_METHOD(McHA, getLastErrorErrno);
ZEND_METHOD(McHA, getLastDisconnectedServer);
ZEND_METHOD(McHA, getLastReplication);
ZEND_METHOD(McHA, getVersion);
ZEND_METHOD(McHA, getStats);
ZEND_METHOD(McHA, getAllKeys);
ZEND_METHOD(McHA, flush);
ZEND_METHOD(McHA, getReplicas);
ZEND_METHOD(McHA, getNodes);
ZEND_METHOD(McHA, inspect);
ZEND_METHOD(McHA, repair);
ZEND_METHOD(McHA, metrics);
ZEND_METHOD(McHA, metricsText);
ZEND_METHOD(McHALock, __construct);
ZEND_METHOD(McHALock, extend);
ZEND_METHOD(McHALock, release);
ZEND_METHOD(McHALock, isHeld);
ZEND_METHOD(McHALock, getRemainingTime);
ZEND_METHOD(McHALock, getFencingToken);
ZEND_METHOD(McHALock, getKey);


static const zend_function_entry class_McHA_methods[] = {
	ZEND_ME(McHA, __construct, arginfo_class_McHA___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, isPersistent, arginfo_class_McHA_isPersistent, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, isPristine, arginfo_class_McHA_isPristine, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, addServer, arginfo_class_McHA_addServer, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, addServers, arginfo_class_McHA_addServers, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getServerList, arginfo_class_McHA_getServerList, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getServerByKey, arginfo_class_McHA_getServerByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, resetServerList, arginfo_class_McHA_resetServerList, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, quit, arginfo_class_McHA_quit, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, flushBuffers, arginfo_class_McHA_flushBuffers, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setBucket, arginfo_class_McHA_setBucket, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setSaslAuthData, arginfo_class_McHA_setSaslAuthData, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setEncodingKey, arginfo_class_McHA_setEncodingKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, get, arginfo_class_McHA_get, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getByKey, arginfo_class_McHA_getByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getMulti, arginfo_class_McHA_getMulti, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getMultiByKey, arginfo_class_McHA_getMultiByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getDelayed, arginfo_class_McHA_getDelayed, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getDelayedByKey, arginfo_class_McHA_getDelayedByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, fetch, arginfo_class_McHA_fetch, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, fetchAll, arginfo_class_McHA_fetchAll, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, set, arginfo_class_McHA_set, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setByKey, arginfo_class_McHA_setByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setMulti, arginfo_class_McHA_setMulti, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setMultiByKey, arginfo_class_McHA_setMultiByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, add, arginfo_class_McHA_add, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, addByKey, arginfo_class_McHA_addByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, replace, arginfo_class_McHA_replace, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, replaceByKey, arginfo_class_McHA_replaceByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, cas, arginfo_class_McHA_cas, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, casByKey, arginfo_class_McHA_casByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, append, arginfo_class_McHA_append, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, appendByKey, arginfo_class_McHA_appendByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, prepend, arginfo_class_McHA_prepend, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, prependByKey, arginfo_class_McHA_prependByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, touch, arginfo_class_McHA_touch, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, touchByKey, arginfo_class_McHA_touchByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, delete, arginfo_class_McHA_delete, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, deleteByKey, arginfo_class_McHA_deleteByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, deleteMulti, arginfo_class_McHA_deleteMulti, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, deleteMultiByKey, arginfo_class_McHA_deleteMultiByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, increment, arginfo_class_McHA_increment, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, decrement, arginfo_class_McHA_decrement, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, incrementByKey, arginfo_class_McHA_incrementByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, decrementByKey, arginfo_class_McHA_decrementByKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, lock, arginfo_class_McHA_lock, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, remember, arginfo_class_McHA_remember, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getOption, arginfo_class_McHA_getOption, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setOption, arginfo_class_McHA_setOption, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, setOptions, arginfo_class_McHA_setOptions, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, checkKey, arginfo_class_McHA_checkKey, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getResultCode, arginfo_class_McHA_getResultCode, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getResultMessage, arginfo_class_McHA_getResultMessage, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getLastErrorMessage, arginfo_class_McHA_getLastErrorMessage, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getLastErrorCode, arginfo_class_McHA_getLastErrorCode, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getLastErrorErrno, arginfo_class_McHA_getLastErrorErrno, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getLastDisconnectedServer, arginfo_class_McHA_getLastDisconnectedServer, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getLastReplication, arginfo_class_McHA_getLastReplication, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getVersion, arginfo_class_McHA_getVersion, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getStats, arginfo_class_McHA_getStats, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getAllKeys, arginfo_class_McHA_getAllKeys, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, flush, arginfo_class_McHA_flush, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getReplicas, arginfo_class_McHA_getReplicas, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, getNodes, arginfo_class_McHA_getNodes, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, inspect, arginfo_class_McHA_inspect, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, repair, arginfo_class_McHA_repair, ZEND_ACC_PUBLIC)
	ZEND_ME(McHA, metrics, arginfo_class_McHA_metrics, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(McHA, metricsText, arginfo_class_McHA_metricsText, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_McHALock_methods[] = {
	ZEND_ME(McHALock, __construct, arginfo_class_McHALock___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(McHALock, extend, arginfo_class_McHALock_extend, ZEND_ACC_PUBLIC)
	ZEND_ME(McHALock, release, arginfo_class_McHALock_release, ZEND_ACC_PUBLIC)
	ZEND_ME(McHALock, isHeld, arginfo_class_McHALock_isHeld, ZEND_ACC_PUBLIC)
	ZEND_ME(McHALock, getRemainingTime, arginfo_class_McHALock_getRemainingTime, ZEND_ACC_PUBLIC)
	ZEND_ME(McHALock, getFencingToken, arginfo_class_McHALock_getFencingToken, ZEND_ACC_PUBLIC)
	ZEND_ME(McHALock, getKey, arginfo_class_McHALock_getKey, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_McHAException_methods[] = {
	ZEND_FE_END
};

static zend_class_entry *register_class_McHA(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "McHA", class_McHA_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	zval const_LIBMEMCACHED_VERSION_HEX_value;
	ZVAL_LONG(&const_LIBMEMCACHED_VERSION_HEX_value, LIBMEMCACHED_VERSION_HEX);
	zend_string *const_LIBMEMCACHED_VERSION_HEX_name = zend_string_init_interned("LIBMEMCACHED_VERSION_HEX", sizeof("LIBMEMCACHED_VERSION_HEX") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_LIBMEMCACHED_VERSION_HEX_name, &const_LIBMEMCACHED_VERSION_HEX_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_LIBMEMCACHED_VERSION_HEX_name);

	zval const_HAVE_IGBINARY_value;
	ZVAL_FALSE(&const_HAVE_IGBINARY_value);
	zend_string *const_HAVE_IGBINARY_name = zend_string_init_interned("HAVE_IGBINARY", sizeof("HAVE_IGBINARY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_IGBINARY_name, &const_HAVE_IGBINARY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_IGBINARY_name);

	zval const_HAVE_JSON_value;
	ZVAL_FALSE(&const_HAVE_JSON_value);
	zend_string *const_HAVE_JSON_name = zend_string_init_interned("HAVE_JSON", sizeof("HAVE_JSON") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_JSON_name, &const_HAVE_JSON_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_JSON_name);

	zval const_HAVE_MSGPACK_value;
	ZVAL_FALSE(&const_HAVE_MSGPACK_value);
	zend_string *const_HAVE_MSGPACK_name = zend_string_init_interned("HAVE_MSGPACK", sizeof("HAVE_MSGPACK") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_MSGPACK_name, &const_HAVE_MSGPACK_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_MSGPACK_name);

	zval const_HAVE_ZSTD_value;
	ZVAL_FALSE(&const_HAVE_ZSTD_value);
	zend_string *const_HAVE_ZSTD_name = zend_string_init_interned("HAVE_ZSTD", sizeof("HAVE_ZSTD") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_ZSTD_name, &const_HAVE_ZSTD_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_ZSTD_name);

	zval const_HAVE_ENCODING_value;
	ZVAL_FALSE(&const_HAVE_ENCODING_value);
	zend_string *const_HAVE_ENCODING_name = zend_string_init_interned("HAVE_ENCODING", sizeof("HAVE_ENCODING") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_ENCODING_name, &const_HAVE_ENCODING_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_ENCODING_name);

	zval const_HAVE_SESSION_value;
	ZVAL_FALSE(&const_HAVE_SESSION_value);
	zend_string *const_HAVE_SESSION_name = zend_string_init_interned("HAVE_SESSION", sizeof("HAVE_SESSION") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_SESSION_name, &const_HAVE_SESSION_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_SESSION_name);

	zval const_HAVE_SASL_value;
	ZVAL_FALSE(&const_HAVE_SASL_value);
	zend_string *const_HAVE_SASL_name = zend_string_init_interned("HAVE_SASL", sizeof("HAVE_SASL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_SASL_name, &const_HAVE_SASL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_SASL_name);

	zval const_HAVE_TLS_value;
	ZVAL_FALSE(&const_HAVE_TLS_value);
	zend_string *const_HAVE_TLS_name = zend_string_init_interned("HAVE_TLS", sizeof("HAVE_TLS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HAVE_TLS_name, &const_HAVE_TLS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HAVE_TLS_name);

	zval const_OPT_COMPRESSION_value;
	ZVAL_LONG(&const_OPT_COMPRESSION_value, MCHA_OPT_COMPRESSION);
	zend_string *const_OPT_COMPRESSION_name = zend_string_init_interned("OPT_COMPRESSION", sizeof("OPT_COMPRESSION") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_COMPRESSION_name, &const_OPT_COMPRESSION_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_COMPRESSION_name);

	zval const_OPT_COMPRESSION_TYPE_value;
	ZVAL_LONG(&const_OPT_COMPRESSION_TYPE_value, MCHA_OPT_COMPRESSION_TYPE);
	zend_string *const_OPT_COMPRESSION_TYPE_name = zend_string_init_interned("OPT_COMPRESSION_TYPE", sizeof("OPT_COMPRESSION_TYPE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_COMPRESSION_TYPE_name, &const_OPT_COMPRESSION_TYPE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_COMPRESSION_TYPE_name);

	zval const_OPT_COMPRESSION_LEVEL_value;
	ZVAL_LONG(&const_OPT_COMPRESSION_LEVEL_value, MCHA_OPT_COMPRESSION_LEVEL);
	zend_string *const_OPT_COMPRESSION_LEVEL_name = zend_string_init_interned("OPT_COMPRESSION_LEVEL", sizeof("OPT_COMPRESSION_LEVEL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_COMPRESSION_LEVEL_name, &const_OPT_COMPRESSION_LEVEL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_COMPRESSION_LEVEL_name);

	zval const_OPT_PREFIX_KEY_value;
	ZVAL_LONG(&const_OPT_PREFIX_KEY_value, MCHA_OPT_PREFIX_KEY);
	zend_string *const_OPT_PREFIX_KEY_name = zend_string_init_interned("OPT_PREFIX_KEY", sizeof("OPT_PREFIX_KEY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_PREFIX_KEY_name, &const_OPT_PREFIX_KEY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_PREFIX_KEY_name);

	zval const_OPT_SERIALIZER_value;
	ZVAL_LONG(&const_OPT_SERIALIZER_value, MCHA_OPT_SERIALIZER);
	zend_string *const_OPT_SERIALIZER_name = zend_string_init_interned("OPT_SERIALIZER", sizeof("OPT_SERIALIZER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SERIALIZER_name, &const_OPT_SERIALIZER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SERIALIZER_name);

	zval const_OPT_USER_FLAGS_value;
	ZVAL_LONG(&const_OPT_USER_FLAGS_value, MCHA_OPT_USER_FLAGS);
	zend_string *const_OPT_USER_FLAGS_name = zend_string_init_interned("OPT_USER_FLAGS", sizeof("OPT_USER_FLAGS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_USER_FLAGS_name, &const_OPT_USER_FLAGS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_USER_FLAGS_name);

	zval const_OPT_STORE_RETRY_COUNT_value;
	ZVAL_LONG(&const_OPT_STORE_RETRY_COUNT_value, MCHA_OPT_STORE_RETRY_COUNT);
	zend_string *const_OPT_STORE_RETRY_COUNT_name = zend_string_init_interned("OPT_STORE_RETRY_COUNT", sizeof("OPT_STORE_RETRY_COUNT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_STORE_RETRY_COUNT_name, &const_OPT_STORE_RETRY_COUNT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_STORE_RETRY_COUNT_name);

	zval const_OPT_ITEM_SIZE_LIMIT_value;
	ZVAL_LONG(&const_OPT_ITEM_SIZE_LIMIT_value, MCHA_OPT_ITEM_SIZE_LIMIT);
	zend_string *const_OPT_ITEM_SIZE_LIMIT_name = zend_string_init_interned("OPT_ITEM_SIZE_LIMIT", sizeof("OPT_ITEM_SIZE_LIMIT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_ITEM_SIZE_LIMIT_name, &const_OPT_ITEM_SIZE_LIMIT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_ITEM_SIZE_LIMIT_name);

	zval const_OPT_ALLOW_FAILOVER_value;
	ZVAL_LONG(&const_OPT_ALLOW_FAILOVER_value, MCHA_OPT_ALLOW_FAILOVER);
	zend_string *const_OPT_ALLOW_FAILOVER_name = zend_string_init_interned("OPT_ALLOW_FAILOVER", sizeof("OPT_ALLOW_FAILOVER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_ALLOW_FAILOVER_name, &const_OPT_ALLOW_FAILOVER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_ALLOW_FAILOVER_name);

	zval const_OPT_WRITE_QUORUM_value;
	ZVAL_LONG(&const_OPT_WRITE_QUORUM_value, MCHA_OPT_WRITE_QUORUM);
	zend_string *const_OPT_WRITE_QUORUM_name = zend_string_init_interned("OPT_WRITE_QUORUM", sizeof("OPT_WRITE_QUORUM") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_WRITE_QUORUM_name, &const_OPT_WRITE_QUORUM_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_WRITE_QUORUM_name);

	zval const_OPT_HEDGE_AFTER_value;
	ZVAL_LONG(&const_OPT_HEDGE_AFTER_value, MCHA_OPT_HEDGE_AFTER);
	zend_string *const_OPT_HEDGE_AFTER_name = zend_string_init_interned("OPT_HEDGE_AFTER", sizeof("OPT_HEDGE_AFTER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_HEDGE_AFTER_name, &const_OPT_HEDGE_AFTER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_HEDGE_AFTER_name);

	zval const_HEDGE_AUTO_value;
	ZVAL_LONG(&const_HEDGE_AUTO_value, MCHA_HEDGE_AUTO);
	zend_string *const_HEDGE_AUTO_name = zend_string_init_interned("HEDGE_AUTO", sizeof("HEDGE_AUTO") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HEDGE_AUTO_name, &const_HEDGE_AUTO_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HEDGE_AUTO_name);

	zval const_OPT_READ_POLICY_value;
	ZVAL_LONG(&const_OPT_READ_POLICY_value, MCHA_OPT_READ_POLICY);
	zend_string *const_OPT_READ_POLICY_name = zend_string_init_interned("OPT_READ_POLICY", sizeof("OPT_READ_POLICY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_READ_POLICY_name, &const_OPT_READ_POLICY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_READ_POLICY_name);

	zval const_OPT_MISS_FAILOVER_value;
	ZVAL_LONG(&const_OPT_MISS_FAILOVER_value, MCHA_OPT_MISS_FAILOVER);
	zend_string *const_OPT_MISS_FAILOVER_name = zend_string_init_interned("OPT_MISS_FAILOVER", sizeof("OPT_MISS_FAILOVER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_MISS_FAILOVER_name, &const_OPT_MISS_FAILOVER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_MISS_FAILOVER_name);

	zval const_OPT_READ_REPAIR_value;
	ZVAL_LONG(&const_OPT_READ_REPAIR_value, MCHA_OPT_READ_REPAIR);
	zend_string *const_OPT_READ_REPAIR_name = zend_string_init_interned("OPT_READ_REPAIR", sizeof("OPT_READ_REPAIR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_READ_REPAIR_name, &const_OPT_READ_REPAIR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_READ_REPAIR_name);

	zval const_OPT_FAILOVER_TTL_value;
	ZVAL_LONG(&const_OPT_FAILOVER_TTL_value, MCHA_OPT_FAILOVER_TTL);
	zend_string *const_OPT_FAILOVER_TTL_name = zend_string_init_interned("OPT_FAILOVER_TTL", sizeof("OPT_FAILOVER_TTL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_FAILOVER_TTL_name, &const_OPT_FAILOVER_TTL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_FAILOVER_TTL_name);

	zval const_OPT_LOCAL_ZONE_value;
	ZVAL_LONG(&const_OPT_LOCAL_ZONE_value, MCHA_OPT_LOCAL_ZONE);
	zend_string *const_OPT_LOCAL_ZONE_name = zend_string_init_interned("OPT_LOCAL_ZONE", sizeof("OPT_LOCAL_ZONE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_LOCAL_ZONE_name, &const_OPT_LOCAL_ZONE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_LOCAL_ZONE_name);

	zval const_OPT_ZONE_WRITES_value;
	ZVAL_LONG(&const_OPT_ZONE_WRITES_value, MCHA_OPT_ZONE_WRITES);
	zend_string *const_OPT_ZONE_WRITES_name = zend_string_init_interned("OPT_ZONE_WRITES", sizeof("OPT_ZONE_WRITES") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_ZONE_WRITES_name, &const_OPT_ZONE_WRITES_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_ZONE_WRITES_name);

	zval const_OPT_PROTOCOL_value;
	ZVAL_LONG(&const_OPT_PROTOCOL_value, MCHA_OPT_PROTOCOL);
	zend_string *const_OPT_PROTOCOL_name = zend_string_init_interned("OPT_PROTOCOL", sizeof("OPT_PROTOCOL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_PROTOCOL_name, &const_OPT_PROTOCOL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_PROTOCOL_name);

	zval const_OPT_FAILURE_CALLBACK_value;
	ZVAL_LONG(&const_OPT_FAILURE_CALLBACK_value, MCHA_OPT_FAILURE_CALLBACK);
	zend_string *const_OPT_FAILURE_CALLBACK_name = zend_string_init_interned("OPT_FAILURE_CALLBACK", sizeof("OPT_FAILURE_CALLBACK") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_FAILURE_CALLBACK_name, &const_OPT_FAILURE_CALLBACK_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_FAILURE_CALLBACK_name);

	zval const_OPT_OPERATION_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_OPERATION_TIMEOUT_value, MCHA_OPT_OPERATION_TIMEOUT);
	zend_string *const_OPT_OPERATION_TIMEOUT_name = zend_string_init_interned("OPT_OPERATION_TIMEOUT", sizeof("OPT_OPERATION_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_OPERATION_TIMEOUT_name, &const_OPT_OPERATION_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_OPERATION_TIMEOUT_name);

	zval const_OPT_NEAR_CACHE_value;
	ZVAL_LONG(&const_OPT_NEAR_CACHE_value, MCHA_OPT_NEAR_CACHE);
	zend_string *const_OPT_NEAR_CACHE_name = zend_string_init_interned("OPT_NEAR_CACHE", sizeof("OPT_NEAR_CACHE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NEAR_CACHE_name, &const_OPT_NEAR_CACHE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NEAR_CACHE_name);

	zval const_OPT_NEAR_CACHE_TTL_value;
	ZVAL_LONG(&const_OPT_NEAR_CACHE_TTL_value, MCHA_OPT_NEAR_CACHE_TTL);
	zend_string *const_OPT_NEAR_CACHE_TTL_name = zend_string_init_interned("OPT_NEAR_CACHE_TTL", sizeof("OPT_NEAR_CACHE_TTL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NEAR_CACHE_TTL_name, &const_OPT_NEAR_CACHE_TTL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NEAR_CACHE_TTL_name);

	zval const_OPT_NEAR_CACHE_FRESH_value;
	ZVAL_LONG(&const_OPT_NEAR_CACHE_FRESH_value, MCHA_OPT_NEAR_CACHE_FRESH);
	zend_string *const_OPT_NEAR_CACHE_FRESH_name = zend_string_init_interned("OPT_NEAR_CACHE_FRESH", sizeof("OPT_NEAR_CACHE_FRESH") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NEAR_CACHE_FRESH_name, &const_OPT_NEAR_CACHE_FRESH_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NEAR_CACHE_FRESH_name);

	zval const_OPT_PREVIOUS_SERVERS_value;
	ZVAL_LONG(&const_OPT_PREVIOUS_SERVERS_value, MCHA_OPT_PREVIOUS_SERVERS);
	zend_string *const_OPT_PREVIOUS_SERVERS_name = zend_string_init_interned("OPT_PREVIOUS_SERVERS", sizeof("OPT_PREVIOUS_SERVERS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_PREVIOUS_SERVERS_name, &const_OPT_PREVIOUS_SERVERS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_PREVIOUS_SERVERS_name);

	zval const_OPT_TLS_value;
	ZVAL_LONG(&const_OPT_TLS_value, MCHA_OPT_TLS);
	zend_string *const_OPT_TLS_name = zend_string_init_interned("OPT_TLS", sizeof("OPT_TLS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_TLS_name, &const_OPT_TLS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_TLS_name);

	zval const_WRITE_QUORUM_ONE_value;
	ZVAL_LONG(&const_WRITE_QUORUM_ONE_value, MCHA_WRITE_QUORUM_ONE);
	zend_string *const_WRITE_QUORUM_ONE_name = zend_string_init_interned("WRITE_QUORUM_ONE", sizeof("WRITE_QUORUM_ONE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_WRITE_QUORUM_ONE_name, &const_WRITE_QUORUM_ONE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_WRITE_QUORUM_ONE_name);

	zval const_WRITE_QUORUM_MAJORITY_value;
	ZVAL_LONG(&const_WRITE_QUORUM_MAJORITY_value, MCHA_WRITE_QUORUM_MAJORITY);
	zend_string *const_WRITE_QUORUM_MAJORITY_name = zend_string_init_interned("WRITE_QUORUM_MAJORITY", sizeof("WRITE_QUORUM_MAJORITY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_WRITE_QUORUM_MAJORITY_name, &const_WRITE_QUORUM_MAJORITY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_WRITE_QUORUM_MAJORITY_name);

	zval const_WRITE_QUORUM_ALL_value;
	ZVAL_LONG(&const_WRITE_QUORUM_ALL_value, MCHA_WRITE_QUORUM_ALL);
	zend_string *const_WRITE_QUORUM_ALL_name = zend_string_init_interned("WRITE_QUORUM_ALL", sizeof("WRITE_QUORUM_ALL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_WRITE_QUORUM_ALL_name, &const_WRITE_QUORUM_ALL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_WRITE_QUORUM_ALL_name);

	zval const_READ_POLICY_ORDERED_value;
	ZVAL_LONG(&const_READ_POLICY_ORDERED_value, MCHA_READ_POLICY_ORDERED);
	zend_string *const_READ_POLICY_ORDERED_name = zend_string_init_interned("READ_POLICY_ORDERED", sizeof("READ_POLICY_ORDERED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_READ_POLICY_ORDERED_name, &const_READ_POLICY_ORDERED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_READ_POLICY_ORDERED_name);

	zval const_READ_POLICY_BALANCED_value;
	ZVAL_LONG(&const_READ_POLICY_BALANCED_value, MCHA_READ_POLICY_BALANCED);
	zend_string *const_READ_POLICY_BALANCED_name = zend_string_init_interned("READ_POLICY_BALANCED", sizeof("READ_POLICY_BALANCED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_READ_POLICY_BALANCED_name, &const_READ_POLICY_BALANCED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_READ_POLICY_BALANCED_name);

	zval const_READ_POLICY_NEAREST_value;
	ZVAL_LONG(&const_READ_POLICY_NEAREST_value, MCHA_READ_POLICY_NEAREST);
	zend_string *const_READ_POLICY_NEAREST_name = zend_string_init_interned("READ_POLICY_NEAREST", sizeof("READ_POLICY_NEAREST") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_READ_POLICY_NEAREST_name, &const_READ_POLICY_NEAREST_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_READ_POLICY_NEAREST_name);

	zval const_READ_POLICY_QUORUM_value;
	ZVAL_LONG(&const_READ_POLICY_QUORUM_value, MCHA_READ_POLICY_QUORUM);
	zend_string *const_READ_POLICY_QUORUM_name = zend_string_init_interned("READ_POLICY_QUORUM", sizeof("READ_POLICY_QUORUM") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_READ_POLICY_QUORUM_name, &const_READ_POLICY_QUORUM_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_READ_POLICY_QUORUM_name);

	zval const_ZONE_WRITES_ALL_value;
	ZVAL_LONG(&const_ZONE_WRITES_ALL_value, MCHA_ZONE_WRITES_OF_ALL);
	zend_string *const_ZONE_WRITES_ALL_name = zend_string_init_interned("ZONE_WRITES_ALL", sizeof("ZONE_WRITES_ALL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_ZONE_WRITES_ALL_name, &const_ZONE_WRITES_ALL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_ZONE_WRITES_ALL_name);

	zval const_ZONE_WRITES_LOCAL_value;
	ZVAL_LONG(&const_ZONE_WRITES_LOCAL_value, MCHA_ZONE_WRITES_OF_LOCAL);
	zend_string *const_ZONE_WRITES_LOCAL_name = zend_string_init_interned("ZONE_WRITES_LOCAL", sizeof("ZONE_WRITES_LOCAL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_ZONE_WRITES_LOCAL_name, &const_ZONE_WRITES_LOCAL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_ZONE_WRITES_LOCAL_name);

	zval const_MISS_FAILOVER_ALWAYS_value;
	ZVAL_LONG(&const_MISS_FAILOVER_ALWAYS_value, MCHA_MISS_FAILOVER_ALWAYS);
	zend_string *const_MISS_FAILOVER_ALWAYS_name = zend_string_init_interned("MISS_FAILOVER_ALWAYS", sizeof("MISS_FAILOVER_ALWAYS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_MISS_FAILOVER_ALWAYS_name, &const_MISS_FAILOVER_ALWAYS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_MISS_FAILOVER_ALWAYS_name);

	zval const_MISS_FAILOVER_RECOVERING_value;
	ZVAL_LONG(&const_MISS_FAILOVER_RECOVERING_value, MCHA_MISS_FAILOVER_RECOVERING);
	zend_string *const_MISS_FAILOVER_RECOVERING_name = zend_string_init_interned("MISS_FAILOVER_RECOVERING", sizeof("MISS_FAILOVER_RECOVERING") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_MISS_FAILOVER_RECOVERING_name, &const_MISS_FAILOVER_RECOVERING_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_MISS_FAILOVER_RECOVERING_name);

	zval const_MISS_FAILOVER_NEVER_value;
	ZVAL_LONG(&const_MISS_FAILOVER_NEVER_value, MCHA_MISS_FAILOVER_NEVER);
	zend_string *const_MISS_FAILOVER_NEVER_name = zend_string_init_interned("MISS_FAILOVER_NEVER", sizeof("MISS_FAILOVER_NEVER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_MISS_FAILOVER_NEVER_name, &const_MISS_FAILOVER_NEVER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_MISS_FAILOVER_NEVER_name);

	zval const_PROTOCOL_AUTO_value;
	ZVAL_LONG(&const_PROTOCOL_AUTO_value, MCHA_PROTOCOL_AUTO);
	zend_string *const_PROTOCOL_AUTO_name = zend_string_init_interned("PROTOCOL_AUTO", sizeof("PROTOCOL_AUTO") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_PROTOCOL_AUTO_name, &const_PROTOCOL_AUTO_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_PROTOCOL_AUTO_name);

	zval const_PROTOCOL_META_value;
	ZVAL_LONG(&const_PROTOCOL_META_value, MCHA_PROTOCOL_META);
	zend_string *const_PROTOCOL_META_name = zend_string_init_interned("PROTOCOL_META", sizeof("PROTOCOL_META") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_PROTOCOL_META_name, &const_PROTOCOL_META_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_PROTOCOL_META_name);

	zval const_PROTOCOL_TEXT_value;
	ZVAL_LONG(&const_PROTOCOL_TEXT_value, MCHA_PROTOCOL_TEXT);
	zend_string *const_PROTOCOL_TEXT_name = zend_string_init_interned("PROTOCOL_TEXT", sizeof("PROTOCOL_TEXT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_PROTOCOL_TEXT_name, &const_PROTOCOL_TEXT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_PROTOCOL_TEXT_name);

	zval const_PROTOCOL_BINARY_value;
	ZVAL_LONG(&const_PROTOCOL_BINARY_value, MCHA_PROTOCOL_BINARY);
	zend_string *const_PROTOCOL_BINARY_name = zend_string_init_interned("PROTOCOL_BINARY", sizeof("PROTOCOL_BINARY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_PROTOCOL_BINARY_name, &const_PROTOCOL_BINARY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_PROTOCOL_BINARY_name);

	zval const_NEAR_CACHE_NONE_value;
	ZVAL_LONG(&const_NEAR_CACHE_NONE_value, MCHA_NEAR_CACHE_NONE);
	zend_string *const_NEAR_CACHE_NONE_name = zend_string_init_interned("NEAR_CACHE_NONE", sizeof("NEAR_CACHE_NONE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_NEAR_CACHE_NONE_name, &const_NEAR_CACHE_NONE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_NEAR_CACHE_NONE_name);

	zval const_NEAR_CACHE_APCU_value;
	ZVAL_LONG(&const_NEAR_CACHE_APCU_value, MCHA_NEAR_CACHE_APCU);
	zend_string *const_NEAR_CACHE_APCU_name = zend_string_init_interned("NEAR_CACHE_APCU", sizeof("NEAR_CACHE_APCU") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_NEAR_CACHE_APCU_name, &const_NEAR_CACHE_APCU_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_NEAR_CACHE_APCU_name);

	zval const_OPT_HASH_value;
	ZVAL_LONG(&const_OPT_HASH_value, MEMCACHED_BEHAVIOR_HASH);
	zend_string *const_OPT_HASH_name = zend_string_init_interned("OPT_HASH", sizeof("OPT_HASH") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_HASH_name, &const_OPT_HASH_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_HASH_name);

	zval const_OPT_DISTRIBUTION_value;
	ZVAL_LONG(&const_OPT_DISTRIBUTION_value, MEMCACHED_BEHAVIOR_DISTRIBUTION);
	zend_string *const_OPT_DISTRIBUTION_name = zend_string_init_interned("OPT_DISTRIBUTION", sizeof("OPT_DISTRIBUTION") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_DISTRIBUTION_name, &const_OPT_DISTRIBUTION_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_DISTRIBUTION_name);

	zval const_OPT_LIBKETAMA_COMPATIBLE_value;
	ZVAL_LONG(&const_OPT_LIBKETAMA_COMPATIBLE_value, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED);
	zend_string *const_OPT_LIBKETAMA_COMPATIBLE_name = zend_string_init_interned("OPT_LIBKETAMA_COMPATIBLE", sizeof("OPT_LIBKETAMA_COMPATIBLE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_LIBKETAMA_COMPATIBLE_name, &const_OPT_LIBKETAMA_COMPATIBLE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_LIBKETAMA_COMPATIBLE_name);

	zval const_OPT_LIBKETAMA_HASH_value;
	ZVAL_LONG(&const_OPT_LIBKETAMA_HASH_value, MEMCACHED_BEHAVIOR_KETAMA_HASH);
	zend_string *const_OPT_LIBKETAMA_HASH_name = zend_string_init_interned("OPT_LIBKETAMA_HASH", sizeof("OPT_LIBKETAMA_HASH") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_LIBKETAMA_HASH_name, &const_OPT_LIBKETAMA_HASH_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_LIBKETAMA_HASH_name);

	zval const_OPT_HASH_WITH_PREFIX_KEY_value;
	ZVAL_LONG(&const_OPT_HASH_WITH_PREFIX_KEY_value, MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY);
	zend_string *const_OPT_HASH_WITH_PREFIX_KEY_name = zend_string_init_interned("OPT_HASH_WITH_PREFIX_KEY", sizeof("OPT_HASH_WITH_PREFIX_KEY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_HASH_WITH_PREFIX_KEY_name, &const_OPT_HASH_WITH_PREFIX_KEY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_HASH_WITH_PREFIX_KEY_name);

	zval const_OPT_SORT_HOSTS_value;
	ZVAL_LONG(&const_OPT_SORT_HOSTS_value, MEMCACHED_BEHAVIOR_SORT_HOSTS);
	zend_string *const_OPT_SORT_HOSTS_name = zend_string_init_interned("OPT_SORT_HOSTS", sizeof("OPT_SORT_HOSTS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SORT_HOSTS_name, &const_OPT_SORT_HOSTS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SORT_HOSTS_name);

	zval const_OPT_NUMBER_OF_REPLICAS_value;
	ZVAL_LONG(&const_OPT_NUMBER_OF_REPLICAS_value, MEMCACHED_BEHAVIOR_NUMBER_OF_REPLICAS);
	zend_string *const_OPT_NUMBER_OF_REPLICAS_name = zend_string_init_interned("OPT_NUMBER_OF_REPLICAS", sizeof("OPT_NUMBER_OF_REPLICAS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NUMBER_OF_REPLICAS_name, &const_OPT_NUMBER_OF_REPLICAS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NUMBER_OF_REPLICAS_name);

	zval const_OPT_RANDOMIZE_REPLICA_READ_value;
	ZVAL_LONG(&const_OPT_RANDOMIZE_REPLICA_READ_value, MEMCACHED_BEHAVIOR_RANDOMIZE_REPLICA_READ);
	zend_string *const_OPT_RANDOMIZE_REPLICA_READ_name = zend_string_init_interned("OPT_RANDOMIZE_REPLICA_READ", sizeof("OPT_RANDOMIZE_REPLICA_READ") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_RANDOMIZE_REPLICA_READ_name, &const_OPT_RANDOMIZE_REPLICA_READ_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_RANDOMIZE_REPLICA_READ_name);

	zval const_HASH_DEFAULT_value;
	ZVAL_LONG(&const_HASH_DEFAULT_value, MEMCACHED_HASH_DEFAULT);
	zend_string *const_HASH_DEFAULT_name = zend_string_init_interned("HASH_DEFAULT", sizeof("HASH_DEFAULT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_DEFAULT_name, &const_HASH_DEFAULT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_DEFAULT_name);

	zval const_HASH_MD5_value;
	ZVAL_LONG(&const_HASH_MD5_value, MEMCACHED_HASH_MD5);
	zend_string *const_HASH_MD5_name = zend_string_init_interned("HASH_MD5", sizeof("HASH_MD5") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_MD5_name, &const_HASH_MD5_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_MD5_name);

	zval const_HASH_CRC_value;
	ZVAL_LONG(&const_HASH_CRC_value, MEMCACHED_HASH_CRC);
	zend_string *const_HASH_CRC_name = zend_string_init_interned("HASH_CRC", sizeof("HASH_CRC") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_CRC_name, &const_HASH_CRC_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_CRC_name);

	zval const_HASH_FNV1_64_value;
	ZVAL_LONG(&const_HASH_FNV1_64_value, MEMCACHED_HASH_FNV1_64);
	zend_string *const_HASH_FNV1_64_name = zend_string_init_interned("HASH_FNV1_64", sizeof("HASH_FNV1_64") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_FNV1_64_name, &const_HASH_FNV1_64_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_FNV1_64_name);

	zval const_HASH_FNV1A_64_value;
	ZVAL_LONG(&const_HASH_FNV1A_64_value, MEMCACHED_HASH_FNV1A_64);
	zend_string *const_HASH_FNV1A_64_name = zend_string_init_interned("HASH_FNV1A_64", sizeof("HASH_FNV1A_64") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_FNV1A_64_name, &const_HASH_FNV1A_64_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_FNV1A_64_name);

	zval const_HASH_FNV1_32_value;
	ZVAL_LONG(&const_HASH_FNV1_32_value, MEMCACHED_HASH_FNV1_32);
	zend_string *const_HASH_FNV1_32_name = zend_string_init_interned("HASH_FNV1_32", sizeof("HASH_FNV1_32") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_FNV1_32_name, &const_HASH_FNV1_32_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_FNV1_32_name);

	zval const_HASH_FNV1A_32_value;
	ZVAL_LONG(&const_HASH_FNV1A_32_value, MEMCACHED_HASH_FNV1A_32);
	zend_string *const_HASH_FNV1A_32_name = zend_string_init_interned("HASH_FNV1A_32", sizeof("HASH_FNV1A_32") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_FNV1A_32_name, &const_HASH_FNV1A_32_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_FNV1A_32_name);

	zval const_HASH_HSIEH_value;
	ZVAL_LONG(&const_HASH_HSIEH_value, MEMCACHED_HASH_HSIEH);
	zend_string *const_HASH_HSIEH_name = zend_string_init_interned("HASH_HSIEH", sizeof("HASH_HSIEH") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_HSIEH_name, &const_HASH_HSIEH_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_HSIEH_name);

	zval const_HASH_MURMUR_value;
	ZVAL_LONG(&const_HASH_MURMUR_value, MEMCACHED_HASH_MURMUR);
	zend_string *const_HASH_MURMUR_name = zend_string_init_interned("HASH_MURMUR", sizeof("HASH_MURMUR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HASH_MURMUR_name, &const_HASH_MURMUR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HASH_MURMUR_name);

	zval const_DISTRIBUTION_MODULA_value;
	ZVAL_LONG(&const_DISTRIBUTION_MODULA_value, MEMCACHED_DISTRIBUTION_MODULA);
	zend_string *const_DISTRIBUTION_MODULA_name = zend_string_init_interned("DISTRIBUTION_MODULA", sizeof("DISTRIBUTION_MODULA") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_MODULA_name, &const_DISTRIBUTION_MODULA_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_MODULA_name);

	zval const_DISTRIBUTION_CONSISTENT_value;
	ZVAL_LONG(&const_DISTRIBUTION_CONSISTENT_value, MEMCACHED_DISTRIBUTION_CONSISTENT);
	zend_string *const_DISTRIBUTION_CONSISTENT_name = zend_string_init_interned("DISTRIBUTION_CONSISTENT", sizeof("DISTRIBUTION_CONSISTENT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_CONSISTENT_name, &const_DISTRIBUTION_CONSISTENT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_CONSISTENT_name);

	zval const_DISTRIBUTION_VIRTUAL_BUCKET_value;
	ZVAL_LONG(&const_DISTRIBUTION_VIRTUAL_BUCKET_value, MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET);
	zend_string *const_DISTRIBUTION_VIRTUAL_BUCKET_name = zend_string_init_interned("DISTRIBUTION_VIRTUAL_BUCKET", sizeof("DISTRIBUTION_VIRTUAL_BUCKET") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_VIRTUAL_BUCKET_name, &const_DISTRIBUTION_VIRTUAL_BUCKET_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_VIRTUAL_BUCKET_name);

	zval const_DISTRIBUTION_RENDEZVOUS_value;
	ZVAL_LONG(&const_DISTRIBUTION_RENDEZVOUS_value, MCHA_DISTRIBUTION_RENDEZVOUS);
	zend_string *const_DISTRIBUTION_RENDEZVOUS_name = zend_string_init_interned("DISTRIBUTION_RENDEZVOUS", sizeof("DISTRIBUTION_RENDEZVOUS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_RENDEZVOUS_name, &const_DISTRIBUTION_RENDEZVOUS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_RENDEZVOUS_name);

	zval const_DISTRIBUTION_MEMCACHE_STANDARD_value;
	ZVAL_LONG(&const_DISTRIBUTION_MEMCACHE_STANDARD_value, MCHA_DISTRIBUTION_MEMCACHE_STANDARD);
	zend_string *const_DISTRIBUTION_MEMCACHE_STANDARD_name = zend_string_init_interned("DISTRIBUTION_MEMCACHE_STANDARD", sizeof("DISTRIBUTION_MEMCACHE_STANDARD") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_MEMCACHE_STANDARD_name, &const_DISTRIBUTION_MEMCACHE_STANDARD_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_MEMCACHE_STANDARD_name);

	zval const_DISTRIBUTION_MEMCACHE_CONSISTENT_value;
	ZVAL_LONG(&const_DISTRIBUTION_MEMCACHE_CONSISTENT_value, MCHA_DISTRIBUTION_MEMCACHE_CONSISTENT);
	zend_string *const_DISTRIBUTION_MEMCACHE_CONSISTENT_name = zend_string_init_interned("DISTRIBUTION_MEMCACHE_CONSISTENT", sizeof("DISTRIBUTION_MEMCACHE_CONSISTENT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISTRIBUTION_MEMCACHE_CONSISTENT_name, &const_DISTRIBUTION_MEMCACHE_CONSISTENT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISTRIBUTION_MEMCACHE_CONSISTENT_name);

	zval const_OPT_BINARY_PROTOCOL_value;
	ZVAL_LONG(&const_OPT_BINARY_PROTOCOL_value, MEMCACHED_BEHAVIOR_BINARY_PROTOCOL);
	zend_string *const_OPT_BINARY_PROTOCOL_name = zend_string_init_interned("OPT_BINARY_PROTOCOL", sizeof("OPT_BINARY_PROTOCOL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_BINARY_PROTOCOL_name, &const_OPT_BINARY_PROTOCOL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_BINARY_PROTOCOL_name);

	zval const_OPT_CONNECT_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_CONNECT_TIMEOUT_value, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT);
	zend_string *const_OPT_CONNECT_TIMEOUT_name = zend_string_init_interned("OPT_CONNECT_TIMEOUT", sizeof("OPT_CONNECT_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_CONNECT_TIMEOUT_name, &const_OPT_CONNECT_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_CONNECT_TIMEOUT_name);

	zval const_OPT_RETRY_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_RETRY_TIMEOUT_value, MEMCACHED_BEHAVIOR_RETRY_TIMEOUT);
	zend_string *const_OPT_RETRY_TIMEOUT_name = zend_string_init_interned("OPT_RETRY_TIMEOUT", sizeof("OPT_RETRY_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_RETRY_TIMEOUT_name, &const_OPT_RETRY_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_RETRY_TIMEOUT_name);

	zval const_OPT_DEAD_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_DEAD_TIMEOUT_value, MEMCACHED_BEHAVIOR_DEAD_TIMEOUT);
	zend_string *const_OPT_DEAD_TIMEOUT_name = zend_string_init_interned("OPT_DEAD_TIMEOUT", sizeof("OPT_DEAD_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_DEAD_TIMEOUT_name, &const_OPT_DEAD_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_DEAD_TIMEOUT_name);

	zval const_OPT_POLL_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_POLL_TIMEOUT_value, MEMCACHED_BEHAVIOR_POLL_TIMEOUT);
	zend_string *const_OPT_POLL_TIMEOUT_name = zend_string_init_interned("OPT_POLL_TIMEOUT", sizeof("OPT_POLL_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_POLL_TIMEOUT_name, &const_OPT_POLL_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_POLL_TIMEOUT_name);

	zval const_OPT_SEND_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_SEND_TIMEOUT_value, MEMCACHED_BEHAVIOR_SND_TIMEOUT);
	zend_string *const_OPT_SEND_TIMEOUT_name = zend_string_init_interned("OPT_SEND_TIMEOUT", sizeof("OPT_SEND_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SEND_TIMEOUT_name, &const_OPT_SEND_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SEND_TIMEOUT_name);

	zval const_OPT_RECV_TIMEOUT_value;
	ZVAL_LONG(&const_OPT_RECV_TIMEOUT_value, MEMCACHED_BEHAVIOR_RCV_TIMEOUT);
	zend_string *const_OPT_RECV_TIMEOUT_name = zend_string_init_interned("OPT_RECV_TIMEOUT", sizeof("OPT_RECV_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_RECV_TIMEOUT_name, &const_OPT_RECV_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_RECV_TIMEOUT_name);

	zval const_OPT_TCP_NODELAY_value;
	ZVAL_LONG(&const_OPT_TCP_NODELAY_value, MEMCACHED_BEHAVIOR_TCP_NODELAY);
	zend_string *const_OPT_TCP_NODELAY_name = zend_string_init_interned("OPT_TCP_NODELAY", sizeof("OPT_TCP_NODELAY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_TCP_NODELAY_name, &const_OPT_TCP_NODELAY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_TCP_NODELAY_name);

	zval const_OPT_TCP_KEEPALIVE_value;
	ZVAL_LONG(&const_OPT_TCP_KEEPALIVE_value, MEMCACHED_BEHAVIOR_TCP_KEEPALIVE);
	zend_string *const_OPT_TCP_KEEPALIVE_name = zend_string_init_interned("OPT_TCP_KEEPALIVE", sizeof("OPT_TCP_KEEPALIVE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_TCP_KEEPALIVE_name, &const_OPT_TCP_KEEPALIVE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_TCP_KEEPALIVE_name);

	zval const_OPT_SOCKET_SEND_SIZE_value;
	ZVAL_LONG(&const_OPT_SOCKET_SEND_SIZE_value, MEMCACHED_BEHAVIOR_SOCKET_SEND_SIZE);
	zend_string *const_OPT_SOCKET_SEND_SIZE_name = zend_string_init_interned("OPT_SOCKET_SEND_SIZE", sizeof("OPT_SOCKET_SEND_SIZE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SOCKET_SEND_SIZE_name, &const_OPT_SOCKET_SEND_SIZE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SOCKET_SEND_SIZE_name);

	zval const_OPT_SOCKET_RECV_SIZE_value;
	ZVAL_LONG(&const_OPT_SOCKET_RECV_SIZE_value, MEMCACHED_BEHAVIOR_SOCKET_RECV_SIZE);
	zend_string *const_OPT_SOCKET_RECV_SIZE_name = zend_string_init_interned("OPT_SOCKET_RECV_SIZE", sizeof("OPT_SOCKET_RECV_SIZE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SOCKET_RECV_SIZE_name, &const_OPT_SOCKET_RECV_SIZE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SOCKET_RECV_SIZE_name);

	zval const_OPT_BUFFER_WRITES_value;
	ZVAL_LONG(&const_OPT_BUFFER_WRITES_value, MEMCACHED_BEHAVIOR_BUFFER_REQUESTS);
	zend_string *const_OPT_BUFFER_WRITES_name = zend_string_init_interned("OPT_BUFFER_WRITES", sizeof("OPT_BUFFER_WRITES") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_BUFFER_WRITES_name, &const_OPT_BUFFER_WRITES_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_BUFFER_WRITES_name);

	zval const_OPT_NO_BLOCK_value;
	ZVAL_LONG(&const_OPT_NO_BLOCK_value, MEMCACHED_BEHAVIOR_NO_BLOCK);
	zend_string *const_OPT_NO_BLOCK_name = zend_string_init_interned("OPT_NO_BLOCK", sizeof("OPT_NO_BLOCK") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NO_BLOCK_name, &const_OPT_NO_BLOCK_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NO_BLOCK_name);

	zval const_OPT_NOREPLY_value;
	ZVAL_LONG(&const_OPT_NOREPLY_value, MEMCACHED_BEHAVIOR_NOREPLY);
	zend_string *const_OPT_NOREPLY_name = zend_string_init_interned("OPT_NOREPLY", sizeof("OPT_NOREPLY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_NOREPLY_name, &const_OPT_NOREPLY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_NOREPLY_name);

	zval const_OPT_USE_UDP_value;
	ZVAL_LONG(&const_OPT_USE_UDP_value, MEMCACHED_BEHAVIOR_USE_UDP);
	zend_string *const_OPT_USE_UDP_name = zend_string_init_interned("OPT_USE_UDP", sizeof("OPT_USE_UDP") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_USE_UDP_name, &const_OPT_USE_UDP_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_USE_UDP_name);

	zval const_OPT_CACHE_LOOKUPS_value;
	ZVAL_LONG(&const_OPT_CACHE_LOOKUPS_value, MEMCACHED_BEHAVIOR_CACHE_LOOKUPS);
	zend_string *const_OPT_CACHE_LOOKUPS_name = zend_string_init_interned("OPT_CACHE_LOOKUPS", sizeof("OPT_CACHE_LOOKUPS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_CACHE_LOOKUPS_name, &const_OPT_CACHE_LOOKUPS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_CACHE_LOOKUPS_name);

	zval const_OPT_VERIFY_KEY_value;
	ZVAL_LONG(&const_OPT_VERIFY_KEY_value, MEMCACHED_BEHAVIOR_VERIFY_KEY);
	zend_string *const_OPT_VERIFY_KEY_name = zend_string_init_interned("OPT_VERIFY_KEY", sizeof("OPT_VERIFY_KEY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_VERIFY_KEY_name, &const_OPT_VERIFY_KEY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_VERIFY_KEY_name);

	zval const_OPT_SERVER_FAILURE_LIMIT_value;
	ZVAL_LONG(&const_OPT_SERVER_FAILURE_LIMIT_value, MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT);
	zend_string *const_OPT_SERVER_FAILURE_LIMIT_name = zend_string_init_interned("OPT_SERVER_FAILURE_LIMIT", sizeof("OPT_SERVER_FAILURE_LIMIT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SERVER_FAILURE_LIMIT_name, &const_OPT_SERVER_FAILURE_LIMIT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SERVER_FAILURE_LIMIT_name);

	zval const_OPT_SERVER_TIMEOUT_LIMIT_value;
	ZVAL_LONG(&const_OPT_SERVER_TIMEOUT_LIMIT_value, MEMCACHED_BEHAVIOR_SERVER_TIMEOUT_LIMIT);
	zend_string *const_OPT_SERVER_TIMEOUT_LIMIT_name = zend_string_init_interned("OPT_SERVER_TIMEOUT_LIMIT", sizeof("OPT_SERVER_TIMEOUT_LIMIT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_SERVER_TIMEOUT_LIMIT_name, &const_OPT_SERVER_TIMEOUT_LIMIT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_SERVER_TIMEOUT_LIMIT_name);

	zval const_OPT_AUTO_EJECT_HOSTS_value;
	ZVAL_LONG(&const_OPT_AUTO_EJECT_HOSTS_value, MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS);
	zend_string *const_OPT_AUTO_EJECT_HOSTS_name = zend_string_init_interned("OPT_AUTO_EJECT_HOSTS", sizeof("OPT_AUTO_EJECT_HOSTS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_AUTO_EJECT_HOSTS_name, &const_OPT_AUTO_EJECT_HOSTS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_AUTO_EJECT_HOSTS_name);

	zval const_OPT_REMOVE_FAILED_SERVERS_value;
	ZVAL_LONG(&const_OPT_REMOVE_FAILED_SERVERS_value, MEMCACHED_BEHAVIOR_REMOVE_FAILED_SERVERS);
	zend_string *const_OPT_REMOVE_FAILED_SERVERS_name = zend_string_init_interned("OPT_REMOVE_FAILED_SERVERS", sizeof("OPT_REMOVE_FAILED_SERVERS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_OPT_REMOVE_FAILED_SERVERS_name, &const_OPT_REMOVE_FAILED_SERVERS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_OPT_REMOVE_FAILED_SERVERS_name);

	zval const_RES_SUCCESS_value;
	ZVAL_LONG(&const_RES_SUCCESS_value, MEMCACHED_SUCCESS);
	zend_string *const_RES_SUCCESS_name = zend_string_init_interned("RES_SUCCESS", sizeof("RES_SUCCESS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SUCCESS_name, &const_RES_SUCCESS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SUCCESS_name);

	zval const_RES_FAILURE_value;
	ZVAL_LONG(&const_RES_FAILURE_value, MEMCACHED_FAILURE);
	zend_string *const_RES_FAILURE_name = zend_string_init_interned("RES_FAILURE", sizeof("RES_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_FAILURE_name, &const_RES_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_FAILURE_name);

	zval const_RES_HOST_LOOKUP_FAILURE_value;
	ZVAL_LONG(&const_RES_HOST_LOOKUP_FAILURE_value, MEMCACHED_HOST_LOOKUP_FAILURE);
	zend_string *const_RES_HOST_LOOKUP_FAILURE_name = zend_string_init_interned("RES_HOST_LOOKUP_FAILURE", sizeof("RES_HOST_LOOKUP_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_HOST_LOOKUP_FAILURE_name, &const_RES_HOST_LOOKUP_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_HOST_LOOKUP_FAILURE_name);

	zval const_RES_CONNECTION_FAILURE_value;
	ZVAL_LONG(&const_RES_CONNECTION_FAILURE_value, MEMCACHED_CONNECTION_FAILURE);
	zend_string *const_RES_CONNECTION_FAILURE_name = zend_string_init_interned("RES_CONNECTION_FAILURE", sizeof("RES_CONNECTION_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_CONNECTION_FAILURE_name, &const_RES_CONNECTION_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_CONNECTION_FAILURE_name);

	zval const_RES_PROTOCOL_ERROR_value;
	ZVAL_LONG(&const_RES_PROTOCOL_ERROR_value, MEMCACHED_PROTOCOL_ERROR);
	zend_string *const_RES_PROTOCOL_ERROR_name = zend_string_init_interned("RES_PROTOCOL_ERROR", sizeof("RES_PROTOCOL_ERROR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_PROTOCOL_ERROR_name, &const_RES_PROTOCOL_ERROR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_PROTOCOL_ERROR_name);

	zval const_RES_CLIENT_ERROR_value;
	ZVAL_LONG(&const_RES_CLIENT_ERROR_value, MEMCACHED_CLIENT_ERROR);
	zend_string *const_RES_CLIENT_ERROR_name = zend_string_init_interned("RES_CLIENT_ERROR", sizeof("RES_CLIENT_ERROR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_CLIENT_ERROR_name, &const_RES_CLIENT_ERROR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_CLIENT_ERROR_name);

	zval const_RES_SERVER_ERROR_value;
	ZVAL_LONG(&const_RES_SERVER_ERROR_value, MEMCACHED_SERVER_ERROR);
	zend_string *const_RES_SERVER_ERROR_name = zend_string_init_interned("RES_SERVER_ERROR", sizeof("RES_SERVER_ERROR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SERVER_ERROR_name, &const_RES_SERVER_ERROR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SERVER_ERROR_name);

	zval const_RES_DATA_EXISTS_value;
	ZVAL_LONG(&const_RES_DATA_EXISTS_value, MEMCACHED_DATA_EXISTS);
	zend_string *const_RES_DATA_EXISTS_name = zend_string_init_interned("RES_DATA_EXISTS", sizeof("RES_DATA_EXISTS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_DATA_EXISTS_name, &const_RES_DATA_EXISTS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_DATA_EXISTS_name);

	zval const_RES_NOTSTORED_value;
	ZVAL_LONG(&const_RES_NOTSTORED_value, MEMCACHED_NOTSTORED);
	zend_string *const_RES_NOTSTORED_name = zend_string_init_interned("RES_NOTSTORED", sizeof("RES_NOTSTORED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_NOTSTORED_name, &const_RES_NOTSTORED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_NOTSTORED_name);

	zval const_RES_NOTFOUND_value;
	ZVAL_LONG(&const_RES_NOTFOUND_value, MEMCACHED_NOTFOUND);
	zend_string *const_RES_NOTFOUND_name = zend_string_init_interned("RES_NOTFOUND", sizeof("RES_NOTFOUND") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_NOTFOUND_name, &const_RES_NOTFOUND_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_NOTFOUND_name);

	zval const_RES_SOME_ERRORS_value;
	ZVAL_LONG(&const_RES_SOME_ERRORS_value, MEMCACHED_SOME_ERRORS);
	zend_string *const_RES_SOME_ERRORS_name = zend_string_init_interned("RES_SOME_ERRORS", sizeof("RES_SOME_ERRORS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SOME_ERRORS_name, &const_RES_SOME_ERRORS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SOME_ERRORS_name);

	zval const_RES_NO_SERVERS_value;
	ZVAL_LONG(&const_RES_NO_SERVERS_value, MEMCACHED_NO_SERVERS);
	zend_string *const_RES_NO_SERVERS_name = zend_string_init_interned("RES_NO_SERVERS", sizeof("RES_NO_SERVERS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_NO_SERVERS_name, &const_RES_NO_SERVERS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_NO_SERVERS_name);

	zval const_RES_ERRNO_value;
	ZVAL_LONG(&const_RES_ERRNO_value, MEMCACHED_ERRNO);
	zend_string *const_RES_ERRNO_name = zend_string_init_interned("RES_ERRNO", sizeof("RES_ERRNO") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_ERRNO_name, &const_RES_ERRNO_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_ERRNO_name);

	zval const_RES_NOT_SUPPORTED_value;
	ZVAL_LONG(&const_RES_NOT_SUPPORTED_value, MEMCACHED_NOT_SUPPORTED);
	zend_string *const_RES_NOT_SUPPORTED_name = zend_string_init_interned("RES_NOT_SUPPORTED", sizeof("RES_NOT_SUPPORTED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_NOT_SUPPORTED_name, &const_RES_NOT_SUPPORTED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_NOT_SUPPORTED_name);

	zval const_RES_TIMEOUT_value;
	ZVAL_LONG(&const_RES_TIMEOUT_value, MEMCACHED_TIMEOUT);
	zend_string *const_RES_TIMEOUT_name = zend_string_init_interned("RES_TIMEOUT", sizeof("RES_TIMEOUT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_TIMEOUT_name, &const_RES_TIMEOUT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_TIMEOUT_name);

	zval const_RES_BAD_KEY_PROVIDED_value;
	ZVAL_LONG(&const_RES_BAD_KEY_PROVIDED_value, MEMCACHED_BAD_KEY_PROVIDED);
	zend_string *const_RES_BAD_KEY_PROVIDED_name = zend_string_init_interned("RES_BAD_KEY_PROVIDED", sizeof("RES_BAD_KEY_PROVIDED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_BAD_KEY_PROVIDED_name, &const_RES_BAD_KEY_PROVIDED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_BAD_KEY_PROVIDED_name);

	zval const_RES_INVALID_ARGUMENTS_value;
	ZVAL_LONG(&const_RES_INVALID_ARGUMENTS_value, MEMCACHED_INVALID_ARGUMENTS);
	zend_string *const_RES_INVALID_ARGUMENTS_name = zend_string_init_interned("RES_INVALID_ARGUMENTS", sizeof("RES_INVALID_ARGUMENTS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_INVALID_ARGUMENTS_name, &const_RES_INVALID_ARGUMENTS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_INVALID_ARGUMENTS_name);

	zval const_RES_E2BIG_value;
	ZVAL_LONG(&const_RES_E2BIG_value, MEMCACHED_E2BIG);
	zend_string *const_RES_E2BIG_name = zend_string_init_interned("RES_E2BIG", sizeof("RES_E2BIG") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_E2BIG_name, &const_RES_E2BIG_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_E2BIG_name);

	zval const_RES_SERVER_TEMPORARILY_DISABLED_value;
	ZVAL_LONG(&const_RES_SERVER_TEMPORARILY_DISABLED_value, MEMCACHED_SERVER_TEMPORARILY_DISABLED);
	zend_string *const_RES_SERVER_TEMPORARILY_DISABLED_name = zend_string_init_interned("RES_SERVER_TEMPORARILY_DISABLED", sizeof("RES_SERVER_TEMPORARILY_DISABLED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SERVER_TEMPORARILY_DISABLED_name, &const_RES_SERVER_TEMPORARILY_DISABLED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SERVER_TEMPORARILY_DISABLED_name);

	zval const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_value;
	ZVAL_LONG(&const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_value, MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE);
	zend_string *const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_name = zend_string_init_interned("RES_SERVER_MEMORY_ALLOCATION_FAILURE", sizeof("RES_SERVER_MEMORY_ALLOCATION_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_name, &const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SERVER_MEMORY_ALLOCATION_FAILURE_name);

	zval const_RES_AUTH_FAILURE_value;
	ZVAL_LONG(&const_RES_AUTH_FAILURE_value, MEMCACHED_AUTH_FAILURE);
	zend_string *const_RES_AUTH_FAILURE_name = zend_string_init_interned("RES_AUTH_FAILURE", sizeof("RES_AUTH_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_AUTH_FAILURE_name, &const_RES_AUTH_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_AUTH_FAILURE_name);

	zval const_RES_PAYLOAD_FAILURE_value;
	ZVAL_LONG(&const_RES_PAYLOAD_FAILURE_value, MCHA_RES_PAYLOAD_FAILURE);
	zend_string *const_RES_PAYLOAD_FAILURE_name = zend_string_init_interned("RES_PAYLOAD_FAILURE", sizeof("RES_PAYLOAD_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_PAYLOAD_FAILURE_name, &const_RES_PAYLOAD_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_PAYLOAD_FAILURE_name);

	zval const_RES_CONNECTION_BIND_FAILURE_value;
	ZVAL_LONG(&const_RES_CONNECTION_BIND_FAILURE_value, MEMCACHED_CONNECTION_BIND_FAILURE);
	zend_string *const_RES_CONNECTION_BIND_FAILURE_name = zend_string_init_interned("RES_CONNECTION_BIND_FAILURE", sizeof("RES_CONNECTION_BIND_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_CONNECTION_BIND_FAILURE_name, &const_RES_CONNECTION_BIND_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_CONNECTION_BIND_FAILURE_name);

	zval const_RES_CONNECTION_SOCKET_CREATE_FAILURE_value;
	ZVAL_LONG(&const_RES_CONNECTION_SOCKET_CREATE_FAILURE_value, MEMCACHED_CONNECTION_SOCKET_CREATE_FAILURE);
	zend_string *const_RES_CONNECTION_SOCKET_CREATE_FAILURE_name = zend_string_init_interned("RES_CONNECTION_SOCKET_CREATE_FAILURE", sizeof("RES_CONNECTION_SOCKET_CREATE_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_CONNECTION_SOCKET_CREATE_FAILURE_name, &const_RES_CONNECTION_SOCKET_CREATE_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_CONNECTION_SOCKET_CREATE_FAILURE_name);

	zval const_RES_READ_FAILURE_value;
	ZVAL_LONG(&const_RES_READ_FAILURE_value, MEMCACHED_READ_FAILURE);
	zend_string *const_RES_READ_FAILURE_name = zend_string_init_interned("RES_READ_FAILURE", sizeof("RES_READ_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_READ_FAILURE_name, &const_RES_READ_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_READ_FAILURE_name);

	zval const_RES_DATA_DOES_NOT_EXIST_value;
	ZVAL_LONG(&const_RES_DATA_DOES_NOT_EXIST_value, MEMCACHED_DATA_DOES_NOT_EXIST);
	zend_string *const_RES_DATA_DOES_NOT_EXIST_name = zend_string_init_interned("RES_DATA_DOES_NOT_EXIST", sizeof("RES_DATA_DOES_NOT_EXIST") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_DATA_DOES_NOT_EXIST_name, &const_RES_DATA_DOES_NOT_EXIST_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_DATA_DOES_NOT_EXIST_name);

	zval const_RES_STORED_value;
	ZVAL_LONG(&const_RES_STORED_value, MEMCACHED_STORED);
	zend_string *const_RES_STORED_name = zend_string_init_interned("RES_STORED", sizeof("RES_STORED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_STORED_name, &const_RES_STORED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_STORED_name);

	zval const_RES_END_value;
	ZVAL_LONG(&const_RES_END_value, MEMCACHED_END);
	zend_string *const_RES_END_name = zend_string_init_interned("RES_END", sizeof("RES_END") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_END_name, &const_RES_END_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_END_name);

	zval const_RES_DELETED_value;
	ZVAL_LONG(&const_RES_DELETED_value, MEMCACHED_DELETED);
	zend_string *const_RES_DELETED_name = zend_string_init_interned("RES_DELETED", sizeof("RES_DELETED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_DELETED_name, &const_RES_DELETED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_DELETED_name);

	zval const_RES_VALUE_value;
	ZVAL_LONG(&const_RES_VALUE_value, MEMCACHED_VALUE);
	zend_string *const_RES_VALUE_name = zend_string_init_interned("RES_VALUE", sizeof("RES_VALUE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_VALUE_name, &const_RES_VALUE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_VALUE_name);

	zval const_RES_STAT_value;
	ZVAL_LONG(&const_RES_STAT_value, MEMCACHED_STAT);
	zend_string *const_RES_STAT_name = zend_string_init_interned("RES_STAT", sizeof("RES_STAT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_STAT_name, &const_RES_STAT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_STAT_name);

	zval const_RES_ITEM_value;
	ZVAL_LONG(&const_RES_ITEM_value, MEMCACHED_ITEM);
	zend_string *const_RES_ITEM_name = zend_string_init_interned("RES_ITEM", sizeof("RES_ITEM") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_ITEM_name, &const_RES_ITEM_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_ITEM_name);

	zval const_RES_FAIL_UNIX_SOCKET_value;
	ZVAL_LONG(&const_RES_FAIL_UNIX_SOCKET_value, MEMCACHED_FAIL_UNIX_SOCKET);
	zend_string *const_RES_FAIL_UNIX_SOCKET_name = zend_string_init_interned("RES_FAIL_UNIX_SOCKET", sizeof("RES_FAIL_UNIX_SOCKET") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_FAIL_UNIX_SOCKET_name, &const_RES_FAIL_UNIX_SOCKET_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_FAIL_UNIX_SOCKET_name);

	zval const_RES_NO_KEY_PROVIDED_value;
	ZVAL_LONG(&const_RES_NO_KEY_PROVIDED_value, MEMCACHED_NO_KEY_PROVIDED);
	zend_string *const_RES_NO_KEY_PROVIDED_name = zend_string_init_interned("RES_NO_KEY_PROVIDED", sizeof("RES_NO_KEY_PROVIDED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_NO_KEY_PROVIDED_name, &const_RES_NO_KEY_PROVIDED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_NO_KEY_PROVIDED_name);

	zval const_RES_FETCH_NOTFINISHED_value;
	ZVAL_LONG(&const_RES_FETCH_NOTFINISHED_value, MEMCACHED_FETCH_NOTFINISHED);
	zend_string *const_RES_FETCH_NOTFINISHED_name = zend_string_init_interned("RES_FETCH_NOTFINISHED", sizeof("RES_FETCH_NOTFINISHED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_FETCH_NOTFINISHED_name, &const_RES_FETCH_NOTFINISHED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_FETCH_NOTFINISHED_name);

	zval const_RES_BUFFERED_value;
	ZVAL_LONG(&const_RES_BUFFERED_value, MEMCACHED_BUFFERED);
	zend_string *const_RES_BUFFERED_name = zend_string_init_interned("RES_BUFFERED", sizeof("RES_BUFFERED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_BUFFERED_name, &const_RES_BUFFERED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_BUFFERED_name);

	zval const_RES_INVALID_HOST_PROTOCOL_value;
	ZVAL_LONG(&const_RES_INVALID_HOST_PROTOCOL_value, MEMCACHED_INVALID_HOST_PROTOCOL);
	zend_string *const_RES_INVALID_HOST_PROTOCOL_name = zend_string_init_interned("RES_INVALID_HOST_PROTOCOL", sizeof("RES_INVALID_HOST_PROTOCOL") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_INVALID_HOST_PROTOCOL_name, &const_RES_INVALID_HOST_PROTOCOL_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_INVALID_HOST_PROTOCOL_name);

	zval const_RES_UNKNOWN_STAT_KEY_value;
	ZVAL_LONG(&const_RES_UNKNOWN_STAT_KEY_value, MEMCACHED_UNKNOWN_STAT_KEY);
	zend_string *const_RES_UNKNOWN_STAT_KEY_name = zend_string_init_interned("RES_UNKNOWN_STAT_KEY", sizeof("RES_UNKNOWN_STAT_KEY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_UNKNOWN_STAT_KEY_name, &const_RES_UNKNOWN_STAT_KEY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_UNKNOWN_STAT_KEY_name);

	zval const_RES_PARSE_ERROR_value;
	ZVAL_LONG(&const_RES_PARSE_ERROR_value, MEMCACHED_PARSE_ERROR);
	zend_string *const_RES_PARSE_ERROR_name = zend_string_init_interned("RES_PARSE_ERROR", sizeof("RES_PARSE_ERROR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_PARSE_ERROR_name, &const_RES_PARSE_ERROR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_PARSE_ERROR_name);

	zval const_RES_PARSE_USER_ERROR_value;
	ZVAL_LONG(&const_RES_PARSE_USER_ERROR_value, MEMCACHED_PARSE_USER_ERROR);
	zend_string *const_RES_PARSE_USER_ERROR_name = zend_string_init_interned("RES_PARSE_USER_ERROR", sizeof("RES_PARSE_USER_ERROR") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_PARSE_USER_ERROR_name, &const_RES_PARSE_USER_ERROR_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_PARSE_USER_ERROR_name);

	zval const_RES_DEPRECATED_value;
	ZVAL_LONG(&const_RES_DEPRECATED_value, MEMCACHED_DEPRECATED);
	zend_string *const_RES_DEPRECATED_name = zend_string_init_interned("RES_DEPRECATED", sizeof("RES_DEPRECATED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_DEPRECATED_name, &const_RES_DEPRECATED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_DEPRECATED_name);

	zval const_RES_IN_PROGRESS_value;
	ZVAL_LONG(&const_RES_IN_PROGRESS_value, MEMCACHED_IN_PROGRESS);
	zend_string *const_RES_IN_PROGRESS_name = zend_string_init_interned("RES_IN_PROGRESS", sizeof("RES_IN_PROGRESS") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_IN_PROGRESS_name, &const_RES_IN_PROGRESS_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_IN_PROGRESS_name);

	zval const_RES_WRITE_FAILURE_value;
	ZVAL_LONG(&const_RES_WRITE_FAILURE_value, MEMCACHED_WRITE_FAILURE);
	zend_string *const_RES_WRITE_FAILURE_name = zend_string_init_interned("RES_WRITE_FAILURE", sizeof("RES_WRITE_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_WRITE_FAILURE_name, &const_RES_WRITE_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_WRITE_FAILURE_name);

	zval const_RES_UNKNOWN_READ_FAILURE_value;
	ZVAL_LONG(&const_RES_UNKNOWN_READ_FAILURE_value, MEMCACHED_UNKNOWN_READ_FAILURE);
	zend_string *const_RES_UNKNOWN_READ_FAILURE_name = zend_string_init_interned("RES_UNKNOWN_READ_FAILURE", sizeof("RES_UNKNOWN_READ_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_UNKNOWN_READ_FAILURE_name, &const_RES_UNKNOWN_READ_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_UNKNOWN_READ_FAILURE_name);

	zval const_RES_PARTIAL_READ_value;
	ZVAL_LONG(&const_RES_PARTIAL_READ_value, MEMCACHED_PARTIAL_READ);
	zend_string *const_RES_PARTIAL_READ_name = zend_string_init_interned("RES_PARTIAL_READ", sizeof("RES_PARTIAL_READ") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_PARTIAL_READ_name, &const_RES_PARTIAL_READ_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_PARTIAL_READ_name);

	zval const_RES_SERVER_MARKED_DEAD_value;
	ZVAL_LONG(&const_RES_SERVER_MARKED_DEAD_value, MEMCACHED_SERVER_MARKED_DEAD);
	zend_string *const_RES_SERVER_MARKED_DEAD_name = zend_string_init_interned("RES_SERVER_MARKED_DEAD", sizeof("RES_SERVER_MARKED_DEAD") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_SERVER_MARKED_DEAD_name, &const_RES_SERVER_MARKED_DEAD_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_SERVER_MARKED_DEAD_name);

	zval const_RES_KEY_TOO_BIG_value;
	ZVAL_LONG(&const_RES_KEY_TOO_BIG_value, MEMCACHED_KEY_TOO_BIG);
	zend_string *const_RES_KEY_TOO_BIG_name = zend_string_init_interned("RES_KEY_TOO_BIG", sizeof("RES_KEY_TOO_BIG") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_KEY_TOO_BIG_name, &const_RES_KEY_TOO_BIG_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_KEY_TOO_BIG_name);

	zval const_RES_MEMORY_ALLOCATION_FAILURE_value;
	ZVAL_LONG(&const_RES_MEMORY_ALLOCATION_FAILURE_value, MEMCACHED_MEMORY_ALLOCATION_FAILURE);
	zend_string *const_RES_MEMORY_ALLOCATION_FAILURE_name = zend_string_init_interned("RES_MEMORY_ALLOCATION_FAILURE", sizeof("RES_MEMORY_ALLOCATION_FAILURE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_MEMORY_ALLOCATION_FAILURE_name, &const_RES_MEMORY_ALLOCATION_FAILURE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_MEMORY_ALLOCATION_FAILURE_name);

	zval const_RES_AUTH_PROBLEM_value;
	ZVAL_LONG(&const_RES_AUTH_PROBLEM_value, MEMCACHED_AUTH_PROBLEM);
	zend_string *const_RES_AUTH_PROBLEM_name = zend_string_init_interned("RES_AUTH_PROBLEM", sizeof("RES_AUTH_PROBLEM") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_AUTH_PROBLEM_name, &const_RES_AUTH_PROBLEM_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_AUTH_PROBLEM_name);

	zval const_RES_MAXIMUM_RETURN_value;
	ZVAL_LONG(&const_RES_MAXIMUM_RETURN_value, MEMCACHED_MAXIMUM_RETURN);
	zend_string *const_RES_MAXIMUM_RETURN_name = zend_string_init_interned("RES_MAXIMUM_RETURN", sizeof("RES_MAXIMUM_RETURN") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_MAXIMUM_RETURN_name, &const_RES_MAXIMUM_RETURN_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_MAXIMUM_RETURN_name);

	zval const_RES_AUTH_CONTINUE_value;
	ZVAL_LONG(&const_RES_AUTH_CONTINUE_value, MEMCACHED_AUTH_CONTINUE);
	zend_string *const_RES_AUTH_CONTINUE_name = zend_string_init_interned("RES_AUTH_CONTINUE", sizeof("RES_AUTH_CONTINUE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_RES_AUTH_CONTINUE_name, &const_RES_AUTH_CONTINUE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_RES_AUTH_CONTINUE_name);

	zval const_SERIALIZER_PHP_value;
	ZVAL_LONG(&const_SERIALIZER_PHP_value, MCHA_SERIALIZER_PHP);
	zend_string *const_SERIALIZER_PHP_name = zend_string_init_interned("SERIALIZER_PHP", sizeof("SERIALIZER_PHP") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_SERIALIZER_PHP_name, &const_SERIALIZER_PHP_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_SERIALIZER_PHP_name);

	zval const_SERIALIZER_IGBINARY_value;
	ZVAL_LONG(&const_SERIALIZER_IGBINARY_value, MCHA_SERIALIZER_IGBINARY);
	zend_string *const_SERIALIZER_IGBINARY_name = zend_string_init_interned("SERIALIZER_IGBINARY", sizeof("SERIALIZER_IGBINARY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_SERIALIZER_IGBINARY_name, &const_SERIALIZER_IGBINARY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_SERIALIZER_IGBINARY_name);

	zval const_SERIALIZER_JSON_value;
	ZVAL_LONG(&const_SERIALIZER_JSON_value, MCHA_SERIALIZER_JSON);
	zend_string *const_SERIALIZER_JSON_name = zend_string_init_interned("SERIALIZER_JSON", sizeof("SERIALIZER_JSON") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_SERIALIZER_JSON_name, &const_SERIALIZER_JSON_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_SERIALIZER_JSON_name);

	zval const_SERIALIZER_JSON_ARRAY_value;
	ZVAL_LONG(&const_SERIALIZER_JSON_ARRAY_value, MCHA_SERIALIZER_JSON_ARRAY);
	zend_string *const_SERIALIZER_JSON_ARRAY_name = zend_string_init_interned("SERIALIZER_JSON_ARRAY", sizeof("SERIALIZER_JSON_ARRAY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_SERIALIZER_JSON_ARRAY_name, &const_SERIALIZER_JSON_ARRAY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_SERIALIZER_JSON_ARRAY_name);

	zval const_SERIALIZER_MSGPACK_value;
	ZVAL_LONG(&const_SERIALIZER_MSGPACK_value, MCHA_SERIALIZER_MSGPACK);
	zend_string *const_SERIALIZER_MSGPACK_name = zend_string_init_interned("SERIALIZER_MSGPACK", sizeof("SERIALIZER_MSGPACK") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_SERIALIZER_MSGPACK_name, &const_SERIALIZER_MSGPACK_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_SERIALIZER_MSGPACK_name);

	zval const_COMPRESSION_FASTLZ_value;
	ZVAL_LONG(&const_COMPRESSION_FASTLZ_value, MCHA_COMPRESSION_FASTLZ);
	zend_string *const_COMPRESSION_FASTLZ_name = zend_string_init_interned("COMPRESSION_FASTLZ", sizeof("COMPRESSION_FASTLZ") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_COMPRESSION_FASTLZ_name, &const_COMPRESSION_FASTLZ_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_COMPRESSION_FASTLZ_name);

	zval const_COMPRESSION_ZLIB_value;
	ZVAL_LONG(&const_COMPRESSION_ZLIB_value, MCHA_COMPRESSION_ZLIB);
	zend_string *const_COMPRESSION_ZLIB_name = zend_string_init_interned("COMPRESSION_ZLIB", sizeof("COMPRESSION_ZLIB") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_COMPRESSION_ZLIB_name, &const_COMPRESSION_ZLIB_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_COMPRESSION_ZLIB_name);

	zval const_COMPRESSION_ZSTD_value;
	ZVAL_LONG(&const_COMPRESSION_ZSTD_value, MCHA_COMPRESSION_ZSTD);
	zend_string *const_COMPRESSION_ZSTD_name = zend_string_init_interned("COMPRESSION_ZSTD", sizeof("COMPRESSION_ZSTD") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_COMPRESSION_ZSTD_name, &const_COMPRESSION_ZSTD_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_COMPRESSION_ZSTD_name);

	zval const_GET_PRESERVE_ORDER_value;
	ZVAL_LONG(&const_GET_PRESERVE_ORDER_value, MCHA_GET_PRESERVE_ORDER);
	zend_string *const_GET_PRESERVE_ORDER_name = zend_string_init_interned("GET_PRESERVE_ORDER", sizeof("GET_PRESERVE_ORDER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_GET_PRESERVE_ORDER_name, &const_GET_PRESERVE_ORDER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_GET_PRESERVE_ORDER_name);

	zval const_GET_EXTENDED_value;
	ZVAL_LONG(&const_GET_EXTENDED_value, MCHA_GET_EXTENDED);
	zend_string *const_GET_EXTENDED_name = zend_string_init_interned("GET_EXTENDED", sizeof("GET_EXTENDED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_GET_EXTENDED_name, &const_GET_EXTENDED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_GET_EXTENDED_name);

	zval const_GET_ERROR_RETURN_VALUE_value;
	ZVAL_FALSE(&const_GET_ERROR_RETURN_VALUE_value);
	zend_string *const_GET_ERROR_RETURN_VALUE_name = zend_string_init_interned("GET_ERROR_RETURN_VALUE", sizeof("GET_ERROR_RETURN_VALUE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_GET_ERROR_RETURN_VALUE_name, &const_GET_ERROR_RETURN_VALUE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_GET_ERROR_RETURN_VALUE_name);

	return class_entry;
}

static zend_class_entry *register_class_McHALock(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "McHALock", class_McHALock_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_McHAException(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "McHAException", class_McHAException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);

	return class_entry;
}
