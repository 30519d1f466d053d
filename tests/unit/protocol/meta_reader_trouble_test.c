/* SPDX-License-Identifier: MIT */
/* The parser of meta protocol replies: malformed replies, and allocations that fail. */
#include "meta_reader_rig.h"

/* --- malformed replies ------------------------------------------------------------------------ */

static const char *const malformed[] = {
	/* not a word of the protocol */
	"\r\n",
	"\n",
	" \r\n",
	" HD\r\n",
	"hd\r\n",
	"Hd\r\n",
	"HDX\r\n",
	"HD1\r\n",
	"H\r\n",
	"XX\r\n",
	"VALUES key 0 5\r\n",
	"STORED 1\r\n",
	"DELETED\r\n",
	"ENDING\r\n",
	"VERSIONS 1\r\n",
	"HTTP/1.1 400 Bad Request\r\n",
	"-ERR unknown command\r\n",
	"5\r\n",
	"VAVA 5\r\n",
	"SERVER_ERRORS x\r\n",
	"\x80\x81\r\n",
	/* line ends */
	"HD\n",
	"HD O1\n",
	"VA 5\nhello\r\n",
	"VERSION 1.6.18\n",
	"\rHD\n",
	"HD\r\r\n",
	/* sizes */
	"VA\r\n",
	"VA \r\n",
	"VA x\r\n",
	"VA -1\r\n",
	"VA -5\r\nhello\r\n",
	"VA +5\r\nhello\r\n",
	"VA 5x\r\nhello\r\n",
	"VA 0x5\r\nhello\r\n",
	"VA 5.0\r\nhello\r\n",
	"VA 5,\r\nhello\r\n",
	"VA f5\r\n",
	"VA 1073741825\r\n",
	"VA 2147483648\r\n",
	"VA 4294967295\r\n",
	"VA 4294967296\r\n",
	"VA 4294967301\r\nhello\r\n",
	"VA 9223372036854775807\r\n",
	"VA 9223372036854775808\r\n",
	"VA 18446744073709551615\r\n",
	"VA 18446744073709551616\r\n",
	"VA 18446744073709551621\r\nhello\r\n",
	"VA 99999999999999999999999999\r\n",
	/* the numbers of flags */
	"HD O\r\n",
	"HD Ox\r\n",
	"HD O-1\r\n",
	"HD O+1\r\n",
	"HD O1x\r\n",
	"HD O1.5\r\n",
	"HD O1 O1\r\n",
	"HD O1 f0 O2\r\n",
	"VA 5 O2 O1\r\nhello\r\n",
	"HD O4294967296\r\n",
	"HD O18446744073709551617\r\n",
	"HD O 1\r\n",
	"HD f\r\n",
	"HD f-1\r\n",
	"HD f4294967296\r\n",
	"HD fx\r\n",
	"HD c\r\n",
	"HD c-1\r\n",
	"HD c18446744073709551616\r\n",
	"HD c99999999999999999999\r\n",
	"HD t\r\n",
	"HD t-\r\n",
	"HD t-2\r\n",
	"HD t-10\r\n",
	"HD t--1\r\n",
	"HD t-1x\r\n",
	"HD t9223372036854775808\r\n",
	"HD t18446744073709551616\r\n",
	"HD s\r\n",
	"HD s-1\r\n",
	"HD s1073741825\r\n",
	"HD s18446744073709551616\r\n",
	"HD\tO1\r\n",
	"HD O1\tf2\r\n",
	"HD O1\r O2\r\n",
	"MN O\r\n",
	"VA 5 Ox\r\nhello\r\n",
	"VA 5 c-1\r\nhello\r\n",
	/* a value that does not end where it should */
	"VA 5\r\nhelloXX",
	"VA 5\r\nhello!\r\n",
	"VA 5\r\nhello\n\r",
	"VA 5\r\nhello\rX",
	"VA 5\r\nhello\n\n",
	"VA 0\r\nXX",
	"VA 0\r\nHD\r\n",
	"VA 4\r\nhello\r\n",
	/* one size in the line, another in the flag: the number of bytes is ambiguous */
	"VA 5 s6\r\nhello\r\n",
	"VA 5 s4\r\nhello\r\n",
	"VA 0 s1073741824\r\n\r\n",
	"VA 5 O1 s4000 f1\r\nhello\r\n",
};

static void malformed_replies_are_bad_however_they_are_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(malformed); i++) {
		assert_story(malformed[i], strlen(malformed[i]), "BAD");
	}
}

static void replies_before_a_malformed_one_are_returned(void **state)
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

static void a_line_has_a_maximum_length(void **state)
{
	(void)state;
	assert_line_of(MCHA_META_REPLY_LINE_MAX, "CLIENT_ERROR ", NULL);
	assert_line_of(MCHA_META_REPLY_LINE_MAX, "HD k", "HD; done");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 1, "HD k", "BAD");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 1, "CLIENT_ERROR ", "BAD");
	assert_line_of(MCHA_META_REPLY_LINE_MAX + 100, "STAT ", "BAD");
}

static void a_line_without_an_end_fails_before_it_fills_the_buffer(void **state)
{
	char bytes[MCHA_META_REPLY_LINE_MAX + 1];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "HD k", 4);
	assert_whole(bytes, sizeof(bytes) - 1, "MORE");
	assert_whole(bytes, sizeof(bytes), "BAD");
	assert_byte_by_byte(bytes, sizeof(bytes), "BAD");
}

/* --- memory ----------------------------------------------------------------------------------- */

static void a_failed_allocation_is_not_reported_as_a_protocol_error(void **state)
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

/* A server may announce a gigabyte without ever sending it. */
static void an_announced_length_allocates_no_memory(void **state)
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

static void memory_grows_with_the_bytes_received(void **state)
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

static void a_value_whose_growth_fails_is_freed(void **state)
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

static void a_reset_frees_a_half_received_value_and_all_state(void **state)
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

static void an_abandoned_value_is_not_freed_twice(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(malformed_replies_are_bad_however_they_are_split),
		TEST(replies_before_a_malformed_one_are_returned),
		TEST(a_line_has_a_maximum_length),
		TEST(a_line_without_an_end_fails_before_it_fills_the_buffer),
		TEST(a_failed_allocation_is_not_reported_as_a_protocol_error),
		TEST(an_announced_length_allocates_no_memory),
		TEST(memory_grows_with_the_bytes_received),
		TEST(a_value_whose_growth_fails_is_freed),
		TEST(a_reset_frees_a_half_received_value_and_all_state),
		TEST(an_abandoned_value_is_not_freed_twice),
		TEST(the_allocator_may_leave_by_longjmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
