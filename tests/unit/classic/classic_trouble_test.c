/* SPDX-License-Identifier: MIT */
/* The text transport and the libmemcached transport when servers freeze, die, refuse or vanish. */
#include <poll.h>

#include "classic_rig.h"

/* --- servers that fail ---------------------------------------------------------------------- */

/* A busy machine delays things, but not every time: a check that was late is repeated until it was
 * in time. */
#define TRIES 20

static void assert_in_time(bool (*is_in_time)(size_t which), size_t which)
{
	int try = 1;

	while (!is_in_time(which)) {
		assert_in_range(++try, 1, TRIES);
	}
}

static bool took(mcha_usec since, mcha_usec least, mcha_usec most)
{
	mcha_usec span = mcha_clock_now() - since;

	assert_true(span >= least);
	return span <= most;
}

static mcha_request any_get(void)
{
	return get_request("k");
}

static mcha_request any_set(void)
{
	return store_request(MCHA_MODE_SET, "k", "other");
}

static mcha_request any_delete(void)
{
	return request_for(MCHA_VERB_DELETE, "gone");
}

static mcha_request any_touch(void)
{
	return request_for(MCHA_VERB_TOUCH, "k");
}

static mcha_request any_count(void)
{
	mcha_request request = request_for(MCHA_VERB_COUNT, "n");

	request.delta = 1;
	return request;
}

static mcha_request any_version(void)
{
	return request_for(MCHA_VERB_VERSION, "");
}

static mcha_request any_stats(void)
{
	return request_for(MCHA_VERB_STATS, "");
}

static mcha_request any_flush(void)
{
	return request_for(MCHA_VERB_FLUSH, "");
}

static mcha_request (*const any_request[])(void) = {
	any_get, any_set, any_delete, any_touch, any_count, any_version, any_stats, any_flush};

static bool a_frozen_server_is_given_up_in_time(size_t which)
{
	server server = {0};
	mcha_connection *connection;
	mcha_request request = any_request[which]();
	mcha_request next = get_request("k");
	mcha_usec since;
	bool in_time;

	server_start(&server, "frozen");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	store(connection, MCHA_MODE_SET, "l", "late");
	server_freeze(&server);
	request.next = &next;
	since = mcha_clock_now();
	run_for(connection, &request, 200 * MCHA_USEC_PER_MSEC);
	in_time = took(since, 150 * MCHA_USEC_PER_MSEC, 260 * MCHA_USEC_PER_MSEC);
	assert_int_equal(request.reply.status, MCHA_STATUS_TIMEOUT);
	assert_int_equal(next.reply.status, MCHA_STATUS_TIMEOUT);
	assert_false(transport->is_open(connection));
	assert_memory_equal(connection->error, "timed out", 9);
	since = mcha_clock_now();
	transport->close(connection);
	in_time = took(since, 0, 20 * MCHA_USEC_PER_MSEC) && in_time;
	server_thaw(&server);
	if (request.verb != MCHA_VERB_FLUSH) { /* memcached carries a flush out when it likes */
		assert_holds(connection, "l", "late");
	}
	transport->destroy(connection);
	server_stop(&server);
	return in_time;
}

static void a_frozen_server_times_out_and_recovers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		assert_in_time(a_frozen_server_is_given_up_in_time, i);
	}
}

static bool closing_is_in_time(size_t unused)
{
	server server = {0};
	mcha_connection *connection;
	mcha_usec since;
	bool in_time;

	(void)unused;
	server_start(&server, "frozen");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_freeze(&server);
	since = mcha_clock_now();
	transport->close(connection);
	transport->destroy(connection);
	in_time = took(since, 0, 20 * MCHA_USEC_PER_MSEC);
	server_thaw(&server);
	server_stop(&server);
	return in_time;
}

static void closing_never_waits_for_a_frozen_server(void **state)
{
	(void)state;
	assert_in_time(closing_is_in_time, 0);
}

static bool a_write_that_gets_stuck_is_given_up_in_time(size_t unused)
{
	server server = {0};
	mcha_connection *connection;
	mcha_request set = request_for(MCHA_VERB_STORE, "k");
	char *bytes = calloc(1, 1000 * 1000);
	mcha_usec since;
	bool in_time;

	(void)unused;
	server_start(&server, "stuck");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_freeze(&server);
	set.value = bytes;
	set.value_length = 1000 * 1000;
	since = mcha_clock_now();
	run_for(connection, &set, 200 * MCHA_USEC_PER_MSEC);
	transport->close(connection);
	in_time = took(since, 150 * MCHA_USEC_PER_MSEC, 260 * MCHA_USEC_PER_MSEC);
	assert_int_equal(set.reply.status, MCHA_STATUS_TIMEOUT);
	server_thaw(&server);
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
	free(bytes);
	server_stop(&server);
	return in_time;
}

