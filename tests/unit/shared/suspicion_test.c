/* SPDX-License-Identifier: MIT */
/* A suspicion in the health table: a node is up while this host has found nothing out itself. */
#include "health_rig.h"

#include "engine/shared/health/suspicion.h"
#include "engine/shared/mark.h"

static uint64_t mark_of(uint32_t host)
{
	return mcha_mark_make(host, 1, MCHA_MARK_SUSPECTED);
}

static uint64_t reached_by(uint32_t host)
{
	return mcha_mark_with_kind(mark_of(host), MCHA_MARK_REACHED);
}

static void suspect(void)
{
	mcha_suspicion_learn(node, mark_of(7));
	assert_true(mcha_suspicion_stands(node));
}

static void a_suspected_node_is_up(void **state)
{
	(void)state;
	suspect();
	assert_int_equal(mcha_health_look(node, START).state, MCHA_HEALTH_UP);
	assert_true(mcha_health_admit(node, &rules, START, false));
	assert_true(mcha_health_admit(node, &rules, START, false)); /* not only to one process */
	assert_false(mcha_health_failed_lately(node, START, 3600 * SEC));
	assert_string_equal(mcha_health_state_name(node, MCHA_HEALTH_UP), "suspected");
}

static void a_success_ends_the_suspicion(void **state)
{
	(void)state;
	suspect();
	mcha_health_success(node, START, START + 100);
	assert_false(mcha_suspicion_stands(node));
	assert_string_equal(mcha_health_state_name(node, MCHA_HEALTH_UP), "up");
	assert_int_equal(mcha_health_back(node), 0); /* it was not down */
}

static void a_failure_takes_a_suspected_node_down_as_any_other(void **state)
{
	mcha_health_view view;

	(void)state;
	suspect();
	record_failure(START);
	view = mcha_health_look(node, START);
	assert_int_equal(view.state, MCHA_HEALTH_DOWN);
	assert_int_equal(view.failures_in_a_row, 1);
	assert_int_equal(view.retry_in, rules.retry_interval);
	assert_false(mcha_suspicion_stands(node));
}

static void a_node_that_flaps_goes_on_doubling_its_interval_though_suspected(void **state)
{
	mcha_usec now = START + rules.retry_interval;

	(void)state;
	record_failure(START);
	assert_true(mcha_health_admit(node, &rules, now, false));
	mcha_health_success(node, now, now + 100);
	suspect();
	record_failure(now + SEC / 2);
	assert_int_equal(mcha_health_look(node, now + SEC / 2).failures_in_a_row, 2);
}

static void a_host_that_holds_the_node_down_learns_nothing_from_a_suspicion(void **state)
{
	uint64_t word;

	(void)state;
	record_failure(START);
	word = node->word;
	mcha_suspicion_learn(node, mark_of(7));
	assert_int_equal(node->word, word);
	mcha_suspicion_end(node, reached_by(7));
	assert_int_equal(node->word, word);
}

static void the_host_that_suspected_the_node_ends_the_suspicion(void **state)
{
	(void)state;
	suspect();
	mcha_suspicion_end(node, reached_by(8));
	assert_true(mcha_suspicion_stands(node));
	mcha_suspicion_end(node, reached_by(7));
	assert_false(mcha_suspicion_stands(node));
}

static void servers_without_a_slot_of_their_own_are_not_suspected(void **state)
{
	(void)state;
	mcha_suspicion_learn(&table->overflow, mark_of(7));
	assert_false(mcha_suspicion_stands(&table->overflow));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_suspected_node_is_up),
		TEST(a_success_ends_the_suspicion),
		TEST(a_failure_takes_a_suspected_node_down_as_any_other),
		TEST(a_node_that_flaps_goes_on_doubling_its_interval_though_suspected),
		TEST(a_host_that_holds_the_node_down_learns_nothing_from_a_suspicion),
		TEST(the_host_that_suspected_the_node_ends_the_suspicion),
		TEST(servers_without_a_slot_of_their_own_are_not_suspected),
	};

	return cmocka_run_group_tests_name("suspicions", tests, NULL, NULL);
}
