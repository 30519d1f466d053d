/* SPDX-License-Identifier: MIT */
/* The meta transport with servers that mix up, truncate, delay or close: no request gets another
 * request's answer, and no request waits past its deadline. */
#include "meta_rig.h"

#include <signal.h>
#include <sys/time.h>

#include "engine/pool/fanout.h"

/* --- answers and their requests --------------------------------------------------------------- */

static void an_answer_with_a_wrong_token_closes_the_connection(void **state)
{
	static const struct {
		mcha_verb verb;
		const char *answer; /* to O1 */
	} wrong[] = {
		{MCHA_VERB_GET, "VA 5 O2\r\nhello\r\n"},
		{MCHA_VERB_GET, "VA 5 O0\r\nhello\r\n"},
		{MCHA_VERB_GET, "VA 5\r\nhello\r\n"},
		{MCHA_VERB_GET, "EN O2\r\n"},
		{MCHA_VERB_GET, "EN\r\n"}, /* 1.6.18 and later send it with every miss */
		{MCHA_VERB_TOUCH, "EN\r\n"},
		{MCHA_VERB_TOUCH, "HD\r\n"},
		{MCHA_VERB_STORE, "HD O2\r\n"},
		{MCHA_VERB_STORE, "HD\r\n"},
		{MCHA_VERB_STORE, "NS\r\n"},
		{MCHA_VERB_STORE, "EX\r\n"},
		{MCHA_VERB_DELETE, "NF\r\n"},
		{MCHA_VERB_DELETE, "HD O4294967295\r\n"},
		{MCHA_VERB_COUNT, "VA 1 O2\r\n5\r\n"},
		{MCHA_VERB_COUNT, "VA 1\r\n5\r\n"},
		{MCHA_VERB_COUNT, "NF\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		mcha_request request = request_for(wrong[i].verb, "key");

		connect_to(SERVER(GREETING, {SLEEP, NULL, 1}, {SEND, wrong[i].answer, 0}));
		servers[0].steps[2] = (script_step){SKIP, NULL, 5};
		run(&request);
		assert_status(&request, MCHA_STATUS_PROTOCOL);
		assert_false(is_open());
		finish();
	}
}

static void a_miss_without_a_token_of_a_server_before_1_6_18_is_a_miss(void **state)
{
	mcha_request request = get("key"), touch = request_for(MCHA_VERB_TOUCH, "key");

	(void)state;
	request.next = &touch;
	connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, "VERSION 1.6.17\r\nMN\r\n", 0},
		{EXPECT, "mg key f v O1\r\nmg key T0 O2\r\n", 0}, {SEND, "EN\r\nEN\r\n", 0}));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	assert_status(&touch, MCHA_STATUS_MISS);
	assert_true(is_open());
	finish();
}

static void swapped_answers_are_noticed_and_none_is_given_to_the_wrong_request(void **state)
{
	mcha_request requests[3] = {get("a"), get("b"), get("c")};

	(void)state;
	requests[0].next = &requests[1];
	requests[1].next = &requests[2];
	connect_to(SERVER(GREETING, {EXPECT, "mg a f v O1\r\nmg b f v O2\r\nmg c f v O3\r\n", 0},
		{SEND, "VA 1 O1\r\na\r\nVA 1 O3\r\nc\r\nVA 1 O2\r\nb\r\n", 0}, {EXPECT_CLOSE, NULL, 0}));
	run(&requests[0]);
	assert_value(&requests[0], "a");
	assert_status(&requests[1], MCHA_STATUS_PROTOCOL);
	assert_status(&requests[2], MCHA_STATUS_PROTOCOL);
	assert_null(requests[1].reply.value);
	assert_null(requests[2].reply.value);
	assert_false(is_open());
	finish();
}

/* Whole replies and halves; together with the last answer, and before the next request. */
static void unsolicited_bytes_are_never_taken_for_an_answer(void **state)
{
	static const char *const extra[] = {"EN O2\r\n", "VA 3 O2\r\nbad\r\n", "VA 3 O2\r\n",
		"VA 3 O2\r\nba", "VA 3 O2", "EN O2", "EN", "E", "\r\n", "X", "HD O1\r\n", "MN\r\n",
		"STAT a 1\r\n"};

	(void)state;
	for (int late = 0; late <= 1; late++) {
		for (size_t i = 0; i < COUNT(extra); i++) {
			mcha_request request = get("key"), next = get("key");
			char first[64];

			snprintf(first, sizeof(first), "VA 2 O1\r\nok\r\n%s", late ? "" : extra[i]);
			connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, first, 0},
				{SEND, late ? extra[i] : "", 0}, {EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0},
				{SKIP, NULL, 9}, {SEND, "VERSION 1.6.18\r\n", 0}));
			run(&request);
			assert_value(&request, "ok");
			await_step(&servers[0], 5);
			clock_offset += 1000 * MSEC; /* an idle connection is checked */
			run_for(&next, 100 * MSEC);
			assert_true(next.reply.status == MCHA_STATUS_TIMEOUT
				|| next.reply.status == MCHA_STATUS_PROTOCOL);
			assert_null(next.reply.value);
			finish();
			clock_offset = 0;
		}
	}
}

