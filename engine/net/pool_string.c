/* SPDX-License-Identifier: MIT */
/* Parses pool strings for ini settings, session.save_path, the constructor and addServer(): cuts
 * them into nodes, and a node into its parts, which node_reading.h checks. */
#include "pool_string.h"
#include "node_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a node ----------------------------------------------------------------------------------- */

/* Accepts 0: users of pecl memcached write it for the default weight. */
static bool set_positional_weight(const mcha_node_reading *reading, mcha_span weight)
{
	uint16_t number;

	if (!mcha_span_number(weight, &number)) {
		return mcha_node_refuse_part(reading, "weight", weight, MCHA_RULE_WEIGHT);
	}
	reading->endpoint->weight = number;
	return true;
}

/* "/path/to.sock[:0[:weight]]" */
static bool parse_unix(const mcha_node_reading *reading, mcha_span address)
{
	mcha_span path, port;
	uint16_t number;
	bool more = mcha_span_cut(&address, ':', &path);

	if (!mcha_node_set_path(reading, path)) {
		return false;
	}
	if (!more) {
		return true;
	}
	more = mcha_span_cut(&address, ':', &port);
	if (!mcha_span_number(port, &number) || number != 0) {
		return mcha_node_refuse_part(reading, "port", port, "of a unix socket must be 0");
	}
	return !more || set_positional_weight(reading, address);
}

/* Removes "[address]" and the colon behind it from *rest; *more: there was a colon. */
static bool cut_brackets(const mcha_node_reading *reading, mcha_span *rest, mcha_span *host,
	bool *more)
{
	mcha_span behind;

	rest->text++;
	rest->length--;
	if (!mcha_span_cut(rest, ']', host)) {
		return mcha_node_refuse(reading, "has a '[' without its ']': write [::1]:port");
	}
	*more = mcha_span_cut(rest, ':', &behind);
	if (behind.length) {
		return mcha_node_refuse_part(reading, "text", behind,
			"is not allowed between ']' and the port");
	}
	return true;
}

/* "host[:port[:weight]]"; host is a name, an IPv4 address or an IPv6 address in brackets */
static bool parse_tcp(const mcha_node_reading *reading, mcha_span address)
{
	bool bracketed = address.length && address.text[0] == '[';
	bool more = false;
	mcha_span host, port;

	if (!bracketed && mcha_span_is_ipv6(address)) {
		return mcha_node_refuse_part(reading, "IPv6 address", address,
			"needs brackets: [::1]:port");
	}
	if (!bracketed) {
		more = mcha_span_cut(&address, ':', &host);
	} else if (!cut_brackets(reading, &address, &host, &more)) {
		return false;
	}
	if (!mcha_node_set_host(reading, host, bracketed)) {
		return false;
	}
	reading->endpoint->port = MCHA_DEFAULT_PORT;
	if (!more) {
		return true;
	}
	more = mcha_span_cut(&address, ':', &port);
	if (!mcha_span_number(port, &reading->endpoint->port) || reading->endpoint->port == 0) {
		return mcha_node_refuse_part(reading, "port", port, MCHA_RULE_PORT);
	}
	return !more || set_positional_weight(reading, address);
}

static bool parse_node(mcha_node_reading *reading)
{
	mcha_span query = reading->node;
	mcha_span address;
	bool has_query, is_unix;

	if (!mcha_node_check_bytes(reading)) {
		return false;
	}
	has_query = mcha_span_cut(&query, '?', &address);
	if (!mcha_node_take_scheme(reading, &address, &is_unix)
		|| !(is_unix ? parse_unix : parse_tcp)(reading, address)
		|| (has_query && !mcha_node_parse_options(reading, query))) {
		return false;
	}
	if (reading->endpoint->weight == 0) {
		reading->endpoint->weight = 1;
	}
	return true;
}

/* --- the list --------------------------------------------------------------------------------- */

typedef struct list {
	mcha_endpoint *endpoints;
	size_t count;
	size_t capacity;
} list;

/* Appends a zeroed endpoint; NULL: no memory. */
static mcha_endpoint *list_append(list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 4;
		mcha_endpoint *grown = realloc(list->endpoints, capacity * sizeof(*grown));

		if (!grown) {
			return NULL;
		}
		list->endpoints = grown;
		list->capacity = capacity;
	}
	memset(&list->endpoints[list->count], 0, sizeof(mcha_endpoint));
	return &list->endpoints[list->count++];
}

static bool parse_list(mcha_span rest, list *list, char *error)
{
	bool more;

	do {
		mcha_node_reading reading = {.error = error};

		more = mcha_span_cut(&rest, ',', &reading.node);
		reading.node = mcha_span_trim(reading.node);
		if (reading.node.length == 0) {
			continue;
		}
		reading.endpoint = list_append(list);
		if (!reading.endpoint) {
			snprintf(error, MCHA_POOL_STRING_ERROR_MAX, "no memory for the servers");
			return false;
		}
		if (!parse_node(&reading)) {
			return false;
		}
	} while (more);
	return true;
}

bool mcha_pool_string_parse(const char *string, size_t length, mcha_endpoint **endpoints,
	size_t *count, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	list list = {0};

	if (!parse_list((mcha_span){length ? string : "", length}, &list, error)) {
		free(list.endpoints);
		return false;
	}
	*endpoints = list.endpoints;
	*count = list.count;
	return true;
}
