/* SPDX-License-Identifier: MIT */
/* Parses pool strings for ini settings, session.save_path, the constructor and addServer(). The
 * text comes from configuration files and applications, so every byte is checked here. The error
 * message for a mistake quotes the wrong part, escaped so that the message can go to a log
 * unchanged, and says what would be right. */
#include "pool_string.h"
#include "engine/base/printable.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* sun_path of struct sockaddr_un has 108 bytes, the last of them for the NUL. */
#define PATH_LENGTH_MAX 107

/* Buffer sizes for quoted parts; together with the longest rule they fit into
 * MCHA_POOL_STRING_ERROR_MAX. */
#define QUOTE_NODE_MAX 72
#define QUOTE_PART_MAX 48

#define RULE_PORT "is not a number from 1 to 65535"
#define RULE_WEIGHT "is not a number from 1 to 65535"

typedef struct span {
	const char *text;
	size_t length;
} span;

/* The node that is being parsed. */
typedef struct reading {
	span node;
	mcha_endpoint *endpoint;
	char *error;
	/* one bit for each of options[] that was given, to refuse an option that is given twice */
	unsigned given;
} reading;

/* --- error messages -------------------------------------------------------------------------- */

/* The part in double quotes, escaped and cut to fit size. */
static const char *quote_part(char *quoted, size_t size, span part)
{
	size_t used;

	quoted[0] = '"';
	used = 1 + mcha_printable(quoted + 1, size - 2, part.text, part.length);
	quoted[used++] = '"';
	quoted[used] = '\0';
	return quoted;
}

/* Always false, so that a check can end with it. */
static bool refuse_part(const reading *reading, const char *what, span part, const char *rule)
{
	char node[QUOTE_NODE_MAX];
	char quoted[QUOTE_PART_MAX];

	snprintf(reading->error, MCHA_POOL_STRING_ERROR_MAX, "server %s: %s %s %s",
		quote_part(node, sizeof(node), reading->node), what,
		quote_part(quoted, sizeof(quoted), part), rule);
	return false;
}

static bool refuse_node(const reading *reading, const char *rule)
{
	char node[QUOTE_NODE_MAX];

	snprintf(reading->error, MCHA_POOL_STRING_ERROR_MAX, "server %s %s",
		quote_part(node, sizeof(node), reading->node), rule);
	return false;
}

/* --- spans ----------------------------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static span trim_span(span part)
{
	while (part.length && is_space(part.text[0])) {
		part.text++;
		part.length--;
	}
	while (part.length && is_space(part.text[part.length - 1])) {
		part.length--;
	}
	return part;
}

/* Moves the text before the first separator from *rest to *before, and drops the separator. False:
 * there is no separator, and *before is the whole text. */
static bool cut_span(span *rest, char separator, span *before)
{
	const char *at = rest->length ? memchr(rest->text, separator, rest->length) : NULL;

	*before = *rest;
	if (!at) {
		rest->text += rest->length;
		rest->length = 0;
		return false;
	}
	before->length = (size_t)(at - rest->text);
	rest->text = at + 1;
	rest->length -= before->length + 1;
	return true;
}

static bool equals_ignoring_case(span part, const char *word)
{
	return part.length == strlen(word) && strncasecmp(part.text, word, part.length) == 0;
}

/* --- the parts of a node --------------------------------------------------------------------- */

/* Accepts digits only, and at most five of them, as 65535 has. */
static bool read_number(span part, uint16_t *number)
{
	unsigned value = 0;

	if (part.length == 0 || part.length > 5) {
		return false;
	}
	for (size_t i = 0; i < part.length; i++) {
		if (part.text[i] < '0' || part.text[i] > '9') {
			return false;
		}
		value = value * 10 + (unsigned)(part.text[i] - '0');
	}
	*number = (uint16_t)value;
	return value <= UINT16_MAX;
}

static bool check_bytes(const reading *reading)
{
	for (size_t i = 0; i < reading->node.length; i++) {
		unsigned char c = (unsigned char)reading->node.text[i];

		if (c < 0x20 || c == 0x7f) {
			return refuse_part(reading, "control character", (span){reading->node.text + i, 1},
				"is not allowed");
		}
	}
	return true;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
		|| c == '-' || c == '_';
}

static bool check_name_bytes(const reading *reading, const char *what, span name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (!is_name_byte(name.text[i])) {
			return refuse_part(reading, what, name,
				"may only have letters, digits, '.', '-' and '_'");
		}
	}
	return true;
}

/* A link-local address may name its interface: fe80::1%eth0. */
static bool is_ipv6(span address)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	span digits;

	if (cut_span(&address, '%', &digits)) {
		if (address.length == 0) {
			return false;
		}
		for (size_t i = 0; i < address.length; i++) {
			if (!is_name_byte(address.text[i])) {
				return false;
			}
		}
	}
	if (digits.length >= sizeof(text)) {
		return false;
	}
	memcpy(text, digits.text, digits.length);
	text[digits.length] = '\0';
	return inet_pton(AF_INET6, text, bytes) == 1;
}

