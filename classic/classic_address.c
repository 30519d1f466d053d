/* SPDX-License-Identifier: MIT */
/* Where libmemcached is to connect to. It would look a name up by itself, at each connect, for as
 * long as the resolver likes: it is given the number instead. */
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "classic_connection.h"
#include "engine/net/resolver.h"

static int milliseconds_until(mcha_usec when)
{
	mcha_usec left = when - mcha_clock_now();

	return left <= 0 ? 0 : (int)((left + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC);
}

bool classic_wait(int fd, short events, mcha_usec until)
{
	struct pollfd poll_for = {fd, events, 0};

	while (poll(&poll_for, 1, milliseconds_until(until)) <= 0) {
		if (mcha_clock_now() >= until) {
			return false;
		}
	}
	return true;
}

/* Names that are not written out. */
static size_t look_up(const mcha_endpoint *endpoint, mcha_usec deadline,
		mcha_address addresses[MCHA_ADDRESSES_MAX])
{
	mcha_lookup *lookup;
	int gai_error;

	for (;;) {
		size_t count = mcha_resolver_find(endpoint, mcha_clock_now(), addresses, &lookup, &gai_error);
		bool ended;

		if (!lookup) {
			return count;
		}
		ended = classic_wait(mcha_lookup_fd(lookup), POLLIN, deadline);
		mcha_lookup_release(lookup);
		if (!ended) {
			return 0;
		}
	}
}

size_t classic_addresses(const mcha_endpoint *endpoint, mcha_usec deadline,
		mcha_address addresses[MCHA_ADDRESSES_MAX])
{
	return mcha_socket_address(endpoint, &addresses[0]) ? 1 : look_up(endpoint, deadline, addresses);
}

static bool connects(const classic_connection *connection, const mcha_address *address)
{
	mcha_usec until = mcha_clock_now() + connection->base.settings->connect_timeout;
	mcha_socket_options options = {0};
	bool connecting, good;
	int fd = mcha_socket_open(address, &options, &connecting);

	if (fd < 0) {
		return false;
	}
	until = until < connection->deadline ? until : connection->deadline;
	good = !connecting || (classic_wait(fd, POLLOUT, until) && mcha_socket_connect_error(fd) == 0);
	close(fd);
	return good;
}

/* Of several addresses the first where somebody is; libmemcached can be given only one. */
static const mcha_address *choose(const classic_connection *connection,
		const mcha_address *addresses, size_t count)
{
	size_t i;

	for (i = 0; i + 1 < count; i++) {
		if (connects(connection, &addresses[i])) {
			break;
		}
	}
	return &addresses[i];
}

bool classic_address(const classic_connection *connection, char host[MCHA_HOST_MAX + 1])
{
	const mcha_endpoint *endpoint = connection->base.endpoint;
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	const mcha_address *chosen;
	size_t count;

	memcpy(host, endpoint->host, MCHA_HOST_MAX + 1);
	/* mechanisms of SASL may want the server's name */
	if (connection->base.settings->username || mcha_endpoint_is_unix(endpoint)
		|| mcha_socket_address(endpoint, &addresses[0])) {
		return true;
	}
	count = look_up(endpoint, connection->deadline, addresses);
	if (count == 0) {
		return false;
	}
	chosen = choose(connection, addresses, count);
	return getnameinfo((const struct sockaddr *)&chosen->storage, chosen->length, host,
		MCHA_HOST_MAX + 1, NULL, 0, NI_NUMERICHOST) == 0;
}
