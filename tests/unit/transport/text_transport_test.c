/* SPDX-License-Identifier: MIT */
/* The text transport with scripted servers: each command has a set of legal answers, and any other
 * answer closes the connection. */
#include "meta_rig.h"

#define HELLO \
	{EXPECT, "version\r\n", 0}, \
	{ \
		SEND, "VERSION 1.4.15\r\n", 0 \
	}

static mcha_request conditional(mcha_request request, uint64_t cas)
{
	request.cas = cas;
	return request;
}

static mcha_request wanting(mcha_request request, unsigned want)
{
	request.want = (uint8_t)want;
	return request;
}

/* --- the legal answers of each command -------------------------------------------------------- */

typedef enum {
	GET,
	STORE,
	CAS,
	DELETE,
	DELETE_CAS,
	TOUCH,
	COUNT_UP,
	VERSION,
	STATS,
	FLUSH,
	COMMANDS
} command;

static mcha_request request_of(command command)
{
	switch (command) {
	case GET:
		return get("key");
	case STORE:
		return set("key", "hello");
	case CAS:
		return conditional(set("key", "hello"), 7);
	case DELETE:
		return request_for(MCHA_VERB_DELETE, "key");
	case DELETE_CAS:
		return conditional(request_for(MCHA_VERB_DELETE, "key"), 7);
	case TOUCH:
		return request_for(MCHA_VERB_TOUCH, "key");
	case COUNT_UP:
		return increment("key");
	case VERSION:
		return request_for(MCHA_VERB_VERSION, "");
	case STATS:
		return request_for(MCHA_VERB_STATS, "");
	default:
		return request_for(MCHA_VERB_FLUSH, "");
	}
}

#define BIT(command) (1u << (command))
#define WITH_VALUE (BIT(STORE) | BIT(CAS) | BIT(DELETE_CAS))
#define ALL (BIT(COMMANDS) - 1)

/* An answer, the commands that may have it, and its meaning. The connection stays open then, unless
 * the stream may be out of step. */
static const struct {
	const char *answer;
	unsigned commands;
	mcha_status status;
	unsigned in_doubt;
} answers[] = {
	{"VALUE key 0 5\r\nhello\r\nEND\r\n", BIT(GET), MCHA_STATUS_OK, 0},
	{"END\r\n", BIT(GET), MCHA_STATUS_MISS, 0},
	{"END\r\n", BIT(STATS), MCHA_STATUS_OK, 0},
	{"STAT a 1\r\nSTAT b 2\r\nEND\r\n", BIT(STATS), MCHA_STATUS_OK, 0},
	{"RESET\r\n", BIT(STATS), MCHA_STATUS_OK, 0},
	{"OK\r\n", BIT(STATS) | BIT(FLUSH), MCHA_STATUS_OK, 0},
	{"STORED\r\n", BIT(STORE) | BIT(CAS) | BIT(DELETE_CAS), MCHA_STATUS_OK, 0},
	{"NOT_STORED\r\n", BIT(STORE), MCHA_STATUS_NOT_STORED, 0},
	{"EXISTS\r\n", BIT(CAS) | BIT(DELETE_CAS), MCHA_STATUS_EXISTS, 0},
	{"NOT_FOUND\r\n", BIT(CAS) | BIT(DELETE) | BIT(DELETE_CAS) | BIT(TOUCH) | BIT(COUNT_UP),
		MCHA_STATUS_MISS, 0},
	{"DELETED\r\n", BIT(DELETE), MCHA_STATUS_OK, 0},
	{"TOUCHED\r\n", BIT(TOUCH), MCHA_STATUS_OK, 0},
	{"5\r\n", BIT(COUNT_UP), MCHA_STATUS_OK, 0},
	{"5  \r\n", BIT(COUNT_UP), MCHA_STATUS_OK, 0},
	{"18446744073709551615\r\n", BIT(COUNT_UP), MCHA_STATUS_OK, 0},
	{"VERSION 1.4.15\r\n", BIT(VERSION), MCHA_STATUS_OK, 0},
	{"SERVER_ERROR object too large for cache\r\n", ALL, MCHA_STATUS_TOO_BIG, 0},
	{"SERVER_ERROR out of memory storing object\r\n", ALL, MCHA_STATUS_NO_MEMORY, 0},
	{"SERVER_ERROR Connection refused\r\n", ALL, MCHA_STATUS_SERVER_ERROR, 0},
	{"CLIENT_ERROR cannot increment or decrement non-numeric value\r\n", ALL,
		MCHA_STATUS_NOT_NUMERIC, WITH_VALUE},
	{"CLIENT_ERROR bad command line format\r\n", ALL, MCHA_STATUS_CLIENT_ERROR, WITH_VALUE},
	{"ERROR\r\n", ALL & ~BIT(STATS), MCHA_STATUS_UNSUPPORTED, WITH_VALUE},
	{"ERROR\r\n", BIT(STATS), MCHA_STATUS_INVALID, 0},
	/* never */
	{"ERROR Too many open connections\r\n", 0, 0, 0},
	{"18446744073709551616\r\n", 0, 0, 0},
	{"5x\r\n", 0, 0, 0},
	{"5 5\r\n", 0, 0, 0},
	{"-1\r\n", 0, 0, 0},
	{"STORED \r\n", 0, 0, 0},
	{"STOREDX\r\n", 0, 0, 0},
	{"STORED\n", 0, 0, 0},
	{"stored\r\n", 0, 0, 0},
	{"END END\r\n", 0, 0, 0},
	{"\r\n", 0, 0, 0},
	{"HD\r\n", 0, 0, 0},
	{"EN\r\n", 0, 0, 0},
	{"MN\r\n", 0, 0, 0},
	{"VA 5\r\nhello\r\n", 0, 0, 0},
	{"VALUE key 0 -1\r\n\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0 1073741825\r\n", 0, 0, 0},
	{"VALUE key 0 18446744073709551615\r\n", 0, 0, 0},
	{"VALUE key 4294967296 5\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key -1 5\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0 5 x\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0 5 1 1\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE  0 5\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE kex 0 5\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE keyx 0 5\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0 4\r\nhello\r\nEND\r\n", 0, 0, 0},
	{"VALUE key 0 5\r\nhello\nEND\r\n", 0, 0, 0},
};

