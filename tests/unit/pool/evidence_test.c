/* SPDX-License-Identifier: MIT */
/* Whose failure it was: a process's failure is judged by what other processes see of the server. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/pool/evidence.h"
#include "engine/pool/local_health.h"

#define MSEC MCHA_USEC_PER_MSEC
#define SEC MCHA_USEC_PER_SEC
#define START (1000 * SEC)
#define WINDOW (2 * SEC)
#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static const mcha_health_rules rules = {
	.retry_interval = SEC,
	.retry_interval_max = 30 * SEC,
	.lease = 2 * SEC,
};
static mcha_health_table *table;
static mcha_health *server;

static int setup(void **state)
{
	size_t size = mcha_health_table_size(8);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(memory, MAP_FAILED);
	table = mcha_health_table_init(memory, 8);
	server = mcha_health_find(table, 77, "server");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	munmap(table, mcha_health_table_size(table->capacity));
	mcha_local_health_success(77);
	return 0;
}

static mcha_failure timeout_after(mcha_usec waited, mcha_usec now)
{
	return (mcha_failure){
		.status = MCHA_STATUS_TIMEOUT,
		.error_errno = ETIMEDOUT,
		.was_open = true,
		.started = now - waited,
		.now = now,
	};
}

static void assert_blamed(const mcha_failure *failure, mcha_blame expected)
{
	assert_int_equal(mcha_evidence_judge(server, failure, WINDOW), expected);
}

static void answer(mcha_usec when)
{
	mcha_health_success(server, when - 1, when);
}

/* The same judgement in another process. */
static mcha_blame judged_elsewhere(const mcha_failure *failure)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		_exit(mcha_evidence_judge(server, failure, WINDOW));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return (mcha_blame)WEXITSTATUS(status);
}

static void a_local_error_is_the_processs_own_failure(void **state)
{
	static const int own[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EACCES, EPERM};
	static const mcha_status statuses[] = {
		MCHA_STATUS_AUTH, MCHA_STATUS_TLS, MCHA_STATUS_CONNECTION_LIMIT, MCHA_STATUS_UNRESOLVED};
	mcha_failure failure = {.status = MCHA_STATUS_CONNECT, .started = START, .now = START + SEC};

	(void)state;
	for (size_t i = 0; i < COUNT(own); i++) {
		failure.error_errno = own[i];
		assert_blamed(&failure, MCHA_BLAME_SELF);
	}
	failure.error_errno = 0;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		failure.status = statuses[i];
		assert_blamed(&failure, MCHA_BLAME_SELF);
	}
}

static void plain_text_to_a_server_with_tls_is_the_processs_own_failure(void **state)
{
	mcha_failure failure = {
		.status = MCHA_STATUS_CLOSED,
		.is_plain = true,
		.started = START,
		.now = START + SEC,
	};

	(void)state;
	assert_blamed(&failure, MCHA_BLAME_SELF);
	failure.is_plain = false;
	assert_blamed(&failure, MCHA_BLAME_SERVER);
}

static void a_server_that_refuses_or_closes_is_blamed_despite_earlier_answers(void **state)
{
	static const int errors[] = {ECONNREFUSED, ENOENT, ECONNRESET, EHOSTUNREACH};
	static const mcha_status statuses[] = {
		MCHA_STATUS_CLOSED, MCHA_STATUS_PROTOCOL, MCHA_STATUS_IO};
	mcha_failure failure = {.status = MCHA_STATUS_CONNECT, .started = START, .now = START + 1};

	(void)state;
	answer(START);
	for (size_t i = 0; i < COUNT(errors); i++) {
		failure.error_errno = errors[i];
		assert_blamed(&failure, MCHA_BLAME_SERVER);
	}
	failure.error_errno = 0;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		failure.status = statuses[i];
		assert_blamed(&failure, MCHA_BLAME_SERVER);
	}
}

static void a_request_that_was_cancelled_or_had_no_time_is_no_failure(void **state)
{
	mcha_failure failure = timeout_after(SEC, START);

	(void)state;
	failure.status = MCHA_STATUS_CANCELLED;
	assert_blamed(&failure, MCHA_BLAME_NOTHING);
	failure.status = MCHA_STATUS_NO_TIME;
	assert_blamed(&failure, MCHA_BLAME_NOTHING);
}

