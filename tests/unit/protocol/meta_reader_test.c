/* SPDX-License-Identifier: MIT */
/* The parser of meta protocol replies, by tables of bytes: valid replies. */
#include "meta_reader_rig.h"

/* --- valid replies ---------------------------------------------------------------------------- */

static void values_of_a_shared_line_are_returned_by_key(void **state)
{
	static const row rows[] = {
		{"VALUE key 0 5\r\nhello\r\nEND\r\n", "VALUE \"key\" s5 'hello'; END \"END\"; done"},
		{"VALUE k 7 0\r\n\r\nVALUE l 0 2\r\nxy\r\n",
			"VALUE \"k\" f7 s0 ''; VALUE \"l\" s2 'xy'; done"},
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
		{"HD l99 t7\r\n", "HD l99 t7; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void flags_that_were_not_requested_are_ignored(void **state)
{
	static const row rows[] = {
		{"HD W\r\n", "HD; done"},
		{"HD W X Z\r\n", "HD; done"},
		{"HD kthe/key h1 l0 O3\r\n", "HD O3; done"},
		{"HD W O3 b kY2FmZQ==\r\n", "HD O3; done"},
		{"VA 2 W f4 h0 O3 Z\r\nab\r\n", "VA O3 f4 s2 'ab'; done"},
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* Servers before 1.6.18. */
static void two_spaces_count_as_one(void **state)
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

static void values_are_not_interpreted(void **state)
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

/* A field of one reply does not show up in the next. */
static void a_reply_has_no_field_of_the_previous_one(void **state)
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
		/* a line is parsed when it is complete */
		{"XY", "MORE"},
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

/* --- values larger than the buffer ------------------------------------------------------------ */

static void values_around_the_size_of_the_buffer_arrive_intact(void **state)
{
	(void)state;
	for (size_t length = MCHA_META_READER_BYTES - 40; length <= MCHA_META_READER_BYTES + 8;
		 length++) {
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

/* The buffer is full of replies, and the line of the value comes at its very end. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_of_a_shared_line_are_returned_by_key),
		TEST(a_key_in_a_reply_has_at_most_250_bytes),
		TEST(every_reply_word_is_known),
		TEST(every_flag_is_read),
		TEST(flags_that_were_not_requested_are_ignored),
		TEST(two_spaces_count_as_one),
		TEST(values_are_not_interpreted),
		TEST(pipelined_replies_come_one_by_one),
		TEST(a_reply_has_no_field_of_the_previous_one),
		TEST(an_unfinished_reply_waits_for_more),
		TEST(values_may_hold_every_byte),
		TEST(values_around_the_size_of_the_buffer_arrive_intact),
		TEST(a_large_value_may_be_split_at_every_position),
		TEST(replies_that_fill_the_buffer_may_end_in_the_middle_of_anything),
		TEST(large_values_are_received_straight_into_the_allocators_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