static const char *line_of(command command)
{
	static const char *const asked[COMMANDS] = {"get key\r\n", "set key 0 0 5\r\nhello\r\n",
		"cas key 0 0 5 7\r\nhello\r\n", "delete key\r\n", "cas key 0 2592001 0 7\r\n\r\n",
		"touch key 0\r\n", "incr key 1\r\n", "version\r\n", "stats\r\n", "flush_all\r\n"};

	return asked[command];
}

static void ask_and_answer(command command, size_t i)
{
	bool legal = answers[i].commands & BIT(command),
		 closed = !legal || answers[i].in_doubt & BIT(command);
	mcha_request first = get("first"), request = request_of(command);

	connect_to(SERVER({EXPECT, "version\r\nget first\r\n", 0},
		{SEND, "VERSION 1.4.15\r\nEND\r\n", 0}, {EXPECT, line_of(command), 0},
		{SEND, answers[i].answer, 0}));
	run(&first);
	run(&request);
	if (request.reply.status != (legal ? answers[i].status : MCHA_STATUS_PROTOCOL)
		|| is_open() == closed) {
		print_error("%s answered to %s", answers[i].answer, line_of(command));
	}
	assert_int_equal(is_open(), !closed);
	assert_true(request.reply.status == MCHA_STATUS_OK || command == STATS || !request.reply.value);
	assert_status(&request, legal ? answers[i].status : MCHA_STATUS_PROTOCOL);
	finish();
}

/* Another row of the table has the meaning of this answer for the command. */
static bool is_legal_elsewhere(command command, size_t row)
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		if (i != row && answers[i].commands & BIT(command)
			&& !strcmp(answers[i].answer, answers[row].answer)) {
			return true;
		}
	}
	return false;
}

static void each_command_has_its_answers_and_no_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		for (int command = 0; command < COMMANDS; command++) {
			if (!is_legal_elsewhere(command, i)) {
				ask_and_answer(command, i);
			}
		}
	}
}

