/* SPDX-License-Identifier: MIT */
/* Sockets that connect without blocking; errno is reported, nothing is interpreted. */
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

/* The server's address, where it is written out: a path or a number. False: it is a name (resolver.h),
 * or the path is too long. */
bool mcha_socket_address(const mcha_endpoint *endpoint, mcha_address *address);

/* A socket that is connected or connecting (*connecting), or -1 with errno. */
int mcha_socket_open(const mcha_address *address, const mcha_socket_options *options,
		bool *connecting);

/* After poll said writable: 0 connected, else the errno of the failed connect. */
int mcha_socket_connect_error(int fd);

/* The socket may block from here on, in calls without MSG_DONTWAIT, and in receiving for at most nap
 * microseconds. */
void mcha_socket_connected(int fd, long nap);

/* Closes it in such a way that what has not arrived yet never will: the rest of a request that was
 * given up must not be carried out later, over newer ones. */
void mcha_socket_abandon(int fd);

/* An idle connection must have nothing to read: bytes would be an answer to nobody, an end of file
 * a server that left. True: nothing, use it. */
bool mcha_socket_is_quiet(int fd);

#endif
