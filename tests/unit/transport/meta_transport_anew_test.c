/* SPDX-License-Identifier: MIT */
/* Meta connections that are replaced: the server closed an idle connection, or the client could not
 * go on. */
#include "meta_rig.h"

/* --- the server closed an idle connection ----------------------------------------------------- */

typedef struct errand {
	mcha_request request;
	const char *line;
	const char *answer;
	bool again; /* may be sent again */
} errand;

#define ERRANDS 8

static void list_errands(errand errands[ERRANDS])
{
	mcha_request add = set("k", "v"), swap = set("k", "v"), append = set("k", "v"),
				 delete_if = request_for(MCHA_VERB_DELETE, "k");

	add.mode = MCHA_MODE_ADD;
	append.mode = MCHA_MODE_APPEND;
	swap.cas = delete_if.cas = 5;
	memcpy(errands,
		(errand[ERRANDS]){
			{get("k"), "mg k f v O1\r\n", "EN O1\r\n", true},
			{set("k", "v"), "ms k 1 T0 F0 O1\r\nv\r\n", "HD O1\r\n", true},
			{request_for(MCHA_VERB_DELETE, "k"), "md k O1\r\n", "HD O1\r\n", true},
			{increment("k"), "ma k v D1 t O1\r\n", "NF O1\r\n", false},
			{add, "ms k 1 T0 F0 ME O1\r\nv\r\n", "HD O1\r\n", false},
			{append, "ms k 1 T0 F0 MA O1\r\nv\r\n", "HD O1\r\n", false},
			{swap, "ms k 1 T0 F0 C5 O1\r\nv\r\n", "HD O1\r\n", false},
			{delete_if, "md k C5 O1\r\n", "HD O1\r\n", false},
		},
		ERRANDS * sizeof(errand));
}

/* The connection was used a moment ago, so it is not checked first: the close is noticed while
 * sending. */
static void only_repeatable_requests_are_sent_again_on_a_new_connection(void **state)
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

/* The close was noticed before anything was sent: any request may go over a new connection. */
static void an_idle_connection_is_checked_before_anything_is_sent(void **state)
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

static void a_partly_answered_queue_is_not_sent_again(void **state)
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

/* The new connection has the timeout of a new connection. */
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

/* --- the client cannot go on ------------------------------------------------------------------ */

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

/* The transport keeps pointers into the queue and the values, and must not use them after a
 * close. */
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

static void after_a_longjmp_and_a_close_the_connection_works_again(void **state)
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

/* Refuses a value by its line alone, and swallows the value after a while, as memcached does. */
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

/* The transport reads the value until its last byte is sent; afterwards the value is the caller's
 * again. */
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
	servers[0].complaint[0] = '\0'; /* this connection need not have got another request */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_repeatable_requests_are_sent_again_on_a_new_connection),
		TEST(an_idle_connection_is_checked_before_anything_is_sent),
		TEST(a_lost_connection_is_replaced_once),
		TEST(a_partly_answered_queue_is_not_sent_again),
		TEST(a_replacement_has_the_connect_timeout_for_itself),
		TEST(a_value_without_memory_closes_the_connection),
		TEST(after_a_longjmp_and_a_close_the_connection_works_again),
		TEST(a_value_refused_before_it_was_sent_is_not_touched_after_the_round),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
