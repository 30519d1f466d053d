/* SPDX-License-Identifier: MIT */
/* One question to one node, and its answer. The replication layer fills in the question, the
 * fan-out carries it, a transport answers. Keys and values are borrowed for the round. */
#ifndef MCHA_ENGINE_REQUEST_H
#define MCHA_ENGINE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/key.h"
#include "engine/base/status.h"

#define MCHA_VALUE_MAX (UINT32_C(1) << 30) /* the largest item size a memcached can be given (-I) */

typedef enum mcha_verb {
	MCHA_VERB_GET,    /* value, flags; nothing but metadata without MCHA_WANT_VALUE */
	MCHA_VERB_STORE,  /* by mode; only over this cas if cas is not 0 */
	MCHA_VERB_DELETE, /* only this cas if cas is not 0 */
	MCHA_VERB_TOUCH,  /* new exptime */
	MCHA_VERB_COUNT,  /* add or subtract delta; only on this cas if cas is not 0 */
	MCHA_VERB_VERSION,
	MCHA_VERB_STATS, /* key: the kind of statistics, may be empty */
	MCHA_VERB_FLUSH, /* exptime: delay in seconds */
	MCHA_VERB_COUNT_OF
} mcha_verb;

typedef enum mcha_mode {
	MCHA_MODE_SET,
	MCHA_MODE_ADD,
	MCHA_MODE_REPLACE,
	MCHA_MODE_APPEND,
	MCHA_MODE_PREPEND
} mcha_mode;

enum {
	MCHA_WANT_VALUE = 1,
	MCHA_WANT_CAS = 2,
	MCHA_WANT_TTL = 4,    /* left MCHA_TTL_UNKNOWN where the protocol cannot tell */
	MCHA_WANT_SIZE = 8,
	MCHA_WANT_UNSEEN = 16, /* leave the server's LRU as it is, where the protocol can */
	MCHA_WANT_IDLE = 32   /* how long ago it was last stored or read, where the protocol can */
};

#define MCHA_TTL_NONE (-1)    /* never expires */
#define MCHA_TTL_UNKNOWN (-2) /* the protocol does not tell */

typedef struct mcha_reply {
	mcha_status status;
	uint32_t flags;
	uint64_t cas;     /* 0: not asked for, or the server keeps none */
	int64_t ttl;      /* seconds, or MCHA_TTL_* */
	uint64_t number;  /* COUNT: the new value; GET with MCHA_WANT_IDLE: seconds since the item was last
	                     stored or read, 0 also where the protocol cannot tell */
	size_t size;      /* of the value, also without MCHA_WANT_VALUE */
	char *value;      /* from the pool's allocator, NUL behind it; owned by whoever reads the
	                     request; GET: the value; VERSION: its text; STATS: the STAT lines */
} mcha_reply;

/* Whether a request was put into a line with others; its last one ends that. */
typedef enum mcha_line { MCHA_LINE_OWN, MCHA_LINE_SHARED, MCHA_LINE_LAST } mcha_line;

typedef struct mcha_request {
	mcha_verb verb;
	mcha_mode mode;
	uint16_t node;    /* index in the pool */
	uint8_t want;     /* MCHA_WANT_* */
	bool decrement;
	bool create;      /* COUNT: a missing counter is made, with the number initial and exptime, where
	                     the protocol can; elsewhere it stays MISS */
	uint16_t key_length;
	uint16_t position; /* in the preference list; the caller's own */
	uint8_t line;      /* mcha_line; the transport's own */
	bool check;        /* asked only whether the copy is there: the round goes on for a short grace at most
	                      when nothing else is missing (fanout.h) */
	bool may_detach;         /* a round that ends early (fanout.h) need not wait for its answer */
	bool reordered;    /* another write of the key was on its way when this one began; the caller's own */
	uint16_t source;   /* node whose copy this is; the caller's own */
	uint32_t item;     /* the caller's own */
	uint32_t flags;
	const char *key;
	const char *value;
	size_t value_length;
	int64_t exptime;  /* as memcached reads it: 0 never, up to 30 days relative, above absolute */
	uint64_t cas;
	uint64_t version; /* STORE, COUNT: what the copy is called from now on (version.h), where the protocol can;
	                     0: the server's own next number */
	uint64_t delta;
	uint64_t initial;
	mcha_reply reply;
	struct mcha_request *next; /* in its node's queue, in the order of sending */
	uint32_t earlier;          /* the item's request before this one, by its index plus 1; 0: none. See targets.h */
} mcha_request;

/* Doing it twice leaves what doing it once leaves. */
static inline bool mcha_request_is_idempotent(const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET
		|| (request->verb != MCHA_VERB_COUNT && request->cas == 0
		&& (request->verb != MCHA_VERB_STORE || request->mode == MCHA_MODE_SET));
}

#endif
