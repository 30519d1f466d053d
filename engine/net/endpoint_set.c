/* SPDX-License-Identifier: MIT */
/* Makes an endpoint of a server that is given in parts. */
#include "node_reading.h"
#include "pool_string.h"

#include <stdio.h>

static bool refuse_number(const mcha_node_reading *reading, const char *what, long number,
	const char *rule)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%ld", number);

	return mcha_node_refuse_part(reading, what, (mcha_span){text, (size_t)length}, rule);
}

static mcha_span strip_brackets(mcha_span host, bool *bracketed)
{
	*bracketed = host.length >= 2 && host.text[0] == '[' && host.text[host.length - 1] == ']';
	return *bracketed ? (mcha_span){host.text + 1, host.length - 2} : host;
}

static bool set_address(const mcha_node_reading *reading, mcha_span address, long port)
{
	bool is_unix, bracketed;
	mcha_span host;

	if (!mcha_node_take_scheme(reading, &address, &is_unix)) {
		return false;
	}
	if (is_unix) {
		return mcha_node_set_path(reading, address);
	}
	host = strip_brackets(address, &bracketed);
	if (!mcha_node_set_host(reading, host, bracketed)) {
		return false;
	}
	if (port < 1 || port > UINT16_MAX) {
		return refuse_number(reading, "port", port, MCHA_RULE_PORT);
	}
	reading->endpoint->port = (uint16_t)port;
	return true;
}

bool mcha_endpoint_set(mcha_endpoint *endpoint, const char *host, size_t host_length, long port,
	long weight, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	mcha_endpoint read = {.weight = 1};
	mcha_node_reading reading = {
		.node = {host_length ? host : "", host_length},
		.endpoint = &read,
		.error = error,
	};

	if (!mcha_node_check_bytes(&reading) || !set_address(&reading, reading.node, port)) {
		return false;
	}
	if (weight < 0 || weight > MCHA_WEIGHT_MAX) {
		return refuse_number(&reading, "weight", weight, MCHA_RULE_WEIGHT);
	}
	if (weight) {
		read.weight = (uint16_t)weight;
	}
	*endpoint = read;
	return true;
}
