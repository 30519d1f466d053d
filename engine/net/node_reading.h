/* SPDX-License-Identifier: MIT */
/* One node of a pool string (pool_string.h) that is being parsed: its address, its options, and the
 * message that says what is wrong with it. The text comes from configuration files and
 * applications, so every byte is checked here. */
#ifndef MCHA_ENGINE_NODE_READING_H
#define MCHA_ENGINE_NODE_READING_H

#include "endpoint.h"
#include "span.h"

#define MCHA_RULE_PORT "is not a number from 1 to 65535"
#define MCHA_RULE_WEIGHT "is not a number from 1 to 65535"

typedef struct mcha_node_reading {
	mcha_span node;
	mcha_endpoint *endpoint;
	char *error; /* MCHA_POOL_STRING_ERROR_MAX */
	/* a bit for each option that was given, to refuse an option that is given twice */
	unsigned given;
} mcha_node_reading;

/* --- node_reading.c: error messages ----------------------------------------------------------- */

/* Writes "server <node>: <what> <part> <rule>". Always false, so that a check can end with it, as
 * the two below. */
bool mcha_node_refuse_part(const mcha_node_reading *reading, const char *what, mcha_span part,
	const char *rule);

/* Writes "server <node> <rule>". */
bool mcha_node_refuse(const mcha_node_reading *reading, const char *rule);

/* Refuses a name with bytes that names do not have. */
bool mcha_node_check_name(const mcha_node_reading *reading, const char *what, mcha_span name);

/* Refuses control characters. */
bool mcha_node_check_bytes(const mcha_node_reading *reading);

/* --- node_address.c --------------------------------------------------------------------------- */

/* Removes the scheme from *address, if there is one. */
bool mcha_node_take_scheme(const mcha_node_reading *reading, mcha_span *address, bool *is_unix);

/* host is given without brackets; bracketed: it had them, which only an IPv6 address may have. */
bool mcha_node_set_host(const mcha_node_reading *reading, mcha_span host, bool bracketed);
bool mcha_node_set_path(const mcha_node_reading *reading, mcha_span path);

/* --- node_options.c --------------------------------------------------------------------------- */

/* "name=value&name=value" */
bool mcha_node_parse_options(mcha_node_reading *reading, mcha_span query);

#endif
