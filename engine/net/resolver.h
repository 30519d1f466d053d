/* SPDX-License-Identifier: MIT */
/* Resolves host names without making a caller wait past its deadline, and caches the addresses for
 * the whole process.
 *
 *   cached and fresh      -> returns the addresses
 *   cached and old, or    -> returns the addresses and starts a lookup whose result a later call
 *                            returns;
 *   connecting failed        if that lookup fails, the old addresses stay
 *   not cached            -> starts a lookup; the caller may poll for its end
 *   lookup failed lately  -> returns nothing, and starts no lookup
 *
 * getaddrinfo() may take arbitrarily long, so it runs in a thread, which may outlive the caller's
 * operation. These are the only threads of the engine. */
#ifndef MCHA_ENGINE_RESOLVER_H
#define MCHA_ENGINE_RESOLVER_H

#include "engine/base/clock.h"
#include "socket.h"

#define MCHA_RESOLVER_KEPT (60 * MCHA_USEC_PER_SEC) /* cached addresses are fresh for this long */
/* least time from a failed or doubted lookup to the next one */
#define MCHA_RESOLVER_MISSED (1 * MCHA_USEC_PER_SEC)

typedef struct mcha_lookup mcha_lookup;

/* Copies the cached addresses of the endpoint and returns their number; not for unix sockets and
 * numeric hosts. If it is 0, *lookup is a lookup in progress (the caller releases it), or NULL, and
 * then *gai_error is the error. */
size_t mcha_resolver_find(const mcha_endpoint *endpoint, mcha_usec now,
	mcha_address addresses[MCHA_ADDRESSES_MAX], mcha_lookup **lookup, int *gai_error);

/* Connecting to the endpoint failed: its addresses may be out of date, and are looked up again
 * soon. */
void mcha_resolver_doubt(const mcha_endpoint *endpoint);

/* This descriptor becomes readable when the lookup has ended; then call mcha_resolver_find()
 * again. */
int mcha_lookup_fd(const mcha_lookup *lookup);

void mcha_lookup_release(mcha_lookup *lookup);

/* getaddrinfo; tests replace it. */
extern int (*mcha_resolver_resolve)(const char *host, const char *service,
	const struct addrinfo *hints, struct addrinfo **found);

#endif
