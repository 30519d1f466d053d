/* SPDX-License-Identifier: MIT */
/* Tunnels through the proxy: each is a client's connection and one to memcached, with the bytes in
 * flight between them and the effects of the present fault. Knows neither the proxy's commands nor
 * its listening socket. */
#ifndef MCHA_FAULT_TUNNEL_H
#define MCHA_FAULT_TUNNEL_H

#include <netinet/in.h>
#include <stdint.h>

typedef enum {
	PASS,
	REFUSE,
	DOWN,
	BLACKHOLE,
	DEAF,
	DELAY,
	THROTTLE,
	JITTER,
	LATE,
	CUT,
	CLOSE,
	CORRUPT,
	DAMAGE
} fault_kind;

extern struct fault {
	fault_kind kind;
	int64_t amount; /* milliseconds, bytes a second, or bytes */
} fault;

extern int poller;  /* the epoll instance; its events carry what tunnel_ready() takes */
extern int64_t now; /* microseconds; the loop sets it */

void die(const char *what);
int new_socket(void);

void tunnel_open(int client, const struct sockaddr_in *address);
void tunnel_ready(void *end, uint32_t events);

/* Ends the previous fault for all tunnels, and begins this one. */
void tunnels_set_fault(fault_kind kind, int64_t amount);

/* Milliseconds until held bytes are due; -1: no bytes are held. */
int tunnels_next_due(void);
void tunnels_deliver_due(void);

/* Frees finished tunnels. To be called after all events of one epoll_wait(), which may refer to
 * them. */
void tunnels_bury(void);

#endif
