/* SPDX-License-Identifier: MIT */
/* The meta transport with correct servers: the greeting, the meaning of every answer, queues longer
 * than any buffer, values larger than any buffer, answers in the smallest pieces. */
#include "meta_rig.h"

#include "engine/protocol/meta_encode.h"

/* --- the greeting ----------------------------------------------------------------------------- */

static void the_greeting_detects_the_meta_protocol(void **state)
{
	static const struct {
		const char *answer;
		mcha_status status;
		const char *version;
	} greetings[] = {
		{"VERSION 1.6.18\r\nMN\r\n", MCHA_STATUS_OK, "1.6.18"},
		{"VERSION 1.6.10\r\nMN\r\n", MCHA_STATUS_OK, "1.6.10"},
		{"VERSION 1.6.38-beta1\r\nMN\r\n", MCHA_STATUS_OK, "1.6.38-beta1"},
		{"VERSION 1.6.100\r\nMN\r\n", MCHA_STATUS_OK, "1.6.100"},
		{"VERSION 1.7\r\nMN\r\n", MCHA_STATUS_OK, "1.7"},
		{"VERSION 2.0.1\r\nMN\r\n", MCHA_STATUS_OK, "2.0.1"},
		{"VERSION 1.6.9\r\nMN\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.6.9"},
		{"VERSION 1.6.0\r\nMN\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.6.0"},
		{"VERSION 1.5.22\r\nERROR\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.5.22"},
		{"VERSION 1.4.24\r\nERROR\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.4.24"},
		{"VERSION 0.99.99\r\nERROR\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "0.99.99"},
		{"VERSION \r\nMN\r\n", MCHA_STATUS_SPEAKS_CLASSIC, NULL},
		{"VERSION unknown\r\nMN\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "unknown"},
		/* a proxy that has a new version, but no meta commands */
		{"VERSION 1.6.38\r\nERROR\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.6.38"},
		{"VERSION 1.6.38\r\nERROR unknown command\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.6.38"},
		{"VERSION 1.6.38\r\nCLIENT_ERROR malformed request\r\n", MCHA_STATUS_SPEAKS_CLASSIC,
			"1.6.38"},
		{"VERSION 1.6.38\r\nVA 3\r\nabc\r\n", MCHA_STATUS_SPEAKS_CLASSIC, "1.6.38"},
		/* an unknown server */
		{"ERROR\r\n", MCHA_STATUS_PROTOCOL, NULL},
		{"CLIENT_ERROR unauthenticated\r\n", MCHA_STATUS_AUTH, NULL},
		{"VA 3\r\nabc\r\n", MCHA_STATUS_PROTOCOL, NULL},
		{"MN\r\n", MCHA_STATUS_PROTOCOL, NULL},
		{"HTTP/1.1 400 Bad Request\r\n", MCHA_STATUS_PROTOCOL, NULL},
		{"-ERR unknown command 'version'\r\n", MCHA_STATUS_PROTOCOL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(greetings); i++) {
		mcha_request request = get("key");

		if (greetings[i].status == MCHA_STATUS_OK) {
			connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, greetings[i].answer, 0},
				{EXPECT, "mg key f v O1\r\n", 0}, {SEND, "VA 1 O1\r\nx\r\n", 0}));
		} else {
			connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, greetings[i].answer, 0},
				{EXPECT_CLOSE, NULL, 0}));
		}
		run(&request);
		assert_int_equal(is_open(), greetings[i].status == MCHA_STATUS_OK);
		assert_status(&request, greetings[i].status);
		if (greetings[i].version) {
			assert_string_equal(connection->server_version, greetings[i].version);
		}
		finish();
	}
}

