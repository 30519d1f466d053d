/* SPDX-License-Identifier: MIT */
/* The parser of meta protocol replies, by tables of bytes. Each row is fed whole, byte by byte, and
 * split in two at every position: the replies must be the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/meta_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- an allocator that counts, and can refuse ------------------------------------------------- */

static size_t held;       /* blocks given out and not given back */
static size_t refuse_over; /* larger ones are refused */
static char *last_block;
static jmp_buf *leave_by;  /* not NULL: the allocator leaves by longjmp, as PHP's may */

static char *count_allocate(size_t size)
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

static void count_release(char *bytes)
{
	assert_non_null(bytes);
	held--;
	mcha_allocator_libc.release(bytes);
}

static char *count_resize(char *bytes, size_t size)
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

static int setup(void **state)
{
	(void)state;
	held = 0;
	refuse_over = 1 << 20;
	leave_by = NULL;
	mcha_meta_reader_init(&reader, &counting, reader_bytes);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return held == 0 ? 0 : -1;
}

/* --- replies as text: "VA O1 f2 s5 'hello'; HD; MORE" -------------------------------------------- */

static char story[4096];
static size_t story_length;

static void tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	story_length += (size_t)vsnprintf(story + story_length, sizeof(story) - story_length, format,
		arguments);
	va_end(arguments);
	assert_true(story_length < sizeof(story));
}

static const char *const code_names[] = {
	[MCHA_META_VA] = "VA", [MCHA_META_HD] = "HD", [MCHA_META_EN] = "EN", [MCHA_META_NF] = "NF",
	[MCHA_META_NS] = "NS", [MCHA_META_EX] = "EX", [MCHA_META_MN] = "MN", [MCHA_META_OK] = "OK",
	[MCHA_META_VERSION] = "VERSION", [MCHA_META_STAT] = "STAT", [MCHA_META_END] = "END",
	[MCHA_META_ERROR] = "ERROR", [MCHA_META_CLIENT_ERROR] = "CLIENT_ERROR",
	[MCHA_META_SERVER_ERROR] = "SERVER_ERROR", [MCHA_META_VALUE] = "VALUE",
};

static bool is_told_by_its_text(const mcha_meta_reply *reply)
{
	return reply->code >= MCHA_META_VERSION || reply->code == MCHA_META_VALUE;
}

static bool has_value(const mcha_meta_reply *reply)
{
	return reply->code == MCHA_META_VA || reply->code == MCHA_META_VALUE;
}

static void tell_reply(mcha_meta_reply *reply)
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

static mcha_meta_progress tell_replies(void)
{
	mcha_meta_reply reply;
	mcha_meta_progress progress;

	while ((progress = mcha_meta_reader_next(&reader, &reply)) == MCHA_META_REPLY) {
		tell_reply(&reply);
	}
	return progress;
}

/* As many of the bytes as there is room for; the count. */
static size_t receive(const char *bytes, size_t length)
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

/* Feeds the bytes as a socket would that has them all. False: the story is over. */
static bool feed(const char *bytes, size_t length)
{
	static const char *const ends[] = {[MCHA_META_BAD] = "BAD", [MCHA_META_NO_MEMORY] = "NO_MEMORY"};
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

static void begin(void)
{
	story_length = 0;
	story[0] = '\0';
}

/* Compares what was told; an unfinished reader says so. */
static void end(bool alive, const char *expected)
{
	if (alive) {
		tell(mcha_meta_reader_is_empty(&reader) ? "done" : "MORE");
	}
	mcha_meta_reader_reset(&reader);
	assert_true(mcha_meta_reader_is_empty(&reader));
	assert_string_equal(story, expected);
	assert_int_equal(held, 0);
}

static void assert_whole(const char *bytes, size_t length, const char *expected)
{
	begin();
	end(feed(bytes, length), expected);
}

static void assert_byte_by_byte(const char *bytes, size_t length, const char *expected)
{
	bool alive = true;

	begin();
	for (size_t i = 0; i < length && alive; i++) {
		alive = feed(bytes + i, 1);
	}
	end(alive, expected);
}

static void assert_split_anywhere(const char *bytes, size_t length, const char *expected)
{
	for (size_t at = 1; at < length; at++) {
		begin();
		end(feed(bytes, at) && feed(bytes + at, length - at), expected);
	}
}

static void assert_story(const char *bytes, size_t length, const char *expected)
{
	assert_whole(bytes, length, expected);
	assert_byte_by_byte(bytes, length, expected);
	assert_split_anywhere(bytes, length, expected);
}

/* --- good replies --------------------------------------------------------------------------------- */

typedef struct row {
	const char *bytes;
	const char *story;
} row;

static void assert_rows(const row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_story(rows[i].bytes, strlen(rows[i].bytes), rows[i].story);
	}
}

