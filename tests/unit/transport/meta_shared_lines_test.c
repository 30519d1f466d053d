/* SPDX-License-Identifier: MIT */
/* Many keys of one server are requested in one line, and answered by key. */
#include "meta_rig.h"

#include "engine/protocol/meta_encode.h"

#define MANY 200

static mcha_request requests[MANY];
static char keys[MANY][MCHA_KEY_MAX + 1];

/* A queue of reads of "a", "b", ... (a space ends the list); returns its length. */
static size_t queue_of(const char *names)
{
	size_t count = strlen(names);

	for (size_t i = 0; i < count; i++) {
		keys[i][0] = names[i];
		keys[i][1] = '\0';
		requests[i] = get(keys[i]);
		requests[i].next = i + 1 < count ? &requests[i + 1] : NULL;
	}
	return count;
}

/* The outcome of each request: the value's first letter, - for a miss, ! for anything else. */
static const char *outcomes(size_t count)
{
	static char letters[MANY + 1];

	for (size_t i = 0; i < count; i++) {
		letters[i] = requests[i].reply.status == MCHA_STATUS_OK ? requests[i].reply.value[0]
			: requests[i].reply.status == MCHA_STATUS_MISS      ? '-'
																: '!';
		release(&requests[i]);
	}
	letters[count] = '\0';
	return letters;
}

/* --- requests --------------------------------------------------------------------------------- */

static void a_few_keys_are_requested_one_by_one(void **state)
{
	static const size_t counts[] = {0, 0, 0, 4, 5, 6};

	(void)state;
	for (size_t length = 1; length <= COUNT(counts); length++) {
		queue_of(&"abcdef"[COUNT(counts) - length]);
		assert_int_equal(mcha_meta_shared_count(requests), counts[length - 1]);
	}
}

static void only_requests_of_one_kind_share_a_line(void **state)
{
	(void)state;
	queue_of("abcdefghijkl");
	requests[5].want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
	assert_int_equal(mcha_meta_shared_count(requests), 5);
	requests[5].want = MCHA_WANT_VALUE | MCHA_WANT_TTL; /* the classic protocol tells no TTL */
	assert_int_equal(mcha_meta_shared_count(requests), 5);
	assert_int_equal(mcha_meta_shared_count(&requests[5]), 0);
	requests[5] = set("f", "value");
	requests[5].next = &requests[6];
	assert_int_equal(mcha_meta_shared_count(requests), 5);
	assert_int_equal(mcha_meta_shared_count(&requests[5]), 0);
}

static void a_shared_line_keeps_the_maximum_length(void **state)
{
	static const size_t lengths[] = {1, 10, 100, MCHA_KEY_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		char line[MCHA_META_SHARED_MAX];
		size_t count, length;

		for (size_t k = 0; k < MANY; k++) {
			memset(keys[k], 'k', lengths[i]);
			requests[k] = (mcha_request){
				.verb = MCHA_VERB_GET,
				.key = keys[k],
				.key_length = (uint16_t)lengths[i],
				.want = MCHA_WANT_VALUE,
				.next = k + 1 < MANY ? &requests[k + 1] : NULL,
			};
		}
		count = mcha_meta_shared_count(requests);
		if (count) {
			assert_ptr_equal(mcha_meta_encode_shared(requests, count,
								 mcha_meta_shared_word(requests), line, &length),
				count < MANY ? &requests[count] : NULL);
			assert_int_equal(length, strlen("get\r\n") + count * (1 + lengths[i]));
			assert_true(count == MANY || length + 2 + lengths[i] > MCHA_META_SHARED_MAX);
			assert_int_equal(requests[count - 1].line, MCHA_LINE_LAST);
			assert_int_equal(requests[count - 2].line, MCHA_LINE_SHARED);
		}
	}
}

