/* SPDX-License-Identifier: MIT */
/* A table of host names, and the lookups in progress for them. A lookup is reference-counted: the
 * table, each connection that waits for it, and its thread hold a reference. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr */
#endif
#include "resolver.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/fork_generation.h"

#define NAMES_MAX 64 /* with more names, rows are reused and names are looked up more often */

struct mcha_lookup {
	_Atomic int references;
	_Atomic bool ended;
	/* of the process whose thread does the lookup; a forked child does not have that thread */
	uint32_t generation;
	int ends[2]; /* a socket pair: the thread writes a byte to the second at the end */
	int gai_error;
	size_t count;
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	char host[MCHA_HOST_MAX + 1];
};

typedef struct known_name {
	char host[MCHA_HOST_MAX + 1]; /* "": free */
	size_t count;
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	mcha_usec asked_at; /* when the last lookup ended; 0: never */
	int gai_error;      /* the result of that lookup */
	bool doubted;       /* connecting failed since that lookup */
	mcha_lookup *lookup;
} known_name;

static known_name table[NAMES_MAX];
/* a thread-safe PHP calls from several threads */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

int (*mcha_resolver_resolve)(const char *, const char *, const struct addrinfo *,
	struct addrinfo **) = getaddrinfo;

/* --- lookups ---------------------------------------------------------------------------------- */

void mcha_lookup_release(mcha_lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->references, 1) == 1) {
		close(lookup->ends[0]);
		close(lookup->ends[1]);
		free(lookup);
	}
}

int mcha_lookup_fd(const mcha_lookup *lookup)
{
	return lookup->ends[0];
}

static void resolve_host(mcha_lookup *lookup)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found, *one;

	lookup->gai_error = mcha_resolver_resolve(lookup->host, NULL, &hints, &found);
	if (lookup->gai_error == 0) {
		for (one = found; one && lookup->count < MCHA_ADDRESSES_MAX; one = one->ai_next) {
			memcpy(&lookup->addresses[lookup->count].storage, one->ai_addr, one->ai_addrlen);
			lookup->addresses[lookup->count++].length = one->ai_addrlen;
		}
		freeaddrinfo(found);
	}
	atomic_store(&lookup->ended, true);
}

static void *run_lookup(void *argument)
{
	mcha_lookup *lookup = argument;

	resolve_host(lookup);
	(void)!send(lookup->ends[1], "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	mcha_lookup_release(lookup);
	return NULL;
}

/* A lookup thread may still run when PHP unloads its modules, so the code of this module must stay
 * in memory. */
static void pin_module(void)
{
	static bool done;
	Dl_info self;

	if (!done && dladdr(&table, &self)) {
		dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
	}
	done = true;
}

/* The thread blocks all signals: they are for the application's threads. */
static bool start_thread(mcha_lookup *lookup)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	bool started;

	pin_module();
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	atomic_fetch_add(&lookup->references, 1);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&thread, &attributes, run_lookup, lookup) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (!started) {
		atomic_fetch_sub(&lookup->references, 1);
	}
	return started;
}

static void start_lookup(known_name *name)
{
	mcha_lookup *lookup = calloc(1, sizeof(*lookup));

	if (!lookup || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lookup->ends) != 0) {
		free(lookup);
		name->gai_error = EAI_MEMORY;
		return;
	}
	lookup->references = 1;
	lookup->generation = mcha_fork_generation();
	memcpy(lookup->host, name->host, sizeof(lookup->host));
	if (!start_thread(lookup)) {
		resolve_host(lookup); /* without a thread, this one has to wait */
	}
	name->lookup = lookup;
}

/* --- the table -------------------------------------------------------------------------------- */

static void clear_row(known_name *name)
{
	if (name->lookup) {
		mcha_lookup_release(name->lookup);
	}
	memset(name, 0, sizeof(*name));
}

/* The row of this name; if there is none yet, a free row, or the row with the oldest lookup,
 * cleared. */
static known_name *find_row(const char *host)
{
	known_name *row = &table[0];
	size_t i;

	for (i = 0; i < NAMES_MAX; i++) {
		if (strcmp(table[i].host, host) == 0) {
			return &table[i];
		}
		if (row->host[0] && (!table[i].host[0] || table[i].asked_at < row->asked_at)) {
			row = &table[i];
		}
	}
	clear_row(row);
	memcpy(row->host, host, strlen(host) + 1);
	return row;
}

/* Takes over the result of a lookup that has ended. If it failed, the old addresses stay: they are
 * better than none. */
static void take_result(known_name *name, mcha_usec now)
{
	mcha_lookup *lookup = name->lookup;

	if (!lookup) {
		return;
	}
	if (!atomic_load(&lookup->ended)) {
		if (lookup->generation != mcha_fork_generation()) {
			/* the thread runs in the parent process only; this copy never ends */
			name->lookup = NULL;
		}
		return;
	}
	name->asked_at = now;
	name->doubted = false;
	name->gai_error = lookup->gai_error;
	if (lookup->count) {
		name->count = lookup->count;
		memcpy(name->addresses, lookup->addresses, sizeof(name->addresses));
	}
	mcha_lookup_release(lookup);
	name->lookup = NULL;
}

static bool is_lookup_due(const known_name *name, mcha_usec now)
{
	mcha_usec age = now - name->asked_at;

	return !name->lookup
		&& (!name->asked_at
			|| age
				>= (name->gai_error || name->doubted ? MCHA_RESOLVER_MISSED : MCHA_RESOLVER_KEPT));
}

static void copy_addresses(const known_name *name, uint16_t port, mcha_address *addresses)
{
	size_t i;

	memcpy(addresses, name->addresses, name->count * sizeof(*addresses));
	for (i = 0; i < name->count; i++) {
		if (addresses[i].storage.ss_family == AF_INET6) {
			((struct sockaddr_in6 *)&addresses[i].storage)->sin6_port = htons(port);
		} else {
			((struct sockaddr_in *)&addresses[i].storage)->sin_port = htons(port);
		}
	}
}

size_t mcha_resolver_find(const mcha_endpoint *endpoint, mcha_usec now,
	mcha_address addresses[MCHA_ADDRESSES_MAX], mcha_lookup **lookup, int *gai_error)
{
	known_name *name;
	size_t count;

	pthread_mutex_lock(&table_lock);
	name = find_row(endpoint->host);
	take_result(name, now);
	if (is_lookup_due(name, now)) {
		start_lookup(name);
		take_result(name, now);
	}
	count = name->count;
	copy_addresses(name, endpoint->port, addresses);
	*gai_error = name->gai_error;
	*lookup = count ? NULL : name->lookup;
	if (*lookup) {
		atomic_fetch_add(&(*lookup)->references, 1);
	}
	pthread_mutex_unlock(&table_lock);
	return count;
}

void mcha_resolver_doubt(const mcha_endpoint *endpoint)
{
	size_t i;

	pthread_mutex_lock(&table_lock);
	for (i = 0; i < NAMES_MAX; i++) {
		table[i].doubted = table[i].doubted || strcmp(table[i].host, endpoint->host) == 0;
	}
	pthread_mutex_unlock(&table_lock);
}
