/* SPDX-License-Identifier: MIT */
/* The classic transport against real memcached processes on unix sockets (and scripted servers
 * where memcached is too well-behaved), in the text and in the binary protocol. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "classic/classic_transport.h"

#define SECOND MCHA_USEC_PER_SEC
#define LENGTH_OF(table) (sizeof(table) / sizeof(table[0]))

/* --- servers -------------------------------------------------------------------------------- */

typedef struct server {
	pid_t pid;
	mcha_endpoint endpoint;
} server;

static char folder[] = "/tmp/mcha_classic_XXXXXX";
static server common;

static int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void await_listening(const server *server)
{
	mcha_usec give_up = mcha_clock_now() + 10 * SECOND;
	int fd;

	while ((fd = dial(server->endpoint.host)) < 0) {
		assert_true(mcha_clock_now() < give_up);
		usleep(2000);
	}
	close(fd);
}

static void server_start(server *server, const char *name)
{
	if (server->endpoint.host[0] == '\0') {
		snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/%s", folder, name);
		server->endpoint.weight = 1;
	}
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (server->pid == 0) {
		execlp("memcached", "memcached", "-u", "root", "-U", "0", "-m", "64", "-s",
			server->endpoint.host, (char *)NULL);
		_exit(127);
	}
	await_listening(server);
}

static void server_stop(server *server)
{
	if (server->pid > 0) {
		kill(server->pid, SIGKILL);
		waitpid(server->pid, NULL, 0);
		server->pid = 0;
	}
	unlink(server->endpoint.host);
}

/* SIGSTOP takes effect when it likes: waitpid tells when it has. */
static void server_freeze(const server *server)
{
	int state;

	kill(server->pid, SIGSTOP);
	assert_int_equal(waitpid(server->pid, &state, WUNTRACED), server->pid);
	assert_true(WIFSTOPPED(state));
}

static void server_thaw(const server *server)
{
	kill(server->pid, SIGCONT);
}

/* A server that runs this for its connections, one after the other. */
typedef void (*script)(int fd, int connection);

static void scripted_start(server *server, const char *name, script play)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	int number;

	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/%s", folder, name);
	strncpy(address.sun_path, server->endpoint.host, sizeof(address.sun_path) - 1);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 8), 0);
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (server->pid == 0) {
		for (number = 0;; number++) {
			int fd = accept(listener, NULL, NULL);

			play(fd, number);
			close(fd);
		}
	}
	close(listener);
}

/* A TCP socket on a free port of the loopback. */
static int tcp_listener(mcha_endpoint *endpoint, int backlog)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	if (backlog >= 0) {
		assert_int_equal(listen(fd, backlog), 0);
	}
	memset(endpoint, 0, sizeof(*endpoint));
	strcpy(endpoint->host, "127.0.0.1");
	endpoint->port = ntohs(address.sin_port);
	endpoint->weight = 1;
	return fd;
}

/* --- asking --------------------------------------------------------------------------------- */

static mcha_transport_settings settings = {
	.connect_timeout = SECOND / 5,
	.no_delay = true,
	.keepalive = true,
	.allocator = &mcha_allocator_libc,
};

static const mcha_transport *transport; /* of the test that runs */

static mcha_connection *connect_to(const server *server)
{
	mcha_connection *connection = transport->create(&server->endpoint, &settings);

	assert_non_null(connection);
	assert_false(transport->is_open(connection));
	return connection;
}

static mcha_request request_for(mcha_verb verb, const char *key)
{
	return (mcha_request){
		.verb = verb,
		.key = key,
		.key_length = (uint16_t)strlen(key),
		.reply = {.status = MCHA_STATUS_PENDING},
	};
}

static void run_for(mcha_connection *connection, mcha_request *queue, mcha_usec span)
{
	mcha_usec now = mcha_clock_now();

	transport->start(connection, queue, now, now + span);
	assert_false(transport->want(connection, NULL, NULL));
	for (; queue; queue = queue->next) {
		assert_int_not_equal(queue->reply.status, MCHA_STATUS_PENDING);
	}
}

static mcha_status run(mcha_connection *connection, mcha_request *request)
{
	run_for(connection, request, 5 * SECOND);
	return request->reply.status;
}

static mcha_request store_request(mcha_mode mode, const char *key, const char *value)
{
	mcha_request request = request_for(MCHA_VERB_STORE, key);

	request.mode = mode;
	request.value = value;
	request.value_length = strlen(value);
	request.flags = 0xdeadbeef;
	return request;
}