static void tokens_are_requested_by_a_command_of_their_own(void **state)
{
	size_t count = queue_of("tabcde");

	(void)state;
	for (size_t i = 0; i < count; i++) {
		requests[i].want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
	}
	connect_to(SERVER(GREETING, {EXPECT, "mg t f c v O1\r\ngets a b c d e\r\n", 0},
		{SEND, "VA 1 f0 c10 O1\r\nT\r\nVALUE a 0 1 11\r\nA\r\nVALUE c 3 1 12\r\nC\r\nEND\r\n", 0}));
	run(requests);
	assert_int_equal(requests[0].reply.cas, 10);
	assert_int_equal(requests[1].reply.cas, 11);
	assert_int_equal(requests[3].reply.cas, 12);
	assert_int_equal(requests[3].reply.flags, 3);
	assert_string_equal(outcomes(count), "TA-C--");
	finish();
}

/* --- answers ---------------------------------------------------------------------------------- */

#define ASKED \
	{ \
		EXPECT, "mg t f v O1\r\nget a b c d e\r\n", 0 \
	}
#define T "VA 1 f0 O1\r\nT\r\n"

static void values_are_matched_by_key_and_missing_keys_are_misses(void **state)
{
	static const struct {
		const char *said;
		const char *outcomes;
	} answers[] = {
		{"EN O1\r\nEND\r\n", "------"},
		{"EN O1\r\nVALUE a 0 1\r\nA\r\nEND\r\n", "-A----"},
		{T "VALUE e 0 1\r\nE\r\nEND\r\n", "T----E"},
		{T "VALUE b 0 1\r\nB\r\nVALUE d 0 1\r\nD\r\nEND\r\n", "T-B-D-"},
		{T "VALUE a 0 1\r\nA\r\nVALUE b 0 1\r\nB\r\nVALUE c 0 1\r\nC\r\nVALUE d 0 1\r\nD\r\n"
		   "VALUE e 0 1\r\nE\r\nEND\r\n",
			"TABCDE"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		for (int slowly = 0; slowly < 2; slowly++) {
			size_t count = queue_of("tabcde");

			connect_to(SERVER(GREETING, ASKED, {slowly ? SEND_SLOWLY : SEND, answers[i].said, 0},
				{EXPECT_CLOSE, NULL, 0}));
			run(requests);
			assert_true(is_open());
			assert_string_equal(outcomes(count), answers[i].outcomes);
			finish();
		}
	}
}

static void the_same_key_twice_is_answered_twice(void **state)
{
	size_t count = queue_of("zabaab");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg z f v O1\r\nget a b a a b\r\n", 0},
		{SEND, "EN O1\r\nVALUE a 0 1\r\n1\r\nVALUE a 0 1\r\n2\r\nVALUE a 0 1\r\n3\r\nEND\r\n", 0}));
	run(requests);
	assert_string_equal(outcomes(count), "-1-23-");
	finish();
}

static void an_answer_that_does_not_fit_the_line_closes_the_connection(void **state)
{
	static const struct {
		const char *said;
		const char *outcomes; /* requests answered before it keep their results */
	} answers[] = {
		{T "VALUE x 0 1\r\nX\r\nEND\r\n", "T!!!!!"}, /* a key that was not requested */
		{T "VALUE t 0 1\r\nT\r\nEND\r\n", "T!!!!!"}, /* not requested here either */
		{T "VALUE aa 0 1\r\nA\r\nEND\r\n", "T!!!!!"},
		{T "VALUE b 0 1\r\nB\r\nVALUE a 0 1\r\nA\r\nEND\r\n", "T-B!!!"}, /* out of turn */
		{T "VALUE b 0 1\r\nB\r\nVALUE b 0 1\r\nB\r\nEND\r\n", "T-B!!!"},
		{T "VALUE e 0 1\r\nE\r\nVALUE e 0 1\r\nE\r\nEND\r\n", "T----E"},
		{T "VALUE e 0 1\r\nE\r\n", "T----E"}, /* the END is missing */
		{T "VALUE a 0 1\r\nA\r\nEN O2\r\n", "TA!!!!"},
		{T "END of it\r\n", "T!!!!!"},
		{T "EN\r\n", "T!!!!!"},
		{T "VA 1 f0 O2\r\nF\r\n", "T!!!!!"},
		{T "VALUE a 0 1\r\nA\r\nSERVER_ERROR out of memory writing get response\r\n", "TA!!!!"},
		{T "ERROR\r\n", "T!!!!!"},
		/* out of step: no value is believed */
		{"VALUE a 0 1\r\nA\r\nEND\r\n" T, "!!!!!!"},
		{"VA 1 f0 O2\r\nT\r\nVALUE a 0 1\r\nA\r\nEND\r\n", "!!!!!!"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		size_t count = queue_of("tabcde");

		connect_to(SERVER(GREETING, ASKED, {SEND, answers[i].said, 0}, {CLOSE, NULL, 0}));
		run(requests);
		assert_false(is_open());
		assert_string_equal(outcomes(count), answers[i].outcomes);
		finish();
	}
}

static void a_keyed_value_without_a_shared_line_is_refused(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0},
		{SEND, "VALUE key 0 1\r\nx\r\nEND\r\n", 0}, {EXPECT_CLOSE, NULL, 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_PROTOCOL);
	finish();
}

