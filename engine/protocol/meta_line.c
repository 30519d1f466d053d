/* SPDX-License-Identifier: MIT */
/* The first words of lines, and a parser for each kind of what follows them. Format: memcached's
 * doc/protocol.txt. */
#include "meta_line.h"

#include <string.h>

/* Accepts decimal digits up to a space or the end: no sign, no empty number, nothing above max. */
static const char *parse_unsigned(const char *p, const char *end, uint64_t max, uint64_t *number)
{
	const uint64_t most = max / 10; /* to which a digit up to max % 10 may be appended */
	uint64_t n = 0;
	const char *start = p;

	for (; p < end && *p != ' '; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (digit > 9 || (n >= most && (n > most || digit > max % 10))) {
			return NULL;
		}
		n = n * 10 + digit;
	}
	if (p == start) {
		return NULL;
	}
	*number = n;
	return p;
}

static const char *parse_ttl(const char *p, const char *end, int64_t *ttl)
{
	uint64_t n;

	if (end - p >= 2 && p[0] == '-' && p[1] == '1') {
		*ttl = MCHA_TTL_NONE;
		return p + 2;
	}
	p = parse_unsigned(p, end, INT64_MAX, &n);
	if (p) {
		*ttl = (int64_t)n;
	}
	return p;
}

/* Parses one flag with its token; skips flags that no request asks for. */
static const char *parse_flag(const char *p, const char *end, mcha_meta_reply *reply)
{
	uint64_t n = 0;
	char flag = *p++;

	switch (flag) {
	case 'O':
		if (reply->has_opaque) {
			return NULL; /* two opaque tokens: the answer belongs to no one request */
		}
		p = parse_unsigned(p, end, UINT32_MAX, &n);
		reply->has_opaque = true;
		reply->opaque = (uint32_t)n;
		return p;
	case 'f':
		p = parse_unsigned(p, end, UINT32_MAX, &n);
		reply->flags = (uint32_t)n;
		return p;
	case 'c':
		return parse_unsigned(p, end, UINT64_MAX, &reply->cas);
	case 's':
		p = parse_unsigned(p, end, MCHA_VALUE_MAX, &n);
		reply->size = (size_t)n;
		return p;
	case 'l':
		return parse_unsigned(p, end, UINT64_MAX, &reply->idle);
	case 't':
		return parse_ttl(p, end, &reply->ttl);
	default:
		while (p < end && *p != ' ') {
			p++;
		}
		return p;
	}
}

static bool parse_flags(const char *p, const char *end, mcha_meta_reply *reply)
{
	while (p < end) {
		while (p < end && *p == ' ') {
			p++; /* servers before 1.6.18 sometimes send two spaces */
		}
		if (p == end) {
			break;
		}
		p = parse_flag(p, end, reply);
		if (!p || (p < end && *p != ' ')) {
			return false;
		}
	}
	return true;
}

/* STORED answers a login alone. */
static const mcha_meta_word words[] = {
#define WORD(word, code, tail) MCHA_META_WORD(word, code, tail)
	WORD("VA", VA, SIZE_AND_FLAGS),
	WORD("HD", HD, FLAGS),
	WORD("EN", EN, FLAGS),
	WORD("NF", NF, FLAGS),
	WORD("NS", NS, FLAGS),
	WORD("EX", EX, FLAGS),
	WORD("MN", MN, FLAGS),
	WORD("OK", OK, FLAGS),
	WORD("VALUE", VALUE, KEY_AND_NUMBERS),
	WORD("STAT", STAT, TEXT),
	WORD("END", END, TEXT),
	WORD("VERSION", VERSION, TEXT),
	WORD("RESET", OK, TEXT),
	WORD("ERROR", ERROR, TEXT),
	WORD("CLIENT_ERROR", CLIENT_ERROR, TEXT),
	WORD("SERVER_ERROR", SERVER_ERROR, TEXT),
	WORD("BUSY", SERVER_ERROR, TEXT),
	WORD("STORED", STORED, NONE),
#undef WORD
};

const mcha_meta_vocabulary mcha_meta_vocabulary_meta = {
	words, sizeof(words) / sizeof(words[0]), false};

