/* SPDX-License-Identifier: MIT */
/* Sockets for connections that never block their caller. Only the meta transport uses them. */
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static bool set_unix_address(const mcha_endpoint *endpoint, mcha_address *address)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&address->storage;
	size_t length = strlen(endpoint->host);

	if (length >= sizeof(un->sun_path)) {
		return false;
	}
	memset(&address->storage, 0, sizeof(address->storage));
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, endpoint->host, length + 1);
	address->length = sizeof(*un);
	return true;
}

bool mcha_socket_address(const mcha_endpoint *endpoint, mcha_address *address)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};
	struct addrinfo *found;
	char port[8];

	if (mcha_endpoint_is_unix(endpoint)) {
		return set_unix_address(endpoint, address);
	}
	snprintf(port, sizeof(port), "%u", (unsigned)endpoint->port);
	if (getaddrinfo(endpoint->host, port, &hints, &found) != 0) {
		return false;
	}
	memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
	address->length = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static void set_options(int fd, int family, const mcha_socket_options *options)
{
	const int on = 1;

	if (family != AF_UNIX && options->no_delay) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	if (family != AF_UNIX && options->keepalive) {
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	if (options->send_buffer > 0) {
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &options->send_buffer, sizeof(int));
	}
	if (options->receive_buffer > 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &options->receive_buffer, sizeof(int));
	}
}

int mcha_socket_open(const mcha_address *address, const mcha_socket_options *options,
	bool *connecting)
{
	int family = address->storage.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		return -1;
	}
	set_options(fd, family, options);
	*connecting = false;
	if (connect(fd, (const struct sockaddr *)&address->storage, address->length) != 0) {
		/* EAGAIN: the backlog of a unix socket is full, because the server does not keep up */
		if (errno != EINPROGRESS) {
			int error = errno;

			close(fd);
			errno = error;
			return -1;
		}
		*connecting = true;
	}
	return fd;
}

int mcha_socket_connect_error(int fd)
{
	int error = 0;
	socklen_t length = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
		return errno;
	}
	return error;
}

void mcha_socket_connected(int fd, long nap)
{
	struct timeval timeout = {.tv_sec = nap / 1000000, .tv_usec = nap % 1000000};

	fcntl(fd, F_SETFL, 0); /* O_NONBLOCK was the only flag set */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
}

void mcha_socket_abandon(int fd)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

bool mcha_socket_is_quiet(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
		&& (errno == EAGAIN || errno == EWOULDBLOCK);
}
