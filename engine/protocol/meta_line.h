/* SPDX-License-Identifier: MIT */
/* One line of a reply, in the meta or the classic text protocol: a code for its first word, and
 * what follows the word. */
#ifndef MCHA_ENGINE_META_LINE_H
#define MCHA_ENGINE_META_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request.h"

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

/* Parses a line without its CR LF. False: the line is not part of the protocol. */
bool mcha_meta_line_parse(const mcha_meta_vocabulary *vocabulary, const char *line, size_t length,
	mcha_meta_reply *reply);

#endif
