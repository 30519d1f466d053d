/* SPDX-License-Identifier: MIT */
/* PHP's list of persistent resources holds the pool groups and ends them with the process. */
#include "persistent.h"

/* The most clients of one pool group: an application that needs more asks for another configuration
 * each time. */
#define CLIENTS_MAX 8

struct php_mcha_pool_group {
	php_mcha_client *first;
};

static int le_pool_group;

static void leave(php_mcha_client **link)
{
	php_mcha_client *client = *link;

	*link = client->next;
	client->next = NULL;
	client->group = NULL;
	php_mcha_client_release(client);
}

static void end_group(zend_resource *resource)
{
	php_mcha_pool_group *group = resource->ptr;

	while (group->first) {
		leave(&group->first);
	}
	free(group);
}

void php_mcha_persistent_register(int module_number)
{
	le_pool_group = zend_register_list_destructors_ex(NULL, end_group, "McHA clients",
		module_number);
}

php_mcha_pool_group *php_mcha_pool_group_of(const zend_string *name)
{
	zend_resource *resource = zend_hash_find_ptr(&EG(persistent_list), (zend_string *)name);
	php_mcha_pool_group *group;

	if (resource && resource->type == le_pool_group) {
		return resource->ptr;
	}
	group = pecalloc(1, sizeof(*group), true);
	zend_register_persistent_resource(ZSTR_VAL(name), ZSTR_LEN(name), group, le_pool_group);
	return group;
}

/* --- finding ---------------------------------------------------------------------------------- */

php_mcha_client *php_mcha_pool_group_last(const php_mcha_pool_group *group)
{
	return group->first;
}

php_mcha_client *php_mcha_pool_group_by_origin(const php_mcha_pool_group *group,
	const zend_string *origin)
{
	php_mcha_client *client = group->first;

	while (client && (!client->origin || strcmp(client->origin, ZSTR_VAL(origin)) != 0)) {
		client = client->next;
	}
	return client;
}

php_mcha_client *php_mcha_pool_group_by_servers(const php_mcha_pool_group *group,
	const mcha_endpoint *endpoints, size_t count)
{
	php_mcha_client *client = group->first;

	while (client && !php_mcha_client_has_servers(client, endpoints, count)) {
		client = client->next;
	}
	return client;
}

/* --- joining and leaving ---------------------------------------------------------------------- */

static php_mcha_client **link_to(php_mcha_pool_group *group, const php_mcha_client *client)
{
	php_mcha_client **link = &group->first;

	while (*link && *link != client) {
		link = &(*link)->next;
	}
	return link;
}

static void trim(php_mcha_pool_group *group)
{
	php_mcha_client **link = &group->first;
	size_t count = 0;

	while (*link) {
		if (count++ < CLIENTS_MAX) {
			link = &(*link)->next;
		} else {
			leave(link);
		}
	}
}

void php_mcha_pool_group_use(php_mcha_pool_group *group, php_mcha_client *client)
{
	php_mcha_client **link = link_to(group, client);

	if (*link) {
		*link = client->next;
	} else {
		php_mcha_client_retain(client);
		client->group = group;
	}
	client->next = group->first;
	group->first = client;
	trim(group);
}

/* --- the request's end ------------------------------------------------------------------------ */

void php_mcha_persistent_watch(php_mcha_client *client)
{
	if (!client->watched) {
		php_mcha_client_retain(client);
		client->watched = true;
		client->next_watched = MCHA_G(watched);
		MCHA_G(watched) = client;
	}
}

/* The time that the end of a request waits, in all, for acknowledgements of asynchronous writes.
 * The next request takes the answers that come later; until then other processes of this host do
 * not read copies that such a write may have changed. */
#define LAST_WAIT (50 * MCHA_USEC_PER_MSEC)

static void drain_kept_pools(void)
{
	mcha_usec now = mcha_clock_now(), until = now + LAST_WAIT;
	zend_resource *resource;

	ZEND_HASH_FOREACH_PTR (&EG(persistent_list), resource) {
		php_mcha_client *client = resource->type == le_pool_group
			? ((php_mcha_pool_group *)resource->ptr)->first
			: NULL;

		for (; client; client = client->next) {
			mcha_pool_drain(client->pool, until - now);
			now = mcha_clock_now();
		}
	}
	ZEND_HASH_FOREACH_END();
}

void php_mcha_persistent_end_request(void)
{
	php_mcha_client *client;

	if (MCHA_G(writes_by_zone)) {
		drain_kept_pools();
	}
	while ((client = MCHA_G(watched))) {
		MCHA_G(watched) = client->next_watched;
		client->watched = false;
		if (client->group && (!client->used || CG(unclean_shutdown))) {
			leave(link_to(client->group, client));
		}
		php_mcha_client_release(client);
	}
}
