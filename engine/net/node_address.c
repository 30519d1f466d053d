/* SPDX-License-Identifier: MIT */
/* The address of a node: a scheme, and a host or the path of a unix socket. */
#include "node_reading.h"

#include <string.h>

/* sun_path of struct sockaddr_un has 108 bytes, the last of them for the NUL. */
#define PATH_LENGTH_MAX 107

static void copy_host(const mcha_node_reading *reading, mcha_span host)
{
	memcpy(reading->endpoint->host, host.text, host.length);
	reading->endpoint->host[host.length] = '\0';
}

bool mcha_node_set_host(const mcha_node_reading *reading, mcha_span host, bool bracketed)
{
	if (host.length == 0) {
		return mcha_node_refuse(reading, "has no host: write host:port");
	}
	if (host.length > MCHA_HOST_MAX) {
		return mcha_node_refuse_part(reading, "host", host, "is longer than 255 characters");
	}
	if (bracketed && !mcha_span_is_ipv6(host)) {
		return mcha_node_refuse_part(reading, "host", host, "is not an IPv6 address");
	}
	if (!mcha_span_is_ipv6(host) && !mcha_node_check_name(reading, "host", host)) {
		return false;
	}
	copy_host(reading, host);
	return true;
}

bool mcha_node_set_path(const mcha_node_reading *reading, mcha_span path)
{
	if (path.length < 2 || path.text[0] != '/') {
		return mcha_node_refuse_part(reading, "path", path,
			"of a unix socket must be absolute: /path/to.sock");
	}
	if (path.length > PATH_LENGTH_MAX) {
		return mcha_node_refuse_part(reading, "path", path,
			"is longer than the 107 bytes a unix socket may have");
	}
	copy_host(reading, path);
	reading->endpoint->port = 0;
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

bool mcha_node_take_scheme(const mcha_node_reading *reading, mcha_span *address, bool *is_unix)
{
	mcha_span rest = *address;
	mcha_span name;
	bool has_scheme = mcha_span_cut(&rest, ':', &name) && rest.length >= 2
		&& memcmp(rest.text, "//", 2) == 0;

	*is_unix = address->length && address->text[0] == '/';
	if (!has_scheme || *is_unix) {
		return true;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!mcha_span_equals(name, schemes[i].name)) {
			continue;
		}
		*address = (mcha_span){rest.text + 2, rest.length - 2};
		*is_unix = schemes[i].is_unix;
		reading->endpoint->tls = schemes[i].tls;
		if (!*is_unix && address->length && address->text[0] == '/') {
			return mcha_node_refuse_part(reading, "address", *address,
				"is a path: write unix:///path/to.sock");
		}
		return true;
	}
	return mcha_node_refuse_part(reading, "scheme", name, "is unknown, expected tcp, unix or tls");
}
