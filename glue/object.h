/* SPDX-License-Identifier: MIT */
/* The McHA object, and the frame that every method works in. */
#ifndef MCHA_GLUE_OBJECT_H
#define MCHA_GLUE_OBJECT_H

#include "client.h"

/* The servers that an object was told, where it found a client that may have been made for others:
 * compared with that client's when somebody is to be asked (declaration.c). */
typedef struct php_mcha_declaration {
	bool begun;
	bool changed;             /* since it was last compared */
	size_t count;
	mcha_endpoint *servers;   /* emalloc'ed */
	bool *by_list;            /* for each: by addServers() */
} php_mcha_declaration;

typedef struct php_mcha_object {
	php_mcha_client *client; /* NULL: not constructed */
	struct php_mcha_family *family; /* that keeps the client; NULL: not persistent */
	bool persistent;
	bool pristine;           /* it has made the client */
	bool informed;           /* it was told what servers there are: those that it adds are more */
	php_mcha_declaration declaration;
	struct php_mcha_delayed *delayed; /* what fetch() has not handed out; NULL: nothing */
	HashTable *local;        /* near_cache.c's: what of the last result came from it; NULL: nothing */
	php_mcha_result result;
	zval failure_callback;   /* OPT_FAILURE_CALLBACK; undefined: none */
	zend_object std;         /* last, as Zend wants it */
} php_mcha_object;

static inline php_mcha_object *php_mcha_from_obj(zend_object *object)
{
	return (php_mcha_object *)((char *)object - offsetof(php_mcha_object, std));
}

void php_mcha_class_register(void);

/* The same once more, as pecl memcached's class and with its methods alone. */
void php_mcha_class_register_memcached(void);

/* It is of that class. */
bool php_mcha_is_memcached(zval *this);
bool php_mcha_is_memcached_object(const php_mcha_object *object);

/* The name of the constant OPT_* with this number. */
const char *php_mcha_option_name(zend_long number);

/* The object behind $this; NULL with an Error thrown if its constructor has not run. */
php_mcha_object *php_mcha_this(zval *this);

/* The same, ready to ask servers: a pool that was given none takes mcha.servers. NULL with an
 * exception thrown if that makes no sense. Forgets the last result. */
php_mcha_object *php_mcha_ready(zval *this);

/* The object's client is about to be given other options: noted where it is kept. */
void php_mcha_changes(php_mcha_object *object);

/* auth.c: libmemcached was built with SASL. */
extern const bool php_mcha_has_sasl;

/* declaration.c: addServer() and addServers(). False: there is no room for them. */
bool php_mcha_declare(php_mcha_object *object, const mcha_endpoint *servers, size_t count,
		bool by_list);

/* resetServerList(). */
void php_mcha_declare_none(php_mcha_object *object);

/* Makes the object's client one with the servers that it was told. */
void php_mcha_declare_end(php_mcha_object *object);

void php_mcha_declaration_free(php_mcha_declaration *declaration);

/* delayed.c: gives up what fetch() has not handed out. */
void php_mcha_delayed_drop(php_mcha_object *object);

/* An operation has ended: keeps its result and tells the failure callback. */
void php_mcha_finish(php_mcha_object *object, mcha_status status);

/* Calls back with the object and one argument more, which stays the caller's. What is returned is for
 * nobody. */
void php_mcha_call_back(zval *this, zend_fcall_info *fci, zend_fcall_info_cache *fcc, zval *argument);

/* A result that no node had a part in. */
static inline void php_mcha_set_status(php_mcha_object *object, mcha_status status)
{
	php_mcha_result_set_status(&object->result, status);
}

extern zend_class_entry *php_mcha_exception_ce;

#endif