static void a_write_that_blocks_times_out(void **state)
{
	(void)state;
	assert_in_time(a_write_that_gets_stuck_is_given_up_in_time, 0);
}

static void a_restarted_server_is_reached_again_at_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		server server = {0};
		mcha_connection *connection;
		mcha_request request = any_request[i]();
		mcha_status status;

		server_start(&server, "restarted");
		connection = connect_to(&server);
		store(connection, MCHA_MODE_SET, "k", "value");
		server_stop(&server);
		server_start(&server, "restarted");
		status = run(connection, &request);
		if (mcha_request_is_idempotent(&request)) {
			assert_true(mcha_status_is_answer(status));
		} else { /* a transport with its own socket may have noticed that the server closed */
			assert_true(status == MCHA_STATUS_CLOSED
				|| (!transport->blocking && mcha_status_is_answer(status)));
		}
		free(request.reply.value);
		assert_int_equal(store(connection, MCHA_MODE_SET, "k", "new"), MCHA_STATUS_OK);
		assert_holds(connection, "k", "new");
		transport->destroy(connection);
		server_stop(&server);
	}
}

/* An add must not be sent twice: it is not sent over a connection that may be dead. */
static void an_add_on_an_idle_connection_survives_a_restart(void **state)
{
	server server = {0};
	mcha_connection *connection;

	(void)state;
	server_start(&server, "rested");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_stop(&server);
	server_start(&server, "rested");
	usleep(1100 * 1000);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "new"), MCHA_STATUS_OK);
	transport->destroy(connection);
	server_stop(&server);
}

static void a_dead_server_is_tried_every_time(void **state)
{
	server server = {0};
	mcha_connection *connection;
	int i;

	(void)state;
	server_start(&server, "dead");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_stop(&server);
	for (i = 0; i < 10; i++) {
		mcha_request get = get_request("k");
		mcha_request second = get_request("l");

		get.next = &second;
		assert_int_equal(run(connection, &get), MCHA_STATUS_CONNECT);
		assert_int_equal(second.reply.status, MCHA_STATUS_CONNECT);
		assert_int_equal(connection->error_errno, ENOENT);
	}
	server_start(&server, "dead");
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
	server_stop(&server);
}

static void a_refused_port_is_a_failed_connect_at_once(void **state)
{
	server server = {0};
	/* bound, so that no other process takes the port */
	int fd = tcp_listener(&server.endpoint, -1);
	mcha_connection *connection = connect_to(&server);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		mcha_request request;
		mcha_usec since;
		int try = 0;

		do {
			assert_in_range(++try, 1, TRIES);
			request = any_request[i]();
			since = mcha_clock_now();
			assert_int_equal(run(connection, &request), MCHA_STATUS_CONNECT);
		} while (!took(since, 0, 50 * MCHA_USEC_PER_MSEC));
		assert_true(mcha_status_is_unsent(request.reply.status));
		assert_memory_equal(connection->error, "connection failed", 17);
		if (request.verb == MCHA_VERB_GET || request.verb == MCHA_VERB_STORE) {
			assert_int_equal(connection->error_errno, ECONNREFUSED);
		}
	}
	transport->destroy(connection);
	close(fd);
}

/* The lower and upper bound of the elapsed time, within the timeouts. */
static void assert_is_given_up(mcha_connection *connection, size_t which, mcha_usec span,
	mcha_usec least, mcha_usec most)
{
	mcha_request request;
	mcha_usec since;
	int try = 0;

	do {
		assert_in_range(++try, 1, TRIES);
		request = any_request[which]();
		since = mcha_clock_now();
		run_for(connection, &request, span);
		assert_int_equal(request.reply.status, MCHA_STATUS_CONNECT);
	} while (!took(since, least, most));
}

/* A full backlog drops connection attempts, like a blackholed address. */
static void a_blackholed_address_costs_the_connect_timeout(void **state)
{
	server server = {0};
	int listener = tcp_listener(&server.endpoint, 0);
	int filler[4];
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server.endpoint.port)};
	mcha_connection *connection = connect_to(&server);
	size_t i;

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (i = 0; i < LENGTH_OF(filler); i++) {
		filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(filler[i], (struct sockaddr *)&address, sizeof(address));
	}
	usleep(50 * 1000);
	for (i = 0; i < LENGTH_OF(any_request); i += 3) {
		/* a sample: all verbs refuse in the same way above */
		assert_is_given_up(connection, i, 2 * SECOND, 190 * MCHA_USEC_PER_MSEC,
			260 * MCHA_USEC_PER_MSEC);
		assert_is_given_up(connection, i, SECOND / 10, 40 * MCHA_USEC_PER_MSEC,
			140 * MCHA_USEC_PER_MSEC);
	}
	for (i = 0; i < LENGTH_OF(filler); i++) {
		close(filler[i]);
	}
	transport->destroy(connection);
	close(listener);
}