static void copy_host(const reading *reading, span host)
{
	memcpy(reading->endpoint->host, host.text, host.length);
	reading->endpoint->host[host.length] = '\0';
}

/* host is given without brackets; bracketed: it had them, which only an IPv6 address may have. */
static bool set_host(const reading *reading, span host, bool bracketed)
{
	if (host.length == 0) {
		return refuse_node(reading, "has no host: write host:port");
	}
	if (host.length > MCHA_HOST_MAX) {
		return refuse_part(reading, "host", host, "is longer than 255 characters");
	}
	if (bracketed && !is_ipv6(host)) {
		return refuse_part(reading, "host", host, "is not an IPv6 address");
	}
	if (!is_ipv6(host) && !check_name_bytes(reading, "host", host)) {
		return false;
	}
	copy_host(reading, host);
	return true;
}

static bool set_path(const reading *reading, span path)
{
	if (path.length < 2 || path.text[0] != '/') {
		return refuse_part(reading, "path", path,
			"of a unix socket must be absolute: /path/to.sock");
	}
	if (path.length > PATH_LENGTH_MAX) {
		return refuse_part(reading, "path", path,
			"is longer than the 107 bytes a unix socket may have");
	}
	copy_host(reading, path);
	reading->endpoint->port = 0;
	return true;
}

/* Accepts 0: users of pecl memcached write it for the default weight. */
static bool set_positional_weight(const reading *reading, span weight)
{
	uint16_t number;

	if (!read_number(weight, &number)) {
		return refuse_part(reading, "weight", weight, RULE_WEIGHT);
	}
	reading->endpoint->weight = number;
	return true;
}

static bool set_option_weight(const reading *reading, span weight)
{
	if (reading->endpoint->weight) {
		return refuse_part(reading, "weight", weight, "is given twice");
	}
	if (!read_number(weight, &reading->endpoint->weight) || reading->endpoint->weight == 0) {
		return refuse_part(reading, "weight", weight, RULE_WEIGHT);
	}
	return true;
}

static bool set_zone(const reading *reading, span zone)
{
	if (zone.length == 0) {
		return refuse_node(reading, "has an empty zone: write zone=name");
	}
	if (zone.length > MCHA_ZONE_MAX) {
		return refuse_part(reading, "zone", zone, "is longer than 63 characters");
	}
	if (!check_name_bytes(reading, "zone", zone)) {
		return false;
	}
	memcpy(reading->endpoint->zone, zone.text, zone.length);
	reading->endpoint->zone[zone.length] = '\0';
	return true;
}

static bool set_role(const reading *reading, span role)
{
	reading->endpoint->backup = equals_ignoring_case(role, "backup");
	return reading->endpoint->backup || equals_ignoring_case(role, "primary")
		|| refuse_part(reading, "role", role, "is unknown, expected primary or backup");
}

static const struct {
	const char *name;
	bool (*set)(const reading *reading, span value);
} options[] = {
	{"weight", set_option_weight},
	{"zone", set_zone},
	{"role", set_role},
};

#define RULE_OPTION "is unknown, expected weight, zone or role"

static bool parse_option(reading *reading, span option)
{
	span name;

	if (!cut_span(&option, '=', &name)) {
		return refuse_part(reading, "option", name, "has no value: write name=value");
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!equals_ignoring_case(name, options[i].name)) {
			continue;
		}
		if (reading->given & 1U << i) {
			return refuse_part(reading, "option", name, "is given twice");
		}
		reading->given |= 1U << i;
		return options[i].set(reading, option);
	}
	return refuse_part(reading, "option", name, RULE_OPTION);
}

static bool parse_options(reading *reading, span query)
{
	span option;
	bool more;

	do {
		more = cut_span(&query, '&', &option);
		if (!parse_option(reading, option)) {
			return false;
		}
	} while (more);
	return true;
}

static const struct {
	const char *name;
	bool is_unix;
	bool tls;
} schemes[] = {
	{"tcp", false, false},
	{"unix", true, false},
	{"tls", false, true},
};

/* Removes the scheme from *address, if there is one. */
static bool take_scheme(const reading *reading, span *address, bool *is_unix)
{
	span rest = *address;
	span name;
	bool has_scheme = cut_span(&rest, ':', &name) && rest.length >= 2
		&& memcmp(rest.text, "//", 2) == 0;

	*is_unix = address->length && address->text[0] == '/';
	if (!has_scheme || *is_unix) {
		return true;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!equals_ignoring_case(name, schemes[i].name)) {
			continue;
		}
		*address = (span){rest.text + 2, rest.length - 2};
		*is_unix = schemes[i].is_unix;
		reading->endpoint->tls = schemes[i].tls;
		if (!*is_unix && address->length && address->text[0] == '/') {
			return refuse_part(reading, "address", *address,
				"is a path: write unix:///path/to.sock");
		}
		return true;
	}
	return refuse_part(reading, "scheme", name, "is unknown, expected tcp, unix or tls");
}

