/* SPDX-License-Identifier: MIT */
/* The hint table in the middle of a change: what other processes see, and what a process leaves
 * that dies in it. */
#include "hints_rig.h"

/* --- what a dead process leaves --------------------------------------------------------------- */

static void a_slot_left_busy_is_taken_over_after_a_second_and_not_before(void **state)
{
	(void)state;
	table_of(1);
	table->slots[0].state = (uint64_t)start << 2 | BUSY;
	add(1, "k", 2, start);
	add(1, "k", 2, start + SECOND);
	assert_false(has_hint(1, "k"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->slots[0].state, (uint64_t)start << 2 | BUSY);
	mcha_hints_trust(table, &nodes[0]);
	add(1, "k", 2, start + SECOND + 1);
	assert_true(has_hint(1, "k"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->slots[0].state & 3, SET);
}

static void a_busy_slot_is_neither_found_nor_iterated_nor_cleared(void **state)
{
	mcha_hint hint;
	uint64_t left;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	left = table->slots[hint.slot].state = (uint64_t)start << 2 | BUSY;
	assert_false(has_hint(1, "k"));
	assert_int_equal(count_hints(), 0);
	mcha_hints_clear(table, &hint);
	assert_int_equal(table->slots[hint.slot].state, left);
}

static void a_busy_slot_is_skipped(void **state)
{
	mcha_hint hint;
	size_t first;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	first = hint.slot;
	table->slots[first].state = (uint64_t)start << 2 | BUSY;
	add(1, "k", 2, start + 1);
	assert_true(find(1, "k", &hint));
	assert_int_not_equal(hint.slot, first);
	assert_int_equal(table->dropped, 0);
}

/* --- while a hint is being renewed ------------------------------------------------------------ */

/* Puts the key's hint into the middle of a renewal since that moment. */
static mcha_hint_slot *hold(const char *key, mcha_usec since)
{
	mcha_hint hint;

	assert_true(find(1, key, &hint));
	table->slots[hint.slot].state = (uint64_t)since << 2 | RENEWING;
	return &table->slots[hint.slot];
}

static void a_hint_in_renewal_is_found_and_cannot_be_cleared(void **state)
{
	mcha_hint_slot *slot;
	mcha_hint before, hint;
	size_t cursor = 0;
	uint64_t held;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &before));
	assert_false(before.held);
	slot = hold("k", start + 1);
	held = slot->state;
	assert_true(find(1, "k", &hint));
	assert_true(hint.held);
	assert_int_equal(hint.node, 1);
	assert_memory_equal(hint.key, "k", 1);
	assert_true(mcha_hints_next(table, &cursor, &hint));
	assert_true(hint.held);
	assert_false(mcha_hints_is_untouched(table, &before, start + 1));
	assert_false(mcha_hints_clear(table, &before));
	assert_false(mcha_hints_clear(table, &hint));
	assert_int_equal(slot->state, held);
	assert_int_equal(table->total, 1);
	/* as young as the write that the node missed */
	assert_false(mcha_hints_is_older(&hint, start + 1));
}

static void a_process_that_died_renewing_a_hint_leaves_it_indeterminate(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start - 2 * SECOND);
	hold("k", start - SECOND / 2);
	assert_true(find(1, "k", &hint));
	assert_true(hint.held);
	hold("k", start - SECOND - 1);
	assert_true(find(1, "k", &hint));
	assert_false(hint.held);
	assert_int_equal(hint.source, 2);
	/* the process died before it could record the outcome */
	assert_int_equal(hint.indeterminate, start - SECOND - 1);
	assert_int_equal(table->total, 1);
	assert_true(mcha_hints_clear(table, &hint));
	assert_int_equal(table->total, 0);
	assert_int_equal(mcha_hints_count(&nodes[0]), 0);
}

static void iteration_takes_over_hints_of_dead_processes(void **state)
{
	mcha_hint hint;
	size_t cursor = 0;

	(void)state;
	add(1, "k", 2, start - 2 * SECOND);
	hold("k", start - SECOND - 1);
	assert_true(mcha_hints_next(table, &cursor, &hint));
	assert_false(hint.held);
	assert_true(mcha_hints_clear(table, &hint));
}

/* If a process took over a slot that another process is renewing, that process would write into a
 * foreign hint. */
static void a_hint_in_renewal_by_another_process_is_duplicated(void **state)
{
	mcha_hint_slot *slot;
	mcha_hint hint;
	uint64_t held;

	(void)state;
	add(1, "k", 2, start);
	slot = hold("k", mcha_clock_now());
	held = slot->state;
	add_indeterminate(1, "k", 3, start + 2);
	assert_int_equal(slot->state, held);
	assert_int_equal(slot->source, 2);
	assert_int_equal(count_hints(), 2);
	assert_int_equal(table->total, 2);
	slot->state = (uint64_t)(start + 1) << 2 | SET; /* the other process has finished */
	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_clear(table, &hint));
	assert_true(find(1, "k", &hint));
	assert_int_equal(hint.source, 3);
	assert_int_equal(hint.indeterminate, start + 2);
	assert_true(mcha_hints_clear(table, &hint));
	assert_false(has_hint(1, "k"));
	assert_int_equal(table->total, 0);
}

/* A full window: the dead process's hint is dropped as others are. */
static void a_hint_of_a_dead_process_may_be_dropped_from_a_full_table(void **state)
{
	(void)state;
	table_of(1);
	add(1, "k", 2, start);
	hold("k", start);
	add(1, "other", 2, start + SECOND);
	assert_false(has_hint(1, "other"));
	assert_int_equal(table->dropped, 1);
	add(2, "other", 2, start + SECOND + 1);
	assert_true(has_hint(2, "other"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->total, 1);
	assert_int_equal(mcha_hints_count(&nodes[0]), 0);
}

static void renew_for_ever(void)
{
	alarm(100);
	for (;;) {
		mcha_hints_add(table, &nodes[0], 1, 2, false, "k", 1, mcha_clock_now());
	}
}

/* Otherwise a reader could be given the old copy while another process renews the hint, or died
 * doing so. */
static void a_hint_is_found_at_every_moment_of_its_renewal(void **state)
{
	pid_t worker;
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	for (int i = 0; i < 50; i++) {
		mcha_usec until = mcha_clock_now() + 2000;

		worker = begin(renew_for_ever);
		while (mcha_clock_now() < until) {
			assert_true(find(1, "k", &hint));
		}
		kill(worker, SIGKILL);
		assert_int_equal(waitpid(worker, NULL, 0), worker);
		assert_true(find(1, "k", &hint));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slot_left_busy_is_taken_over_after_a_second_and_not_before),
		TEST(a_busy_slot_is_neither_found_nor_iterated_nor_cleared),
		TEST(a_busy_slot_is_skipped),
		TEST(a_hint_in_renewal_is_found_and_cannot_be_cleared),
		TEST(a_process_that_died_renewing_a_hint_leaves_it_indeterminate),
		TEST(iteration_takes_over_hints_of_dead_processes),
		TEST(a_hint_in_renewal_by_another_process_is_duplicated),
		TEST(a_hint_of_a_dead_process_may_be_dropped_from_a_full_table),
		TEST(a_hint_is_found_at_every_moment_of_its_renewal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
