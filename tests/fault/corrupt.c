/* SPDX-License-Identifier: MIT */
/* A reply is a line and, if the line announces one, a data block. Which damage a client can detect
 * depends on the reply. A tagged reply (with an opaque token) may be dropped, doubled or reordered,
 * because the token exposes that. A reply without a token may only be made unreadable; otherwise a
 * hit of the text protocol would become a valid miss. */
#include "corrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE_IN 10
#define ENDLESS (64 * 1024)

static uint64_t chance_state;

void chance_seed(uint64_t seed)
{
	chance_state = seed;
}

/* splitmix64 */
uint64_t chance(uint64_t below)
{
	uint64_t z = chance_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

/* --- Lines and blocks --- */

static void append(reply_bytes *to, const char *bytes, size_t length)
{
	if (to->length + length > to->room) {
		to->room = 2 * (to->length + length);
		to->bytes = realloc(to->bytes, to->room);
		if (!to->bytes) {
			abort();
		}
	}
	memcpy(to->bytes + to->length, bytes, length);
	to->length += length;
}

static void emit(const reply_stream *stream, const char *bytes, size_t length)
{
	if (!stream->mute && length) {
		stream->sink(stream->context, bytes, length);
	}
}

/* The size in a line that announces a data block; NULL: the line announces none. */
static const char *size_in(const char *line, size_t length)
{
	const char *end = line + length, *p;
	int spaces = 0, before;

	if (length > 3 && !memcmp(line, "VA ", 3)) {
		before = 1; /* VA <size> ... */
	} else if (length > 6 && !memcmp(line, "VALUE ", 6)) {
		before = 3; /* VALUE <key> <flags> <size> ... */
	} else {
		return NULL;
	}
	for (p = line; p < end; p++) {
		if (*p == ' ' && ++spaces == before) {
			return p + 1 < end && p[1] >= '0' && p[1] <= '9' ? p + 1 : NULL;
		}
	}
	return NULL;
}

static uint64_t number_at(const char *p, const char *end)
{
	uint64_t number = 0;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		number = number * 10 + (uint64_t)(*p - '0');
	}
	return number;
}

/* The length of the data block and its line end; 0: no data block. */
static uint64_t block_behind(const char *line, size_t length)
{
	const char *size = size_in(line, length);

	return size ? number_at(size, line + length) + 2 : 0;
}

static void remember(reply_stream *stream, const char *bytes, size_t length)
{
	if (stream->line_length < sizeof(stream->line)) {
		size_t room = sizeof(stream->line) - stream->line_length;

		memcpy(stream->line + stream->line_length, bytes, length < room ? length : room);
	}
	stream->line_length += length;
}

/* How many of these bytes belong to the present reply. */
static size_t next_piece(reply_stream *stream, const char *bytes, size_t length)
{
	const char *newline;
	size_t piece;

	if (stream->block) {
		piece = length < stream->block ? length : (size_t)stream->block;
		stream->block -= piece;
		stream->midway = stream->block > 0;
		return piece;
	}
	newline = memchr(bytes, '\n', length);
	piece = newline ? (size_t)(newline - bytes) + 1 : length;
	remember(stream, bytes, piece);
	stream->midway = true;
	if (newline) {
		stream->block = stream->line_length <= sizeof(stream->line)
			? block_behind(stream->line, stream->line_length)
			: 0;
		stream->line_length = 0;
		stream->midway = stream->block > 0;
	}
	return piece;
}

void reply_stream_watch(reply_stream *stream, const char *bytes, size_t length)
{
	while (length) {
		size_t piece = next_piece(stream, bytes, length);

		bytes += piece;
		length -= piece;
	}
}

/* --- Damages: each emits the reply damaged; false: this damage cannot be applied to this reply
 * --- */

typedef struct {
	reply_stream *stream;
	const char *bytes, *end;
	const char *line_end; /* its CR LF; the data block stands behind */
	const char *size;     /* in the line; NULL: no data block */
	const char *token;    /* the digits behind " O"; NULL: not tagged */
	const char *token_end;
	const char *word_end; /* of the status word; the beginning of the line if there is none */
} reply;