static void requests_wait_for_the_answer_of_the_greeting(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
		{SLEEP, NULL, 30}, {SEND, "M", 0}, {SLEEP, NULL, 10}, {SEND, "N\r\n", 0},
		{EXPECT, "mg key f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0}, {EXPECT_CLOSE, NULL, 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	finish();
}

#define LOGIN "set mcha.login 0 -1 10\r\nada secret\r\n"

static void a_login_goes_before_the_greeting(void **state)
{
	mcha_request request = get("key");

	(void)state;
	settings.login = "ada secret";
	connect_to(SERVER({EXPECT, LOGIN "version\r\nmn\r\n", 0},
		{SEND, "STORED\r\nVERSION 1.6.18\r\nMN\r\n", 0}, {EXPECT, "mg key f v O1\r\n", 0},
		{SEND, "EN O1\r\n", 0}, {EXPECT, "mg key f v O2\r\n", 0}, {SEND, "EN O2\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	run(&request); /* over the same connection: it logs in once */
	assert_status(&request, MCHA_STATUS_MISS);
	finish();
}

static void a_wrong_password_is_an_answer(void **state)
{
	static const char *const answers[] = {"CLIENT_ERROR unauthenticated\r\n",
		"CLIENT_ERROR authentication failure\r\n", "ERROR\r\n", "SERVER_ERROR x\r\n"};

	(void)state;
	settings.login = "ada secret";
	for (size_t i = 0; i < COUNT(answers); i++) {
		mcha_request request = set("key", "value");

		connect_to(SERVER({EXPECT, LOGIN "version\r\nmn\r\n", 0}, {SEND, answers[i], 0},
			{EXPECT_CLOSE, NULL, 0}));
		run(&request);
		assert_status(&request, MCHA_STATUS_AUTH);
		assert_false(is_open());
		finish();
	}
}

static void a_connection_is_greeted_once(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
		{EXPECT, "mg key f v O2\r\n", 0}, {SEND, "EN O2\r\n", 0}, {EXPECT, "mg key f v O3\r\n", 0},
		{SEND, "EN O3\r\n", 0}, {EXPECT_CLOSE, NULL, 0}));
	for (int i = 0; i < 3; i++) {
		run(&request);
		assert_status(&request, MCHA_STATUS_MISS);
	}
	finish();
}

static void a_server_that_was_seen_to_speak_meta_is_trusted_on_the_next_connection(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0}, {EXPECT, "version\r\nmg key f v O1\r\n", 0},
		{SEND, "VERSION 1.6.38\r\nEN O1\r\n", 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	mcha_transport_meta.close(connection);
	assert_false(is_open());
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	assert_string_equal(connection->server_version, "1.6.38");
	finish();
}

/* If a server without meta had come back, the line of a store would be an error and its value would
 * be read as commands. */
static void a_value_waits_for_the_version_even_of_a_trusted_server(void **state)
{
	mcha_request request = get("key"), store = set("key", "flush_all");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0}, {EXPECT, "version\r\n", 0}, {SLEEP, NULL, 20},
		{SEND, "VERSION 1.4.15\r\n", 0}, {EXPECT_CLOSE, NULL, 0}));
	run(&request);
	mcha_transport_meta.close(connection);
	run(&store);
	assert_status(&store, MCHA_STATUS_SPEAKS_CLASSIC);
	finish();
}

static void trust_ends_with_a_malformed_answer(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "ERROR\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0}, {EXPECT, "version\r\nmn\r\n", 0},
		{SEND, "VERSION 1.4.15\r\nERROR\r\n", 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_PROTOCOL);
	run(&request);
	assert_status(&request, MCHA_STATUS_SPEAKS_CLASSIC);
	finish();
}

static void without_detection_requests_are_sent_at_once(void **state)
{
	mcha_request request = get("key");

	(void)state;
	settings.detect = false;
	connect_to(SERVER({EXPECT, "version\r\nmg key f v O1\r\n", 0},
		{SEND, "VERSION 1.6.18\r\nVA 2 O1\r\nhi\r\n", 0}));
	run(&request);
	assert_value(&request, "hi");
	finish();
}

/* --- answers ---------------------------------------------------------------------------------- */