static mcha_status store(mcha_connection *connection, mcha_mode mode, const char *key,
		const char *value)
{
	mcha_request request = store_request(mode, key, value);

	return run(connection, &request);
}

static mcha_status count_by(mcha_connection *connection, const char *key, uint64_t delta,
		bool decrement, uint64_t *number)
{
	mcha_request request = request_for(MCHA_VERB_COUNT, key);

	request.delta = delta;
	request.decrement = decrement;
	run(connection, &request);
	*number = request.reply.number;
	return request.reply.status;
}

static mcha_status delete(mcha_connection *connection, const char *key, uint64_t cas)
{
	mcha_request request = request_for(MCHA_VERB_DELETE, key);

	request.cas = cas;
	return run(connection, &request);
}

static mcha_request get_request(const char *key)
{
	mcha_request request = request_for(MCHA_VERB_GET, key);

	request.want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE;
	return request;
}

static uint64_t cas_of(mcha_connection *connection, const char *key)
{
	mcha_request request = get_request(key);

	assert_int_equal(run(connection, &request), MCHA_STATUS_OK);
	free(request.reply.value);
	return request.reply.cas;
}

/* NULL: it must be a miss. */
static void assert_holds(mcha_connection *connection, const char *key, const char *value)
{
	mcha_request request = get_request(key);

	assert_int_equal(run(connection, &request), value ? MCHA_STATUS_OK : MCHA_STATUS_MISS);
	if (value) {
		assert_string_equal(request.reply.value, value);
		assert_int_equal(request.reply.size, strlen(value));
	}
	free(request.reply.value);
}

/* --- every verb ----------------------------------------------------------------------------- */

static void values_come_back(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request get = get_request("k");

	(void)state;
	assert_int_equal(store(connection, MCHA_MODE_SET, "k", "value"), MCHA_STATUS_OK);
	assert_true(transport->is_open(connection));
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_string_equal(get.reply.value, "value");
	assert_int_equal(get.reply.size, 5);
	assert_int_equal(get.reply.flags, 0xdeadbeef);
	assert_int_equal(get.reply.ttl, MCHA_TTL_UNKNOWN);
	assert_true(get.reply.cas != 0);
	free(get.reply.value);
	assert_holds(connection, "nothing", NULL);
	assert_int_equal(store(connection, MCHA_MODE_SET, "k", ""), MCHA_STATUS_OK);
	assert_holds(connection, "k", "");
	transport->destroy(connection);
}

static void metadata_comes_without_the_value(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request get = request_for(MCHA_VERB_GET, "k");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	get.want = MCHA_WANT_SIZE;
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_null(get.reply.value);
	assert_int_equal(get.reply.size, 5);
	assert_int_equal(get.reply.cas, 0);
	transport->destroy(connection);
}

static void store_modes_decide_alike(void **state)
{
	mcha_connection *connection = connect_to(&common);

	(void)state;
	assert_int_equal(store(connection, MCHA_MODE_REPLACE, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_APPEND, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_PREPEND, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "b"), MCHA_STATUS_OK);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_APPEND, "k", "c"), MCHA_STATUS_OK);
	assert_int_equal(store(connection, MCHA_MODE_PREPEND, "k", "a"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "abc");
	assert_int_equal(store(connection, MCHA_MODE_REPLACE, "k", "r"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "r");
	transport->destroy(connection);
}

static void compare_and_swap_swaps_once(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request swap = store_request(MCHA_MODE_SET, "k", "two");
	mcha_request again = store_request(MCHA_MODE_SET, "k", "three");
	mcha_request lost = store_request(MCHA_MODE_SET, "lost", "x");
	mcha_request append = store_request(MCHA_MODE_APPEND, "k", "x");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "one");
	swap.cas = again.cas = lost.cas = append.cas = cas_of(connection, "k");
	assert_int_equal(run(connection, &swap), MCHA_STATUS_OK);
	assert_int_equal(run(connection, &again), MCHA_STATUS_EXISTS);
	assert_int_equal(run(connection, &lost), MCHA_STATUS_MISS);
	assert_int_equal(run(connection, &append), MCHA_STATUS_UNSUPPORTED);
	assert_holds(connection, "k", "two");
	transport->destroy(connection);
}

static void a_store_tells_its_cas(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request add = store_request(MCHA_MODE_ADD, "lock", "mine");
	mcha_request append = store_request(MCHA_MODE_APPEND, "lock", "!");

	(void)state;
	add.want = append.want = MCHA_WANT_CAS;
	assert_int_equal(run(connection, &add), MCHA_STATUS_OK);
	assert_true(add.reply.cas != 0);
	assert_true(add.reply.cas == cas_of(connection, "lock"));
	assert_int_equal(run(connection, &append), MCHA_STATUS_OK);
	assert_int_equal(append.reply.cas, 0);
	transport->destroy(connection);
}

