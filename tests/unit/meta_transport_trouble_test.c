/* SPDX-License-Identifier: MIT */
/* The meta transport with servers that mix up, cut short, delay or leave: nobody gets an answer that
 * was meant for somebody else, and nobody waits past the deadline. */
#include "meta_rig.h"

#include <signal.h>
#include <sys/time.h>

#include "engine/fanout.h"

/* --- whose answer is it? ------------------------------------------------------------------------- */

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

static void a_bare_miss_of_a_server_before_1_6_18_is_a_miss(void **state)
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

/* Whole replies and halves; with the last answer, and before the next request. */
static void bytes_that_nobody_asked_for_are_never_taken_for_an_answer(void **state)
{
	static const char *const extra[] = {"EN O2\r\n", "VA 3 O2\r\nbad\r\n", "VA 3 O2\r\n", "VA 3 O2\r\nba",
		"VA 3 O2", "EN O2", "EN", "E", "\r\n", "X", "HD O1\r\n", "MN\r\n", "STAT a 1\r\n"};

	(void)state;
	for (int late = 0; late <= 1; late++) {
		for (size_t i = 0; i < COUNT(extra); i++) {
			mcha_request request = get("key"), next = get("key");
			char first[64];

			snprintf(first, sizeof(first), "VA 2 O1\r\nok\r\n%s", late ? "" : extra[i]);
			connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, first, 0},
				{SEND, late ? extra[i] : "", 0}, {EXPECT_CLOSE, NULL, 0},
				{TAKE, NULL, 0}, {SKIP, NULL, 9}, {SEND, "VERSION 1.6.18\r\n", 0}));
			run(&request);
			assert_value(&request, "ok");
			await_step(&servers[0], 5);
			clock_offset += 1000 * MSEC; /* a connection that rested is looked at */
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

/* More than fit into one line buffer: the last are not even encoded when their "answers" come. */
static void answers_to_what_was_not_yet_asked_are_refused(void **state)
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

/* --- half answers -------------------------------------------------------------------------------- */

static void a_server_that_leaves_within_an_answer_gave_none(void **state)
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

static void what_was_answered_before_the_end_stays_answered(void **state)
{
	mcha_request first = get("a"), second = set("b", "v"), third = get("c");

	(void)state;
	first.next = &second;
	second.next = &third;
	connect_to(SERVER(GREETING, {SKIP, NULL, 13}, {SEND, "VA 1 O1\r\na\r\nHD O2\r\nVA 9 O3\r\nxx", 0},
		{CLOSE, NULL, 0}));
	run(&first);
	assert_value(&first, "a");
	assert_status(&second, MCHA_STATUS_OK);
	assert_status(&third, MCHA_STATUS_CLOSED);
	finish();
}

static void a_server_that_leaves_within_its_greeting_was_not_asked_anything(void **state)
{
	static const char *const halves[] = {"", "VERSION 1.6.18", "VERSION 1.6.18\r\n",
		"VERSION 1.6.18\r\nM"};

	(void)state;
	for (size_t i = 0; i < COUNT(halves); i++) {
		mcha_request request = increment("n");

		connect_to(SERVER({EXPECT, "version\r\nmn\r\n", 0}, {SEND, halves[i], 0}, {CLOSE, NULL, 0}));
		run(&request);
		assert_status(&request, MCHA_STATUS_CLOSED);
		finish();
	}
}

/* A server that cannot take more clients says so and closes; the answer explains the error. */
static void an_answer_that_came_before_the_end_is_read(void **state)
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

/* --- silence ------------------------------------------------------------------------------------- */

static void a_silent_server_costs_the_time_it_was_given(void **state)
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