static void a_name_that_does_not_exist_is_unresolved(void **state)
{
	server server = {.endpoint = {.host = "no-such-host.invalid", .port = 11211, .weight = 1}};
	mcha_connection *connection = connect_to(&server);
	mcha_request get = get_request("k");

	(void)state;
	run(connection, &get);
	/* a machine without a resolver: CONNECT */
	assert_true(mcha_status_is_unsent(get.reply.status));
	transport->destroy(connection);
}

static void a_request_past_its_deadline_is_not_sent(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request set = store_request(MCHA_MODE_SET, "k", "late");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	run_for(connection, &set, -1);
	assert_int_equal(set.reply.status, MCHA_STATUS_NO_TIME);
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
}

/* --- between the client and the server -------------------------------------------------------- */

/* A proxy between the client and the common server, so that a connection can break while the data
 * stays. */
static void relay(int fd, int connection)
{
	struct pollfd ends[2] = {{fd, POLLIN, 0}, {dial(common.endpoint.host), POLLIN, 0}};
	char bytes[16384];

	(void)connection;
	while (poll(ends, 2, -1) > 0) {
		int from = ends[0].revents ? 0 : 1;
		ssize_t length = read(ends[from].fd, bytes, sizeof(bytes));

		if (length <= 0) {
			break;
		}
		answer(ends[1 - from].fd, bytes, (size_t)length);
	}
	close(ends[1].fd);
}

#define LONG_BATCH 600

/* Many keys leave in more than one write. If libmemcached noticed the dead connection between two
 * of them, it would send the rest over a new one. */
static void a_batch_over_a_dead_connection_loses_no_key(void **state)
{
	static char keys[LONG_BATCH][64];
	static mcha_request gets[LONG_BATCH];
	server server = {0};
	mcha_connection *connection;
	size_t i;

	(void)state;
	scripted_start(&server, relay);
	connection = connect_to(&server);
	for (i = 0; i < LONG_BATCH; i++) {
		snprintf(keys[i], sizeof(keys[i]), "a-rather-long-key-for-a-batch-%zu", i);
		assert_int_equal(store(connection, MCHA_MODE_SET, keys[i], keys[i]), MCHA_STATUS_OK);
		gets[i] = get_request(keys[i]);
		gets[i].next = i + 1 < LONG_BATCH ? &gets[i + 1] : NULL;
	}
	server_stop(&server);
	scripted_start(&server, relay);
	run(connection, gets);
	for (i = 0; i < LONG_BATCH; i++) {
		assert_int_equal(gets[i].reply.status, MCHA_STATUS_OK);
		assert_string_equal(gets[i].reply.value, keys[i]);
		free(gets[i].reply.value);
	}
	transport->destroy(connection);
	server_stop(&server);
}

/* --- the runner ----------------------------------------------------------------------------- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_frozen_server_times_out_and_recovers,
			"a frozen server times out, and gives right answers when it thaws"),
		BOTH(closing_never_waits_for_a_frozen_server, "closing never waits for a frozen server"),
		BOTH(a_write_that_blocks_times_out, "a write that gets stuck times out"),
		BOTH(a_restarted_server_is_reached_again_at_once,
			"a restarted server is reached again in the same call"),
		BOTH(a_batch_over_a_dead_connection_loses_no_key,
			"a batch over a dead connection loses no key"),
		BOTH(an_add_on_an_idle_connection_survives_a_restart,
			"an add after a rest survives a restart"),
		BOTH(a_dead_server_is_tried_every_time, "a dead server is tried every time"),
		BOTH(a_refused_port_is_a_failed_connect_at_once,
			"a refused port is a failed connect at once"),
		BOTH(a_blackholed_address_costs_the_connect_timeout,
			"a blackholed address costs the connect timeout, and never more than the deadline"),
		BOTH(a_name_that_does_not_exist_is_unresolved, "a name that is none certainly got nothing"),
		BOTH(a_request_past_its_deadline_is_not_sent, "what is overdue is not sent"),
	};

	return cmocka_run_group_tests(tests, start_common, stop_common);
}