/* "/path/to.sock[:0[:weight]]" */
static bool parse_unix(const reading *reading, span address)
{
	span path, port;
	uint16_t number;
	bool more = cut_span(&address, ':', &path);

	if (!set_path(reading, path)) {
		return false;
	}
	if (!more) {
		return true;
	}
	more = cut_span(&address, ':', &port);
	if (!read_number(port, &number) || number != 0) {
		return refuse_part(reading, "port", port, "of a unix socket must be 0");
	}
	return !more || set_positional_weight(reading, address);
}

/* Removes "[address]" and the colon behind it from *rest; *more: there was a colon. */
static bool cut_brackets(const reading *reading, span *rest, span *host, bool *more)
{
	span behind;

	rest->text++;
	rest->length--;
	if (!cut_span(rest, ']', host)) {
		return refuse_node(reading, "has a '[' without its ']': write [::1]:port");
	}
	*more = cut_span(rest, ':', &behind);
	if (behind.length) {
		return refuse_part(reading, "text", behind, "is not allowed between ']' and the port");
	}
	return true;
}

/* "host[:port[:weight]]"; host is a name, an IPv4 address or an IPv6 address in brackets */
static bool parse_tcp(const reading *reading, span address)
{
	bool bracketed = address.length && address.text[0] == '[';
	bool more = false;
	span host, port;

	if (!bracketed && is_ipv6(address)) {
		return refuse_part(reading, "IPv6 address", address, "needs brackets: [::1]:port");
	}
	if (!bracketed) {
		more = cut_span(&address, ':', &host);
	} else if (!cut_brackets(reading, &address, &host, &more)) {
		return false;
	}
	if (!set_host(reading, host, bracketed)) {
		return false;
	}
	reading->endpoint->port = MCHA_DEFAULT_PORT;
	if (!more) {
		return true;
	}
	more = cut_span(&address, ':', &port);
	if (!read_number(port, &reading->endpoint->port) || reading->endpoint->port == 0) {
		return refuse_part(reading, "port", port, RULE_PORT);
	}
	return !more || set_positional_weight(reading, address);
}

static bool parse_node(reading *reading)
{
	span query = reading->node;
	span address;
	bool has_query, is_unix;

	if (!check_bytes(reading)) {
		return false;
	}
	has_query = cut_span(&query, '?', &address);
	if (!take_scheme(reading, &address, &is_unix)
		|| !(is_unix ? parse_unix : parse_tcp)(reading, address)
		|| (has_query && !parse_options(reading, query))) {
		return false;
	}
	if (reading->endpoint->weight == 0) {
		reading->endpoint->weight = 1;
	}
	return true;
}

/* --- the list -------------------------------------------------------------------------------- */

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

static bool parse_list(span rest, list *list, char *error)
{
	bool more;

	do {
		reading reading = {.error = error};

		more = cut_span(&rest, ',', &reading.node);
		reading.node = trim_span(reading.node);
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

	if (!parse_list((span){length ? string : "", length}, &list, error)) {
		free(list.endpoints);
		return false;
	}
	*endpoints = list.endpoints;
	*count = list.count;
	return true;
}

/* --- a server given in parts ----------------------------------------------------------------- */

static bool refuse_number(const reading *reading, const char *what, long number, const char *rule)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%ld", number);

	return refuse_part(reading, what, (span){text, (size_t)length}, rule);
}

static span strip_brackets(span host, bool *bracketed)
{
	*bracketed = host.length >= 2 && host.text[0] == '[' && host.text[host.length - 1] == ']';
	return *bracketed ? (span){host.text + 1, host.length - 2} : host;
}

static bool set_address(const reading *reading, span address, long port)
{
	bool is_unix, bracketed;
	span host;

	if (!take_scheme(reading, &address, &is_unix)) {
		return false;
	}
	if (is_unix) {
		return set_path(reading, address);
	}
	host = strip_brackets(address, &bracketed);
	if (!set_host(reading, host, bracketed)) {
		return false;
	}
	if (port < 1 || port > UINT16_MAX) {
		return refuse_number(reading, "port", port, RULE_PORT);
	}
	reading->endpoint->port = (uint16_t)port;
	return true;
}

bool mcha_endpoint_set(mcha_endpoint *endpoint, const char *host, size_t host_length, long port,
	long weight, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	mcha_endpoint read = {.weight = 1};
	reading reading = {
		.node = {host_length ? host : "", host_length},
		.endpoint = &read,
		.error = error,
	};

	if (!check_bytes(&reading) || !set_address(&reading, reading.node, port)) {
		return false;
	}
	if (weight < 0 || weight > MCHA_WEIGHT_MAX) {
		return refuse_number(&reading, "weight", weight, RULE_WEIGHT);
	}
	if (weight) {
		read.weight = (uint16_t)weight;
	}
	*endpoint = read;
	return true;
}
