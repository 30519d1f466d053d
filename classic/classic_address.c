/* SPDX-License-Identifier: MIT */
/* Resolves the name of a server, by the engine's resolver, for the session (which address
 * libmemcached connects to) and for the key dump. libmemcached itself would resolve a name at each
 * connect, for as long as the C library takes, so it is given the number instead. */
#include "classic_address.h"

#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

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

/* For hosts that are names, not numbers or paths. */
static size_t look_up_name(const mcha_endpoint *endpoint, mcha_usec deadline,
	mcha_address addresses[MCHA_ADDRESSES_MAX])
{
	mcha_lookup *lookup;
	int gai_error;

	for (;;) {
		size_t count = mcha_resolver_find(endpoint, mcha_clock_now(), addresses, &lookup,
			&gai_error);
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
	return mcha_socket_address(endpoint, &addresses[0])
		? 1
		: look_up_name(endpoint, deadline, addresses);
}

static bool can_connect(const mcha_address *address, mcha_usec timeout, mcha_usec deadline)
{
	mcha_usec until = mcha_clock_now() + timeout;
	mcha_socket_options options = {0};
	bool connecting, good;
	int fd = mcha_socket_open(address, &options, &connecting);

	if (fd < 0) {
		return false;
	}
	until = until < deadline ? until : deadline;
	good = !connecting || (classic_wait(fd, POLLOUT, until) && mcha_socket_connect_error(fd) == 0);
	close(fd);
	return good;
}

/* libmemcached can be given one address only: the first of several that accepts a connection, or
 * the last one, untried. */
static const mcha_address *choose_address(const mcha_address *addresses, size_t count,
	mcha_usec timeout, mcha_usec deadline)
{
	size_t i;

	for (i = 0; i + 1 < count; i++) {
		if (can_connect(&addresses[i], timeout, deadline)) {
			break;
		}
	}
	return &addresses[i];
}

bool classic_address(const mcha_endpoint *endpoint, const mcha_transport_settings *settings,
	mcha_usec deadline, char host[MCHA_HOST_MAX + 1])
{
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	const mcha_address *chosen;
	size_t count;

	memcpy(host, endpoint->host, MCHA_HOST_MAX + 1);
	/* a SASL mechanism may need the server's name */
	if (settings->username || mcha_endpoint_is_unix(endpoint)
		|| mcha_socket_address(endpoint, &addresses[0])) {
		return true;
	}
	count = look_up_name(endpoint, deadline, addresses);
	if (count == 0) {
		return false;
	}
	chosen = choose_address(addresses, count, settings->connect_timeout, deadline);
	return getnameinfo((const struct sockaddr *)&chosen->storage, chosen->length, host,
			   MCHA_HOST_MAX + 1, NULL, 0, NI_NUMERICHOST)
		== 0;
}
