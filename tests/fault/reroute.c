/* SPDX-License-Identifier: MIT */
/* Preloaded into the workers of the second group of hosts (see nodes.inc): a connection to one of
 * the ports in MCHA_REROUTED (comma-separated) of 127.0.0.1 goes to the same port of 127.0.0.2,
 * where this group's relays listen. The nodes' names stay the same for all hosts. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_rerouted(in_port_t port)
{
	const char *list = getenv("MCHA_REROUTED");
	char *end;

	for (; list && *list; list = *end ? end + 1 : end) {
		if (strtoul(list, &end, 10) == ntohs(port)) {
			return true;
		}
	}
	return false;
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in rerouted;

	if (length == sizeof(rerouted) && address->sa_family == AF_INET) {
		memcpy(&rerouted, address, sizeof(rerouted));
		if (rerouted.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && is_rerouted(rerouted.sin_port)) {
			rerouted.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
			return (int)syscall(SYS_connect, fd, &rerouted, sizeof(rerouted));
		}
	}
	return (int)syscall(SYS_connect, fd, address, length);
}