static const struct {
	mcha_verb verb;
	const char *answer; /* to O1 */
	mcha_status status;
} answers[] = {
	{MCHA_VERB_GET, "VA 1 O1\r\nx\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_GET, "EN O1\r\n", MCHA_STATUS_MISS},
	{MCHA_VERB_GET, "SERVER_ERROR out of memory writing get response\r\n", MCHA_STATUS_NO_MEMORY},
	{MCHA_VERB_GET, "NF O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "NS O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "MN\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "END\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "STAT a 1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "VERSION 1.6.18\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "ERROR\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "CLIENT_ERROR bad command line format\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_GET, "HD O1\r\n", MCHA_STATUS_PROTOCOL}, /* a hit, but no value */
	{MCHA_VERB_GET, "HD s5 O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_STORE, "HD O1\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_STORE, "NS O1\r\n", MCHA_STATUS_NOT_STORED},
	{MCHA_VERB_STORE, "EX O1\r\n", MCHA_STATUS_EXISTS},
	{MCHA_VERB_STORE, "NF O1\r\n", MCHA_STATUS_MISS},
	{MCHA_VERB_STORE, "SERVER_ERROR object too large for cache\r\n", MCHA_STATUS_TOO_BIG},
	{MCHA_VERB_STORE, "SERVER_ERROR out of memory storing object\r\n", MCHA_STATUS_NO_MEMORY},
	{MCHA_VERB_STORE, "SERVER_ERROR backend failure\r\n", MCHA_STATUS_SERVER_ERROR},
	{MCHA_VERB_STORE, "CLIENT_ERROR invalid flag\r\n", MCHA_STATUS_CLIENT_ERROR},
	{MCHA_VERB_STORE, "CLIENT_ERROR invalid or duplicate flag\r\n", MCHA_STATUS_CLIENT_ERROR},
	{MCHA_VERB_STORE, "CLIENT_ERROR bad data chunk\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_STORE, "SERVER_ERROR\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_STORE, "EN O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_STORE, "VA 1 O1\r\nx\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_DELETE, "HD O1\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_DELETE, "NF O1\r\n", MCHA_STATUS_MISS},
	{MCHA_VERB_DELETE, "EX O1\r\n", MCHA_STATUS_EXISTS},
	{MCHA_VERB_DELETE, "NS O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_TOUCH, "HD O1\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_TOUCH, "EN O1\r\n", MCHA_STATUS_MISS},
	{MCHA_VERB_TOUCH, "NF O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_TOUCH, "VA 1 O1\r\nx\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "VA 2 O1\r\n10\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_COUNT, "VA 2 t30 c4 O1\r\n9 \r\n", MCHA_STATUS_OK},
	{MCHA_VERB_COUNT, "VA 20 O1\r\n18446744073709551615\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_COUNT, "VA 20 O1\r\n18446744073709551616\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "VA 2 O1\r\n-1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "VA 2 O1\r\n1x\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "VA 0 O1\r\n\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "VA 2 O1\r\n  \r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "NF O1\r\n", MCHA_STATUS_MISS},
	{MCHA_VERB_COUNT, "NS O1\r\n", MCHA_STATUS_NOT_STORED},
	{MCHA_VERB_COUNT, "EX O1\r\n", MCHA_STATUS_EXISTS},
	{MCHA_VERB_COUNT, "HD O1\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_COUNT, "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n",
		MCHA_STATUS_NOT_NUMERIC},
	{MCHA_VERB_VERSION, "VERSION 1.6.38\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_VERSION, "MN\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_STATS, "END\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_STATS, "RESET\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_STATS, "SERVER_ERROR out of memory writing stats\r\n", MCHA_STATUS_NO_MEMORY},
	{MCHA_VERB_STATS, "CLIENT_ERROR usage\r\n", MCHA_STATUS_PROTOCOL},
	{MCHA_VERB_FLUSH, "OK\r\n", MCHA_STATUS_OK},
	{MCHA_VERB_FLUSH, "END\r\n", MCHA_STATUS_PROTOCOL},
};

static mcha_request any_request(mcha_verb verb)
{
	return verb == MCHA_VERB_STORE ? set("key", "value")
								   : request_for(verb, verb == MCHA_VERB_STATS ? "" : "key");
}

/* After an answer the connection is used again, after a malformed one it is closed. */
static void every_answer_has_its_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		mcha_request request = any_request(answers[i].verb), next = get("next");
		char line[512];
		size_t length = mcha_meta_encode(&request, 1, line);
		bool source = answers[i].status != MCHA_STATUS_PROTOCOL;

		if (answers[i].verb == MCHA_VERB_STORE) {
			length += (size_t)sprintf(line + length, "value\r\n");
		}
		line[length] = '\0';
		connect_to(source ? SERVER(GREETING, {EXPECT, line, 0}, {SEND, answers[i].answer, 0},
					   {EXPECT, "mg next f v O2\r\n", 0}, {SEND, "VA 4 O2\r\nnext\r\n", 0})
						  : SERVER(GREETING, {EXPECT, line, 0}, {SEND, answers[i].answer, 0},
							  {EXPECT_CLOSE, NULL, 0}));
		run(&request);
		if (request.reply.status != answers[i].status) {
			fail_msg("%s: %s", answers[i].answer, mcha_status_text(request.reply.status));
		}
		release(&request);
		assert_int_equal(is_open(), source);
		if (source) {
			run(&next);
			assert_value(&next, "next");
		} else {
			assert_string_not_equal(connection->error, "");
		}
		finish();
	}
}

static void an_answer_has_the_requested_fields(void **state)
{
	mcha_request read = get("key"), counted = increment("n"), look = get("key"),
				 version = request_for(MCHA_VERB_VERSION, "");

	(void)state;
	look.want = MCHA_WANT_SIZE | MCHA_WANT_TTL;
	read.next = &counted;
	counted.next = &look;
	look.next = &version;
	connect_to(SERVER(GREETING,
		{SKIP, NULL,
			strlen("mg key f v O1\r\nma n v D1 t O2\r\n"
				   "mg key f t s O3\r\nversion\r\n")},
		{SEND,
			"VA 5 f4294967295 c18446744073709551615 t-1 O1\r\nhello\r\n"
			"VA 3 t60 c9 O2\r\n99 \r\nHD f7 t0 s1000 O3\r\nVERSION 1.6.21\r\n",
			0}));
	run(&read);
	assert_int_equal(read.reply.flags, UINT32_MAX);
	assert_int_equal(read.reply.cas, UINT64_MAX);
	assert_int_equal(read.reply.ttl, MCHA_TTL_NONE);
	assert_value(&read, "hello");
	assert_int_equal(counted.reply.status, MCHA_STATUS_OK);
	assert_int_equal(counted.reply.number, 99);
	assert_int_equal(counted.reply.ttl, 60);
	assert_int_equal(counted.reply.cas, 9);
	assert_null(counted.reply.value);
	assert_int_equal(look.reply.status, MCHA_STATUS_OK);
	assert_int_equal(look.reply.size, 1000);
	assert_int_equal(look.reply.ttl, 0);
	assert_int_equal(look.reply.flags, 7);
	assert_null(look.reply.value);
	assert_value(&version, "1.6.21");
	finish();
}

static void statistics_are_gathered_line_by_line(void **state)
{
	mcha_request first = request_for(MCHA_VERB_STATS, "items"),
				 empty = request_for(MCHA_VERB_STATS, ""), after = get("key");

	(void)state;
	first.next = &empty;
	empty.next = &after;
	connect_to(SERVER(GREETING, {EXPECT, "stats items\r\nstats\r\nmg key f v O3\r\n", 0},
		{SEND, "STAT a 1\r\nSTAT ", 0}, {SLEEP, NULL, 5},
		{SEND,
			"b 2 3\r\nEND\r\nEND\r\n"
			"VA 1 O3\r\nx\r\n",
			0}));
	run(&first);
	assert_value(&first, "STAT a 1\r\nSTAT b 2 3\r\n");
	assert_value(&empty, "");
	assert_value(&after, "x");
	finish();
}

static void incomplete_statistics_are_dropped_with_their_connection(void **state)
{
	mcha_request stats = request_for(MCHA_VERB_STATS, "");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "stats\r\n", 0}, {SEND, "STAT old 1\r\nHD O1\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0}, GREETING, {EXPECT, "stats\r\n", 0},
		{SEND, "STAT new 1\r\nEND\r\n", 0}));
	run(&stats);
	assert_status(&stats, MCHA_STATUS_PROTOCOL);
	assert_null(stats.reply.value);
	run(&stats);
	assert_value(&stats, "STAT new 1\r\n");
	finish();
}

