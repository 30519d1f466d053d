/* SPDX-License-Identifier: MIT */
/* Sockets that connect without blocking. Errors are returned as errno, without interpretation. */
#ifndef MCHA_ENGINE_SOCKET_H
#define MCHA_ENGINE_SOCKET_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "endpoint.h"

typedef struct mcha_socket_options {
	bool no_delay;
	bool keepalive;
	int send_buffer; /* bytes, 0: the system's default */
	int receive_buffer;
} mcha_socket_options;

/* One address of a server. */
typedef struct mcha_address {
	struct sockaddr_storage storage;
	socklen_t length;
} mcha_address;

#define MCHA_ADDRESSES_MAX 8

/* The server's address if its host is a path or a numeric address. False: the host is a name
 * (resolver.h), or the path is too long. */
bool mcha_socket_address(const mcha_endpoint *endpoint, mcha_address *address);

/* Returns a socket that is connected or still connecting (*connecting), or -1 with errno. */
int mcha_socket_open(const mcha_address *address, const mcha_socket_options *options,
	bool *connecting);

/* Call it when poll() reports a connecting socket as writable. 0: connected, else the errno of the
 * failed connect. */
int mcha_socket_connect_error(int fd);

/* Makes a connected socket blocking: from now on calls without MSG_DONTWAIT block, receiving for at
 * most nap microseconds. */
void mcha_socket_connected(int fd, long nap);

/* Closes the socket by a reset, so that bytes which have not reached the server yet never will: the
 * server must not carry out the rest of an abandoned request later, over newer ones. */
void mcha_socket_abandon(int fd);

/* True: there is nothing to read, so the idle connection can be used. Bytes would be an answer that
 * no request waits for; an end of file means that the server closed the connection. */
bool mcha_socket_is_quiet(int fd);

#endif
