/* SPDX-License-Identifier: MIT */
/* The McHA object: what it holds from one method to the next. Methods reach the object by
 * frame.h. */
#ifndef MCHA_GLUE_OBJECT_H
#define MCHA_GLUE_OBJECT_H

#include "persistent.h"

/* The servers that an object was told, where the object found a client that may have been made for
 * other servers. They are compared with that client's servers when a server is to be asked
 * (declaration.h). */
typedef struct php_mcha_declaration {
	bool begun;
	bool changed; /* since it was last compared */
	size_t count;
	mcha_endpoint *servers; /* emalloc'ed */
	bool *by_list;          /* for each server: it came by addServers() */
} php_mcha_declaration;

typedef struct php_mcha_object {
	php_mcha_client *client;    /* NULL: not constructed */
	php_mcha_pool_group *group; /* that keeps the client; NULL: not persistent */
	bool persistent;
	bool pristine; /* the object has made the client */
	/* the application knows the client's servers: servers that it adds are more */
	bool informed;
	php_mcha_declaration declaration;
	/* delayed_results.h: what fetch() has not handed out; NULL: nothing */
	struct php_mcha_delayed *delayed;
	/* near_cache.c owns it: key => age of the last result's values from the near cache; NULL:
	 * none */
	HashTable *near_cache_ages;
	php_mcha_result result;
	zval failure_callback; /* OPT_FAILURE_CALLBACK; undefined: none */
	zend_object std;       /* last, as Zend wants it */
} php_mcha_object;

static inline php_mcha_object *php_mcha_from_obj(zend_object *object)
{
	return (php_mcha_object *)((char *)object - offsetof(php_mcha_object, std));
}

/* Before the object's client gets other options: a persistent client that this request configures
 * is watched. */
static inline void php_mcha_changes(php_mcha_object *object)
{
	if (object->persistent) {
		php_mcha_persistent_watch(object->client);
	}
}

/* Sets a result that no node had a part in. */
static inline void php_mcha_set_status(php_mcha_object *object, mcha_status status)
{
	php_mcha_result_set_status(&object->result, status);
}

#endif
