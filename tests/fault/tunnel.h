/* SPDX-License-Identifier: MIT */
/* Tunnels through the proxy: each a client's connection and one to memcached, with what is under
 * way between them, and what the fault in force does to it. Knows nothing of commands, nor of who
 * listens. */
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
	CORRUPT
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

/* All tunnels leave the fault that was in force, and enter this one. */
void tunnels_set_fault(fault_kind kind, int64_t amount);

/* Milliseconds until something that is held is due; -1: nothing is. */
int tunnels_next_due(void);
void tunnels_deliver_due(void);

/* Frees those that are over: behind the events that were fetched together, as they may name one. */
void tunnels_bury(void);

#endif