#define QUEUE 2000

/* More requests than one line buffer holds: the last ones are not even encoded when their "answers"
 * come. */
static void answers_to_requests_not_yet_sent_are_refused(void **state)
{
	mcha_request *queue = calloc(QUEUE, sizeof(*queue));
	char *answers = malloc(QUEUE * 16);
	size_t length = 0;

	(void)state;
	for (size_t i = 0; i < QUEUE; i++) {
		queue[i] = get("key");
		queue[i].next = i + 1 < QUEUE ? &queue[i + 1] : NULL;
		length += (size_t)sprintf(answers + length, "EN O%zu\r\n", i + 1);
	}
	settings.send_buffer = 4096;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, answers, 0}));
	pause_between = 10000;
	run(queue);
	assert_status(&queue[0], MCHA_STATUS_MISS);
	assert_status(&queue[QUEUE - 1], MCHA_STATUS_PROTOCOL);
	assert_false(is_open());
	finish();
	free(answers);
	free(queue);
}

/* --- incomplete answers ----------------------------------------------------------------------- */

static void an_answer_cut_off_by_a_close_does_not_count(void **state)
{
	static const char *const halves[] = {"", "V", "VA 5 O1", "VA 5 O1\r", "VA 5 O1\r\n",
		"VA 5 O1\r\nhel", "VA 5 O1\r\nhello", "VA 5 O1\r\nhello\r"};

	(void)state;
	for (size_t i = 0; i < COUNT(halves); i++) {
		mcha_request request = get("key"), second = get("key");

		request.next = &second;
		connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\nmg key f v O2\r\n", 0},
			{SEND, halves[i], 0}, {CLOSE, NULL, 0}));
		run(&request);
		assert_status(&request, MCHA_STATUS_CLOSED);
		assert_status(&second, MCHA_STATUS_CLOSED);
		assert_null(request.reply.value);
		assert_false(is_open());
		finish();
	}
}

static void complete_answers_before_a_close_count(void **state)
{
	mcha_request first = get("a"), second = set("b", "v"), third = get("c");

	(void)state;
	first.next = &second;
	second.next = &third;
	connect_to(SERVER(GREETING, {SKIP, NULL, 13},
		{SEND, "VA 1 O1\r\na\r\nHD O2\r\nVA 9 O3\r\nxx", 0}, {CLOSE, NULL, 0}));
	run(&first);
	assert_value(&first, "a");
	assert_status(&second, MCHA_STATUS_OK);
	assert_status(&third, MCHA_STATUS_CLOSED);
	finish();
}

static void a_server_that_closes_during_its_greeting_was_sent_no_request(void **state)
{
	static const char *const halves[] = {
		"", "VERSION 1.6.18", "VERSION 1.6.18\r\n", "VERSION 1.6.18\r\nM"};

	(void)state;
	for (size_t i = 0; i < COUNT(halves); i++) {
		mcha_request request = increment("n");

		connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, halves[i], 0},
			{CLOSE, NULL, 0}));
		run(&request);
		assert_status(&request, MCHA_STATUS_CLOSED);
		finish();
	}
}

/* A server that cannot take more clients says so and closes; the answer explains the error. */
static void an_error_sent_before_the_close_is_read(void **state)
{
	char *value = malloc(1 << 20);
	mcha_request request = get("a"), store = set("b", "");

	(void)state;
	memset(value, 'v', 1 << 20);
	request.next = &store;
	store.value = value;
	store.value_length = 1 << 20;
	connect_to(SERVER(GREETING, {EXPECT, "mg a f v O1\r\n", 0}, {SEND, "VA 1 O1\r\na\r\n", 0},
		{CLOSE, NULL, 0}));
	pause_between = 20000;
	run(&request);
	assert_value(&request, "a");
	assert_status(&store, MCHA_STATUS_CLOSED);
	free(value);
	finish();
}

/* --- silent servers --------------------------------------------------------------------------- */