static void answers_have_their_meaning(void **state)
{
	mcha_request value = wanting(get("key"), MCHA_WANT_VALUE | MCHA_WANT_CAS),
				 size = wanting(get("key"), MCHA_WANT_SIZE), count = increment("n"),
				 version = request_for(MCHA_VERB_VERSION, ""),
				 stats = request_for(MCHA_VERB_STATS, "");

	(void)state;
	value.next = &size;
	size.next = &count;
	count.next = &version;
	version.next = &stats;
	connect_to(SERVER({EXPECT, "version\r\ngets key\r\nget key\r\n", 0},
		{SEND,
			"VERSION 1.4.15\r\nVALUE key 17 5 99\r\nhello\r\nEND\r\n"
			"VALUE key 17 5\r\nhello\r\nEND\r\n",
			0},
		{EXPECT, "incr n 1\r\nversion\r\nstats\r\n", 0},
		{SEND_SLOWLY, "42\r\nVERSION 1.4.16 (proxy)\r\nSTAT a 1\r\nSTAT b 2\r\nEND\r\n", 0}));
	run(&value);
	assert_int_equal(value.reply.flags, 17);
	assert_int_equal(value.reply.cas, 99);
	assert_int_equal(value.reply.ttl, MCHA_TTL_UNKNOWN);
	assert_value(&value, "hello");
	assert_int_equal(size.reply.status, MCHA_STATUS_OK);
	assert_int_equal(size.reply.size, 5);
	assert_null(size.reply.value);
	assert_int_equal(count.reply.number, 42);
	assert_int_equal(count.reply.ttl, MCHA_TTL_UNKNOWN);
	assert_value(&version, "1.4.16 (proxy)");
	assert_value(&stats, "STAT a 1\r\nSTAT b 2\r\n");
	assert_true(is_open());
	finish();
}

/* --- lines of several keys -------------------------------------------------------------------- */

static void ask_three(const char *answer, mcha_status a, mcha_status b, mcha_status c, bool open)
{
	mcha_request requests[3] = {get("a"), get("b"), get("c")};

	requests[0].next = &requests[1];
	requests[1].next = &requests[2];
	connect_to(SERVER({EXPECT, "version\r\nget a b c\r\n", 0}, {SEND, "VERSION 1.4.15\r\n", 0},
		{SEND, answer, 0}, {CLOSE, NULL, 0}));
	servers[0].steps[3].word = open ? SCRIPT_END : CLOSE;
	run(&requests[0]);
	assert_int_equal(is_open(), open);
	for (int i = 0; i < 3; i++) {
		if (requests[i].reply.status == MCHA_STATUS_OK) {
			assert_string_equal(requests[i].reply.value, requests[i].key);
		} else {
			assert_null(requests[i].reply.value);
		}
	}
	assert_status(&requests[0], a);
	assert_status(&requests[1], b);
	assert_status(&requests[2], c);
	finish();
}

#define OK MCHA_STATUS_OK
#define MISS MCHA_STATUS_MISS
#define BAD MCHA_STATUS_PROTOCOL
#define SAID(key) "VALUE " key " 0 1\r\n" key "\r\n"

static void values_are_matched_by_key_in_any_order(void **state)
{
	(void)state;
	ask_three(SAID("a") SAID("b") SAID("c") "END\r\n", OK, OK, OK, true);
	/* a proxy split the line */
	ask_three(SAID("c") SAID("a") SAID("b") "END\r\n", OK, OK, OK, true);
	ask_three(SAID("b") "END\r\n", MISS, OK, MISS, true);
	ask_three(SAID("c") SAID("a") "END\r\n", OK, MISS, OK, true);
	ask_three("END\r\n", MISS, MISS, MISS, true);
}

static void a_line_without_its_end_has_no_misses(void **state)
{
	(void)state;
	ask_three(SAID("b") "END", MCHA_STATUS_CLOSED, OK, MCHA_STATUS_CLOSED, false);
}

static void values_that_were_not_requested_close_the_connection(void **state)
{
	(void)state;
	ask_three(SAID("d") "END\r\n", BAD, BAD, BAD, false);
	ask_three(SAID("b") SAID("b") "END\r\n", BAD, OK, BAD, false);
	ask_three(SAID("a") SAID("b") SAID("c") SAID("a") "END\r\n", OK, OK, OK, false);
	ask_three(SAID("b") "STORED\r\n", BAD, OK, BAD, false);
	/* in the middle of the line */
	ask_three(SAID("b") "SERVER_ERROR away\r\n", BAD, OK, BAD, false);
}

static void an_error_applies_to_the_whole_line(void **state)
{
	(void)state;
	ask_three("SERVER_ERROR Connection refused\r\n", MCHA_STATUS_SERVER_ERROR,
		MCHA_STATUS_SERVER_ERROR, MCHA_STATUS_SERVER_ERROR, true);
	ask_three("ERROR\r\n", MCHA_STATUS_UNSUPPORTED, MCHA_STATUS_UNSUPPORTED,
		MCHA_STATUS_UNSUPPORTED, true);
}

/* --- the CAS of what was stored --------------------------------------------------------------- */