static void a_server_that_answers_no_process_is_blamed_for_a_timeout(void **state)
{
	mcha_failure failure = timeout_after(MCHA_EVIDENCE_FLOOR, START);

	(void)state;
	assert_blamed(&failure, MCHA_BLAME_SERVER);
	answer(failure.started + 10 * MSEC); /* the server has stopped answering since */
	assert_blamed(&failure, MCHA_BLAME_SERVER);
	failure.status = MCHA_STATUS_CONNECT;
	failure.was_open = false;
	assert_blamed(&failure, MCHA_BLAME_SERVER);
}

static void
a_timeout_on_a_new_connection_is_contradicted_by_an_answer_to_another_process(void **state)
{
	mcha_failure failure = timeout_after(SEC, START);

	(void)state;
	failure.was_open = false;
	answer(START - 20 * MSEC);
	assert_blamed(&failure, MCHA_BLAME_SELF);
	assert_int_equal(judged_elsewhere(&failure), MCHA_BLAME_SELF);
	failure.status = MCHA_STATUS_CONNECT;
	failure.error_errno = EAGAIN; /* a unix socket: backlog full */
	assert_blamed(&failure, MCHA_BLAME_SELF);
}

static void a_timeout_on_an_old_connection_that_is_contradicted_needs_a_second_process(void **state)
{
	mcha_failure failure = timeout_after(SEC, START);

	(void)state;
	answer(START - 20 * MSEC);
	assert_blamed(&failure, MCHA_BLAME_SELF);
	assert_blamed(&failure, MCHA_BLAME_SELF);
	assert_int_equal(judged_elsewhere(&failure), MCHA_BLAME_SERVER);
	failure = timeout_after(SEC, START + 10 * SEC);
	answer(failure.now - 20 * MSEC);
	/* the first failure was long ago */
	assert_int_equal(judged_elsewhere(&failure), MCHA_BLAME_SELF);
}

static void short_timeouts_are_proof_if_no_process_gets_an_answer_for_long_enough(void **state)
{
	mcha_failure failure = timeout_after(MSEC, START);

	(void)state;
	assert_blamed(&failure, MCHA_BLAME_SELF);
	failure = timeout_after(MSEC, START + MCHA_EVIDENCE_FLOOR / 2);
	assert_blamed(&failure, MCHA_BLAME_SELF);
	failure = timeout_after(MSEC, START + MCHA_EVIDENCE_FLOOR);
	assert_blamed(&failure, MCHA_BLAME_SERVER);
}

static void short_timeouts_are_no_proof_while_the_server_answers(void **state)
{
	(void)state;
	for (mcha_usec now = START; now < START + SEC; now += 15 * MSEC) {
		mcha_failure failure = timeout_after(MSEC, now);

		answer(now - 5 * MSEC);
		assert_blamed(&failure, MCHA_BLAME_SELF);
		assert_int_equal(judged_elsewhere(&failure), MCHA_BLAME_SELF);
	}
}

static void time_in_which_the_process_did_not_run_does_not_count(void **state)
{
	mcha_failure failure = timeout_after(SEC, START);

	(void)state;
	failure.stalled = SEC - 20 * MSEC;
	assert_blamed(&failure, MCHA_BLAME_SELF);
	failure.now += 10 * SEC;
	failure.started = failure.now - SEC;
	assert_blamed(&failure, MCHA_BLAME_SELF);
	failure.stalled = SEC / 2;
	assert_blamed(&failure, MCHA_BLAME_SERVER);
}

static void bytes_that_still_arrive_show_that_the_server_is_up(void **state)
{
	mcha_failure failure = timeout_after(SEC, START);

	(void)state;
	failure.moved = true;
	assert_blamed(&failure, MCHA_BLAME_SELF);
	assert_int_equal(judged_elsewhere(&failure), MCHA_BLAME_SELF);
}

/* --- a process's own record ------------------------------------------------------------------- */

#define NO_JITTER 200

static void fail_locally(mcha_usec now)
{
	mcha_local_health_failure(77, &rules, MCHA_STATUS_CONNECTION_LIMIT, now, NO_JITTER);
}

static void a_process_doubles_its_own_interval_and_holds_down_no_other_server(void **state)
{
	(void)state;
	assert_null(mcha_local_health_find(77));
	fail_locally(START);
	assert_false(mcha_local_health_admit(77, &rules, START + SEC - 1, false));
	assert_true(mcha_local_health_admit(77, &rules, START + SEC, false));
	fail_locally(START + SEC);
	assert_false(mcha_local_health_admit(77, &rules, START + 3 * SEC - 1, false));
	assert_true(mcha_local_health_admit(77, &rules, START + 3 * SEC, false));
	assert_int_equal(mcha_local_health_find(77)->status, MCHA_STATUS_CONNECTION_LIMIT);
	assert_true(mcha_local_health_admit(78, &rules, START, false));
	assert_true(mcha_health_admit(server, &rules, START, false));
	mcha_local_health_success(77);
	assert_null(mcha_local_health_find(77));
	assert_true(mcha_local_health_admit(77, &rules, START, false));
}