static void a_silent_server_costs_its_timeout(void **state)
{
	static const char *const words[] = {NULL, "VERSION 1.6.18\r\n", "VERSION 1.6.18\r\nMN\r\n",
		"VERSION 1.6.18\r\nMN\r\nVA 5 O1\r\nhel"};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		mcha_request request = get("key");
		mcha_usec start = mcha_clock_now(), took;

		connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, words[i] ? words[i] : "", 0}));
		run_for(&request, 50 * MSEC);
		took = mcha_clock_now() - start;
		assert_status(&request, MCHA_STATUS_TIMEOUT);
		assert_in_range(took, 49 * MSEC, 5000 * MSEC);
		assert_false(is_open());
		assert_int_equal(connection->error_errno, ETIMEDOUT);
		finish();
	}
}

static void a_late_answer_is_not_taken_for_the_next_requests_answer(void **state)
{
	mcha_request late = get("late"), next = get("next");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg late f v O1\r\n", 0}, {SLEEP, NULL, 1500},
		{SEND, "VA 4 O1\r\nlate\r\n", 0}, {TAKE, NULL, 0},
		{EXPECT, "version\r\nmg next f v O1\r\n", 0},
		{SEND, "VERSION 1.6.18\r\nVA 4 O1\r\nnext\r\n", 0}));
	run_for(&late, 500 * MSEC);
	assert_status(&late, MCHA_STATUS_TIMEOUT);
	run(&next);
	assert_value(&next, "next");
	finish();
}

static void a_full_backlog_is_a_failed_connect_and_no_wait(void **state)
{
	server *server = &servers[0];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mcha_request request = get("key");
	int fds[8];

	(void)state;
	memset(server, 0, sizeof(*server));
	server_listen(server, 0);
	strncpy(address.sun_path, server->endpoint.host, sizeof(address.sun_path) - 1);
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fds[i], (struct sockaddr *)&address, sizeof(address));
	}
	connect_to(server);
	run_for(&request, 1000 * MSEC);
	assert_status(&request, MCHA_STATUS_CONNECT);
	for (size_t i = 0; i < COUNT(fds); i++) {
		close(fds[i]);
	}
	close(server->listener);
	unlink(server->endpoint.host);
}

/* A TCP port whose backlog is full: the connect hangs. */
static void a_hanging_connect_ends_after_the_connect_timeout(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	mcha_endpoint endpoint = {.host = "127.0.0.1"};
	mcha_request request = get("key");
	mcha_usec start;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fds[8];

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fds[i], (struct sockaddr *)&address, sizeof(address));
	}
	usleep(20000);
	endpoint.port = ntohs(address.sin_port);
	settings.connect_timeout = 40 * MSEC;
	connection = mcha_transport_meta.create(&endpoint, &settings);
	start = mcha_clock_now();
	run_for(&request, 8000 * MSEC);
	assert_in_range(mcha_clock_now() - start, 39 * MSEC, 4000 * MSEC);
	assert_status(&request, MCHA_STATUS_CONNECT);
	assert_int_equal(connection->error_errno, ETIMEDOUT);
	assert_false(is_open());
	mcha_transport_meta.destroy(connection);
	connection = NULL;
	for (size_t i = 0; i < COUNT(fds); i++) {
		close(fds[i]);
	}
	close(listener);
}

/* Sends statistics without end, as fast as the client reads them. */
static void play_endless_statistics(server *server)
{
	static char lines[64 * 1024];

	memset(lines, 'x', sizeof(lines));
	for (size_t at = 0; at < sizeof(lines); at += 1024) {
		memcpy(lines + at, "STAT a ", 7);
		memcpy(lines + at + 1022, "\r\n", 2);
	}
	if (server_has_peer(server) && server_expect(server, "version\r\nmn\r\n")
		&& server_write(server, "VERSION 1.6.18\r\nMN\r\n", 20)) {
		while (server_write(server, lines, sizeof(lines))) {
		}
	}
}

static void endless_statistics_end_with_their_timeout(void **state)
{
	mcha_request request = request_for(MCHA_VERB_STATS, "");

	(void)state;
	connect_to(server_playing(0, play_endless_statistics));
	run_for(&request, 100 * MSEC);
	assert_true(request.reply.status == MCHA_STATUS_TIMEOUT
		|| request.reply.status == MCHA_STATUS_PROTOCOL);
	assert_false(is_open());
	finish();
}

/* --- one round over many servers -------------------------------------------------------------- */

#define LARGE (2 * 1024 * 1024)

