/* SPDX-License-Identifier: MIT */
/* Host names: which callers wait for a lookup, how long its result is valid, and what happens
 * without a result. The tests replace getaddrinfo(). */
#include "meta_rig.h"

#include <arpa/inet.h>
#include <netdb.h>

#include "engine/net/resolver.h"

/* --- a resolver that can be held -------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static bool is_held;
static int answer;             /* result of getaddrinfo() */
static const char *numbers[3]; /* the addresses that getaddrinfo() finds */
static _Atomic size_t asked;
static _Atomic size_t answered;

static struct addrinfo *address_of(const char *number)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;

	assert_int_equal(getaddrinfo(number, NULL, &hints, &found), 0);
	return found;
}

static int resolve(const char *host, const char *service, const struct addrinfo *hints,
	struct addrinfo **found)
{
	int result;

	(void)host;
	(void)service;
	(void)hints;
	asked++;
	pthread_mutex_lock(&lock);
	while (is_held) {
		pthread_cond_wait(&released, &lock);
	}
	result = answer;
	if (result == 0) {
		*found = address_of(numbers[0]);
		for (size_t i = 1; i < COUNT(numbers) && numbers[i]; i++) {
			struct addrinfo *last = *found;

			while (last->ai_next) {
				last = last->ai_next;
			}
			last->ai_next = address_of(numbers[i]);
		}
	}
	pthread_mutex_unlock(&lock);
	answered++;
	return result;
}

static void hold(void)
{
	pthread_mutex_lock(&lock);
	is_held = true;
	pthread_mutex_unlock(&lock);
}

static void let_go(void)
{
	pthread_mutex_lock(&lock);
	is_held = false;
	pthread_cond_broadcast(&released);
	pthread_mutex_unlock(&lock);
}

static mcha_address addresses[MCHA_ADDRESSES_MAX];
static int gai_error;

static mcha_endpoint endpoint_of(const char *host)
{
	mcha_endpoint endpoint = {.port = 11211, .weight = 1};

	snprintf(endpoint.host, sizeof(endpoint.host), "%s", host);
	return endpoint;
}

/* Every test uses its own names: the table is shared by the process. */
static const char *fresh_name(void)
{
	static char name[32];
	static unsigned number;

	snprintf(name, sizeof(name), "host%u", ++number);
	return name;
}

static void await(mcha_lookup *lookup)
{
	struct pollfd poll_for = {mcha_lookup_fd(lookup), POLLIN, 0};

	assert_int_equal(poll(&poll_for, 1, PATIENCE_MSEC), 1);
}

/* Waits for the lookup, if there is one, as a connection does. */
static size_t find_at(const char *host, mcha_usec when)
{
	mcha_endpoint endpoint = endpoint_of(host);
	mcha_lookup *lookup;
	size_t count = mcha_resolver_find(&endpoint, when, addresses, &lookup, &gai_error);

	if (lookup) {
		assert_int_equal(count, 0);
		await(lookup);
		mcha_lookup_release(lookup);
		count = mcha_resolver_find(&endpoint, when, addresses, &lookup, &gai_error);
		assert_null(lookup);
	}
	return count;
}

static void await_answers(size_t count)
{
	mcha_usec give_up = mcha_clock_now() + PATIENCE_MSEC * MSEC;

	while (answered < count) {
		assert_true(mcha_clock_now() < give_up);
		usleep(200);
	}
}

/* Waits until the background lookup has stored its result. */
static void find_until_it_is(const char *host, mcha_usec when, const char *number)
{
	mcha_usec give_up = mcha_clock_now() + PATIENCE_MSEC * MSEC;
	char text[INET6_ADDRSTRLEN] = "";

	while (strcmp(text, number) != 0) {
		assert_true(mcha_clock_now() < give_up);
		assert_true(find_at(host, when) > 0);
		getnameinfo((struct sockaddr *)&addresses[0].storage, addresses[0].length, text,
			sizeof(text), NULL, 0, NI_NUMERICHOST);
		usleep(200);
	}
}

static int setup(void **state)
{
	mcha_resolver_resolve = resolve;
	is_held = false;
	answer = 0;
	numbers[0] = "127.0.0.1";
	numbers[1] = numbers[2] = NULL;
	asked = answered = 0;
	return rig_setup(state);
}

