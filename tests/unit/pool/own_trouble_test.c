/* SPDX-License-Identifier: MIT */
/* A process that is stopped while it waits for a node: the time in which the process did not run
 * does not count as waiting. */
#include "replication_rig.h"

#include "engine/pool/local_health.h"

#define KEY "01:k"
#define MSEC MCHA_USEC_PER_MSEC

/* The key's first home node is silent for so long, and the process is stopped for so long when its
 * wait ends. */
static mcha_health_state state_after(mcha_usec wait, mcha_usec stopped)
{
	pool_of(3);
	mcha_local_health_success(pool->nodes[0]->id);
	assert_int_equal(do_set(KEY, "v"), MCHA_STATUS_OK);
	slept += MCHA_USEC_PER_SEC; /* that answer is long ago */
	servers[0].late = wait;
	fail_with(0, MCHA_STATUS_TIMEOUT);
	stall = stopped;
	assert_reads(KEY, "v");
	return mcha_health_look(pool->nodes[0]->health, mcha_clock_now()).state;
}

static void a_silent_node_is_down_for_all_processes(void **state)
{
	(void)state;
	assert_int_equal(state_after(200 * MSEC, 0), MCHA_HEALTH_DOWN);
	assert_null(mcha_local_health_find(pool->nodes[0]->id));
}

static void a_process_that_wakes_up_a_little_late_still_holds_the_node_down(void **state)
{
	(void)state;
	assert_int_equal(state_after(200 * MSEC, 50 * MSEC), MCHA_HEALTH_DOWN);
}

static void
a_process_that_was_stopped_for_longer_than_its_wait_does_not_hold_the_node_down(void **state)
{
	(void)state;
	assert_int_equal(state_after(200 * MSEC, 800 * MSEC), MCHA_HEALTH_UP);
	assert_non_null(mcha_local_health_find(pool->nodes[0]->id));
	mcha_local_health_success(pool->nodes[0]->id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_silent_node_is_down_for_all_processes),
		TEST(a_process_that_wakes_up_a_little_late_still_holds_the_node_down),
		TEST(a_process_that_was_stopped_for_longer_than_its_wait_does_not_hold_the_node_down),
	};

	return cmocka_run_group_tests_name("processes that are stopped", tests, NULL, NULL);
}