static void compare_and_delete_deletes_only_its_own(void **state)
{
	mcha_connection *connection = connect_to(&common);
	uint64_t cas;
	uint64_t number;

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "one");
	cas = cas_of(connection, "k");
	store(connection, MCHA_MODE_SET, "k", "two");
	assert_int_equal(delete(connection, "k", cas), MCHA_STATUS_EXISTS);
	assert_holds(connection, "k", "two");
	assert_int_equal(delete(connection, "k", cas_of(connection, "k")), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	assert_int_equal(delete(connection, "k", cas), MCHA_STATUS_MISS);
	assert_int_equal(delete(connection, "k", 0), MCHA_STATUS_MISS);
	assert_int_equal(count_by(connection, "k", 1, false, &number), MCHA_STATUS_MISS);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "three"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "three");
	assert_int_equal(delete(connection, "k", 0), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
}

static void times_mean_what_they_mean_to_memcached(void **state)
{
	static const struct {
		int64_t exptime;
		bool alive;
	} table[] = {{0, true}, {100, true}, {-1, false}, {-5000000000, false}, {2592001, false},
		{INT64_C(2000000000), true}, {INT64_C(5000000000), true}};
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(table); i++) {
		mcha_request set = store_request(MCHA_MODE_SET, "k", "flush_all\r\n");
		mcha_request touch = request_for(MCHA_VERB_TOUCH, "t");

		set.exptime = touch.exptime = table[i].exptime;
		assert_int_equal(run(connection, &set), MCHA_STATUS_OK);
		assert_holds(connection, "k", table[i].alive ? "flush_all\r\n" : NULL);
		store(connection, MCHA_MODE_SET, "t", "touched");
		assert_int_equal(run(connection, &touch), MCHA_STATUS_OK);
		assert_holds(connection, "t", table[i].alive ? "touched" : NULL);
	}
	transport->destroy(connection);
}

static void touching_nothing_is_a_miss(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request touch = request_for(MCHA_VERB_TOUCH, "nothing");

	(void)state;
	assert_int_equal(run(connection, &touch), MCHA_STATUS_MISS);
	transport->destroy(connection);
}