static void answers_may_come_in_the_smallest_pieces(void **state)
{
	mcha_request value = get("key"), miss = get("key"), stored = set("key", "v"),
				 count = increment("n"), stats = request_for(MCHA_VERB_STATS, "");

	(void)state;
	value.next = &miss;
	miss.next = &stored;
	stored.next = &count;
	count.next = &stats;
	connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0},
		{SEND_SLOWLY, "VERSION 1.6.38\r\nMN\r\n", 0},
		{SKIP, NULL,
			strlen("mg key f v O1\r\nmg key f v O2\r\nms key 1 T0 F0 O3\r\nv\r\n"
				   "ma n v D1 t O4\r\nstats\r\n")},
		{SEND_SLOWLY,
			"VA 10 f3 O1\r\na\r\nb\r\nc\r\nd\r\nEN O2\r\nHD O3\r\n"
			"VA 1 t-1 O4\r\n7\r\nSTAT a 1\r\nSTAT b 2\r\nEND\r\n",
			0}));
	run(&value);
	assert_value(&value, "a\r\nb\r\nc\r\nd");
	assert_status(&miss, MCHA_STATUS_MISS);
	assert_status(&stored, MCHA_STATUS_OK);
	assert_int_equal(count.reply.number, 7);
	assert_value(&stats, "STAT a 1\r\nSTAT b 2\r\n");
	finish();
}