static reply reply_of(reply_stream *stream, const reply_bytes *bytes)
{
	reply r = {.stream = stream, .bytes = bytes->bytes, .end = bytes->bytes + bytes->length};
	const char *p;

	r.line_end = memchr(r.bytes, '\n', bytes->length);
	if (r.line_end > r.bytes && r.line_end[-1] == '\r') {
		r.line_end--;
	}
	r.size = size_in(r.bytes, (size_t)(r.line_end - r.bytes));
	for (r.word_end = r.bytes; r.word_end < r.line_end; r.word_end++) {
		if (*r.word_end < 'A' || *r.word_end > 'Z') {
			break;
		}
	}
	/* the status words of the text protocol are longer; its lines have no tokens, but may have keys
	 * that look like one */
	for (p = r.bytes; r.word_end - r.bytes == 2 && p + 2 < r.line_end; p++) {
		if (p[0] == ' ' && p[1] == 'O' && p[2] >= '0' && p[2] <= '9') {
			r.token = p + 2;
			for (r.token_end = r.token; r.token_end < r.line_end && *r.token_end != ' ';) {
				r.token_end++;
			}
		}
	}
	return r;
}

static void emit_part(const reply *r, const char *from, const char *to)
{
	emit(r->stream, from, (size_t)(to - from));
}

static bool drop(const reply *r)
{
	if (!r->token) {
		return false;
	}
	r->stream->gap = true;
	return true;
}

static bool duplicate(const reply *r)
{
	if (!r->token) {
		return false;
	}
	emit_part(r, r->bytes, r->end);
	emit_part(r, r->bytes, r->end);
	return true;
}

static bool postpone(const reply *r)
{
	if (!r->token) {
		return false;
	}
	append(&r->stream->postponed, r->bytes, (size_t)(r->end - r->bytes));
	return true;
}

/* Its first character begins no valid line. */
static void emit_printable(const reply *r, size_t length)
{
	char text[256];
	size_t i, part;

	for (; length; length -= part) {
		part = length < sizeof(text) ? length : sizeof(text);
		for (i = 0; i < part; i++) {
			text[i] = (char)(' ' + chance('~' - ' ' + 1));
		}
		text[0] = "~!#%&*?@"[chance(8)];
		emit(r->stream, text, part);
	}
}

static bool garbage_line(const reply *r)
{
	emit_printable(r, 1 + chance(100));
	emit(r->stream, "\r\n", 2);
	emit_part(r, r->bytes, r->end);
	return true;
}

static bool binary_line(const reply *r)
{
	char bytes[64];
	size_t length = 1 + chance(sizeof(bytes)), i;

	for (i = 0; i < length; i++) {
		bytes[i] = (char)chance(256);
		if (i % 8 == 0 || bytes[i] == '\n') {
			bytes[i] = '\0';
		}
	}
	emit(r->stream, bytes, length);
	emit(r->stream, "\r\n", 2);
	emit_part(r, r->bytes, r->end);
	return true;
}

static bool endless_line(const reply *r)
{
	emit_printable(r, ENDLESS);
	emit_part(r, r->bytes, r->end);
	return true;
}

static bool junk_status(const reply *r)
{
	static const char *const words[] = {"", "hd", "XQ", "HDHD", "VALUES", "_", "STORE", "\xff\xfe"};

	if (r->word_end == r->bytes) {
		return false;
	}
	const char *word = words[chance(sizeof(words) / sizeof(words[0]))];
	emit(r->stream, word, strlen(word));
	emit_part(r, r->word_end, r->end);
	return true;
}

static bool wrong_token(const reply *r)
{
	char digit;
	const char *p;

	if (!r->token) {
		return false;
	}
	p = r->token + chance((uint64_t)(r->token_end - r->token));
	digit = (char)('0' + (*p - '0' + 1 + (int)chance(9)) % 10);
	emit_part(r, r->bytes, p);
	emit(r->stream, &digit, 1);
	emit_part(r, p + 1, r->end);
	return true;
}

