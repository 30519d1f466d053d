/* SPDX-License-Identifier: MIT */
/* The addresses of a server, looked up and tried by a deadline. Knows no connection. */
#ifndef MCHA_CLASSIC_ADDRESS_H
#define MCHA_CLASSIC_ADDRESS_H

#include <stdbool.h>

#include "engine/net/socket.h"
#include "engine/transport/transport.h"

/* The host that libmemcached is to connect to: the endpoint's, or the number that its name resolves
 * to. False: the name could not be resolved by the deadline. */
bool classic_address(const mcha_endpoint *endpoint, const mcha_transport_settings *settings,
	mcha_usec deadline, char host[MCHA_HOST_MAX + 1]);

/* All addresses of a server; 0: the name could not be resolved by the deadline. */
size_t classic_addresses(const mcha_endpoint *endpoint, mcha_usec deadline,
	mcha_address addresses[MCHA_ADDRESSES_MAX]);

/* Polls one descriptor; a signal does not end the wait. False: the time is up. */
bool classic_wait(int fd, short events, mcha_usec until);

#endif