static void play_large_answer(server *server)
{
	char *value = malloc(LARGE + 64);
	size_t length = (size_t)sprintf(value, "VA %d O1\r\n", LARGE);

	memset(value + length, 'v', LARGE);
	memcpy(value + length + LARGE, "\r\n", 2);
	if (server_has_peer(server) && server_expect(server, "version\r\nmg key f v O1\r\n")
		&& server_write(server, "VERSION 1.6.18\r\n", 16)) {
		server_write(server, value, length + LARGE + 2);
	}
	free(value);
}

/* Requests to servers 0 to count - 1, of which the last one is silent. */
static void run_round(mcha_request *requests, size_t count, mcha_usec timeout)
{
	mcha_settings pool_settings = {.operation_timeout = timeout, .primary = &mcha_transport_meta};
	mcha_health_rules rules = {.lease = 1000 * MSEC};
	size_t size = mcha_health_table_size(4);
	mcha_health_table *table = aligned_alloc(64, size);
	mcha_fanout fanout = {0};
	mcha_node *nodes[4];
	uint64_t random = 1;
	mcha_round round = {
		.nodes = nodes,
		.settings = &pool_settings,
		.rules = &rules,
		.random = &random,
	};

	memset(table, 0, size);
	round.health = mcha_health_table_init(table, 4);
	settings.detect = false;
	pool_settings.transport = settings;
	assert_true(mcha_fanout_reserve(&fanout, count));
	for (size_t i = 0; i < count; i++) {
		nodes[i] = mcha_node_create(&servers[i].endpoint, mcha_health_find(table, i + 1, "server"));
		/* its greeting asks for the version only */
		atomic_store(&nodes[i]->health->replicas.asked, mcha_clock_now());
		requests[i].node = (uint16_t)i;
		requests[i].later = i + 1 < count ? &requests[i + 1] : NULL;
		clear_answers(&requests[i]);
	}
	round.now = mcha_clock_now();
	round.deadline = round.now + timeout;
	mcha_fanout_run(&fanout, &round, requests);
	for (size_t i = 0; i < count; i++) {
		mcha_node_destroy(nodes[i]);
	}
	mcha_fanout_deinit(&fanout);
	free(table);
}

static const script_step silence[] = {
	{EXPECT, "version\r\nmg key f v O1\r\n", 0}, {SCRIPT_END, NULL, 0}};

static void a_silent_server_does_not_keep_the_others_from_being_read(void **state)
{
	mcha_request requests[2] = {get("key"), get("key")};

	(void)state;
	server_playing(0, play_large_answer);
	server_start(1, silence);
	run_round(requests, 2, 1000 * MSEC);
	assert_status(&requests[0], MCHA_STATUS_OK);
	assert_status(&requests[1], MCHA_STATUS_TIMEOUT);
	finish();
}

static volatile sig_atomic_t ticks;

static void tick(int number)
{
	(void)number;
	if (++ticks == 200) {
		setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
	}
}

/* Signals of a profiler, or of the application. */
static void signals_do_not_stop_the_clock(void **state)
{
	const struct itimerval every_10_ms = {{0, 10000}, {0, 10000}};
	struct sigaction action = {.sa_handler = tick}, before;
	mcha_request requests[1] = {get("key")};
	mcha_usec start;
	sigset_t alarms;

	(void)state;
	/* the servers' threads sleep through it */
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL);
	server_start(0, silence);
	pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
	ticks = 0;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &every_10_ms, NULL);
	start = mcha_clock_now();
	run_round(requests, 1, 300 * MSEC);
	setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_status(&requests[0], MCHA_STATUS_TIMEOUT);
	assert_in_range(mcha_clock_now() - start, 290 * MSEC, 1500 * MSEC);
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_with_a_wrong_token_closes_the_connection),
		TEST(a_miss_without_a_token_of_a_server_before_1_6_18_is_a_miss),
		TEST(swapped_answers_are_noticed_and_none_is_given_to_the_wrong_request),
		TEST(unsolicited_bytes_are_never_taken_for_an_answer),
		TEST(answers_to_requests_not_yet_sent_are_refused),
		TEST(an_answer_cut_off_by_a_close_does_not_count),
		TEST(complete_answers_before_a_close_count),
		TEST(a_server_that_closes_during_its_greeting_was_sent_no_request),
		TEST(an_error_sent_before_the_close_is_read),
		TEST(a_silent_server_costs_its_timeout),
		TEST(a_late_answer_is_not_taken_for_the_next_requests_answer),
		TEST(a_full_backlog_is_a_failed_connect_and_no_wait),
		TEST(a_hanging_connect_ends_after_the_connect_timeout),
		TEST(endless_statistics_end_with_their_timeout),
		TEST(a_silent_server_does_not_keep_the_others_from_being_read),
		TEST(signals_do_not_stop_the_clock),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
