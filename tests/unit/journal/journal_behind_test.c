/* SPDX-License-Identifier: MIT */
/* A host that does not know all records of the journal. */
#include "journal_rig.h"

/* None of their homes, nor of their handoff node, keeps a log. */
#define ELSEWHERE "345:k"
#define ELSEWHERE_TOO "435:k"
#define LOGS 3

/* The second host has not reached the nodes that keep the journal for two intervals; meanwhile the
 * first host's write has missed node 3. */
static void miss_unheard(mcha_status (*write)(void))
{
	hosts_of(2, 6);
	for (size_t i = 0; i < 6; i++) {
		servers[i].takes_versions = true;
	}
	hosts[0].pool->settings.versions = hosts[1].pool->settings.versions = true;
	assert_status(do_set(ELSEWHERE, "old"), MCHA_STATUS_OK);
	assert_status(do_set(ELSEWHERE_TOO, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(ELSEWHERE, "old");
	on_host(0);
	interval_passes();
	kill_node(3);
	assert_status(write(), MCHA_STATUS_OK);
	servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	for (size_t i = 0; i < LOGS; i++) {
		servers[i].fault = MCHA_STATUS_CONNECT;
	}
}

static void reach_logs(void)
{
	for (size_t i = 0; i < LOGS; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		revive(i);
	}
	interval_passes();
}

static mcha_status set_elsewhere(void)
{
	return do_set(ELSEWHERE, "new");
}

static mcha_status delete_elsewhere(void)
{
	return do_delete(ELSEWHERE_TOO);
}

static void a_host_that_reaches_no_log_reads_the_youngest_copy(void **state)
{
	(void)state;
	miss_unheard(set_elsewhere);
	forget();
	assert_reads(ELSEWHERE, "new");
	assert_string_equal(servers[3].log, "G");
	assert_string_equal(servers[4].log, "G");
	assert_true(pool->journal.is_behind);

	reach_logs();
	assert_reads(ELSEWHERE, "new");
	assert_false(pool->journal.is_behind);
	assert_true(doubts(3, ELSEWHERE));
}

/* It finds the copy that the deletion has missed, and gives it to no other node. */
static void a_host_that_reaches_no_log_brings_no_deleted_key_back(void **state)
{
	(void)state;
	miss_unheard(delete_elsewhere);
	assert_reads(ELSEWHERE_TOO, "old");
	assert_holds(4, ELSEWHERE_TOO, NULL);

	reach_logs();
	assert_reads(ELSEWHERE_TOO, NULL);
}

/* Another process of the host has asked in vain, less than an interval ago. */
static void all_processes_of_a_host_know_that_it_reaches_no_log(void **state)
{
	(void)state;
	miss_unheard(set_elsewhere);
	assert_reads(ELSEWHERE, "new");
	pool->journal.is_behind = false;
	pool->journal.idle_until = 0;
	forget();
	assert_reads(ELSEWHERE, "new");
	assert_true(pool->journal.is_behind);
	assert_asked("", "", "", "G", "G");
}

/* The second host has used up the segment that the first one knows. */

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_host_that_reaches_no_log_reads_the_youngest_copy),
		JOURNAL_TEST(a_host_that_reaches_no_log_brings_no_deleted_key_back),
		JOURNAL_TEST(all_processes_of_a_host_know_that_it_reaches_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
