/* SPDX-License-Identifier: MIT */
/* Host names, looked up without anybody waiting past a deadline, and kept for the whole process.
 *
 *   known and young      -> the addresses
 *   known and old, or    -> the addresses, and a lookup is started that a later question will find:
 *   connecting failed       a name that cannot be looked up again stays where it was
 *   not known            -> a lookup is started, and whoever asked may poll for its end
 *   not found just now   -> nothing, without asking again
 *
 * The C library looks names up for as long as it likes, so it does so in a thread, which may
 * outlive the question; that is the only thread there is. */
#ifndef MCHA_ENGINE_RESOLVER_H
#define MCHA_ENGINE_RESOLVER_H

#include "engine/base/clock.h"
#include "socket.h"

#define MCHA_RESOLVER_KEPT (60 * MCHA_USEC_PER_SEC)  /* then the addresses are looked up again */
#define MCHA_RESOLVER_MISSED (1 * MCHA_USEC_PER_SEC) /* nobody asks again for a name so soon */

typedef struct mcha_lookup mcha_lookup;

/* The endpoint's addresses, as far as they are known; not for unix sockets and numeric hosts. If
 * there are none: *lookup is under way (release it), or it is NULL and *gai_error says why not. */
size_t mcha_resolver_find(const mcha_endpoint *endpoint, mcha_usec now,
		mcha_address addresses[MCHA_ADDRESSES_MAX], mcha_lookup **lookup, int *gai_error);

/* Nobody could be reached there: the addresses may be out of date, and are looked up again soon. */
void mcha_resolver_doubt(const mcha_endpoint *endpoint);

/* Readable when the lookup has ended: then find again. */
int mcha_lookup_fd(const mcha_lookup *lookup);

void mcha_lookup_release(mcha_lookup *lookup);

/* For tests: what getaddrinfo does. */
extern int (*mcha_resolver_resolve)(const char *host, const char *service,
		const struct addrinfo *hints, struct addrinfo **found);

#endif