static void store_for_cas(const char *answer, mcha_status status, uint64_t cas, bool open)
{
	mcha_request request = wanting(set("key", "hello"), MCHA_WANT_CAS);

	request.flags = 3;
	connect_to(SERVER(HELLO, {EXPECT, "set key 3 0 5\r\nhello\r\ngets key\r\n", 0},
		{SEND, answer, 0}, {CLOSE, NULL, 0}));
	servers[0].steps[4].word = open ? SCRIPT_END : CLOSE;
	run(&request);
	assert_int_equal(is_open(), open);
	assert_int_equal(request.reply.cas, cas);
	assert_null(request.reply.value);
	assert_status(&request, status);
	finish();
}

static void a_store_returns_the_cas_of_its_own_value_only(void **state)
{
	(void)state;
	store_for_cas("STORED\r\nVALUE key 3 5 77\r\nhello\r\nEND\r\n", OK, 77, true);
	/* a value that another client has written since has another CAS */
	store_for_cas("STORED\r\nVALUE key 3 5 77\r\nhallo\r\nEND\r\n", OK, 0, true);
	store_for_cas("STORED\r\nVALUE key 3 4 77\r\nhell\r\nEND\r\n", OK, 0, true);
	store_for_cas("STORED\r\nVALUE key 4 5 77\r\nhello\r\nEND\r\n", OK, 0, true);
	store_for_cas("STORED\r\nEND\r\n", OK, 0, true);
	store_for_cas("NOT_STORED\r\nVALUE key 3 5 77\r\nhello\r\nEND\r\n", MCHA_STATUS_NOT_STORED, 0,
		true);
	store_for_cas("SERVER_ERROR object too large for cache\r\nEND\r\n", MCHA_STATUS_TOO_BIG, 0,
		true);
	store_for_cas("STORED\r\nERROR\r\n", OK, 0, true); /* the server has no "gets" */
	store_for_cas("STORED\r\nSERVER_ERROR away\r\n", OK, 0, true);
	/* an acknowledged store stays acknowledged, whatever happens then */
	store_for_cas("STORED\r\n", OK, 0, false);
	store_for_cas("STORED\r\nVALUE key 3 5 77\r\nhel", OK, 0, false);
	store_for_cas("STORED\r\nVALUE kex 3 5 77\r\nhello\r\nEND\r\n", OK, 0, false);
	store_for_cas("STORED\r\nSTORED\r\n", OK, 0, false);
	store_for_cas("STORED\r\nVALUE key 3 5 77\r\nhello\r\nVALUE key 3 5 77\r\nhello\r\nEND\r\n", OK,
		77, false);
	store_for_cas("", MCHA_STATUS_CLOSED, 0, false);
	store_for_cas("VALUE key 3 5 77\r\nhello\r\nEND\r\n", MCHA_STATUS_PROTOCOL, 0, false);
	store_for_cas("ERROR\r\nEND\r\n", MCHA_STATUS_UNSUPPORTED, 0, false);
}

static void an_append_returns_no_cas(void **state)
{
	mcha_request request = wanting(set("key", "hello"), MCHA_WANT_CAS);

	(void)state;
	request.mode = MCHA_MODE_APPEND;
	connect_to(SERVER(HELLO, {EXPECT, "append key 0 0 5\r\nhello\r\n", 0},
		{SEND, "STORED\r\n", 0}));
	run(&request);
	assert_status(&request, OK);
	assert_int_equal(request.reply.cas, 0);
	finish();
}

/* --- requests that the protocol cannot carry -------------------------------------------------- */

static void unsupported_requests_are_refused_and_delay_no_others(void **state)
{
	mcha_request requests[6] = {conditional(increment("n"), 1), get("a"),
		conditional(increment("n"), 1), conditional(request_for(MCHA_VERB_TOUCH, "t"), 1),
		set("b", "b"), conditional(increment("n"), 1)};

	(void)state;
	for (size_t i = 0; i + 1 < COUNT(requests); i++) {
		requests[i].next = &requests[i + 1];
	}
	connect_to(SERVER(HELLO, {EXPECT, "get a\r\nset b 0 0 1\r\nb\r\n", 0},
		{SEND, SAID("a") "END\r\nSTORED\r\n", 0}));
	run(&requests[0]);
	assert_value(&requests[1], "a");
	assert_status(&requests[4], OK);
	assert_status(&requests[0], MCHA_STATUS_UNSUPPORTED);
	assert_status(&requests[2], MCHA_STATUS_UNSUPPORTED);
	assert_status(&requests[3], MCHA_STATUS_UNSUPPORTED);
	assert_status(&requests[5], MCHA_STATUS_UNSUPPORTED);
	assert_true(is_open());
	run(&requests[5]); /* alone, on an open connection */
	assert_status(&requests[5], MCHA_STATUS_UNSUPPORTED);
	assert_true(is_open());
	finish();
}