static void values_of_a_shared_line_come_under_their_keys(void **state)
{
	static const row rows[] = {
		{"VALUE key 0 5\r\nhello\r\nEND\r\n", "VALUE \"key\" s5 'hello'; END \"END\"; done"},
		{"VALUE k 7 0\r\n\r\nVALUE l 0 2\r\nxy\r\n", "VALUE \"k\" f7 s0 ''; VALUE \"l\" s2 'xy'; done"},
		{"VALUE key 4294967295 1 18446744073709551615\r\nx\r\n",
			"VALUE \"key\" f4294967295 c18446744073709551615 s1 'x'; done"},
		{"VALUE VALUE 0 5\r\nVALUE\r\n", "VALUE \"VALUE\" s5 'VALUE'; done"},
		{"VALUE\r\n", "BAD"},
		{"VALUE \r\n", "BAD"},
		{"VALUE key\r\n", "BAD"},
		{"VALUE key 0\r\n", "BAD"},
		{"VALUE  0 1\r\nx\r\n", "BAD"},
		{"VALUE key 0 \r\n", "BAD"},
		{"VALUE key -1 1\r\nx\r\n", "BAD"},
		{"VALUE key 4294967296 1\r\nx\r\n", "BAD"},
		{"VALUE key 0 x\r\n", "BAD"},
		{"VALUE key 0 1073741825\r\n", "BAD"},
		{"VALUE key 0 1 \r\nx\r\n", "BAD"},
		{"VALUE key 0 1 18446744073709551616\r\nx\r\n", "BAD"},
		{"VALUE key 0 1 5 6\r\nx\r\n", "BAD"},
		{"VALUE key 0 1\r\nxy\r\n", "BAD"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void a_key_in_a_reply_has_at_most_250_bytes(void **state)
{
	char bytes[300], expected[300];

	(void)state;
	snprintf(bytes, sizeof(bytes), "VALUE %0250d 0 1\r\nx\r\n", 0);
	snprintf(expected, sizeof(expected), "VALUE \"%0250d\" s1 'x'; done", 0);
	assert_story(bytes, strlen(bytes), expected);
	snprintf(bytes, sizeof(bytes), "VALUE %0251d 0 1\r\nx\r\n", 0);
	assert_story(bytes, strlen(bytes), "BAD");
}

static void every_reply_word_is_known(void **state)
{
	static const row rows[] = {
		{"HD\r\n", "HD; done"},
		{"EN\r\n", "EN; done"},
		{"NF\r\n", "NF; done"},
		{"NS\r\n", "NS; done"},
		{"EX\r\n", "EX; done"},
		{"MN\r\n", "MN; done"},
		{"OK\r\n", "OK; done"},
		{"VA 5\r\nhello\r\n", "VA s5 'hello'; done"},
		{"VERSION 1.6.18\r\n", "VERSION \"VERSION 1.6.18\"; done"},
		{"VERSION \r\n", "VERSION \"VERSION \"; done"},
		{"STAT pid 1\r\n", "STAT \"STAT pid 1\"; done"},
		{"END\r\n", "END \"END\"; done"},
		{"RESET\r\n", "OK; done"},
		{"ERROR\r\n", "ERROR \"ERROR\"; done"},
		{"ERROR unknown command\r\n", "ERROR \"ERROR unknown command\"; done"},
		{"CLIENT_ERROR bad data chunk\r\n", "CLIENT_ERROR \"CLIENT_ERROR bad data chunk\"; done"},
		{"CLIENT_ERROR\r\n", "CLIENT_ERROR \"CLIENT_ERROR\"; done"},
		{"SERVER_ERROR out of memory storing object\r\n",
			"SERVER_ERROR \"SERVER_ERROR out of memory storing object\"; done"},
		{"BUSY currently processing crawler request\r\n",
			"SERVER_ERROR \"BUSY currently processing crawler request\"; done"},
		{"STAT \r with a CR inside\r\n", "STAT \"STAT \r with a CR inside\"; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void every_flag_is_read(void **state)
{
	static const row rows[] = {
		{"HD O1\r\n", "HD O1; done"},
		{"HD O0\r\n", "HD O0; done"},
		{"HD O4294967295\r\n", "HD O4294967295; done"},
		{"EN O7\r\n", "EN O7; done"},
		{"NF O7\r\n", "NF O7; done"},
		{"NS O7\r\n", "NS O7; done"},
		{"EX O7\r\n", "EX O7; done"},
		{"HD f0\r\n", "HD; done"},
		{"HD f4294967295\r\n", "HD f4294967295; done"},
		{"HD c0\r\n", "HD; done"},
		{"HD c18446744073709551615\r\n", "HD c18446744073709551615; done"},
		{"HD t-1\r\n", "HD t-1; done"},
		{"HD t0\r\n", "HD t0; done"},
		{"HD t9223372036854775807\r\n", "HD t9223372036854775807; done"},
		{"HD s0\r\n", "HD; done"},
		{"HD s1073741824\r\n", "HD s1073741824; done"},
		{"HD f1 c2 t3 s4 O5\r\n", "HD O5 f1 c2 t3 s4; done"},
		{"HD O5 s4 t3 c2 f1\r\n", "HD O5 f1 c2 t3 s4; done"},
		{"VA 5 f1 c2 t-1 s5 O9\r\nhello\r\n", "VA O9 f1 c2 t-1 s5 'hello'; done"},
		{"VA 5 s5\r\nhello\r\n", "VA s5 'hello'; done"},
		{"HD c000012\r\n", "HD c12; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void flags_that_were_not_asked_for_are_passed_over(void **state)
{
	static const row rows[] = {
		{"HD W\r\n", "HD; done"},
		{"HD W X Z\r\n", "HD; done"},
		{"HD kthe/key h1 l0 O3\r\n", "HD O3; done"},
		{"HD W O3 b kY2FmZQ==\r\n", "HD O3; done"},
		{"VA 2 W f4 h0 l99 O3 Z\r\nab\r\n", "VA O3 f4 s2 'ab'; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* Servers before 1.6.18. */
static void two_spaces_are_as_good_as_one(void **state)
{
	static const row rows[] = {
		{"HD \r\n", "HD; done"},
		{"HD  O1\r\n", "HD O1; done"},
		{"HD  c5  O1 \r\n", "HD O1 c5; done"},
		{"VA 3 \r\nabc\r\n", "VA s3 'abc'; done"},
		{"VA 3  f1  O2\r\nabc\r\n", "VA O2 f1 s3 'abc'; done"},
		{"VA 3 f1    O2  \r\nabc\r\n", "VA O2 f1 s3 'abc'; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void values_are_taken_as_they_are(void **state)
{
	static const row rows[] = {
		{"VA 0\r\n\r\n", "VA s0 ''; done"},
		{"VA 0 f1 O2\r\n\r\n", "VA O2 f1 s0 ''; done"},
		{"VA 1\r\n\r\r\n", "VA s1 '\r'; done"},
		{"VA 1\r\n\n\r\n", "VA s1 '\n'; done"},
		{"VA 2\r\n\r\n\r\n", "VA s2 '\r\n'; done"},
		{"VA 4\r\n\r\n\r\n\r\n", "VA s4 '\r\n\r\n'; done"},
		{"VA 6\r\nHD O1\r\r\n", "VA s6 'HD O1\r'; done"},
		{"VA 7\r\nHD O1\r\n\r\nEN\r\n", "VA s7 'HD O1\r\n'; EN; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void pipelined_replies_come_one_by_one(void **state)
{
	static const row rows[] = {
		{"HD O1\r\nHD O2\r\nHD O3\r\n", "HD O1; HD O2; HD O3; done"},
		{"VERSION 1.6.38\r\nMN\r\nHD O1\r\n", "VERSION \"VERSION 1.6.38\"; MN; HD O1; done"},
		{"VA 1 O1\r\na\r\nEN O2\r\nVA 0 O3\r\n\r\nVA 2 O4\r\nbc\r\n",
			"VA O1 s1 'a'; EN O2; VA O3 s0 ''; VA O4 s2 'bc'; done"},
		{"NF O1\r\nSERVER_ERROR out of memory\r\nNS O3\r\nEX O4\r\n",
			"NF O1; SERVER_ERROR \"SERVER_ERROR out of memory\"; NS O3; EX O4; done"},
		{"STAT a 1\r\nSTAT b 2\r\nEND\r\nHD O2\r\n",
			"STAT \"STAT a 1\"; STAT \"STAT b 2\"; END \"END\"; HD O2; done"},
		{"VA 1 c9 O1\r\na\r\nHD\r\n", "VA O1 c9 s1 'a'; HD; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* What one reply carried is not found in the next. */
static void a_reply_forgets_the_one_before(void **state)
{
	static const char bytes[] = "VA 3 f1 c2 t3 O5\r\nabc\r\nHD\r\nVA 0\r\n\r\n";

	(void)state;
	assert_story(bytes, strlen(bytes), "VA O5 f1 c2 t3 s3 'abc'; HD; VA s0 ''; done");
}

static void an_unfinished_reply_waits_for_more(void **state)
{
	static const row rows[] = {
		{"H", "MORE"},
		{"HD O1", "MORE"},
		{"HD O1\r", "MORE"},
		{"HD O1\r\nH", "HD O1; MORE"},
		{"VA 5\r\n", "MORE"},
		{"VA 5\r\nhell", "MORE"},
		{"VA 5\r\nhello", "MORE"},
		{"VA 5\r\nhello\r", "MORE"},
		{"VA 0\r\n", "MORE"},
		{"VA 0\r\n\r", "MORE"},
		{"XY", "MORE"}, /* a line is judged when it is complete */
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void values_may_hold_every_byte(void **state)
{
	char bytes[256 + 32], value[256];
	size_t head = (size_t)sprintf(bytes, "VA 256 O1\r\n"), length = head + 256 + 2;

	(void)state;
	for (int i = 0; i < 256; i++) {
		value[i] = bytes[head + (size_t)i] = (char)i;
	}
	memcpy(bytes + head + 256, "\r\n", 2);
	for (size_t at = 1; at <= length; at++) {
		mcha_meta_reply reply;
		mcha_meta_progress progress;

		receive(bytes, at);
		progress = mcha_meta_reader_next(&reader, &reply);
		if (at < length) {
			assert_int_equal(progress, MCHA_META_MORE);
			receive(bytes + at, length - at);
			progress = mcha_meta_reader_next(&reader, &reply);
		}
		assert_int_equal(progress, MCHA_META_REPLY);
		assert_int_equal(reply.value_length, 256);
		assert_memory_equal(reply.value, value, 256);
		assert_int_equal(reply.value[256], '\0');
		counting.release(reply.value);
	}
}

/* --- values larger than the buffer ----------------------------------------------------------------- */

/* "<before>VA <length> O7\r\n<value>\r\nHD O8\r\n", malloc'ed. */
static char *compose(size_t before, size_t value_length, size_t *length, size_t *value_at)
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
	size_t small;  /* HD O5 */
	bool value;
	bool last;
} seen;

static void see(seen *seen, mcha_meta_reply *reply, const char *value, size_t value_length)
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

/* In pieces of step bytes, the first of them of first bytes. */
static void assert_received_in_pieces(size_t before, size_t value_length, size_t first, size_t step)
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

static void values_around_the_size_of_the_buffer_arrive_intact(void **state)
{
	(void)state;
	for (size_t length = MCHA_META_READER_BYTES - 40; length <= MCHA_META_READER_BYTES + 8; length++) {
		assert_received_in_pieces(0, length, length, SIZE_MAX);
		assert_received_in_pieces(1, length, length + 20, 1);
		assert_received_in_pieces(3, length, SIZE_MAX, SIZE_MAX);
	}
}

static void a_large_value_may_be_split_at_every_position(void **state)
{
	const size_t length = 2 * MCHA_META_READER_BYTES + 100;

	(void)state;
	for (size_t at = 1; at < length + 32; at++) {
		assert_received_in_pieces(2, length, at, SIZE_MAX);
	}
	assert_received_in_pieces(2, length, 1, 1);
}

/* The buffer is full of replies, and the value's line comes at its very end. */
static void replies_that_fill_the_buffer_may_end_in_the_middle_of_anything(void **state)
{
	const size_t lines = MCHA_META_READER_BYTES / 7;

	(void)state;
	for (size_t before = lines - 8; before <= lines + 4; before++) {
		for (size_t first = 1; first < 64; first++) {
			assert_received_in_pieces(before, 300, MCHA_META_READER_BYTES - first, SIZE_MAX);
		}
		assert_received_in_pieces(before, 40000, SIZE_MAX, SIZE_MAX);
		assert_received_in_pieces(before, 40000, SIZE_MAX, 1000);
	}
}

static void large_values_are_received_straight_into_the_allocators_memory(void **state)
{
	static const char line[] = "VA 100000 O1\r\n";
	struct iovec space[2];

	(void)state;
	begin();
	assert_true(feed(line, strlen(line)));
	assert_int_equal(mcha_meta_reader_space(&reader, space), 2);
	assert_ptr_equal(space[0].iov_base, last_block);
	assert_int_equal(space[0].iov_len, 100000);
	mcha_meta_reader_received(&reader, 40000);
	assert_int_equal(tell_replies(), MCHA_META_MORE);
	assert_int_equal(mcha_meta_reader_space(&reader, space), 2);
	assert_ptr_equal(space[0].iov_base, last_block + 40000);
	assert_int_equal(space[0].iov_len, 60000);
	mcha_meta_reader_reset(&reader);
}

/* --- malformed replies ------------------------------------------------------------------------------ */

static void malformed_replies_are_bad_however_they_are_cut(void **state)
{
	static const char *const lines[] = {
		/* not a word of the protocol */
		"\r\n", "\n", " \r\n", " HD\r\n", "hd\r\n", "Hd\r\n", "HDX\r\n", "HD1\r\n", "H\r\n", "XX\r\n",
		"VALUES key 0 5\r\n", "STORED\r\n", "DELETED\r\n", "ENDING\r\n", "VERSIONS 1\r\n",
		"HTTP/1.1 400 Bad Request\r\n", "-ERR unknown command\r\n", "5\r\n", "VAVA 5\r\n",
		"SERVER_ERRORS x\r\n", "\x80\x81\r\n",
		/* line ends */
		"HD\n", "HD O1\n", "VA 5\nhello\r\n", "VERSION 1.6.18\n", "\rHD\n", "HD\r\r\n",
		/* sizes */
		"VA\r\n", "VA \r\n", "VA x\r\n", "VA -1\r\n", "VA -5\r\nhello\r\n", "VA +5\r\nhello\r\n",
		"VA 5x\r\nhello\r\n", "VA 0x5\r\nhello\r\n", "VA 5.0\r\nhello\r\n", "VA 5,\r\nhello\r\n",
		"VA f5\r\n", "VA 1073741825\r\n", "VA 2147483648\r\n", "VA 4294967295\r\n",
		"VA 4294967296\r\n", "VA 4294967301\r\nhello\r\n", "VA 9223372036854775807\r\n",
		"VA 9223372036854775808\r\n", "VA 18446744073709551615\r\n", "VA 18446744073709551616\r\n",
		"VA 18446744073709551621\r\nhello\r\n", "VA 99999999999999999999999999\r\n",
		/* flags' numbers */
		"HD O\r\n", "HD Ox\r\n", "HD O-1\r\n", "HD O+1\r\n", "HD O1x\r\n", "HD O1.5\r\n",
		"HD O1 O1\r\n", "HD O1 f0 O2\r\n", "VA 5 O2 O1\r\nhello\r\n",
		"HD O4294967296\r\n", "HD O18446744073709551617\r\n", "HD O 1\r\n",
		"HD f\r\n", "HD f-1\r\n", "HD f4294967296\r\n", "HD fx\r\n",
		"HD c\r\n", "HD c-1\r\n", "HD c18446744073709551616\r\n", "HD c99999999999999999999\r\n",
		"HD t\r\n", "HD t-\r\n", "HD t-2\r\n", "HD t-10\r\n", "HD t--1\r\n", "HD t-1x\r\n",
		"HD t9223372036854775808\r\n", "HD t18446744073709551616\r\n",
		"HD s\r\n", "HD s-1\r\n", "HD s1073741825\r\n", "HD s18446744073709551616\r\n",
		"HD\tO1\r\n", "HD O1\tf2\r\n", "HD O1\r O2\r\n", "MN O\r\n",
		"VA 5 Ox\r\nhello\r\n", "VA 5 c-1\r\nhello\r\n",
		/* a value that does not end where it should */
		"VA 5\r\nhelloXX", "VA 5\r\nhello!\r\n", "VA 5\r\nhello\n\r", "VA 5\r\nhello\rX",
		"VA 5\r\nhello\n\n", "VA 0\r\nXX", "VA 0\r\nHD\r\n", "VA 4\r\nhello\r\n",
		/* one size in the line, another in its flag: nobody knows how many bytes there are */
		"VA 5 s6\r\nhello\r\n", "VA 5 s4\r\nhello\r\n", "VA 0 s1073741824\r\n\r\n",
		"VA 5 O1 s4000 f1\r\nhello\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		size_t length = strlen(lines[i]);

		assert_story(lines[i], length, "BAD");
	}
}

static void what_came_before_a_malformed_reply_is_still_given(void **state)
{
	static const row rows[] = {
		{"HD O1\r\nXX\r\n", "HD O1; BAD"},
		{"VA 5 O1\r\nhello\r\nVA 5 O2\r\nhello!!", "VA O1 s5 'hello'; BAD"},
		{"VA 3 O1\r\nabc\r\n\r\n", "VA O1 s3 'abc'; BAD"},
		{"HD O1\r\n\0\r\n", "HD O1; BAD"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows) - 1);
	assert_story(rows[COUNT(rows) - 1].bytes, 10, rows[COUNT(rows) - 1].story);
}

/* length: of the line with its CR. */
static void assert_line_of(size_t length, const char *word, const char *expected)
{
	char *bytes = malloc(length + 1);

	assert_non_null(bytes);
	memset(bytes, 'x', length + 1);
	memcpy(bytes, word, strlen(word));
	memcpy(bytes + length - 1, "\r\n", 2);
	if (expected) {
		assert_story(bytes, length + 1, expected);
	} else {
		begin();
		assert_true(feed(bytes, length + 1));
		mcha_meta_reader_reset(&reader);
	}
	free(bytes);
}

static void a_line_may_be_long_but_not_endless(void **state)
{
	(void)state;
	assert_line_of(MCHA_META_REPLY_LINE_MAX, "CLIENT_ERROR ", NULL);
	assert_line_of(MCHA_META_REPLY_LINE_MAX, "HD k", "HD; done");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 1, "HD k", "BAD");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 1, "CLIENT_ERROR ", "BAD");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 100, "STAT ", "BAD");
}

static void a_line_without_an_end_is_given_up_before_it_fills_the_buffer(void **state)
{
	char bytes[MCHA_META_REPLY_LINE_MAX + 1];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "HD k", 4);
	assert_whole(bytes, sizeof(bytes) - 1, "MORE");
	assert_whole(bytes, sizeof(bytes), "BAD");
	assert_byte_by_byte(bytes, sizeof(bytes), "BAD");
}

/* --- memory ------------------------------------------------------------------------------------------ */

static void no_memory_is_not_the_servers_fault(void **state)
{
	static const row rows[] = {
		{"VA 11\r\nhello there\r\n", "NO_MEMORY"},
		{"HD O1\r\nVA 11\r\nhello there\r\n", "HD O1; NO_MEMORY"},
	};

	(void)state;
	refuse_over = 10;
	assert_rows(rows, COUNT(rows));
	assert_whole("VA 5\r\nhello\r\n", 13, "VA s5 'hello'; done");
}

/* Whoever may announce a gigabyte need not have one. */
static void a_length_alone_costs_no_memory(void **state)
{
	struct iovec space[2];

	(void)state;
	begin();
	assert_true(feed("VA 1073741824 O1\r\n", 18));
	assert_int_equal(mcha_meta_reader_space(&reader, space), 2);
	assert_int_equal(space[0].iov_len, MCHA_META_VALUE_TRUST);
	mcha_meta_reader_reset(&reader);
	assert_int_equal(held, 0);
}

static void memory_grows_with_what_has_come(void **state)
{
	static const size_t lengths[] = {MCHA_META_VALUE_TRUST - 1, MCHA_META_VALUE_TRUST,
		MCHA_META_VALUE_TRUST + 1, 2 * MCHA_META_VALUE_TRUST - 1, 2 * MCHA_META_VALUE_TRUST,
		2 * MCHA_META_VALUE_TRUST + 1, 5 * MCHA_META_VALUE_TRUST};

	(void)state;
	refuse_over = SIZE_MAX;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		assert_received_in_pieces(0, lengths[i], SIZE_MAX, SIZE_MAX);
		assert_received_in_pieces(1, lengths[i], 1, 65537);
		assert_received_in_pieces(0, lengths[i], MCHA_META_VALUE_TRUST, 1000);
	}
	assert_int_equal(held, 0);
}

static void a_value_that_outgrows_memory_is_given_back(void **state)
{
	char *bytes = calloc(1, MCHA_META_VALUE_TRUST);
	struct iovec space[2];

	(void)state;
	refuse_over = MCHA_META_VALUE_TRUST;
	begin();
	assert_true(feed("VA 1048577 O1\r\n", 15));
	mcha_meta_reader_space(&reader, space);
	memcpy(space[0].iov_base, bytes, MCHA_META_VALUE_TRUST);
	mcha_meta_reader_received(&reader, MCHA_META_VALUE_TRUST);
	assert_int_equal(tell_replies(), MCHA_META_NO_MEMORY);
	mcha_meta_reader_reset(&reader);
	assert_int_equal(held, 0);
	free(bytes);
}

static void a_reset_frees_a_half_received_value_and_forgets_everything(void **state)
{
	static const char bytes[] = "VA 5 O1\r\nhello\r\n";

	(void)state;
	for (size_t at = 0; at < strlen(bytes); at++) {
		begin();
		assert_true(feed(bytes, at));
		mcha_meta_reader_reset(&reader);
		assert_int_equal(held, 0);
		mcha_meta_reader_reset(&reader);
		assert_whole("HD O2\r\n", 7, "HD O2; done");
	}
}

static void an_abandoned_value_is_left_to_whoever_freed_it_already(void **state)
{
	char *gone;

	(void)state;
	begin();
	assert_true(feed("VA 5 O1\r\nhel", 12));
	gone = last_block;
	mcha_meta_reader_abandon(&reader);
	assert_int_equal(held, 1);
	assert_true(mcha_meta_reader_is_empty(&reader));
	counting.release(gone);
	assert_whole("HD O2\r\n", 7, "HD O2; done");
}

static void leave_and_forget(void (*forget)(mcha_meta_reader *))
{
	jmp_buf out;

	leave_by = &out;
	begin();
	if (setjmp(out) == 0) {
		feed("VA 5 O1\r\nhello\r\n", 16);
		fail_msg("the allocator was not asked");
	}
	leave_by = NULL;
	forget(&reader);
	assert_whole("VA 2 O2\r\nok\r\n", 13, "VA O2 s2 'ok'; done");
}

static void the_allocator_may_leave_by_longjmp(void **state)
{
	(void)state;
	leave_and_forget(mcha_meta_reader_reset);
	leave_and_forget(mcha_meta_reader_abandon);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_of_a_shared_line_come_under_their_keys),
		TEST(a_key_in_a_reply_has_at_most_250_bytes),
		TEST(every_reply_word_is_known),
		TEST(every_flag_is_read),
		TEST(flags_that_were_not_asked_for_are_passed_over),
		TEST(two_spaces_are_as_good_as_one),
		TEST(values_are_taken_as_they_are),
		TEST(pipelined_replies_come_one_by_one),
		TEST(a_reply_forgets_the_one_before),
		TEST(an_unfinished_reply_waits_for_more),
		TEST(values_may_hold_every_byte),
		TEST(values_around_the_size_of_the_buffer_arrive_intact),
		TEST(a_large_value_may_be_split_at_every_position),
		TEST(replies_that_fill_the_buffer_may_end_in_the_middle_of_anything),
		TEST(large_values_are_received_straight_into_the_allocators_memory),
		TEST(malformed_replies_are_bad_however_they_are_cut),
		TEST(what_came_before_a_malformed_reply_is_still_given),
		TEST(a_line_may_be_long_but_not_endless),
		TEST(a_line_without_an_end_is_given_up_before_it_fills_the_buffer),
		TEST(no_memory_is_not_the_servers_fault),
		TEST(a_length_alone_costs_no_memory),
		TEST(memory_grows_with_what_has_come),
		TEST(a_value_that_outgrows_memory_is_given_back),
		TEST(a_reset_frees_a_half_received_value_and_forgets_everything),
		TEST(an_abandoned_value_is_left_to_whoever_freed_it_already),
		TEST(the_allocator_may_leave_by_longjmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
