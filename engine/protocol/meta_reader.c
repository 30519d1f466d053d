/* SPDX-License-Identifier: MIT */
/* The reader has two states: it expects a line, or it is inside the value that the last line
 * announced. Format: memcached's doc/protocol.txt. */
#include "meta_reader.h"

#include <string.h>

void mcha_meta_reader_init(mcha_meta_reader *reader, const mcha_allocator *allocator,
	const mcha_meta_vocabulary *vocabulary, char *bytes)
{
	reader->allocator = allocator;
	reader->vocabulary = vocabulary;
	reader->bytes = bytes;
	mcha_meta_reader_abandon(reader);
}

void mcha_meta_reader_abandon(mcha_meta_reader *reader)
{
	reader->begin = reader->end = 0;
	reader->in_value = false;
	reader->reply.value = NULL;
}

void mcha_meta_reader_reset(mcha_meta_reader *reader)
{
	if (reader->in_value && reader->reply.value) {
		reader->allocator->release(reader->reply.value);
	}
	mcha_meta_reader_abandon(reader);
}

/* How many bytes can be received straight into the value; 0 unless the value's bytes come next and
 * none is buffered. */
static size_t value_room_left(const mcha_meta_reader *reader)
{
	if (!reader->in_value || reader->begin != reader->end) {
		return 0;
	}
	return reader->value_room - reader->value_have;
}

int mcha_meta_reader_space(mcha_meta_reader *reader, struct iovec space[2])
{
	size_t missing = value_room_left(reader);
	int count = 0;

	if (reader->begin == reader->end) {
		reader->begin = reader->end = 0;
	} else if (reader->end == MCHA_META_READER_BYTES) {
		memmove(reader->bytes, reader->bytes + reader->begin, reader->end - reader->begin);
		reader->end -= reader->begin;
		reader->begin = 0;
	}
	if (missing) {
		space[count].iov_base = reader->reply.value + reader->value_have;
		space[count++].iov_len = missing;
	}
	space[count].iov_base = reader->bytes + reader->end;
	space[count++].iov_len = MCHA_META_READER_BYTES - reader->end;
	return count;
}

void mcha_meta_reader_received(mcha_meta_reader *reader, size_t bytes)
{
	size_t missing = value_room_left(reader);
	size_t direct = bytes < missing ? bytes : missing;

	reader->value_have += direct;
	reader->end += bytes - direct;
}

/* MCHA_META_REPLY means here: one line has been parsed into reader->reply. */
static mcha_meta_progress next_line(mcha_meta_reader *reader)
{
	const char *line = reader->bytes + reader->begin;
	size_t length = reader->end - reader->begin;
	const char *lf = length ? memchr(line, '\n', length) : NULL;

	if (!lf) {
		return length > MCHA_META_REPLY_LINE_MAX ? MCHA_META_BAD : MCHA_META_MORE;
	}
	length = (size_t)(lf - line);
	reader->begin += length + 1;
	if (length == 0 || length > MCHA_META_REPLY_LINE_MAX || lf[-1] != '\r') {
		return MCHA_META_BAD;
	}
	return mcha_meta_line_parse(reader->vocabulary, line, length - 1, &reader->reply)
		? MCHA_META_REPLY
		: MCHA_META_BAD;
}

static bool has_value(const mcha_meta_reply *reply)
{
	return reply->code == MCHA_META_VA || reply->code == MCHA_META_VALUE;
}

static mcha_meta_progress begin_value(mcha_meta_reader *reader)
{
	reader->reply.value = NULL;
	if (reader->reply.code == MCHA_META_VALUE) {
		memcpy(reader->key, reader->reply.text, reader->reply.text_length);
		reader->reply.text = reader->key;
	} else {
		reader->reply.text = NULL;
	}
	reader->value_have = 0;
	reader->in_value = true;
	reader->value_room = reader->reply.value_length < MCHA_META_VALUE_TRUST
		? reader->reply.value_length
		: MCHA_META_VALUE_TRUST;
	reader->reply.value = reader->allocator->allocate(reader->value_room);
	return reader->reply.value ? MCHA_META_REPLY : MCHA_META_NO_MEMORY;
}

/* Doubles the memory of the value, at most to its length. False: no memory. */
static bool grow_value(mcha_meta_reader *reader)
{
	size_t length = reader->reply.value_length;
	size_t room = length / 2 < reader->value_room ? length : 2 * reader->value_room;
	char *grown = reader->allocator->resize(reader->reply.value, room);

	if (grown) {
		reader->reply.value = grown;
		reader->value_room = room;
	}
	return grown != NULL;
}

/* Moves buffered bytes of the value into its memory, as far as there is room. */
static void take_value_bytes(mcha_meta_reader *reader)
{
	size_t buffered = reader->end - reader->begin;
	size_t room = reader->value_room - reader->value_have;
	size_t take = buffered < room ? buffered : room;

	memcpy(reader->reply.value + reader->value_have, reader->bytes + reader->begin, take);
	reader->value_have += take;
	reader->begin += take;
}

static mcha_meta_progress next_value_bytes(mcha_meta_reader *reader)
{
	take_value_bytes(reader);
	while (reader->value_have == reader->value_room
		&& reader->value_room < reader->reply.value_length) {
		if (!grow_value(reader)) {
			return MCHA_META_NO_MEMORY;
		}
		take_value_bytes(reader);
	}
	if (reader->value_have < reader->reply.value_length || reader->end - reader->begin < 2) {
		return MCHA_META_MORE;
	}
	if (memcmp(reader->bytes + reader->begin, "\r\n", 2) != 0) {
		return MCHA_META_BAD;
	}
	reader->begin += 2;
	reader->reply.value[reader->reply.value_length] = '\0';
	reader->in_value = false;
	return MCHA_META_REPLY;
}

mcha_meta_progress mcha_meta_reader_next(mcha_meta_reader *reader, mcha_meta_reply *reply)
{
	mcha_meta_progress progress = MCHA_META_REPLY;

	if (!reader->in_value) {
		progress = next_line(reader);
		if (progress == MCHA_META_REPLY && has_value(&reader->reply)) {
			progress = begin_value(reader);
		}
	}
	if (progress == MCHA_META_REPLY && reader->in_value) {
		progress = next_value_bytes(reader);
	}
	if (progress == MCHA_META_REPLY) {
		*reply = reader->reply;
		reader->reply.value = NULL;
	}
	return progress;
}
