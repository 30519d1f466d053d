/* SPDX-License-Identifier: MIT */
/* The incremental parser of replies in the meta and the classic text protocol. It takes bytes in
 * slices of any size and returns replies. It does no I/O: the transport, the unit tests and the
 * fuzzer feed it in the same way.
 *
 *     space() -> receive there -> received(n) -> next() until it returns MORE
 *
 * Large values are received straight into the allocator's memory, which grows with the bytes that
 * have arrived: a server that announces a gigabyte must not make this process allocate one. After
 * malformed input the reader returns BAD, and the connection must be closed: there is no
 * resynchronising. */
#ifndef MCHA_ENGINE_META_READER_H
#define MCHA_ENGINE_META_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "engine/base/allocator.h"
#include "request.h"

#define MCHA_META_READER_BYTES 16384
#define MCHA_META_REPLY_LINE_MAX 2048 /* far longer than any legal reply line */

/* The most memory that a value gets when it is announced; the memory doubles whenever it has been
 * filled. */
#define MCHA_META_VALUE_TRUST (1u << 20)

typedef enum mcha_meta_code {
	MCHA_META_VA, /* value follows */
	MCHA_META_HD,
	MCHA_META_EN, /* miss of mg */
	MCHA_META_NF,
	MCHA_META_NS,
	MCHA_META_EX,
	MCHA_META_MN,
	MCHA_META_VALUE,  /* classic: key and value follow */
	MCHA_META_NUMBER, /* classic from here on: the new value of a counter */
	MCHA_META_STORED,
	MCHA_META_NOT_STORED,
	MCHA_META_EXISTS,
	MCHA_META_NOT_FOUND,
	MCHA_META_DELETED,
	MCHA_META_TOUCHED,
	MCHA_META_RESET, /* statistics */
	MCHA_META_OK,
	MCHA_META_VERSION,
	MCHA_META_STAT,
	MCHA_META_END,
	MCHA_META_ERROR,
	MCHA_META_CLIENT_ERROR,
	MCHA_META_SERVER_ERROR
} mcha_meta_code;

typedef struct mcha_meta_reply {
	mcha_meta_code code;
	bool has_opaque;
	uint32_t opaque;
	uint32_t flags;
	uint64_t cas;
	int64_t ttl;     /* MCHA_TTL_UNKNOWN if the reply has none */
	uint64_t number; /* NUMBER */
	uint64_t idle;   /* flag l: seconds since a client last stored or read the item */
	size_t size;     /* flag s, or the value's length */
	/* VA, VALUE: from the allocator, with a NUL behind it; the caller owns it */
	char *value;
	size_t value_length;
	/* the whole line without CR LF; VALUE: the key. Valid until the next call */
	const char *text;
	size_t text_length;
} mcha_meta_reply;

/* What follows the first word of a line. */
typedef enum mcha_meta_tail {
	MCHA_META_TAIL_NONE,
	MCHA_META_TAIL_FLAGS,
	MCHA_META_TAIL_SIZE_AND_FLAGS,
	MCHA_META_TAIL_KEY_AND_NUMBERS,
	MCHA_META_TAIL_TEXT
} mcha_meta_tail;

typedef struct mcha_meta_word {
	const char *word;
	size_t length;
	mcha_meta_code code;
	mcha_meta_tail tail;
} mcha_meta_word;

#define MCHA_META_WORD(word, code, tail) \
	{ \
		word, sizeof(word) - 1, MCHA_META_##code, MCHA_META_TAIL_##tail \
	}

/* The first words of the lines that servers send in a protocol, the frequent ones first. */
typedef struct mcha_meta_vocabulary {
	const mcha_meta_word *words;
	size_t count;
	bool numbers; /* the protocol also has lines that are a number */
} mcha_meta_vocabulary;

extern const mcha_meta_vocabulary mcha_meta_vocabulary_meta;
extern const mcha_meta_vocabulary mcha_meta_vocabulary_text;

typedef enum mcha_meta_progress {
	MCHA_META_MORE,     /* receive more */
	MCHA_META_REPLY,    /* one reply is complete */
	MCHA_META_BAD,      /* malformed: close the connection */
	MCHA_META_NO_MEMORY /* the allocator returned NULL: close the connection */
} mcha_meta_progress;

typedef struct mcha_meta_reader {
	const mcha_allocator *allocator;
	const mcha_meta_vocabulary *vocabulary;
	/* the reply that is being read; its value is complete when value_have == value_length */
	mcha_meta_reply reply;
	size_t value_have;
	size_t value_room; /* bytes allocated for the value so far */
	bool in_value;
	/* VALUE: a copy of the key, because receiving the value overwrites the buffer */
	char key[MCHA_KEY_MAX];
	size_t begin; /* the unread bytes are bytes[begin..end) */
	size_t end;
	char *bytes; /* borrowed from the caller */
} mcha_meta_reader;

/* bytes: a buffer of MCHA_META_READER_BYTES; NULL: the caller gives it later, with
 * mcha_meta_reader_lend(). */
void mcha_meta_reader_init(mcha_meta_reader *reader, const mcha_allocator *allocator,
	const mcha_meta_vocabulary *vocabulary, char *bytes);

/* Gives an empty reader another buffer, or takes its buffer away (NULL). */
static inline void mcha_meta_reader_lend(mcha_meta_reader *reader, char *bytes)
{
	reader->bytes = bytes;
}

/* Drops everything that was received; frees a half-received value. */
void mcha_meta_reader_reset(mcha_meta_reader *reader);

/* The same, but does not free a half-received value: its memory is gone already (PHP frees all
 * memory of a request after a bail-out). */
void mcha_meta_reader_abandon(mcha_meta_reader *reader);

/* Where to receive the next bytes: one or two vectors, at least one byte in all. Returns the number
 * of vectors. */
int mcha_meta_reader_space(mcha_meta_reader *reader, struct iovec space[2]);

/* The caller has received this many bytes there. */
void mcha_meta_reader_received(mcha_meta_reader *reader, size_t bytes);

mcha_meta_progress mcha_meta_reader_next(mcha_meta_reader *reader, mcha_meta_reply *reply);

/* The reader holds no unread bytes, and no part of a value. */
static inline bool mcha_meta_reader_is_empty(const mcha_meta_reader *reader)
{
	return !reader->in_value && reader->begin == reader->end;
}

#endif
