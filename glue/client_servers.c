/* SPDX-License-Identifier: MIT */
/* The servers of a client, and those of its previous pool. */
#include "client.h"

#include "server_list.h"

/* The pool follows the placement, which knows how many nodes its distribution can take. */
static void add_to_pool(php_mcha_client *client, const mcha_endpoint *endpoints, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!mcha_pool_add(client->pool, &endpoints[i])) {
			php_mcha_checked(NULL);
		}
	}
	client->servers_chosen = true;
}

bool php_mcha_client_add(php_mcha_client *client, const mcha_endpoint *endpoint)
{
	if (!hashing_add(client->placement, endpoint)) {
		return false;
	}
	add_to_pool(client, endpoint, 1);
	return true;
}

bool php_mcha_client_add_list(php_mcha_client *client, const mcha_endpoint *endpoints, size_t count)
{
	if (count > hashing_room(client->placement)
		|| !hashing_add_list(client->placement, endpoints, count)) {
		return false;
	}
	add_to_pool(client, endpoints, count);
	return true;
}

static void describe_room(const hashing *placement, size_t count,
	char error[MCHA_POOL_STRING_ERROR_MAX])
{
	snprintf(error, MCHA_POOL_STRING_ERROR_MAX,
		"%zu nodes are more than this distribution can place (%zu); mcha.distribution="
		"rendezvous places up to %d",
		count, hashing_room(placement), HASHING_NODES_MAX);
}

bool php_mcha_client_add_string(php_mcha_client *client, const char *string, size_t length,
	char error[MCHA_POOL_STRING_ERROR_MAX])
{
	mcha_endpoint *endpoints;
	size_t count;
	bool good;

	if (!php_mcha_server_list_parse(string, length, &endpoints, &count, error)) {
		return false;
	}
	good = php_mcha_client_add_list(client, endpoints, count);
	if (!good) {
		describe_room(client->placement, count, error);
	}
	free(endpoints);
	return good;
}

bool php_mcha_client_has_servers(const php_mcha_client *client, const mcha_endpoint *endpoints,
	size_t count)
{
	size_t i;

	for (i = 0; i < count && i < mcha_pool_member_count(client->pool); i++) {
		const mcha_endpoint *there = &mcha_pool_node(client->pool, i)->endpoint;

		if (!mcha_endpoint_equal(there, &endpoints[i]) || there->tls != endpoints[i].tls
			|| there->weight != endpoints[i].weight || strcmp(there->zone, endpoints[i].zone) != 0
			|| there->backup != endpoints[i].backup) {
			return false;
		}
	}
	return count == mcha_pool_member_count(client->pool);
}

void php_mcha_client_reset_servers(php_mcha_client *client)
{
	mcha_pool_clear(client->pool);
	hashing_clear(client->placement);
	client->servers_chosen = true;
}

/* --- the previous pool ------------------------------------------------------------------------ */

void php_mcha_client_drop_previous(php_mcha_client *client)
{
	if (client->previous_placement) {
		hashing_destroy(client->previous_placement);
		client->previous_placement = NULL;
	}
	free(client->previous);
	client->previous = NULL;
}

void php_mcha_client_set_previous(php_mcha_client *client, const char *string)
{
	if (strcmp(client->previous ? client->previous : "", string) == 0) {
		return;
	}
	mcha_pool_forget_previous(client->pool);
	php_mcha_client_drop_previous(client);
	if (*string) {
		client->previous = php_mcha_checked(strdup(string));
	}
}

/* Places the previous pool as the pool is placed, by all options that the application has set.
 * NULL: error names the cause. */
static hashing *place_previous(const php_mcha_client *client, const mcha_endpoint *endpoints,
	size_t count, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	hashing *placement = php_mcha_checked(hashing_create_like(client->placement));

	if (count <= hashing_room(placement) && hashing_add_list(placement, endpoints, count)
		&& hashing_finish_like(placement, client->placement)) {
		return placement;
	}
	describe_room(placement, count, error);
	hashing_destroy(placement);
	return NULL;
}

static bool make_previous(php_mcha_client *client, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	mcha_endpoint *endpoints;
	size_t i, count;
	hashing *placement;

	if (!php_mcha_server_list_parse(client->previous, strlen(client->previous), &endpoints, &count,
			error)) {
		return false;
	}
	placement = place_previous(client, endpoints, count, error);
	if (placement) {
		mcha_pool_forget_previous(client->pool);
		if (client->previous_placement) {
			hashing_destroy(client->previous_placement);
		}
		client->previous_placement = placement;
		mcha_pool_set_previous_placement(client->pool, hashing_placement(placement));
		for (i = 0; i < count; i++) {
			if (!mcha_pool_add_previous(client->pool, &endpoints[i])) {
				php_mcha_checked(NULL);
			}
		}
	}
	free(endpoints);
	return placement != NULL;
}

bool php_mcha_client_follow_previous(php_mcha_client *client,
	char error[MCHA_POOL_STRING_ERROR_MAX])
{
	return (client->previous_placement && mcha_pool_previous_count(client->pool)
			   && hashing_is_like(client->previous_placement, client->placement))
		|| make_previous(client, error);
}