static void counters_count(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request guarded = request_for(MCHA_VERB_COUNT, "n");
	uint64_t number;

	(void)state;
	assert_int_equal(count_by(connection, "n", 1, false, &number), MCHA_STATUS_MISS);
	assert_holds(connection, "n", NULL);
	store(connection, MCHA_MODE_SET, "n", "10");
	assert_int_equal(count_by(connection, "n", 5, false, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 15);
	assert_int_equal(count_by(connection, "n", 8, true, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 7);
	assert_int_equal(count_by(connection, "n", 100, true, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 0);
	assert_int_equal(count_by(connection, "n", UINT64_MAX, false, &number), MCHA_STATUS_OK);
	assert_true(number == UINT64_MAX);
	guarded.cas = 1;
	assert_int_equal(run(connection, &guarded), MCHA_STATUS_UNSUPPORTED);
	transport->destroy(connection);
}

static void what_is_no_number_is_not_counted(void **state)
{
	mcha_connection *connection = connect_to(&common);
	uint64_t number;

	(void)state;
	store(connection, MCHA_MODE_SET, "s", "text");
	assert_int_equal(count_by(connection, "s", 1, false, &number), MCHA_STATUS_NOT_NUMERIC);
	assert_int_equal(number, 0);
	assert_int_equal(count_by(connection, "s", 1, true, &number), MCHA_STATUS_NOT_NUMERIC);
	assert_holds(connection, "s", "text");
	transport->destroy(connection);
}

static void the_version_is_told_and_kept(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request version = request_for(MCHA_VERB_VERSION, "");
	unsigned major, minor, micro;

	(void)state;
	assert_int_equal(run(connection, &version), MCHA_STATUS_OK);
	assert_int_equal(sscanf(version.reply.value, "%u.%u.%u", &major, &minor, &micro), 3);
	assert_true(major >= 1);
	assert_string_equal(connection->server_version, version.reply.value);
	assert_int_equal(version.reply.size, strlen(version.reply.value));
	free(version.reply.value);
	transport->destroy(connection);
}

static void statistics_are_stat_lines(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request stats = request_for(MCHA_VERB_STATS, "");
	mcha_request kind = request_for(MCHA_VERB_STATS, "settings");

	(void)state;
	assert_int_equal(run(connection, &stats), MCHA_STATUS_OK);
	assert_memory_equal(stats.reply.value, "STAT pid ", 9);
	assert_non_null(strstr(stats.reply.value, "\r\nSTAT curr_items "));
	assert_int_equal(stats.reply.size, strlen(stats.reply.value));
	assert_string_equal(stats.reply.value + stats.reply.size - 2, "\r\n");
	assert_int_equal(run(connection, &kind), MCHA_STATUS_OK);
	assert_non_null(strstr(kind.reply.value, "STAT maxconns "));
	free(stats.reply.value);
	free(kind.reply.value);
	transport->destroy(connection);
}

static void odd_statistics_do_no_harm(void **state)
{
	static const char *const kinds[] = {"reset", "cachedump 1 10", "sizes", "items", "bogus"};
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	for (i = 0; i < LENGTH_OF(kinds); i++) {
		mcha_request stats = request_for(MCHA_VERB_STATS, kinds[i]);

		assert_true(mcha_status_is_answer(run(connection, &stats)));
		free(stats.reply.value);
		assert_holds(connection, "k", "value");
	}
	transport->destroy(connection);
}

static void a_flush_flushes(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request flush = request_for(MCHA_VERB_FLUSH, "");
	mcha_request later = request_for(MCHA_VERB_FLUSH, "");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	later.exptime = 1000;
	assert_int_equal(run(connection, &later), MCHA_STATUS_OK);
	assert_holds(connection, "k", "value");
	assert_int_equal(run(connection, &flush), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
}

static void bad_keys_are_not_sent(void **state)
{
	mcha_connection *connection = connect_to(&common);
	char key[MCHA_KEY_MAX + 2];
	mcha_request first = get_request("k");
	mcha_request empty = get_request("");
	mcha_request longer = get_request("");
	mcha_request longest = get_request("");

	(void)state;
	memset(key, 'k', sizeof(key));
	store(connection, MCHA_MODE_SET, "k", "value");
	longer.key = longest.key = key;
	longer.key_length = MCHA_KEY_MAX + 1;
	longest.key_length = MCHA_KEY_MAX;
	first.next = &empty;
	empty.next = &longer;
	longer.next = &longest;
	run(connection, &first);
	assert_int_equal(first.reply.status, MCHA_STATUS_OK);
	assert_int_equal(empty.reply.status, MCHA_STATUS_BAD_KEY);
	assert_int_equal(longer.reply.status, MCHA_STATUS_BAD_KEY);
	assert_int_equal(longest.reply.status, MCHA_STATUS_MISS);
	free(first.reply.value);
	transport->destroy(connection);
}

/* --- batches, sizes ------------------------------------------------------------------------- */

#define MANY 1000

static char many_keys[MANY][64];
static mcha_request many[MANY];

static void link_many(void)
{
	size_t i;

	for (i = 0; i < MANY; i++) {
		many[i].next = i + 1 < MANY ? &many[i + 1] : NULL;
	}
}

static void a_thousand_keys_with_misses_and_duplicates(void **state)
{
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(many_keys[i], sizeof(many_keys[i]), "a-rather-long-key-for-a-batch-%zu", i);
		many[i] = store_request(MCHA_MODE_SET, many_keys[i], many_keys[i]);
	}
	link_many();
	run(connection, many);
	for (i = 0; i < MANY; i++) {
		assert_int_equal(many[i].reply.status, MCHA_STATUS_OK);
	}
	for (i = 0; i < MANY; i++) {
		many[i] = get_request(many_keys[i]);
		if (i % 3 == 1) {
			many_keys[i][0] = 'x'; /* a miss */
		} else if (i % 3 == 2) {
			many[i].key = many_keys[i - 2];
			many[i].key_length = (uint16_t)strlen(many[i].key);
		}
	}
	link_many();
	run(connection, many);
	for (i = 0; i < MANY; i++) {
		if (i % 3 == 1) {
			assert_int_equal(many[i].reply.status, MCHA_STATUS_MISS);
		} else {
			assert_int_equal(many[i].reply.status, MCHA_STATUS_OK);
			assert_string_equal(many[i].reply.value, many[i].key);
			assert_true(many[i].reply.cas != 0);
		}
		free(many[i].reply.value);
	}
	transport->destroy(connection);
}

static void a_mixed_queue_keeps_its_order(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request queue[] = {get_request("k"), store_request(MCHA_MODE_SET, "k", "1"),
		get_request("k"), request_for(MCHA_VERB_COUNT, "k"), get_request("k"),
		request_for(MCHA_VERB_DELETE, "k"), get_request("k")};
	size_t i;

	(void)state;
	queue[3].delta = 41;
	queue[4].want = MCHA_WANT_VALUE;
	for (i = 0; i + 1 < LENGTH_OF(queue); i++) {
		queue[i].next = &queue[i + 1];
	}
	run(connection, queue);
	assert_int_equal(queue[0].reply.status, MCHA_STATUS_MISS);
	assert_string_equal(queue[2].reply.value, "1");
	assert_int_equal(queue[3].reply.number, 42);
	assert_string_equal(queue[4].reply.value, "42");
	assert_int_equal(queue[4].reply.cas, 0);
	assert_int_equal(queue[5].reply.status, MCHA_STATUS_OK);
	assert_int_equal(queue[6].reply.status, MCHA_STATUS_MISS);
	free(queue[2].reply.value);
	free(queue[4].reply.value);
	transport->destroy(connection);
}

static void large_values_pass_and_too_large_ones_are_refused(void **state)
{
	mcha_connection *connection = connect_to(&common);
	size_t large = 900 * 1024;
	size_t too_large = 2 * 1024 * 1024;
	char *bytes = malloc(too_large);
	mcha_request set = request_for(MCHA_VERB_STORE, "large");
	mcha_request get = get_request("large");
	mcha_request big = request_for(MCHA_VERB_STORE, "big");
	size_t i;

	(void)state;
	for (i = 0; i < too_large; i++) {
		bytes[i] = (char)(i * 31 + i / 255);
	}
	set.value = big.value = bytes;
	set.value_length = large;
	big.value_length = too_large;
	assert_int_equal(run(connection, &set), MCHA_STATUS_OK);
	assert_int_equal(run(connection, &big), MCHA_STATUS_TOO_BIG);
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_int_equal(get.reply.size, large);
	assert_memory_equal(get.reply.value, bytes, large);
	assert_int_equal(get.reply.value[large], '\0');
	free(get.reply.value);
	free(bytes);
	transport->destroy(connection);
}

static char *allocate_nothing(size_t size)
{
	(void)size;
	return NULL;
}

static void no_memory_for_a_value_is_that_value_s_trouble(void **state)
{
	static const mcha_allocator poor = {allocate_nothing, NULL};
	mcha_transport_settings with_poor = settings;
	mcha_connection *connection = transport->create(&common.endpoint, &with_poor);
	mcha_request get = get_request("k");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	with_poor.allocator = &poor;
	assert_int_equal(run(connection, &get), MCHA_STATUS_NO_MEMORY);
	with_poor.allocator = &mcha_allocator_libc;
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
}

static jmp_buf bail;

static char *allocate_never(size_t size)
{
	(void)size;
	longjmp(bail, 1);
}

static void an_allocator_may_leave_by_longjmp(void **state)
{
	static const mcha_allocator leaving = {allocate_never, NULL};
	mcha_transport_settings with_leaving = settings;
	mcha_connection *connection = transport->create(&common.endpoint, &with_leaving);
	mcha_request get = get_request("k");
	mcha_request other = get_request("other");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	store(connection, MCHA_MODE_SET, "other", "another value");
	get.next = &other;
	with_leaving.allocator = &leaving;
	if (setjmp(bail) == 0) {
		run(connection, &get);
		fail();
	}
	with_leaving.allocator = &mcha_allocator_libc;
	assert_holds(connection, "other", "another value");
	transport->destroy(connection);
}

/* --- servers in trouble --------------------------------------------------------------------- */

static void assert_took(mcha_usec since, mcha_usec least, mcha_usec most)
{
	mcha_usec took = mcha_clock_now() - since;

	assert_in_range(took, least, most);
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

static mcha_request (*const any_request[])(void) = {any_get, any_set, any_delete, any_touch,
	any_count, any_version, any_stats, any_flush};

static void a_frozen_server_times_out_and_recovers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		server server = {0};
		mcha_connection *connection;
		mcha_request request = any_request[i]();
		mcha_request next = get_request("k");
		mcha_usec since;

		server_start(&server, "frozen");
		connection = connect_to(&server);
		store(connection, MCHA_MODE_SET, "k", "value");
		store(connection, MCHA_MODE_SET, "l", "late");
		server_freeze(&server);
		request.next = &next;
		since = mcha_clock_now();
		run_for(connection, &request, 200 * MCHA_USEC_PER_MSEC);
		assert_took(since, 150 * MCHA_USEC_PER_MSEC, 260 * MCHA_USEC_PER_MSEC);
		assert_int_equal(request.reply.status, MCHA_STATUS_TIMEOUT);
		assert_int_equal(next.reply.status, MCHA_STATUS_TIMEOUT);
		assert_false(transport->is_open(connection));
		assert_string_equal(connection->error, "timed out");
		since = mcha_clock_now();
		transport->close(connection);
		assert_took(since, 0, 20 * MCHA_USEC_PER_MSEC);
		server_thaw(&server);
		assert_holds(connection, "l", request.verb == MCHA_VERB_FLUSH ? NULL : "late");
		transport->destroy(connection);
		server_stop(&server);
	}
}

static void closing_never_waits_for_a_frozen_server(void **state)
{
	server server = {0};
	mcha_connection *connection;
	mcha_usec since;

	(void)state;
	server_start(&server, "frozen");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_freeze(&server);
	since = mcha_clock_now();
	transport->close(connection);
	transport->destroy(connection);
	assert_took(since, 0, 20 * MCHA_USEC_PER_MSEC);
	server_thaw(&server);
	server_stop(&server);
}

static void a_write_that_gets_stuck_times_out(void **state)
{
	server server = {0};
	mcha_connection *connection;
	mcha_request set = request_for(MCHA_VERB_STORE, "k");
	char *bytes = calloc(1, 1000 * 1000);
	mcha_usec since;

	(void)state;
	server_start(&server, "stuck");
	connection = connect_to(&server);
	store(connection, MCHA_MODE_SET, "k", "value");
	server_freeze(&server);
	set.value = bytes;
	set.value_length = 1000 * 1000;
	since = mcha_clock_now();
	run_for(connection, &set, 200 * MCHA_USEC_PER_MSEC);
	transport->close(connection);
	assert_took(since, 150 * MCHA_USEC_PER_MSEC, 260 * MCHA_USEC_PER_MSEC);
	assert_int_equal(set.reply.status, MCHA_STATUS_TIMEOUT);
	server_thaw(&server);
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
	free(bytes);
	server_stop(&server);
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
		} else {
			assert_int_equal(status, MCHA_STATUS_CLOSED);
		}
		free(request.reply.value);
		assert_int_equal(store(connection, MCHA_MODE_SET, "k", "new"), MCHA_STATUS_OK);
		assert_holds(connection, "k", "new");
		transport->destroy(connection);
		server_stop(&server);
	}
}