static int teardown(void **state)
{
	let_go();
	await_answers(asked);
	return rig_teardown(state);
}

/* --- the table -------------------------------------------------------------------------------- */

static void a_name_is_looked_up_once(void **state)
{
	const char *name = fresh_name();

	(void)state;
	numbers[1] = "::1";
	for (int i = 0; i < 5; i++) {
		assert_int_equal(find_at(name, (100 + i) * MCHA_USEC_PER_SEC), 2);
		assert_int_equal(addresses[0].storage.ss_family, AF_INET);
		assert_int_equal(((struct sockaddr_in *)&addresses[0].storage)->sin_port, htons(11211));
		assert_int_equal(((struct sockaddr_in6 *)&addresses[1].storage)->sin6_port, htons(11211));
	}
	assert_int_equal(asked, 1);
}

static void a_caller_need_not_wait_for_a_lookup(void **state)
{
	mcha_endpoint endpoint = endpoint_of(fresh_name());
	mcha_lookup *lookup, *same;
	struct pollfd poll_for = {.events = POLLIN};

	(void)state;
	hold();
	assert_int_equal(mcha_resolver_find(&endpoint, MCHA_USEC_PER_SEC, addresses, &lookup,
						 &gai_error),
		0);
	assert_int_equal(mcha_resolver_find(&endpoint, MCHA_USEC_PER_SEC, addresses, &same, &gai_error),
		0);
	assert_ptr_equal(lookup, same);
	poll_for.fd = mcha_lookup_fd(lookup);
	assert_int_equal(poll(&poll_for, 1, 0), 0);
	mcha_lookup_release(same);
	mcha_lookup_release(lookup);
	let_go();
	assert_int_equal(find_at(endpoint.host, MCHA_USEC_PER_SEC), 1);
	assert_int_equal(asked, 1);
}

static void a_name_that_is_not_found_is_not_looked_up_again_at_once(void **state)
{
	const char *name = fresh_name();

	(void)state;
	answer = EAI_NONAME;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(find_at(name, 10 * MCHA_USEC_PER_SEC), 0);
		assert_int_equal(gai_error, EAI_NONAME);
	}
	assert_int_equal(asked, 1);
	answer = 0;
	assert_int_equal(find_at(name, 10 * MCHA_USEC_PER_SEC + MCHA_RESOLVER_MISSED), 1);
	assert_int_equal(asked, 2);
}

static void old_addresses_are_used_until_there_are_new_ones(void **state)
{
	const char *name = fresh_name();
	const mcha_usec later = MCHA_USEC_PER_SEC + MCHA_RESOLVER_KEPT;

	(void)state;
	assert_int_equal(find_at(name, MCHA_USEC_PER_SEC), 1);
	numbers[0] = "127.0.0.2";
	hold();
	assert_int_equal(find_at(name, later - 1), 1);
	assert_int_equal(asked, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(find_at(name, later), 1);
	}
	let_go();
	find_until_it_is(name, later, "127.0.0.2");
	assert_int_equal(asked, 2);
}

static void addresses_outlive_a_resolver_that_fails(void **state)
{
	const char *name = fresh_name();
	mcha_usec when = MCHA_USEC_PER_SEC;

	(void)state;
	assert_int_equal(find_at(name, when), 1);
	answer = EAI_AGAIN;
	while (asked < 4) {
		when += MCHA_RESOLVER_KEPT;
		assert_int_equal(find_at(name, when), 1);
		await_answers(asked);
	}
}

static void addresses_without_a_server_are_looked_up_again_soon(void **state)
{
	const char *name = fresh_name();
	mcha_endpoint endpoint = endpoint_of(name);

	(void)state;
	assert_int_equal(find_at(name, MCHA_USEC_PER_SEC), 1);
	numbers[0] = "127.0.0.3";
	mcha_resolver_doubt(&endpoint);
	assert_int_equal(find_at(name, MCHA_USEC_PER_SEC), 1);
	assert_int_equal(asked, 1);
	find_until_it_is(name, MCHA_USEC_PER_SEC + MCHA_RESOLVER_MISSED, "127.0.0.3");
	assert_int_equal(asked, 2);
}

static void more_names_than_the_table_has_room_for_are_still_found(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		assert_int_equal(find_at(fresh_name(), (1000 + i) * MCHA_USEC_PER_SEC), 1);
	}
	assert_int_equal(asked, 300);
}