/* Always damages the token, or the status word if there is none: a client could not tell a
 * shortened number behind them from a valid one. Sometimes removes the line end, too, but never the
 * one before a data block. */
static bool truncated_line(const reply *r)
{
	const char *hurt = r->token ? r->token_end : r->word_end;

	if (hurt - r->bytes < 2) {
		return false;
	}
	emit_part(r, r->bytes, r->bytes + 1 + chance((uint64_t)(hurt - r->bytes - 1)));
	if (r->size || !r->token || chance(2)) {
		emit_part(r, r->line_end, r->end);
	}
	return true;
}

static bool with_size(const reply *r, const char *size)
{
	const char *p = r->size;

	while (*p >= '0' && *p <= '9') {
		p++;
	}
	emit_part(r, r->bytes, r->size);
	emit(r->stream, size, strlen(size));
	emit_part(r, p, r->end);
	return true;
}

/* With 1 or 2 bytes more the line end is in the wrong place, whatever follows. With many more it
 * could be in the right place, after a later reply, so nothing may follow. */
static bool larger_size(const reply *r)
{
	char size[24];
	bool little = chance(2);
	uint64_t more = little ? 1 + chance(2) : 1 + chance(1 << 30);

	if (!r->size) {
		return false;
	}
	snprintf(size, sizeof(size), "%llu",
		(unsigned long long)(number_at(r->size, r->line_end) + more));
	with_size(r, size);
	r->stream->mute = !little;
	return true;
}

static bool negative_size(const reply *r)
{
	char size[24];

	if (!r->size) {
		return false;
	}
	snprintf(size, sizeof(size), "-%llu",
		chance(2) ? 1ULL : (unsigned long long)number_at(r->size, r->line_end));
	return strcmp(size, "-0") && with_size(r, size);
}

static bool endless_size(const reply *r)
{
	return r->size && with_size(r, "18446744073709551615");
}

static bool (*const damages[])(const reply *r) = {drop, duplicate, postpone, garbage_line,
	binary_line, endless_line, junk_status, wrong_token, truncated_line, larger_size, negative_size,
	endless_size};

#define DAMAGES (sizeof(damages) / sizeof(damages[0]))

/* --- The stream --- */

static void emit_postponed(reply_stream *stream)
{
	emit(stream, stream->postponed.bytes, stream->postponed.length);
	stream->postponed.length = 0;
}

static void emit_damaged(const reply *r)
{
	size_t i = chance(DAMAGES);

	while (!damages[i](r)) {
		i = (i + 1) % DAMAGES;
	}
}

static void complete(reply_stream *stream)
{
	reply r = reply_of(stream, &stream->held);

	if (stream->gap && !r.token) {
		stream->mute = true; /* it would pass for the answer to the request before */
	}
	if (stream->postponed.length) {
		if (!r.token) {
			emit_postponed(stream);
		}
		emit_part(&r, r.bytes, r.end);
		emit_postponed(stream);
	} else if (chance(ONE_IN) == 0) {
		emit_damaged(&r);
	} else {
		emit_part(&r, r.bytes, r.end);
	}
	stream->held.length = 0;
}

void reply_stream_corrupt(reply_stream *stream, const char *bytes, size_t length)
{
	while (length) {
		bool first = !stream->midway;
		size_t piece = next_piece(stream, bytes, length);

		if (first) {
			stream->whole = true;
		}
		if (stream->whole) {
			append(&stream->held, bytes, piece);
			if (!stream->midway) {
				complete(stream);
			}
		} else {
			emit(stream, bytes, piece);
		}
		bytes += piece;
		length -= piece;
	}
	/* a client that awaits just this reply would else hang */
	emit_postponed(stream);
}

void reply_stream_release(reply_stream *stream)
{
	emit_postponed(stream);
	emit(stream, stream->held.bytes, stream->held.length);
	stream->held.length = 0;
	stream->whole = false;
}

void reply_stream_free(reply_stream *stream)
{
	free(stream->held.bytes);
	free(stream->postponed.bytes);
}