/* An add must not be sent twice, so that a connection that may be dead is not tried with it. */
static void an_add_after_a_rest_survives_a_restart(void **state)
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
	int fd = tcp_listener(&server.endpoint, -1); /* bound, so that nobody else takes the port */
	mcha_connection *connection = connect_to(&server);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		mcha_request request = any_request[i]();
		mcha_usec since = mcha_clock_now();

		assert_int_equal(run(connection, &request), MCHA_STATUS_CONNECT);
		assert_took(since, 0, 50 * MCHA_USEC_PER_MSEC);
		assert_true(mcha_status_is_unsent(request.reply.status));
		assert_memory_equal(connection->error, "connection failed", 17);
		if (request.verb == MCHA_VERB_GET || request.verb == MCHA_VERB_STORE) {
			assert_int_equal(connection->error_errno, ECONNREFUSED);
		}
	}
	transport->destroy(connection);
	close(fd);
}

/* A full backlog drops what knocks, as a blackholed address does. */
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
	for (i = 0; i < LENGTH_OF(any_request); i++) {
		mcha_request request = any_request[i]();
		mcha_usec since = mcha_clock_now();

		run_for(connection, &request, 2 * SECOND);
		assert_took(since, 190 * MCHA_USEC_PER_MSEC, 260 * MCHA_USEC_PER_MSEC);
		assert_int_equal(request.reply.status, MCHA_STATUS_CONNECT);
		since = mcha_clock_now();
		request = any_request[i]();
		run_for(connection, &request, 100 * MCHA_USEC_PER_MSEC);
		assert_took(since, 40 * MCHA_USEC_PER_MSEC, 140 * MCHA_USEC_PER_MSEC);
		assert_int_equal(request.reply.status, MCHA_STATUS_CONNECT);
	}
	for (i = 0; i < LENGTH_OF(filler); i++) {
		close(filler[i]);
	}
	transport->destroy(connection);
	close(listener);
}

