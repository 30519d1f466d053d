/* SPDX-License-Identifier: MIT */
/* Shared by the tests of the meta reply parser: replies as text. Each row of bytes is fed whole,
 * byte by byte, and split in two at every position: the replies must be the same. */
#ifndef MCHA_TESTS_META_READER_RIG_H
#define MCHA_TESTS_META_READER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/protocol/meta_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- an allocator that counts, and can refuse ------------------------------------------------- */

static size_t held;        /* blocks allocated and not freed */
static size_t refuse_over; /* larger blocks are refused */
static char *last_block;
static jmp_buf *leave_by; /* not NULL: the allocator leaves by longjmp, as PHP's may */

static inline char *count_allocate(size_t size)
{
	char *bytes;

	if (leave_by) {
		longjmp(*leave_by, 1);
	}
	if (size > refuse_over) {
		return NULL;
	}
	bytes = mcha_allocator_libc.allocate(size);
	assert_non_null(bytes);
	memset(bytes, '?', size + 1);
	held++;
	last_block = bytes;
	return bytes;
}

static inline void count_release(char *bytes)
{
	assert_non_null(bytes);
	held--;
	mcha_allocator_libc.release(bytes);
}

static inline char *count_resize(char *bytes, size_t size)
{
	if (leave_by) {
		longjmp(*leave_by, 1);
	}
	if (size > refuse_over) {
		return NULL;
	}
	last_block = mcha_allocator_libc.resize(bytes, size);
	assert_non_null(last_block);
	return last_block;
}

static const mcha_allocator counting = {count_allocate, count_release, count_resize};

static mcha_meta_reader reader;
static char reader_bytes[MCHA_META_READER_BYTES];

static inline int setup(void **state)
{
	(void)state;
	held = 0;
	refuse_over = 1 << 20;
	leave_by = NULL;
	mcha_meta_reader_init(&reader, &counting, &mcha_meta_vocabulary_meta, reader_bytes);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	return held == 0 ? 0 : -1;
}

/* --- replies as text: "VA O1 f2 s5 'hello'; HD; MORE" ----------------------------------------- */

static char story[4096];
static size_t story_length;

static inline void tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	story_length += (size_t)vsnprintf(story + story_length, sizeof(story) - story_length, format,
		arguments);
	va_end(arguments);
	assert_true(story_length < sizeof(story));
}

static const char *const code_names[] = {
	[MCHA_META_VA] = "VA",
	[MCHA_META_HD] = "HD",
	[MCHA_META_EN] = "EN",
	[MCHA_META_NF] = "NF",
	[MCHA_META_NS] = "NS",
	[MCHA_META_EX] = "EX",
	[MCHA_META_MN] = "MN",
	[MCHA_META_OK] = "OK",
	[MCHA_META_VERSION] = "VERSION",
	[MCHA_META_STAT] = "STAT",
	[MCHA_META_END] = "END",
	[MCHA_META_ERROR] = "ERROR",
	[MCHA_META_CLIENT_ERROR] = "CLIENT_ERROR",
	[MCHA_META_SERVER_ERROR] = "SERVER_ERROR",
	[MCHA_META_VALUE] = "VALUE",
};

static inline bool is_told_by_its_text(const mcha_meta_reply *reply)
{
	return reply->code >= MCHA_META_VERSION || reply->code == MCHA_META_VALUE;
}

static inline bool has_value(const mcha_meta_reply *reply)
{
	return reply->code == MCHA_META_VA || reply->code == MCHA_META_VALUE;
}

static inline void tell_reply(mcha_meta_reply *reply)
{
	tell("%s", code_names[reply->code]);
	if (is_told_by_its_text(reply)) {
		tell(" \"%.*s\"", (int)reply->text_length, reply->text);
	}
	if (reply->has_opaque) {
		tell(" O%lu", (unsigned long)reply->opaque);
	}
	if (reply->flags) {
		tell(" f%lu", (unsigned long)reply->flags);
	}
	if (reply->cas) {
		tell(" c%llu", (unsigned long long)reply->cas);
	}
	if (reply->idle) {
		tell(" l%llu", (unsigned long long)reply->idle);
	}
	if (reply->ttl != MCHA_TTL_UNKNOWN) {
		tell(" t%lld", (long long)reply->ttl);
	}
	if (reply->size || has_value(reply)) {
		tell(" s%zu", reply->size);
	}
	if (has_value(reply)) {
		assert_non_null(reply->value);
		assert_int_equal(strlen(reply->value), reply->value_length);
		tell(" '%s'", reply->value);
		counting.release(reply->value);
	} else {
		assert_null(reply->value);
	}
	tell("; ");
}

static inline mcha_meta_progress tell_replies(void)
{
	mcha_meta_reply reply;
	mcha_meta_progress progress;

	while ((progress = mcha_meta_reader_next(&reader, &reply)) == MCHA_META_REPLY) {
		tell_reply(&reply);
	}
	return progress;
}

