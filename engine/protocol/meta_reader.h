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

#include <sys/uio.h>

#include "engine/base/allocator.h"
#include "meta_line.h"

#define MCHA_META_READER_BYTES 16384
#define MCHA_META_REPLY_LINE_MAX 2048 /* far longer than any legal reply line */

/* The most memory that a value gets when it is announced; the memory doubles whenever it has been
 * filled. */
#define MCHA_META_VALUE_TRUST (1u << 20)

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