static void a_name_that_is_none_is_unresolved(void **state)
{
	server server = {.endpoint = {.host = "no-such-host.invalid", .port = 11211, .weight = 1}};
	mcha_connection *connection = connect_to(&server);
	mcha_request get = get_request("k");

	(void)state;
	run(connection, &get);
	assert_true(mcha_status_is_unsent(get.reply.status)); /* no resolver at all: CONNECT */
	transport->destroy(connection);
}

static void what_is_overdue_is_not_sent(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request set = store_request(MCHA_MODE_SET, "k", "late");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	run_for(connection, &set, -1);
	assert_int_equal(set.reply.status, MCHA_STATUS_TIMEOUT);
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
}

/* --- scripted servers ----------------------------------------------------------------------- */

static void read_some(int fd)
{
	char bytes[4096];

	if (read(fd, bytes, sizeof(bytes)) < 0) {
		_exit(1);
	}
}

static void answer(int fd, const char *bytes, size_t length)
{
	if (write(fd, bytes, length) < 0) {
		_exit(1);
	}
}

#define ANSWER(fd, literal) answer(fd, literal, sizeof(literal) - 1)

static void talk_nonsense(int fd, int connection)
{
	(void)connection;
	read_some(fd);
	ANSWER(fd, "What do you mean by that, and by that, and by all of that?\r\n");
	read_some(fd);
}