static void answers_before_the_timeout_count(void **state)
{
	size_t count = queue_of("tabcde");

	(void)state;
	connect_to(SERVER(GREETING, ASKED, {SEND, T "VALUE b 0 1\r\nB\r\nVALUE c 0 9\r\nC", 0}));
	run_for(requests, 1000 * MSEC);
	assert_string_equal(outcomes(count), "T-B!!!");
	assert_false(is_open());
	finish();
}

/* More lines than the send buffer holds, and more answers than the receive buffer does. */
static void play_dictionary(server *server)
{
	static char heard[1 << 16];
	size_t have = 0, got;

	if (!server_take(server) || !server_expect(server, "version\r\nmn\r\n")) {
		return;
	}
	server_write(server, "VERSION 1.6.18\r\nMN\r\n", strlen("VERSION 1.6.18\r\nMN\r\n"));
	while ((got = server_read(server, heard + have, sizeof(heard) - have - 1)) > 0) {
		char *line = heard, *end;

		heard[have += got] = '\0';
		while ((end = strstr(line, "\r\n"))) {
			char answer[MCHA_KEY_MAX + 300], *word, *rest;

			*end = '\0';
			word = strtok_r(line, " ", &rest);
			if (strcmp(word, "get") != 0) { /* mg, the first one */
				server_write(server, T, strlen(T));
			}
			while (strcmp(line, "get") == 0 && (word = strtok_r(NULL, " ", &rest))) {
				snprintf(answer, sizeof(answer), "VALUE %s 0 256\r\n%c%0255d\r\n", word, word[0],
					0);
				server_write(server, answer, strlen(answer));
			}
			if (strcmp(line, "get") == 0) {
				server_write(server, "END\r\n", 5);
			}
			line = end + 2;
		}
		have -= (size_t)(line - heard);
		memmove(heard, line, have);
	}
}

static void many_lines_are_answered_while_others_are_being_sent(void **state)
{
	(void)state;
	connect_to(server_playing(0, play_dictionary));
	for (size_t i = 0; i < MANY; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%c%0199zu", (char)('a' + i % 26), i);
		requests[i] = get(keys[i]);
		requests[i].next = i + 1 < MANY ? &requests[i + 1] : NULL;
	}
	run(requests);
	assert_value(&requests[0], "T");
	for (size_t i = 1; i < MANY; i++) {
		assert_int_equal(requests[i].reply.status, MCHA_STATUS_OK);
		assert_int_equal(requests[i].reply.value[0], keys[i][0]);
		release(&requests[i]);
	}
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_few_keys_are_requested_one_by_one),
		TEST(only_requests_of_one_kind_share_a_line),
		TEST(a_shared_line_keeps_the_maximum_length),
		TEST(tokens_are_requested_by_a_command_of_their_own),
		TEST(values_are_matched_by_key_and_missing_keys_are_misses),
		TEST(the_same_key_twice_is_answered_twice),
		TEST(an_answer_that_does_not_fit_the_line_closes_the_connection),
		TEST(a_keyed_value_without_a_shared_line_is_refused),
		TEST(answers_before_the_timeout_count),
		TEST(many_lines_are_answered_while_others_are_being_sent),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
