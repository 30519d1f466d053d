/* SPDX-License-Identifier: MIT */
/* The servers of an object that has a persistent id. Applications build their pool in one of two
 * ways, and both must work request after request:
 *
 *   if (!$client->getServerList())       the application asks which servers the client has, and
 *       $client->addServers(...);        adds to them (most often nothing)
 *
 *   $client->addServers(...);            every time: the application declares the servers it wants,
 *                                        and the object gets the client of its pool group that has
 *                                        exactly these servers, or a new one
 *
 * So a pool never grows by being declared again, and two applications that happen to use one id do
 * not get each other's servers. */
#include "declaration.h"

static bool declares(const php_mcha_object *object)
{
	return object->declaration.begun
		|| (object->persistent && !object->pristine && !object->informed);
}

/* --- declaring -------------------------------------------------------------------------------- */

static void reserve(php_mcha_declaration *declaration, size_t count)
{
	declaration->servers = safe_erealloc(declaration->servers, declaration->count + count,
		sizeof(*declaration->servers), 0);
	declaration->by_list = safe_erealloc(declaration->by_list, declaration->count + count,
		sizeof(*declaration->by_list), 0);
}

/* An empty client with these options has room for the declared servers and so many more. */
static bool has_room(const php_mcha_object *object, size_t count)
{
	const php_mcha_client *client = object->client;

	return object->declaration.count + count
		<= mcha_pool_member_count(client->pool) + hashing_room(client->placement);
}

static bool declare(php_mcha_object *object, const mcha_endpoint *servers, size_t count,
	bool by_list)
{
	php_mcha_declaration *declaration = &object->declaration;
	size_t i;

	if (count == 0) {
		return true;
	}
	if (!has_room(object, count)) {
		return false;
	}
	reserve(declaration, count);
	for (i = 0; i < count; i++) {
		declaration->servers[declaration->count] = servers[i];
		declaration->by_list[declaration->count++] = by_list;
	}
	declaration->begun = true;
	declaration->changed = true;
	return true;
}

/* --- adding ----------------------------------------------------------------------------------- */

static bool is_there(const php_mcha_client *client, const mcha_endpoint *server)
{
	size_t i;

	for (i = 0; i < mcha_pool_member_count(client->pool); i++) {
		const mcha_endpoint *there = &mcha_pool_node(client->pool, i)->endpoint;

		if (mcha_endpoint_equal(there, server) && there->tls == server->tls) {
			return true;
		}
	}
	return false;
}

static bool add(php_mcha_client *client, const mcha_endpoint *servers, size_t count, bool by_list)
{
	return by_list ? php_mcha_client_add_list(client, servers, count)
				   : php_mcha_client_add(client, servers);
}

/* Adds servers to a client that an earlier object has made: only those that the client does not
 * have yet. */
static bool add_missing(php_mcha_client *client, const mcha_endpoint *servers, size_t count,
	bool by_list)
{
	mcha_endpoint *missing = safe_emalloc(count, sizeof(*missing), sizeof(*missing));
	size_t i, found = 0;
	bool good;

	for (i = 0; i < count; i++) {
		if (!is_there(client, &servers[i])) {
			missing[found++] = servers[i];
		}
	}
	good = found == 0 || add(client, missing, found, by_list);
	efree(missing);
	return good;
}

bool php_mcha_declare(php_mcha_object *object, const mcha_endpoint *servers, size_t count,
	bool by_list)
{
	if (declares(object)) {
		return declare(object, servers, count, by_list);
	}
	php_mcha_changes(object);
	return object->persistent && !object->pristine
		? add_missing(object->client, servers, count, by_list)
		: add(object->client, servers, count, by_list);
}

void php_mcha_declare_none(php_mcha_object *object)
{
	if (object->persistent && !object->pristine) {
		object->declaration.begun = true;
		object->declaration.changed = true;
		object->declaration.count = 0;
	} else {
		php_mcha_changes(object);
		php_mcha_client_reset_servers(object->client);
	}
}

/* --- deciding --------------------------------------------------------------------------------- */

static php_mcha_client *make(const php_mcha_object *object)
{
	const php_mcha_declaration *declaration = &object->declaration;
	php_mcha_client *client = php_mcha_client_create_like(object->client);
	size_t i;

	for (i = 0; i < declaration->count; i++) {
		add(client, &declaration->servers[i], 1, declaration->by_list[i]);
	}
	hashing_finish_like(client->placement, object->client->placement);
	return client;
}

void php_mcha_declare_end(php_mcha_object *object)
{
	php_mcha_declaration *declaration = &object->declaration;
	php_mcha_client *client;

	if (!declaration->changed) {
		return;
	}
	declaration->changed = false;
	if (php_mcha_client_has_servers(object->client, declaration->servers, declaration->count)) {
		return;
	}
	client = php_mcha_pool_group_by_servers(object->group, declaration->servers,
		declaration->count);
	if (client) {
		php_mcha_client_retain(client);
		php_mcha_client_become_like(client, object->client);
	} else {
		client = make(object);
	}
	php_mcha_persistent_watch(client);
	php_mcha_pool_group_use(object->group, client);
	php_mcha_client_release(object->client);
	object->client = client;
}

void php_mcha_declaration_free(php_mcha_declaration *declaration)
{
	if (declaration->servers) {
		efree(declaration->servers);
		efree(declaration->by_list);
	}
}