static void answer_half(int fd, int connection)
{
	(void)connection;
	read_some(fd);
	ANSWER(fd, "VALUE k 0 100\r\nhalf a val");
}

static void answer_other_key(int fd, int connection)
{
	(void)connection;
	read_some(fd);
	ANSWER(fd, "VALUE other 0 5 1\r\nvalue\r\nEND\r\n");
	read_some(fd);
}

static void answer_one_of_two(int fd, int connection)
{
	(void)connection;
	read_some(fd); /* a first batch has one key */
	ANSWER(fd, "VALUE k 0 5 1\r\nvalue\r\nEND\r\n");
	read_some(fd);
	ANSWER(fd, "VALUE l 0 5 1\r\nvalue\r\nEN");
}

static void refuse_everything(int fd, int connection)
{
	(void)connection;
	read_some(fd);
	ANSWER(fd, "SERVER_ERROR out of order\r\n");
	read_some(fd);
}

/* "quit" would be read here; then the next connection hears of it. */
static void listen_for_goodbyes(int fd, int connection)
{
	static char heard[256];
	static ssize_t heard_length;
	char line[512];
	int length;

	read_some(fd);
	if (connection > 0) {
		length = snprintf(line, sizeof(line), "VALUE k 0 %zd 1\r\n%.*s\r\nEND\r\n", heard_length,
			(int)heard_length, heard);
		answer(fd, line, (size_t)length);
		return;
	}
	ANSWER(fd, "END\r\n");
	heard_length = read(fd, heard, sizeof(heard));
}

static void faults_are_told_and_close(void **state)
{
	static const struct {
		script play;
		mcha_status status;
	} table[] = {{talk_nonsense, MCHA_STATUS_PROTOCOL}, {answer_half, MCHA_STATUS_CLOSED},
		{answer_other_key, MCHA_STATUS_PROTOCOL}, {refuse_everything, MCHA_STATUS_SERVER_ERROR}};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(table); i++) {
		server server = {0};
		mcha_connection *connection;
		mcha_request get = get_request("k");

		scripted_start(&server, "scripted", table[i].play);
		connection = connect_to(&server);
		assert_int_equal(run(connection, &get), table[i].status);
		assert_false(transport->is_open(connection));
		assert_null(get.reply.value);
		transport->destroy(connection);
		server_stop(&server);
	}
}

static void what_was_not_answered_is_not_a_miss(void **state)
{
	server server = {0};
	mcha_connection *connection;
	mcha_request keys[] = {get_request("k"), get_request("l"), get_request("m")};

	(void)state;
	scripted_start(&server, "scripted", answer_one_of_two);
	connection = connect_to(&server);
	keys[0].next = &keys[1];
	keys[1].next = &keys[2];
	run(connection, keys);
	assert_int_equal(keys[0].reply.status, MCHA_STATUS_OK);
	assert_int_equal(keys[1].reply.status, MCHA_STATUS_OK);
	assert_int_equal(keys[2].reply.status, MCHA_STATUS_CLOSED);
	free(keys[0].reply.value);
	free(keys[1].reply.value);
	transport->destroy(connection);
	server_stop(&server);
}

static void closing_says_nothing(void **state)
{
	server server = {0};
	mcha_connection *connection;

	(void)state;
	scripted_start(&server, "scripted", listen_for_goodbyes);
	connection = connect_to(&server);
	assert_holds(connection, "k", NULL);
	transport->close(connection);
	assert_holds(connection, "k", ""); /* what the server heard after its answer */
	transport->destroy(connection);
	server_stop(&server);
}