static void sasl_needs_the_binary_protocol(void **state)
{
	mcha_request request = get("key");

	(void)state;
	settings.username = "user";
	connect_to(SERVER({SCRIPT_END, NULL, 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_AUTH);
	assert_string_equal(connection->error, "SASL needs the binary protocol");
	finish();
}

/* --- the greeting ----------------------------------------------------------------------------- */

static void no_modifying_request_is_sent_before_the_greeting_is_answered(void **state)
{
	mcha_request requests[] = {set("key", "hello"), increment("key"),
		conditional(request_for(MCHA_VERB_DELETE, "key"), 7)};

	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++) {
		connect_to(SERVER({EXPECT, "version\r\n", 0}, {SEND, "VERSIO? 1.4.15\r\n", 0},
			{EXPECT_CLOSE, NULL, 0}));
		run(&requests[i]);
		assert_status(&requests[i], MCHA_STATUS_PROTOCOL);
		finish();
	}
}

static void a_server_that_does_not_know_version_is_used_all_the_same(void **state)
{
	mcha_request request = set("key", "hello");

	(void)state;
	connect_to(SERVER({EXPECT, "version\r\n", 0}, {SEND, "ERROR\r\n", 0},
		{EXPECT, "set key 0 0 5\r\nhello\r\n", 0}, {SEND, "STORED\r\n", 0}));
	run(&request);
	assert_status(&request, OK);
	assert_string_equal(connection->server_version, "");
	finish();
}

static void a_proxy_that_closes_at_version_is_greeted_by_a_get(void **state)
{
	static const char *const answers_to_get[] = {"END\r\n", "SERVER_ERROR Connection refused\r\n",
		"VALUE mcha.is.there 0 2\r\nno\r\nEND\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(answers_to_get); i++) {
		mcha_request request = set("key", "hello"), again = set("key", "again");

		connect_to(SERVER({EXPECT, "version\r\n", 0}, {CLOSE, NULL, 0},
			{EXPECT, "get mcha.is.there\r\n", 0}, {SEND, answers_to_get[i], 0},
			{EXPECT, "set key 0 0 5\r\nhello\r\n", 0}, {SEND, "STORED\r\n", 0}, {CLOSE, NULL, 0},
			{EXPECT, "get mcha.is.there\r\n", 0}, {SEND, answers_to_get[i], 0},
			{EXPECT, "set key 0 0 5\r\nagain\r\n", 0}, {SEND, "STORED\r\n", 0}));
		run(&request);
		assert_status(&request, OK);
		await_step(&servers[0], 7);
		clock_offset += 1000 * MSEC;
		run(&again); /* the result is remembered */
		assert_status(&again, OK);
		finish();
	}
}

static void is_written_without_statistics(void)
{
	mcha_request request = set("key", "hello"), stats = request_for(MCHA_VERB_STATS, ""),
				 flush = request_for(MCHA_VERB_FLUSH, ""), read = get("key");

	connection->asks_about = true;
	run(&request);
	assert_status(&request, OK);
	assert_true(connection->knows_keys_only);
	run(&stats);
	assert_status(&stats, MCHA_STATUS_UNSUPPORTED);
	run(&flush);
	assert_status(&flush, MCHA_STATUS_UNSUPPORTED);
	run(&read);
	assert_status(&read, MCHA_STATUS_MISS);
	finish();
}

/* As twemproxy, which may or may not answer "version" before it closes at "stats". A value waits
 * for both. */
static void a_proxy_that_closes_at_stats_is_not_sent_stats_again(void **state)
{
	(void)state;
	connect_to(SERVER({EXPECT, "version\r\nstats\r\n", 0}, {CLOSE, NULL, 0},
		{EXPECT, "version\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
		{EXPECT, "set key 0 0 5\r\nhello\r\n", 0}, {SEND, "STORED\r\n", 0},
		{EXPECT, "get key\r\n", 0}, {SEND, "END\r\n", 0}));
	is_written_without_statistics();
	connect_to(SERVER({EXPECT, "version\r\nstats\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
		{CLOSE, NULL, 0}, {EXPECT, "version\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
		{EXPECT, "set key 0 0 5\r\nhello\r\n", 0}, {SEND, "STORED\r\n", 0},
		{EXPECT, "get key\r\n", 0}, {SEND, "END\r\n", 0}));
	is_written_without_statistics();
}

static void a_server_that_closes_at_every_greeting_fails(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER({EXPECT, "version\r\nget key\r\n", 0}, {CLOSE, NULL, 0},
		{EXPECT, "get mcha.is.there\r\nget key\r\n", 0}, {CLOSE, NULL, 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_CLOSED);
	assert_false(connection->closed_at_greeting);
	finish();
}

/* --- connections that are out of step --------------------------------------------------------- */

static void unsolicited_bytes_are_never_taken_for_an_answer(void **state)
{
	static const char *const extra[] = {"END\r\n", "STORED\r\n", "VALUE key 0 3\r\nbad\r\nEND\r\n",
		"E", "5\r\n", "VALUE key 0 3\r\nba", "\r\n"};

	(void)state;
	for (int late = 0; late <= 1; late++) {
		for (size_t i = 0; i < COUNT(extra); i++) {
			mcha_request request = get("key"), next = get("key");
			char first[128];

			snprintf(first, sizeof(first), "VERSION 1.4.15\r\nVALUE key 0 2\r\nok\r\nEND\r\n%s",
				late ? "" : extra[i]);
			connect_to(SERVER({EXPECT, "version\r\nget key\r\n", 0}, {SEND, first, 0},
				{SEND, late ? extra[i] : "", 0}, {EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0},
				{EXPECT, "version\r\nget key\r\n", 0},
				{SEND, "VERSION 1.4.15\r\nVALUE key 0 4\r\ngood\r\nEND\r\n", 0}));
			run(&request);
			assert_value(&request, "ok");
			await_step(&servers[0], 3);
			clock_offset += 1000 * MSEC; /* an idle connection is checked */
			run(&next);
			assert_value(&next, "good");
			finish();
			clock_offset = 0;
		}
	}
}

static void a_request_past_its_deadline_is_not_sent(void **state)
{
	mcha_request first = get("first"), late = set("key", "late");

	(void)state;
	connect_to(SERVER({EXPECT, "version\r\nget first\r\n", 0},
		{SEND, "VERSION 1.4.15\r\nEND\r\n", 0}, {EXPECT, "get first\r\n", 0},
		{SEND, "END\r\n", 0}));
	run(&first);
	run_for(&late, 0);
	assert_status(&late, MCHA_STATUS_NO_TIME);
	assert_true(is_open());
	run(&first);
	assert_status(&first, MISS);
	finish();
}

/* The server refuses before the whole value was sent: the rest is not sent over a connection that
 * is used again. */
static void a_store_refused_by_its_line_alone_ends_the_connection(void **state)
{
	static char large[4 << 20];
	mcha_request request = set("key", "");

	(void)state;
	memset(large, 'x', sizeof(large));
	request.value = large;
	request.value_length = sizeof(large);
	connect_to(SERVER(HELLO, {EXPECT, "set key 0 0 4194304\r\n", 0},
		{SEND, "SERVER_ERROR object too large for cache\r\n", 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_TOO_BIG);
	assert_false(is_open());
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_command_has_its_answers_and_no_others),
		TEST(answers_have_their_meaning),
		TEST(values_are_matched_by_key_in_any_order),
		TEST(a_line_without_its_end_has_no_misses),
		TEST(values_that_were_not_requested_close_the_connection),
		TEST(an_error_applies_to_the_whole_line),
		TEST(a_store_returns_the_cas_of_its_own_value_only),
		TEST(an_append_returns_no_cas),
		TEST(unsupported_requests_are_refused_and_delay_no_others),
		TEST(sasl_needs_the_binary_protocol),
		TEST(no_modifying_request_is_sent_before_the_greeting_is_answered),
		TEST(a_server_that_does_not_know_version_is_used_all_the_same),
		TEST(a_proxy_that_closes_at_version_is_greeted_by_a_get),
		TEST(a_proxy_that_closes_at_stats_is_not_sent_stats_again),
		TEST(a_server_that_closes_at_every_greeting_fails),
		TEST(unsolicited_bytes_are_never_taken_for_an_answer),
		TEST(a_request_past_its_deadline_is_not_sent),
		TEST(a_store_refused_by_its_line_alone_ends_the_connection),
	};

	spoken = &mcha_transport_text;
	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