/* --- connections ------------------------------------------------------------------------------ */

static server *server_by_name(const script_step *steps)
{
	server *server = server_prepare(0, steps);

	server_listen_tcp(server);
	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s", fresh_name());
	server_begin(server);
	return server;
}

static const script_step one_miss[] = {
	GREETING, {EXPECT, "mg key f v O1\r\n", 0}, {SEND, "EN O1\r\n", 0}, {SCRIPT_END, NULL, 0}};

static void a_server_is_reached_by_its_name(void **state)
{
	mcha_request request = get("key");

	(void)state;
	connect_to(server_by_name(one_miss));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	assert_int_equal(asked, 1);
	finish();
}

static void a_hanging_lookup_times_out_and_its_late_result_is_used(void **state)
{
	mcha_request request = get("key");

	(void)state;
	hold();
	connect_to(server_by_name(one_miss));
	run_for(&request, 50 * MSEC);
	assert_status(&request, MCHA_STATUS_UNRESOLVED);
	run_for(&request, 50 * MSEC);
	assert_status(&request, MCHA_STATUS_UNRESOLVED);
	assert_int_equal(asked, 1);
	let_go();
	await_answers(1);
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	assert_int_equal(asked, 1);
	finish();
}

static void a_name_that_does_not_exist_is_a_failure_with_a_reason(void **state)
{
	mcha_request request = get("key");
	static server missing;

	(void)state;
	answer = EAI_NONAME;
	missing.endpoint = endpoint_of(fresh_name());
	connect_to(&missing);
	run(&request);
	assert_status(&request, MCHA_STATUS_UNRESOLVED);
	assert_non_null(strstr(connection->error, gai_strerror(EAI_NONAME)));
	finish();
}

/* The first address refuses: no server listens on that port there. */
static void all_addresses_of_a_name_are_tried(void **state)
{
	mcha_request request = get("key");

	(void)state;
	numbers[0] = "127.0.0.9";
	numbers[1] = "127.0.0.1";
	connect_to(server_by_name(one_miss));
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	finish();
}

/* An address that swallows packets takes one connect timeout, not the whole time. */
static void after_an_address_that_does_not_answer_the_next_one_is_tried(void **state)
{
	mcha_request request = get("key");
	struct sockaddr_in hole = {.sin_family = AF_INET};
	int listener = socket(AF_INET, SOCK_STREAM, 0), fillers[8];
	server *server = server_by_name(one_miss);

	(void)state;
	hole.sin_addr.s_addr = inet_addr("127.0.0.8");
	hole.sin_port = htons(server->endpoint.port);
	assert_int_equal(bind(listener, (struct sockaddr *)&hole, sizeof(hole)), 0);
	assert_int_equal(listen(listener, 0), 0);
	for (size_t i = 0; i < COUNT(fillers); i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fillers[i], (struct sockaddr *)&hole, sizeof(hole));
	}
	numbers[0] = "127.0.0.8";
	numbers[1] = "127.0.0.1";
	settings.connect_timeout = 50 * MSEC;
	connect_to(server);
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	finish();
	for (size_t i = 0; i < COUNT(fillers); i++) {
		close(fillers[i]);
	}
	close(listener);
}

#define NAMES_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMES_TEST(a_name_is_looked_up_once),
		NAMES_TEST(a_caller_need_not_wait_for_a_lookup),
		NAMES_TEST(a_name_that_is_not_found_is_not_looked_up_again_at_once),
		NAMES_TEST(old_addresses_are_used_until_there_are_new_ones),
		NAMES_TEST(addresses_outlive_a_resolver_that_fails),
		NAMES_TEST(addresses_without_a_server_are_looked_up_again_soon),
		NAMES_TEST(more_names_than_the_table_has_room_for_are_still_found),
		NAMES_TEST(a_server_is_reached_by_its_name),
		NAMES_TEST(a_hanging_lookup_times_out_and_its_late_result_is_used),
		NAMES_TEST(a_name_that_does_not_exist_is_a_failure_with_a_reason),
		NAMES_TEST(all_addresses_of_a_name_are_tried),
		NAMES_TEST(after_an_address_that_does_not_answer_the_next_one_is_tried),
	};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}