static void sasl_needs_the_binary_protocol(void **state)
{
	mcha_transport_settings with_name = settings;
	mcha_connection *connection;
	mcha_request get = get_request("k");

	(void)state;
	with_name.username = "user";
	with_name.password = "secret";
	connection = transport->create(&common.endpoint, &with_name);
	assert_int_equal(run(connection, &get), MCHA_STATUS_AUTH);
	assert_string_equal(connection->error, "SASL needs the binary protocol");
	transport->destroy(connection);
}

/* --- the runner ----------------------------------------------------------------------------- */

static int start_common(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder)) {
		return -1;
	}
	server_start(&common, "common");
	return 0;
}

static int stop_common(void **state)
{
	(void)state;
	server_stop(&common);
	return rmdir(folder);
}

static int empty_common(void **state)
{
	mcha_request flush = request_for(MCHA_VERB_FLUSH, "");
	mcha_connection *connection;

	transport = *state;
	connection = connect_to(&common);
	run(connection, &flush);
	transport->destroy(connection);
	return flush.reply.status == MCHA_STATUS_OK ? 0 : -1;
}

#define TEXT(function, sentence) \
	{"text: " sentence, function, empty_common, NULL, (void *)&classic_text}
#define BINARY(function, sentence) \
	{"binary: " sentence, function, empty_common, NULL, (void *)&classic_binary}
#define BOTH(function, sentence) TEXT(function, sentence), BINARY(function, sentence)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(values_come_back, "values come back with flags, size and CAS"),
		BOTH(metadata_comes_without_the_value, "metadata comes without the value"),
		BOTH(store_modes_decide_alike, "store modes decide alike in both protocols"),
		BOTH(compare_and_swap_swaps_once, "compare-and-swap swaps once"),
		BOTH(a_store_tells_its_cas, "a store tells its CAS"),
		BOTH(compare_and_delete_deletes_only_its_own, "compare-and-delete deletes only its own"),
		BOTH(times_mean_what_they_mean_to_memcached, "times mean what they mean to memcached"),
		BOTH(touching_nothing_is_a_miss, "touching nothing is a miss"),
		BOTH(counters_count, "counters count"),
		BOTH(what_is_no_number_is_not_counted, "what is no number is not counted"),
		BOTH(the_version_is_told_and_kept, "the version is told and kept"),
		BOTH(statistics_are_stat_lines, "statistics are STAT lines"),
		BOTH(odd_statistics_do_no_harm, "odd statistics do no harm"),
		BOTH(a_flush_flushes, "a flush flushes, at once or later"),
		BOTH(bad_keys_are_not_sent, "bad keys are not sent and do not spoil the batch"),
		BOTH(a_thousand_keys_with_misses_and_duplicates,
			"a thousand keys with misses and duplicates find their requests"),
		BOTH(a_mixed_queue_keeps_its_order, "a mixed queue keeps its order"),
		BOTH(large_values_pass_and_too_large_ones_are_refused,
			"large values pass and too large ones are refused"),
		BOTH(no_memory_for_a_value_is_that_value_s_trouble,
			"no memory for a value is that value's trouble"),
		BOTH(an_allocator_may_leave_by_longjmp, "an allocator may leave by longjmp"),
		BOTH(a_frozen_server_times_out_and_recovers,
			"a frozen server times out, and gives right answers when it thaws"),
		BOTH(closing_never_waits_for_a_frozen_server, "closing never waits for a frozen server"),
		BOTH(a_write_that_gets_stuck_times_out, "a write that gets stuck times out"),
		BOTH(a_restarted_server_is_reached_again_at_once,
			"a restarted server is reached again in the same call"),
		BOTH(an_add_after_a_rest_survives_a_restart, "an add after a rest survives a restart"),
		BOTH(a_dead_server_is_tried_every_time, "a dead server is tried every time"),
		BOTH(a_refused_port_is_a_failed_connect_at_once,
			"a refused port is a failed connect at once"),
		BOTH(a_blackholed_address_costs_the_connect_timeout,
			"a blackholed address costs the connect timeout, and never more than the deadline"),
		BOTH(a_name_that_is_none_is_unresolved, "a name that is none certainly got nothing"),
		BOTH(what_is_overdue_is_not_sent, "what is overdue is not sent"),
		TEXT(faults_are_told_and_close, "faults are told, and close the connection"),
		TEXT(what_was_not_answered_is_not_a_miss, "what was not answered is not a miss"),
		TEXT(closing_says_nothing, "closing says nothing"),
		TEXT(sasl_needs_the_binary_protocol, "SASL needs the binary protocol"),
	};

	return cmocka_run_group_tests(tests, start_common, stop_common);
}