/* --- large values ----------------------------------------------------------------------------- */

#define LARGE (5 * 1024 * 1024 + 7)

static char *large_value(size_t length)
{
	char *value = malloc(length + 1);

	assert_non_null(value);
	for (size_t i = 0; i < length; i++) {
		value[i] = (char)('a' + (i * 31 + i / 253) % 26);
	}
	value[length] = '\0';
	return value;
}

/* Stores the value of "ms" and returns it for the following "mg". */
static void play_mirror(server *server)
{
	char *line = malloc(64 + LARGE);
	int head = sprintf(line, "VA %d O2\r\n", LARGE);

	if (server_has_peer(server) && server_expect(server, "version\r\nmn\r\n")
		&& server_write(server, "VERSION 1.6.38\r\nMN\r\n", 20)
		&& server_expect(server, "ms key 5242887 T0 F0 O1\r\n")
		&& server_read_all(server, line + head, LARGE) && server_expect(server, "\r\n")
		&& server_write(server, "HD O1\r\n", 7) && server_expect(server, "mg key f v O2\r\n")) {
		memcpy(line + head + LARGE, "\r\n", 2);
		server_write(server, line, (size_t)head + LARGE + 2);
	}
	free(line);
}

static void large_values_are_sent_and_received_intact(void **state)
{
	char *value = large_value(LARGE);
	mcha_request stored = set("key", value), read = get("key");

	(void)state;
	connect_to(server_playing(0, play_mirror));
	run(&stored);
	assert_status(&stored, MCHA_STATUS_OK);
	run(&read);
	assert_int_equal(read.reply.status, MCHA_STATUS_OK);
	assert_int_equal(read.reply.size, LARGE);
	assert_memory_equal(read.reply.value, value, LARGE + 1);
	release(&read);
	free(value);
	finish();
}

/* --- long queues ------------------------------------------------------------------------------ */

