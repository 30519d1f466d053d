/* SPDX-License-Identifier: MIT */
/* The incremental parser of replies in the meta or the classic text protocol: bytes in, in any slices;
 * replies out. Knows no
 * socket: the transport, the unit tests and the fuzzer feed it the same way.
 *
 *     space() -> where to receive -> received(n) -> next() until it says MORE
 *
 * Large values are received straight into the allocator's memory, which grows with what has
 * arrived: a length costs a server nothing to write, and must not cost us a gigabyte. Anything
 * malformed is final: the reader says BAD and the connection must be closed, there is no
 * resynchronising. */
#ifndef MCHA_ENGINE_META_READER_H
#define MCHA_ENGINE_META_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "engine/base/allocator.h"
#include "request.h"

#define MCHA_META_READER_BYTES 16384
#define MCHA_META_REPLY_LINE_MAX 2048            /* no legal reply line comes near it */

/* So much memory a value has on its announcement; for more of it, as much again as has come. */
#define MCHA_META_VALUE_TRUST (1u << 20)

typedef enum mcha_meta_code {
	MCHA_META_VA, /* value follows */
	MCHA_META_HD,
	MCHA_META_EN, /* miss of mg */
	MCHA_META_NF,
	MCHA_META_NS,
	MCHA_META_EX,
	MCHA_META_MN,
	MCHA_META_VALUE, /* classic: value follows, of the key that it names */
	MCHA_META_NUMBER, /* classic from here on: what a counter has become */
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
	int64_t ttl;          /* MCHA_TTL_UNKNOWN if the reply has none */
	uint64_t number;      /* NUMBER */
	uint64_t idle;        /* flag l: seconds since the item was last stored or read */
	size_t size;          /* flag s, or the value's length */
	char *value;          /* VA, VALUE: the allocator's, NUL behind it; the caller's from here on */
	size_t value_length;
	const char *text;     /* the whole line without CR LF, VALUE: the key; valid until the next call */
	size_t text_length;
} mcha_meta_reply;

/* What may stand behind the first word of a line. */
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
	{word, sizeof(word) - 1, MCHA_META_##code, MCHA_META_TAIL_##tail}

/* The first words of the lines that a protocol's servers say, the frequent ones first. */
typedef struct mcha_meta_vocabulary {
	const mcha_meta_word *words;
	size_t count;
	bool numbers; /* and lines that are a number */
} mcha_meta_vocabulary;

extern const mcha_meta_vocabulary mcha_meta_vocabulary_meta;
extern const mcha_meta_vocabulary mcha_meta_vocabulary_text;

typedef enum mcha_meta_progress {
	MCHA_META_MORE,     /* receive more */
	MCHA_META_REPLY,    /* one reply is complete */
	MCHA_META_BAD,      /* malformed: close the connection */
	MCHA_META_NO_MEMORY /* the allocator had none: close the connection */
} mcha_meta_progress;

typedef struct mcha_meta_reader {
	const mcha_allocator *allocator;
	const mcha_meta_vocabulary *vocabulary;
	mcha_meta_reply reply; /* being read: value is received until value_have == value_length */
	size_t value_have;
	size_t value_room; /* allocated so far */
	bool in_value;
	char key[MCHA_KEY_MAX]; /* VALUE: a copy, because the buffer moves on while the value comes */
	size_t begin; /* unread bytes are bytes[begin..end) */
	size_t end;
	char *bytes;  /* borrowed */
} mcha_meta_reader;

/* bytes: MCHA_META_READER_BYTES to read into; NULL: there are none until mcha_meta_reader_lend(). */
void mcha_meta_reader_init(mcha_meta_reader *reader, const mcha_allocator *allocator,
		const mcha_meta_vocabulary *vocabulary, char *bytes);

/* Others to read into, or none (NULL): of a reader that is empty. */
static inline void mcha_meta_reader_lend(mcha_meta_reader *reader, char *bytes)
{
	reader->bytes = bytes;
}

/* Forgets everything that was received; frees a half-received value. */
void mcha_meta_reader_reset(mcha_meta_reader *reader);

/* As above, but leaves a half-received value alone: its memory is gone already (PHP frees a
 * request's memory as a whole after a bail-out). */
void mcha_meta_reader_abandon(mcha_meta_reader *reader);

/* Where the next bytes may be received: one or two vectors, at least one byte in all. */
int mcha_meta_reader_space(mcha_meta_reader *reader, struct iovec space[2]);

/* So many bytes have been received there. */
void mcha_meta_reader_received(mcha_meta_reader *reader, size_t bytes);

mcha_meta_progress mcha_meta_reader_next(mcha_meta_reader *reader, mcha_meta_reply *reply);

/* Nothing unread, nothing half read. */
static inline bool mcha_meta_reader_is_empty(const mcha_meta_reader *reader)
{
	return !reader->in_value && reader->begin == reader->end;
}

#endif