static void a_late_answer_is_not_the_next_requests(void **state)
{
	mcha_request late = get("late"), next = get("next");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg late f v O1\r\n", 0}, {SLEEP, NULL, 1500},
		{SEND, "VA 4 O1\r\nlate\r\n", 0}, {TAKE, NULL, 0}, {EXPECT, "version\r\nmg next f v O1\r\n", 0},
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
static void a_hanging_connect_is_given_up_after_the_connect_timeout(void **state)
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

/* Sends statistics as fast as they are taken, for ever. */
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

static void endless_statistics_end_with_the_time_they_were_given(void **state)
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

/* --- a server that left while nobody asked ------------------------------------------------------ */

typedef struct errand {
	mcha_request request;
	const char *line;
	const char *answer;
	bool again; /* may be sent once more */
} errand;

#define ERRANDS 8

static void list_errands(errand errands[ERRANDS])
{
	mcha_request add = set("k", "v"), swap = set("k", "v"), append = set("k", "v"),
		delete_if = request_for(MCHA_VERB_DELETE, "k");

	add.mode = MCHA_MODE_ADD;
	append.mode = MCHA_MODE_APPEND;
	swap.cas = delete_if.cas = 5;
	memcpy(errands, (errand[ERRANDS]){
		{get("k"), "mg k f v O1\r\n", "EN O1\r\n", true},
		{set("k", "v"), "ms k 1 T0 F0 O1\r\nv\r\n", "HD O1\r\n", true},
		{request_for(MCHA_VERB_DELETE, "k"), "md k O1\r\n", "HD O1\r\n", true},
		{increment("k"), "ma k v t D1 O1\r\n", "NF O1\r\n", false},
		{add, "ms k 1 T0 F0 ME O1\r\nv\r\n", "HD O1\r\n", false},
		{append, "ms k 1 T0 F0 MA O1\r\nv\r\n", "HD O1\r\n", false},
		{swap, "ms k 1 T0 F0 C5 O1\r\nv\r\n", "HD O1\r\n", false},
		{delete_if, "md k C5 O1\r\n", "HD O1\r\n", false},
	}, ERRANDS * sizeof(errand));
}

/* The connection was used a moment ago, so it is not looked at first: the end is met on the way. */
static void only_what_may_be_repeated_is_sent_again_on_a_new_connection(void **state)
{
	errand errands[ERRANDS];

	(void)state;
	list_errands(errands);
	for (size_t i = 0; i < ERRANDS; i++) {
		mcha_request *request = &errands[i].request, first = get("first");
		mcha_usec when;

		connect_to(errands[i].again
			? SERVER(GREETING, {EXPECT, "mg first f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
				{CLOSE, NULL, 0}, {EXPECT, "version\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
				{EXPECT, errands[i].line, 0}, {SEND, errands[i].answer, 0})
			: SERVER(GREETING, {EXPECT, "mg first f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
				{CLOSE, NULL, 0}));
		when = now();
		clear_answers(&first);
		mcha_transport_meta.start(connection, &first, when, when + 5000 * MSEC);
		drive_until(when + 5000 * MSEC);
		await_step(&servers[0], 5);
		clear_answers(request);
		mcha_transport_meta.start(connection, request, when + 1, when + 5000 * MSEC);
		drive_until(when + 10000 * MSEC);
		if (errands[i].again) {
			assert_true(mcha_status_is_answer(request->reply.status));
			assert_true(connection->was_lost);
		} else {
			assert_status(request, MCHA_STATUS_CLOSED);
			assert_false(is_open());
		}
		finish();
	}
}

/* Nothing had been sent when the end was noticed: anything may go over a new connection. */
static void a_rested_connection_is_looked_at_before_anything_is_sent(void **state)
{
	errand errands[ERRANDS];

	(void)state;
	list_errands(errands);
	for (size_t i = 0; i < ERRANDS; i++) {
		mcha_request *request = &errands[i].request, first = get("first");

		connect_to(SERVER(GREETING, {EXPECT, "mg first f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
			{CLOSE, NULL, 0}, {EXPECT, "version\r\n", 0}, {SEND, "VERSION 1.6.18\r\n", 0},
			{EXPECT, errands[i].line, 0}, {SEND, errands[i].answer, 0}));
		run(&first);
		await_step(&servers[0], 5);
		clock_offset += 1000 * MSEC;
		assert_false(connection->was_lost);
		run(request);
		assert_true(mcha_status_is_answer(request->reply.status));
		assert_true(connection->was_lost);
		release(request);
		finish();
		clock_offset = 0;
	}
}

static void a_lost_connection_is_replaced_once(void **state)
{
	mcha_request first = get("first"), request = get("k");
	mcha_usec when = now();

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg first f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
		{CLOSE, NULL, 0}, {EXPECT, "version\r\nmg k f v O1\r\n", 0}, {CLOSE, NULL, 0}));
	clear_answers(&first);
	mcha_transport_meta.start(connection, &first, when, when + 5000 * MSEC);
	drive_until(when + 5000 * MSEC);
	await_step(&servers[0], 5);
	clear_answers(&request);
	mcha_transport_meta.start(connection, &request, when + 1, when + 5000 * MSEC);
	drive_until(when + 10000 * MSEC);
	assert_status(&request, MCHA_STATUS_CLOSED);
	finish();
}

static void a_queue_of_which_something_was_answered_is_not_repeated(void **state)
{
	mcha_request first = get("first"), a = get("a"), b = get("b");

	(void)state;
	a.next = &b;
	connect_to(SERVER(GREETING, {EXPECT, "mg first f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0},
		{EXPECT, "mg a f v O2\r\nmg b f v O3\r\n", 0}, {SEND, "EN O2\r\n", 0}, {CLOSE, NULL, 0}));
	run(&first);
	run(&a);
	assert_status(&a, MCHA_STATUS_MISS);
	assert_status(&b, MCHA_STATUS_CLOSED);
	finish();
}

/* The new connection has the time that a new connection has. */
static void a_replacement_has_the_connect_timeout_for_itself(void **state)
{
	static const script_step steps[] = {GREETING, {EXPECT, "mg first f v O1\r\n", 0},
		{SEND, "EN O1\r\n", 0}, {EXPECT, "mg k f v O2\r\n", 0}, {SLEEP, NULL, 100},
		{CLOSE, NULL, 0}, {SCRIPT_END, NULL, 0}};
	server *server = server_prepare(0, steps);
	mcha_request first = get("first"), request = get("k");
	struct pollfd poll_for;
	mcha_usec when, until;

	(void)state;
	server_listen_tcp(server);
	server_begin(server);
	settings.connect_timeout = 50 * MSEC;
	connect_to(server);
	run(&first);
	clear_answers(&request);
	when = now();
	mcha_transport_meta.start(connection, &request, when, when + 5000 * MSEC);
	while (!connection->was_lost && mcha_transport_meta.want(connection, &poll_for, &until)) {
		assert_true(now() < when + 5000 * MSEC);
		poll(&poll_for, 1, 1000);
		when = now();
		mcha_transport_meta.advance(connection, poll_for.revents, when);
	}
	assert_true(connection->was_lost);
	if (mcha_transport_meta.want(connection, &poll_for, &until)) {
		assert_true(until > when);
	}
}

/* --- our own side fails --------------------------------------------------------------------------- */

static void a_value_without_memory_closes_the_connection(void **state)
{
	mcha_request request = get("key"), next = get("key");

	(void)state;
	connect_to(SERVER(GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "VA 2 O1\r\nab\r\n", 0},
		{EXPECT_CLOSE, NULL, 0}, {TAKE, NULL, 0}, {EXPECT, "version\r\nmg key f v O1\r\n", 0},
		{SEND, "VERSION 1.6.18\r\nEN O1\r\n", 0}));
	no_memory = true;
	run(&request);
	assert_status(&request, MCHA_STATUS_NO_MEMORY);
	assert_false(is_open());
	no_memory = false;
	run(&next);
	assert_status(&next, MCHA_STATUS_MISS);
	finish();
}

/* The transport keeps pointers into the queue and the values: after a close it must not use them. */
static void leave_by_longjmp_and_close(mcha_request *request)
{
	jmp_buf out;

	leave_by = &out;
	if (setjmp(out) == 0) {
		run(request);
		fail_msg("the allocator was not asked");
	}
	leave_by = NULL;
	mcha_transport_meta.close(connection);
}

static void after_a_longjmp_and_a_close_the_connection_begins_anew(void **state)
{
	mcha_request *gone = malloc(2 * sizeof(*gone)), next = get("next");

	(void)state;
	gone[0] = get("a");
	gone[1] = get("b");
	gone[0].next = &gone[1];
	connect_to(SERVER(GREETING, {EXPECT, "mg a f v O1\r\nmg b f v O2\r\n", 0},
		{SEND, "VA 4 O1\r\naaaa\r\nVA 4 O2\r\nbbbb\r\n", 0}, {EXPECT_CLOSE, NULL, 0},
		{TAKE, NULL, 0}, {EXPECT, "version\r\nmg next f v O1\r\n", 0},
		{SEND, "VERSION 1.6.18\r\nVA 4 O1\r\nnext\r\n", 0}));
	leave_by_longjmp_and_close(gone);
	free(gone);
	assert_false(is_open());
	run(&next);
	assert_value(&next, "next");
	finish();
}

static volatile bool refusal_read;

/* Refuses a value by its line alone, and swallows it after a while, as memcached does. */
static void play_early_refusal(server *server)
{
	if (server_has_peer(server) && server_expect(server, "version\r\nmn\r\n")
		&& server_write(server, "VERSION 1.6.18\r\nMN\r\n", 20)
		&& server_expect(server, "ms key 8388608 T0 F0 O1\r\n")) {
		server_write(server, "SERVER_ERROR object too large for cache\r\n", 41);
		while (!refusal_read) {
			usleep(1000);
		}
		server_skip(server, 8388608 + 2);
		if (server_expect(server, "mg key f v O2\r\n")) {
			server_write(server, "EN O2\r\n", 7);
		}
	}
}

/* Until its last byte is sent the value is the transport's; afterwards it is the caller's again. */
static void a_value_refused_before_it_was_sent_is_not_touched_after_the_round(void **state)
{
	char *value = malloc(8388608);
	mcha_request store = set("key", ""), next = get("key");

	(void)state;
	memset(value, 'v', 8388608);
	store.value = value;
	store.value_length = 8388608;
	refusal_read = false;
	connect_to(server_playing(0, play_early_refusal));
	clear_answers(&store);
	{
		mcha_usec start = now();
		struct pollfd poll_for;
		mcha_usec until;

		mcha_transport_meta.start(connection, &store, start, start + 5000 * MSEC);
		while (mcha_transport_meta.want(connection, &poll_for, &until)) {
			poll(&poll_for, 1, 100);
			mcha_transport_meta.advance(connection, poll_for.revents, now());
			refusal_read = refusal_read || store.reply.status != MCHA_STATUS_PENDING;
		}
	}
	assert_status(&store, MCHA_STATUS_TOO_BIG);
	free(value);
	refusal_read = true;
	run_for(&next, 2000 * MSEC);
	assert_null(next.reply.value);
	assert_true(next.reply.status == MCHA_STATUS_MISS || next.reply.status == MCHA_STATUS_CLOSED
		|| next.reply.status == MCHA_STATUS_TIMEOUT);
	mcha_transport_meta.destroy(connection);
	connection = NULL;
	server_stop(&servers[0]);
	servers[0].complaint[0] = '\0'; /* it need not have been asked again on this connection */
}

/* --- one round over many servers --------------------------------------------------------------------- */

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

/* Requests to the servers 0 to count - 1, of which the last is silent. */
static void run_round(mcha_request *requests, size_t count, mcha_usec timeout)
{
	mcha_settings pool_settings = {.operation_timeout = timeout, .primary = &mcha_transport_meta};
	mcha_health_rules rules = {.lease = 1000 * MSEC};
	size_t size = mcha_health_table_size(4);
	mcha_health_table *table = aligned_alloc(64, size);
	mcha_fanout fanout = {0};
	mcha_node *nodes[4];
	uint64_t random = 1;
	mcha_round round = {.nodes = nodes, .settings = &pool_settings, .rules = &rules,
		.random = &random};

	memset(table, 0, size);
	round.health = mcha_health_table_init(table, 4);
	settings.detect = false;
	pool_settings.transport = settings;
	assert_true(mcha_fanout_reserve(&fanout, count));
	for (size_t i = 0; i < count; i++) {
		nodes[i] = mcha_node_create(&servers[i].endpoint, mcha_health_find(table, i + 1, "server"));
		requests[i].node = (uint16_t)i;
		clear_answers(&requests[i]);
	}
	round.now = mcha_clock_now();
	round.deadline = round.now + timeout;
	mcha_fanout_run(&fanout, &round, requests, count);
	for (size_t i = 0; i < count; i++) {
		mcha_node_destroy(nodes[i]);
	}
	mcha_fanout_deinit(&fanout);
	free(table);
}

static const script_step silence[] = {{EXPECT, "version\r\nmg key f v O1\r\n", 0},
	{SCRIPT_END, NULL, 0}};

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

/* A profiler's, or the application's own. */
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
		TEST(a_bare_miss_of_a_server_before_1_6_18_is_a_miss),
		TEST(swapped_answers_are_noticed_and_none_is_given_to_the_wrong_request),
		TEST(bytes_that_nobody_asked_for_are_never_taken_for_an_answer),
		TEST(answers_to_what_was_not_yet_asked_are_refused),
		TEST(a_server_that_leaves_within_an_answer_gave_none),
		TEST(what_was_answered_before_the_end_stays_answered),
		TEST(a_server_that_leaves_within_its_greeting_was_not_asked_anything),
		TEST(an_answer_that_came_before_the_end_is_read),
		TEST(a_silent_server_costs_the_time_it_was_given),
		TEST(a_late_answer_is_not_the_next_requests),
		TEST(a_full_backlog_is_a_failed_connect_and_no_wait),
		TEST(a_hanging_connect_is_given_up_after_the_connect_timeout),
		TEST(endless_statistics_end_with_the_time_they_were_given),
		TEST(only_what_may_be_repeated_is_sent_again_on_a_new_connection),
		TEST(a_rested_connection_is_looked_at_before_anything_is_sent),
		TEST(a_lost_connection_is_replaced_once),
		TEST(a_queue_of_which_something_was_answered_is_not_repeated),
		TEST(a_replacement_has_the_connect_timeout_for_itself),
		TEST(a_value_without_memory_closes_the_connection),
		TEST(after_a_longjmp_and_a_close_the_connection_begins_anew),
		TEST(a_value_refused_before_it_was_sent_is_not_touched_after_the_round),
		TEST(a_silent_server_does_not_keep_the_others_from_being_read),
		TEST(signals_do_not_stop_the_clock),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