#define QUEUE 5000
#define STORED_BYTES 1000
#define READ_BYTES 1500

/* Reads one request at a time and sends its answer before it reads on: it stops reading while its
 * client does not read. */
static bool answer_one(server *server, unsigned long number)
{
	char line[256], value[READ_BYTES + 3];
	size_t length = 0;

	while (length < 2 || memcmp(line + length - 2, "\r\n", 2) != 0) {
		if (length == sizeof(line) || !server_read_all(server, line + length, 1)) {
			return false;
		}
		length++;
	}
	if (line[1] == 's') {
		return server_skip(server, STORED_BYTES + 2)
			&& server_write(server, line, (size_t)sprintf(line, "HD O%lu\r\n", number));
	}
	memset(value, 'r', READ_BYTES);
	memcpy(value + READ_BYTES, "\r\n", 3);
	return server_write(server, line, (size_t)sprintf(line, "VA %d O%lu\r\n", READ_BYTES, number))
		&& server_write(server, value, READ_BYTES + 2);
}

static void play_slow_reader(server *server)
{
	const int small = 4096;
	unsigned long number = 1;

	if (!server_take(server)) {
		return;
	}
	setsockopt(server->peer, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	if (!server_expect(server, "version\r\nmn\r\n")
		|| !server_write(server, "VERSION 1.6.18\r\nMN\r\n", 20)) {
		return;
	}
	while (answer_one(server, number)) {
		if (number++ % 512 == 0) {
			usleep(5000);
		}
	}
}

static void a_long_queue_of_stores_and_reads_never_deadlocks(void **state)
{
	mcha_request *queue = calloc(QUEUE, sizeof(*queue));
	char *value = large_value(STORED_BYTES);

	(void)state;
	settings.send_buffer = 4096;
	connect_to(server_playing(0, play_slow_reader));
	for (size_t i = 0; i < QUEUE; i++) {
		queue[i] = i % 3 == 0 ? get("read") : set("stored", value);
		queue[i].next = i + 1 < QUEUE ? &queue[i + 1] : NULL;
	}
	run_for(queue, 15000 * MSEC);
	for (size_t i = 0; i < QUEUE; i++) {
		assert_int_equal(queue[i].reply.status, MCHA_STATUS_OK);
		assert_int_equal(queue[i].reply.size, i % 3 == 0 ? READ_BYTES : 0);
		release(&queue[i]);
	}
	free(value);
	free(queue);
	finish();
}

/* --- connections ------------------------------------------------------------------------------ */

static void without_a_server_the_connect_fails(void **state)
{
	server *server = &servers[0];
	mcha_request request = get("key"), count = increment("n");

	(void)state;
	request.next = &count;
	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/none", folder);
	connect_to(server);
	run(&request);
	assert_status(&request, MCHA_STATUS_CONNECT);
	assert_status(&count, MCHA_STATUS_CONNECT);
	assert_int_equal(connection->error_errno, ENOENT);
	assert_false(is_open());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_greeting_detects_the_meta_protocol),
		TEST(requests_wait_for_the_answer_of_the_greeting),
		TEST(a_login_goes_before_the_greeting),
		TEST(a_wrong_password_is_an_answer),
		TEST(a_connection_is_greeted_once),
		TEST(a_server_that_was_seen_to_speak_meta_is_trusted_on_the_next_connection),
		TEST(a_value_waits_for_the_version_even_of_a_trusted_server),
		TEST(trust_ends_with_a_malformed_answer),
		TEST(without_detection_requests_are_sent_at_once),
		TEST(every_answer_has_its_meaning),
		TEST(an_answer_has_the_requested_fields),
		TEST(statistics_are_gathered_line_by_line),
		TEST(incomplete_statistics_are_dropped_with_their_connection),
		TEST(answers_may_come_in_the_smallest_pieces),
		TEST(large_values_are_sent_and_received_intact),
		TEST(a_long_queue_of_stores_and_reads_never_deadlocks),
		TEST(without_a_server_the_connect_fails),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