/* Feeds as many bytes as there is room for; returns their number. */
static inline size_t receive(const char *bytes, size_t length)
{
	struct iovec space[2];
	int count = mcha_meta_reader_space(&reader, space);
	size_t done = 0;

	assert_in_range(count, 1, 2);
	assert_true(space[0].iov_len > 0);
	for (int i = 0; i < count; i++) {
		size_t part = length - done < space[i].iov_len ? length - done : space[i].iov_len;

		memcpy(space[i].iov_base, bytes + done, part);
		done += part;
	}
	mcha_meta_reader_received(&reader, done);
	return done;
}

/* Feeds the bytes like a socket that has all of them. False: parsing has ended. */
static inline bool feed(const char *bytes, size_t length)
{
	static const char *const ends[] = {
		[MCHA_META_BAD] = "BAD",
		[MCHA_META_NO_MEMORY] = "NO_MEMORY",
	};
	mcha_meta_progress progress = MCHA_META_MORE;

	while (length && progress == MCHA_META_MORE) {
		size_t done = receive(bytes, length);

		bytes += done;
		length -= done;
		progress = tell_replies();
	}
	if (progress != MCHA_META_MORE) {
		tell("%s", ends[progress]);
	}
	return progress == MCHA_META_MORE;
}

static inline void begin(void)
{
	story_length = 0;
	story[0] = '\0';
}

/* Compares the replies; an unfinished reader says so. */
static inline void end(bool alive, const char *expected)
{
	if (alive) {
		tell(mcha_meta_reader_is_empty(&reader) ? "done" : "MORE");
	}
	mcha_meta_reader_reset(&reader);
	assert_true(mcha_meta_reader_is_empty(&reader));
	assert_string_equal(story, expected);
	assert_int_equal(held, 0);
}

static inline void assert_whole(const char *bytes, size_t length, const char *expected)
{
	begin();
	end(feed(bytes, length), expected);
}

static inline void assert_byte_by_byte(const char *bytes, size_t length, const char *expected)
{
	bool alive = true;

	begin();
	for (size_t i = 0; i < length && alive; i++) {
		alive = feed(bytes + i, 1);
	}
	end(alive, expected);
}

static inline void assert_split_anywhere(const char *bytes, size_t length, const char *expected)
{
	for (size_t at = 1; at < length; at++) {
		begin();
		end(feed(bytes, at) && feed(bytes + at, length - at), expected);
	}
}

static inline void assert_story(const char *bytes, size_t length, const char *expected)
{
	assert_whole(bytes, length, expected);
	assert_byte_by_byte(bytes, length, expected);
	assert_split_anywhere(bytes, length, expected);
}

typedef struct row {
	const char *bytes;
	const char *story;
} row;

static inline void assert_rows(const row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_story(rows[i].bytes, strlen(rows[i].bytes), rows[i].story);
	}
}

/* --- values larger than the buffer ------------------------------------------------------------ */

/* Builds "<before>VA <length> O7\r\n<value>\r\nHD O8\r\n" with malloc(). */
static inline char *compose(size_t before, size_t value_length, size_t *length, size_t *value_at)
{
	char *bytes = malloc(before * 7 + value_length + 64);
	size_t n = 0;

	assert_non_null(bytes);
	for (size_t i = 0; i < before; i++) {
		n += (size_t)sprintf(bytes + n, "HD O5\r\n");
	}
	n += (size_t)sprintf(bytes + n, "VA %zu O7\r\n", value_length);
	*value_at = n;
	for (size_t i = 0; i < value_length; i++) {
		bytes[n++] = (char)(i * 31 + i / 251);
	}
	n += (size_t)sprintf(bytes + n, "\r\nHD O8\r\n");
	*length = n;
	return bytes;
}

typedef struct seen {
	size_t small; /* HD O5 */
	bool value;
	bool last;
} seen;

static inline void see(seen *seen, mcha_meta_reply *reply, const char *value, size_t value_length)
{
	if (reply->code == MCHA_META_HD) {
		assert_true(reply->opaque == 5 ? !seen->value : reply->opaque == 8 && seen->value);
		seen->small += reply->opaque == 5;
		seen->last = reply->opaque == 8;
		return;
	}
	assert_int_equal(reply->code, MCHA_META_VA);
	assert_int_equal(reply->opaque, 7);
	assert_int_equal(reply->value_length, value_length);
	assert_true(memcmp(reply->value, value, value_length) == 0);
	assert_int_equal(reply->value[value_length], '\0');
	counting.release(reply->value);
	seen->value = true;
}

/* Feeds pieces of step bytes, the first of them of first bytes. */
static inline void assert_received_in_pieces(size_t before, size_t value_length, size_t first,
	size_t step)
{
	size_t length, value_at, at = 0, piece = first;
	char *bytes = compose(before, value_length, &length, &value_at);
	seen seen = {0};

	while (at < length) {
		mcha_meta_reply reply;
		mcha_meta_progress progress;

		at += receive(bytes + at, piece < length - at ? piece : length - at);
		piece = step;
		while ((progress = mcha_meta_reader_next(&reader, &reply)) == MCHA_META_REPLY) {
			see(&seen, &reply, bytes + value_at, value_length);
		}
		assert_int_equal(progress, MCHA_META_MORE);
	}
	assert_int_equal(seen.small, before);
	assert_true(seen.value && seen.last);
	assert_true(mcha_meta_reader_is_empty(&reader));
	free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