static const mcha_meta_word text_words[] = {
#define WORD(word, code, tail) MCHA_META_WORD(word, code, tail)
	WORD("VALUE", VALUE, KEY_AND_NUMBERS),
	WORD("END", END, NONE),
	WORD("STORED", STORED, NONE),
	WORD("DELETED", DELETED, NONE),
	WORD("NOT_FOUND", NOT_FOUND, NONE),
	WORD("TOUCHED", TOUCHED, NONE),
	WORD("NOT_STORED", NOT_STORED, NONE),
	WORD("EXISTS", EXISTS, NONE),
	WORD("OK", OK, NONE),
	WORD("VERSION", VERSION, TEXT),
	WORD("STAT", STAT, TEXT),
	WORD("RESET", RESET, NONE),
	/* lines of some kinds of statistics */
	WORD("ITEM", STAT, TEXT),
	WORD("PREFIX", STAT, TEXT),
	WORD("ERROR", ERROR, NONE),
	WORD("CLIENT_ERROR", CLIENT_ERROR, TEXT),
	WORD("SERVER_ERROR", SERVER_ERROR, TEXT),
	WORD("BUSY", SERVER_ERROR, TEXT),
#undef WORD
};

const mcha_meta_vocabulary mcha_meta_vocabulary_text = {
	text_words, sizeof(text_words) / sizeof(text_words[0]), true};

/* " <size> <flags>"; a flag s that contradicts the size means that the connection is out of
 * step. */
static bool parse_size_and_flags(const char *p, const char *end, mcha_meta_reply *reply)
{
	uint64_t size;

	if (p == end || !(p = parse_unsigned(p + 1, end, MCHA_VALUE_MAX, &size))) {
		return false;
	}
	reply->value_length = reply->size = (size_t)size;
	return parse_flags(p, end, reply) && reply->size == reply->value_length;
}

/* " <key> <flags> <size>[ <cas>]", in the classic protocol. */
static bool parse_key_and_numbers(const char *p, const char *end, mcha_meta_reply *reply)
{
	const char *key = p + 1, *key_end = p < end ? memchr(key, ' ', (size_t)(end - key)) : NULL;
	uint64_t flags, size;

	if (!key_end || key_end == key || key_end - key > MCHA_KEY_MAX
		|| !(p = parse_unsigned(key_end + 1, end, UINT32_MAX, &flags)) || p == end
		|| !(p = parse_unsigned(p + 1, end, MCHA_VALUE_MAX, &size))
		|| (p < end && !(p = parse_unsigned(p + 1, end, UINT64_MAX, &reply->cas)))) {
		return false;
	}
	reply->text = key;
	reply->text_length = (size_t)(key_end - key);
	reply->flags = (uint32_t)flags;
	reply->value_length = reply->size = (size_t)size;
	return p == end;
}

static bool accept_text(const char *p, const char *end, mcha_meta_reply *reply)
{
	(void)p;
	(void)end;
	(void)reply;
	return true;
}

static bool parse_nothing(const char *p, const char *end, mcha_meta_reply *reply)
{
	(void)reply;
	return p == end;
}

static bool (*const tails[])(const char *p, const char *end, mcha_meta_reply *reply) = {
	[MCHA_META_TAIL_NONE] = parse_nothing,
	[MCHA_META_TAIL_FLAGS] = parse_flags,
	[MCHA_META_TAIL_SIZE_AND_FLAGS] = parse_size_and_flags,
	[MCHA_META_TAIL_KEY_AND_NUMBERS] = parse_key_and_numbers,
	[MCHA_META_TAIL_TEXT] = accept_text,
};

/* No word is shorter than the meta protocol's, of two letters: they need no call of memcmp(). */
static bool begins_with(const mcha_meta_word *word, const char *line, size_t length)
{
	return line[0] == word->word[0] && length >= word->length && line[1] == word->word[1]
		&& (word->length == 2 || memcmp(line + 2, word->word + 2, word->length - 2) == 0)
		&& (length == word->length || line[word->length] == ' ');
}

/* The new value of a counter, perhaps with spaces behind it: "decrementing a number such that it
 * loses length isn't guaranteed to decrement its returned length". */
static bool parse_number_line(const char *line, const char *end, mcha_meta_reply *reply)
{
	reply->code = MCHA_META_NUMBER;
	while (end > line && end[-1] == ' ') {
		end--;
	}
	return parse_unsigned(line, end, UINT64_MAX, &reply->number) == end;
}

bool mcha_meta_line_parse(const mcha_meta_vocabulary *vocabulary, const char *line, size_t length,
	mcha_meta_reply *reply)
{
	const mcha_meta_word *word = vocabulary->words, *end = word + vocabulary->count;

	*reply = (mcha_meta_reply){.ttl = MCHA_TTL_UNKNOWN, .text = line, .text_length = length};
	if (length == 0) {
		return false;
	}
	if (vocabulary->numbers && *line >= '0' && *line <= '9') {
		return parse_number_line(line, line + length, reply);
	}
	while (word < end && !begins_with(word, line, length)) {
		word++;
	}
	if (word == end) {
		return false;
	}
	reply->code = word->code;
	return tails[word->tail](line + word->length, line + length, reply);
}