static void without_another_server_a_caller_is_admitted_after_a_tenth_of_a_second(void **state)
{
	(void)state;
	fail_locally(START);
	assert_false(mcha_local_health_admit(77, &rules, START + 99 * MSEC, true));
	assert_true(mcha_local_health_admit(77, &rules, START + 100 * MSEC, true));
}

static void a_forked_child_starts_without_its_parents_record(void **state)
{
	int status;
	pid_t child;

	(void)state;
	fail_locally(START);
	child = fork();
	if (child == 0) {
		_exit(mcha_local_health_admit(77, &rules, START, false) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_false(mcha_local_health_admit(77, &rules, START, false));
}

static void if_there_are_too_many_servers_the_oldest_record_is_dropped(void **state)
{
	(void)state;
	for (uint64_t id = 1000; id < 1200; id++) {
		mcha_local_health_failure(id, &rules, MCHA_STATUS_AUTH, START + (mcha_usec)id, NO_JITTER);
		assert_non_null(mcha_local_health_find(id));
	}
	assert_null(mcha_local_health_find(1000));
	for (uint64_t id = 1000; id < 1200; id++) {
		mcha_local_health_success(id);
	}
	assert_null(mcha_local_health_find(1199));
}

static void answers_to_other_processes_are_known(void **state)
{
	(void)state;
	assert_false(mcha_local_health_differs(77, server, START));
	answer(START - 20 * MSEC);
	fail_locally(START);
	assert_true(mcha_local_health_differs(77, server, START + 1));
	/* the server may have stopped just then */
	assert_false(mcha_local_health_differs(77, server, START + MCHA_EVIDENCE_RECENT));
	answer(START + SEC);
	assert_true(mcha_local_health_differs(77, server, START + 2 * SEC));
	mcha_health_failure(table, server, &rules, START + 2 * SEC, START + 2 * SEC, NO_JITTER);
	/* down for all processes */
	assert_false(mcha_local_health_differs(77, server, START + 2 * SEC));
}

static void a_probe_that_a_process_could_not_send_passes_to_the_next_process(void **state)
{
	mcha_usec now = START;

	(void)state;
	mcha_health_failure(table, server, &rules, now, now, NO_JITTER);
	now += SEC;
	assert_true(mcha_health_admit(server, &rules, now, false));
	assert_false(mcha_health_admit(server, &rules, now, false));
	mcha_health_give_back(server, now);
	assert_int_equal(mcha_health_look(server, now).state, MCHA_HEALTH_DOWN);
	assert_int_equal(mcha_health_look(server, now).failures_in_a_row, 1);
	assert_true(mcha_health_admit(server, &rules, now, false));
	mcha_health_success(server, now, now + 1);
	mcha_health_give_back(server, now + 1);
	assert_int_equal(mcha_health_look(server, now + 1).state, MCHA_HEALTH_UP);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_local_error_is_the_processs_own_failure),
		TEST(plain_text_to_a_server_with_tls_is_the_processs_own_failure),
		TEST(a_server_that_refuses_or_closes_is_blamed_despite_earlier_answers),
		TEST(a_request_that_was_cancelled_or_had_no_time_is_no_failure),
		TEST(a_server_that_answers_no_process_is_blamed_for_a_timeout),
		TEST(a_timeout_on_a_new_connection_is_contradicted_by_an_answer_to_another_process),
		TEST(a_timeout_on_an_old_connection_that_is_contradicted_needs_a_second_process),
		TEST(short_timeouts_are_proof_if_no_process_gets_an_answer_for_long_enough),
		TEST(short_timeouts_are_no_proof_while_the_server_answers),
		TEST(time_in_which_the_process_did_not_run_does_not_count),
		TEST(bytes_that_still_arrive_show_that_the_server_is_up),
		TEST(a_process_doubles_its_own_interval_and_holds_down_no_other_server),
		TEST(without_another_server_a_caller_is_admitted_after_a_tenth_of_a_second),
		TEST(a_forked_child_starts_without_its_parents_record),
		TEST(if_there_are_too_many_servers_the_oldest_record_is_dropped),
		TEST(answers_to_other_processes_are_known),
		TEST(a_probe_that_a_process_could_not_send_passes_to_the_next_process),
	};

	return cmocka_run_group_tests_name("whose failure it is", tests, NULL, NULL);
}
