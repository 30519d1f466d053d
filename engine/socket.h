/* SPDX-License-Identifier: MIT */
/* Sockets that connect without blocking, and name resolution; errno is reported, nothing is interpreted. */
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
	int send_buffer;    /* bytes, 0: the system's */
	int receive_buffer;
} mcha_socket_options;

/* One address of a server. */
typedef struct mcha_address {
	struct sockaddr_storage storage;
	socklen_t length;
} mcha_address;

#define MCHA_ADDRESSES_MAX 8

/* The server's addresses (a name may have several; all but numeric ones ask the resolver, which
 * blocks: the caller keeps the result). Returns their count, 0 with *gai_error set if there are
 * none. */
size_t mcha_socket_resolve(const mcha_endpoint *endpoint, mcha_address addresses[MCHA_ADDRESSES_MAX],
		int *gai_error);

/* A socket that is connected or connecting (*connecting), or -1 with errno. */
int mcha_socket_open(const mcha_address *address, const mcha_socket_options *options,
		bool *connecting);

/* After poll said writable: 0 connected, else the errno of the failed connect. */
int mcha_socket_connect_error(int fd);

/* The socket may block from here on, in calls without MSG_DONTWAIT, and in receiving for at most nap
 * microseconds. */
void mcha_socket_connected(int fd, long nap);

/* Closes it and takes back what the server has not received yet; it would be sent for minutes
 * otherwise, to be carried out whenever the server or the network comes back. */
void mcha_socket_abort(int fd);

/* An idle connection must have nothing to read: bytes would be an answer to nobody, an end of file
 * a server that left. True: nothing, use it. */
bool mcha_socket_is_quiet(int fd);

#endif
