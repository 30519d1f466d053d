/* SPDX-License-Identifier: MIT */
/* One key of an operation: what is asked about it, what was answered, and how far the operation has
 * come with it. */
#ifndef MCHA_ENGINE_ITEM_H
#define MCHA_ENGINE_ITEM_H

#include "engine/base/key.h"
#include "engine/pool/pool.h"

/* How far a read has come with the key (operations/read/, check/replica_check.h). */
typedef struct mcha_item_read {
	uint16_t misses;  /* homes that lack the key */
	bool emptied;     /* previous homes have nothing, perhaps nothing any more */
	bool repeated;    /* so homes were asked once more */
	bool checked;     /* some home was asked only whether it has the key */
	bool unverified;  /* or was not asked, or did not say so */
	uint32_t checks;  /* homes that are to be asked so, by position in the list, as bits */
	uint32_t certain; /* of these, the ones that may have lost the key */
	int32_t gaps;     /* homes that lack the key, and have not been given it yet */
} mcha_item_read;

/* The same of a write. */
typedef struct mcha_item_write {
	uint16_t changed;    /* of the replicas that acknowledged, the ones that had the key */
	uint16_t handed_off; /* touches that handoff nodes have carried out, no home being there to */
	/* to replicas that are reordered, of other processes: a bit for each mcha_verb */
	uint8_t on_the_way;
	/* the value may end before the last node has it: announced as a deletion is */
	bool ends_soon;
	bool stored;                       /* some node has what the operation wrote */
	uint64_t version;                  /* of what the operation writes; 0: none */
	const struct mcha_replica *source; /* one that has it; NULL: none */
} mcha_item_write;

/* One key's part in an operation. The caller zeroes it, fills in the question, and owns
 * answer.value afterwards. */
typedef struct mcha_item {
	/* question */
	const char *key;      /* as it goes over the wire: with the prefix */
	const char *hash_key; /* what placement hashes: the user's key, or the server key */
	size_t key_length;
	size_t hash_length;
	const char *value;
	size_t value_length;
	uint32_t flags;
	int64_t exptime;
	uint64_t cas; /* a token that an answer carried (see cas_token.h) */
	/* the caller has a lock on the key: that another client decides meanwhile is not looked for */
	bool locked;
	bool is_lock; /* a lock: nodes that miss it need not be told later */
	/* a lock whose copies are counted: it records and replays no hints. Hints are known to one
	 * host: replaying one would remove another owner's copy, or make one */
	bool no_hints;
	/* a lock: what is to be read when it is granted, see beside.h; NULL: nothing */
	struct mcha_item *beside;
	/* the caller has just made up the key: the previous pool cannot have it. Where no home node
	 * can be asked, a read believes a handoff node that says that it has no such key */
	bool fresh;
	/* answer */
	mcha_reply answer; /* status: the verdict; cas: a token */
	int position;      /* in the preference list, of the replica that answered; -1: none */
	/* the operation's own */
	struct mcha_replica *replicas; /* in the order of the preference list, see targets.h */
	uint32_t replica_count;
	uint32_t cursor; /* of the replicas, the first one that it was not the turn of yet */
	/* of the replicas, those behind the homes: homes before the pool was changed */
	uint16_t previous;
	uint16_t acknowledged; /* replicas that did what they were asked */
	/* homes from before the pool was changed that lack the key, and cannot have lost it lately */
	uint16_t previous_misses;
	bool widened; /* the list has the handoff nodes */
	bool first_home_acked;
	bool found;        /* some copy is known to be there (previous_pool.h, quorum.h) */
	bool missing;      /* a home said that it has no such key, and cannot have lost it lately */
	mcha_status fault; /* first one met; OK: none */
	mcha_item_read read;
	mcha_item_write write;
} mcha_item;

#endif
