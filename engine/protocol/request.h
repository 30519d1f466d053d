/* SPDX-License-Identifier: MIT */
/* One request to one node, and its reply. The replication layer fills in the request, the fan-out
 * carries it to the node, a transport fills in the reply. Keys and values are borrowed for the
 * round. */
#ifndef MCHA_ENGINE_REQUEST_H
#define MCHA_ENGINE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/key.h"
#include "engine/base/status.h"

/* the largest item size that memcached can be configured to (-I) */
#define MCHA_VALUE_MAX (UINT32_C(1) << 30)

typedef enum mcha_verb {
	MCHA_VERB_GET,    /* value and flags; only metadata without MCHA_WANT_VALUE */
	MCHA_VERB_STORE,  /* by mode; if cas is not 0, only over an item with this CAS */
	MCHA_VERB_DELETE, /* if cas is not 0, only an item with this CAS */
	MCHA_VERB_TOUCH,  /* sets a new exptime */
	MCHA_VERB_COUNT,  /* adds or subtracts delta; if cas is not 0, only on an item with this CAS */
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
	MCHA_WANT_TTL = 4, /* stays MCHA_TTL_UNKNOWN if the protocol does not return it */
	MCHA_WANT_SIZE = 8,
	MCHA_WANT_UNSEEN = 16, /* do not change the server's LRU, if the protocol can do that */
	/* how long ago a client last stored or read the item, if the protocol returns it */
	MCHA_WANT_IDLE = 32,
	/* of an operation, not of a request: all home nodes are asked (mcha_quorum_get()) */
	MCHA_WANT_ALL_HOMES = 256
};

#define MCHA_TTL_NONE (-1)    /* never expires */
#define MCHA_TTL_UNKNOWN (-2) /* the protocol does not return the TTL */

typedef struct mcha_reply {
	mcha_status status;
	uint32_t flags;
	uint64_t cas; /* 0: not requested, or the server keeps no CAS values */
	int64_t ttl;  /* seconds, or MCHA_TTL_* */
	/* COUNT: the new value; GET with MCHA_WANT_IDLE: seconds since a client last stored or read
	 * the item, 0 also if the protocol does not return that */
	uint64_t number;
	size_t size; /* of the value, also without MCHA_WANT_VALUE */
	/* from the pool's allocator, with a NUL behind it; the code that reads the reply owns it.
	 * GET: the value; VERSION: its text; STATS: the STAT lines */
	char *value;
} mcha_reply;

/* Whether the request has a command line of its own, or shares one with other requests, perhaps as
 * its last one. */
typedef enum mcha_line { MCHA_LINE_OWN, MCHA_LINE_SHARED, MCHA_LINE_LAST } mcha_line;

typedef struct mcha_request {
	mcha_verb verb;
	mcha_mode mode;
	uint16_t node; /* index in the pool */
	uint8_t want;  /* MCHA_WANT_* */
	bool decrement;
	/* COUNT: the server creates a missing counter with the value initial and with exptime, if
	 * the protocol can do that; otherwise the status is MISS */
	bool create;
	uint16_t key_length;
	uint8_t line; /* mcha_line; for the transport only */
	/* only checks that the replica has its copy: when no other request is unanswered, the round
	 * waits for a short grace at most (fanout.h) */
	bool check;
	/* a round that ends early (fanout.h) need not wait for this request's answer */
	bool may_detach;
	/* another write of the key was in flight when this one began; for the caller only */
	bool reordered;
	uint32_t flags;
	const char *key;
	const char *value;
	size_t value_length;
	/* as memcached interprets it: 0 never, up to 30 days relative, above that absolute */
	int64_t exptime;
	uint64_t cas;
	/* STORE, COUNT: the new CAS value of the copy (version.h), if the protocol can set it; 0:
	 * the server's own next number */
	uint64_t version;
	uint64_t delta;
	uint64_t initial;
	mcha_reply reply;
	struct mcha_request *next;  /* in its node's queue, in the order of sending */
	struct mcha_request *later; /* in its round, in the order in which the requests were made */
	struct mcha_item *item;     /* that the request is about; for the caller only. NULL: none */
	/* the item's replica at the node; for the caller only. NULL: none */
	struct mcha_replica *replica;
} mcha_request;

/* Sending the request twice has the same effect as sending it once. */
static inline bool mcha_request_is_idempotent(const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET
		|| (request->verb != MCHA_VERB_COUNT && request->cas == 0
			&& (request->verb != MCHA_VERB_STORE || request->mode == MCHA_MODE_SET));
}

#endif
