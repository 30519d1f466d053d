/* SPDX-License-Identifier: MIT */
/* The table of hints: what it remembers, and what it gives up. */
#include "hints_rig.h"

/* --- one process ------------------------------------------------------------------------------------ */

static void a_fresh_table_has_no_debts(void **state)
{
	(void)state;
	assert_false(owes(1, "k"));
	assert_int_equal(count_debts(), 0);
	assert_int_equal(table->total, 0);
	assert_int_equal(table->dropped, 0);
}

static void what_was_added_is_found_until_it_is_settled(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_int_equal(hint.node, 1);
	assert_int_equal(hint.source, 2);
	assert_int_equal(hint.key_length, 1);
	assert_memory_equal(hint.key, "k", 1);
	mcha_hints_clear(table, &hint);
	assert_false(owes(1, "k"));
	assert_int_equal(table->total, 0);
}

static void a_debt_is_one_nodes_and_one_keys(void **state)
{
	(void)state;
	add(1, "key", 2, start);
	assert_false(owes(2, "key"));
	assert_false(owes(1, "ke"));
	assert_false(owes(1, "keys"));
	assert_false(owes(1, "kex"));
	assert_true(owes(1, "key"));
}

/* Two keys of one hash. */
static void the_hash_alone_does_not_make_it_the_key(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "key", 2, start);
	assert_true(find(1, "key", &hint));
	table->slots[hint.slot].key[2] = 'z';
	assert_false(owes(1, "key"));
	table->slots[hint.slot].key[2] = 'y';
	table->slots[hint.slot].length = 2;
	assert_false(owes(1, "key"));
}

static void a_debt_that_was_settled_cannot_be_settled_again(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	mcha_hints_clear(table, &hint);
	mcha_hints_clear(table, &hint);
	assert_int_equal(table->total, 0);
	add(1, "k", 2, start + 1);
	mcha_hints_clear(table, &hint);
	assert_true(owes(1, "k"));
	assert_int_equal(table->total, 1);
}

static void a_renewed_debt_is_one_debt_and_who_found_it_before_cannot_settle_it(void **state)
{
	mcha_hint older, newer;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &older));
	add(1, "k", 3, start + 1);
	assert_int_equal(count_debts(), 1);
	assert_int_equal(table->total, 1);
	assert_int_equal(mcha_hints_count(&nodes[0]), 1);
	mcha_hints_clear(table, &older);
	assert_true(find(1, "k", &newer));
	assert_int_equal(newer.source, 3);
	mcha_hints_clear(table, &newer);
	assert_false(owes(1, "k"));
}

/* The key of a set that was deleted: nobody is to be asked for it any more, and back. */
static void who_has_the_new_value_changes_with_each_renewal(void **state)
{
	mcha_hint hint;

	(void)state;
	for (uint64_t source = 0; source < 4; source++) {
		add(1, "k", 3 - source, start + (mcha_usec)source);
		assert_true(find(1, "k", &hint));
		assert_int_equal(hint.source, 3 - source);
	}
}

static void a_debt_knows_which_moments_came_after_it(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_older(&hint, start - 1));
	assert_false(mcha_hints_is_older(&hint, start));
	assert_true(mcha_hints_is_older(&hint, start + 1));
	add(1, "k", 2, start + 10);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_older(&hint, start + 10));
	assert_true(mcha_hints_is_older(&hint, start + 11));
}

/* A process that was held up between its answer and its note writes down an earlier moment. */
static void a_renewal_does_not_make_a_debt_older(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start + 10);
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_older(&hint, start + 10));
}

static void debts_are_counted_by_node_and_together(void **state)
{
	mcha_hint hint;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		add(1 + i % 3, numbered(i), 4, start);
		assert_int_equal(table->total, i + 1);
		assert_int_equal(mcha_hints_count(&nodes[i % 3]), i / 3 + 1);
	}
	assert_int_equal(mcha_hints_count(&nodes[3]), 0);
	for (unsigned i = 0; i < 12; i++) {
		assert_true(find(1 + i % 3, numbered(i), &hint));
		mcha_hints_clear(table, &hint);
		assert_int_equal(table->total, 11 - i);
		assert_int_equal(mcha_hints_count(&nodes[i % 3]), 3 - i / 3);
	}
}

static void going_through_finds_every_debt_once(void **state)
{
	unsigned seen[30] = {0}, number;
	size_t cursor = 0;
	mcha_hint hint;

	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		add(1 + i % NODES, numbered(i), 9, start);
	}
	while (mcha_hints_next(table, &cursor, &hint)) {
		char key[16] = "";

		memcpy(key, hint.key, hint.key_length);
		assert_int_equal(sscanf(key, "key-%u", &number), 1);
		assert_in_range(number, 0, 29);
		assert_int_equal(hint.node, 1 + number % NODES);
		assert_int_equal(hint.source, 9);
		seen[number]++;
		if (number % 2) {
			mcha_hints_clear(table, &hint); /* does not disturb */
		}
	}
	for (unsigned i = 0; i < 30; i++) {
		assert_int_equal(seen[i], 1);
	}
	assert_false(mcha_hints_next(table, &cursor, &hint));
	assert_int_equal(count_debts(), 15);
}

static void keys_may_be_as_short_and_as_long_as_keys_are(void **state)
{
	char longest[MCHA_KEY_MAX + 1], other[MCHA_KEY_MAX + 1];
	mcha_hint hint;

	(void)state;
	memset(longest, 'x', MCHA_KEY_MAX);
	longest[MCHA_KEY_MAX] = '\0';
	memcpy(other, longest, sizeof(other));
	other[MCHA_KEY_MAX - 1] = 'y';
	assert_int_equal(strlen(longest), 250);
	add(1, longest, 2, start);
	add(1, "x", 3, start);
	assert_false(owes(1, other));
	assert_true(find(1, longest, &hint));
	assert_int_equal(hint.key_length, 250);
	assert_memory_equal(hint.key, longest, 250);
	mcha_hints_clear(table, &hint);
	assert_true(find(1, "x", &hint));
	assert_int_equal(hint.key_length, 1);
	assert_false(owes(1, longest));
}

/* --- writes whose outcome is not known -------------------------------------------------------------- */

static void a_debt_is_unsure_from_the_last_write_on_that_was_sent(void **state)
{
	(void)state;
	add(1, "k", 2, start);
	assert_int_equal(unsure_since("k"), 0);
	add_unsure(1, "k", 2, start + 10);
	assert_int_equal(unsure_since("k"), start + 10);
	add_unsure(1, "k", 2, start + 20);
	assert_int_equal(unsure_since("k"), start + 20);
	add_unsure(1, "other", 2, start + 5);
	assert_int_equal(unsure_since("other"), start + 5);
}

/* What was sent before may still arrive. */
static void a_write_that_was_not_even_sent_does_not_make_a_debt_sure(void **state)
{
	(void)state;
	add_unsure(1, "k", 2, start);
	add(1, "k", 3, start + 10);
	assert_int_equal(unsure_since("k"), start);
}

static void a_slot_does_not_tell_the_next_debt_of_the_last(void **state)
{
	mcha_hint hint;

	(void)state;
	table_of(1);
	add_unsure(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	mcha_hints_attempt(table, &hint, start + 5);
	mcha_hints_clear(table, &hint);
	add(1, "k", 2, start + 10);
	assert_int_equal(unsure_since("k"), 0);
	assert_true(find(1, "k", &hint));
	assert_int_equal(hint.tried, 0);
}

/* --- who is about to pay ------------------------------------------------------------------------------ */

static void a_debt_is_touched_by_who_renews_pays_or_sets_out_to_pay_it(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_is_untouched(table, &hint, start));
	add(1, "k", 2, start);
	assert_false(mcha_hints_is_untouched(table, &hint, start));

	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_is_untouched(table, &hint, start));
	mcha_hints_attempt(table, &hint, start + 1);
	assert_false(mcha_hints_is_untouched(table, &hint, start));

	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_is_untouched(table, &hint, start + 2));
	assert_true(mcha_hints_clear(table, &hint));
	assert_false(mcha_hints_is_untouched(table, &hint, start + 2));
}

/* Also where who settles found the hint after the write had said so. */
static void a_try_counts_until_it_is_long_ago(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_is_unattempted(&hint, -SECOND)); /* a host that has just been started */
	mcha_hints_attempt(table, &hint, start + 10);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_unattempted(&hint, start + 10));
	assert_true(mcha_hints_is_unattempted(&hint, start + 11));
	assert_false(mcha_hints_is_untouched(table, &hint, start + 10));
	assert_true(mcha_hints_is_untouched(table, &hint, start + 11));
	add(1, "k", 2, start + 20); /* one write missed it again; the other may be under way still */
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_unattempted(&hint, start + 10));
}

static void try_once(void)
{
	mcha_hint hint;

	if (!find(1, "k", &hint)) {
		_exit(1);
	}
	mcha_hints_attempt(table, &hint, start + 1);
}

static void miss_once(void)
{
	add_unsure(1, "k", 3, start + 1);
}

static void what_another_process_does_is_seen_here(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	end(begin(try_once));
	assert_false(mcha_hints_is_untouched(table, &hint, start + 1));
	assert_true(find(1, "k", &hint));
	assert_int_equal(hint.tried, start + 1);
	end(begin(miss_once));
	assert_false(mcha_hints_is_untouched(table, &hint, start + 2));
	assert_false(mcha_hints_clear(table, &hint));
	assert_int_equal(unsure_since("k"), start + 1);
	assert_int_equal(mcha_hints_count(&nodes[0]), 1);
}

/* --- the bound --------------------------------------------------------------------------------------- */

#define SHARE (CAPACITY / 4)

static bool is_distrusted(uint64_t node)
{
	return mcha_hints_distrusted_since(&nodes[node - 1]) != 0;
}

static void fill_share(uint64_t node, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		add(node, numbered(i), 2, start + i);
	}
}

static void a_node_has_a_share_of_the_table_and_is_distrusted_beyond_it(void **state)
{
	(void)state;
	fill_share(1, SHARE);
	assert_false(is_distrusted(1));
	assert_int_equal(table->dropped, 0);
	add(1, "one more", 2, start + 5);
	assert_int_equal(mcha_hints_distrusted_since(&nodes[0]), start + 5);
	assert_int_equal(table->distrusted, 1);
	assert_int_equal(table->dropped, 1);
	assert_false(owes(1, "one more"));
	assert_int_equal(count_debts(), SHARE);
	add(1, "another one", 2, start + 7); /* it is known of which moment the last one was */
	assert_int_equal(mcha_hints_distrusted_since(&nodes[0]), start + 7);
	assert_int_equal(table->distrusted, 1);
	assert_int_equal(table->stale_nodes, 1);
}

static void a_distrusted_nodes_debts_are_renewed_and_settled_all_the_same(void **state)
{
	mcha_hint hint;

	(void)state;
	fill_share(1, SHARE + 1);
	add(1, numbered(3), 4, start + 1000);
	assert_true(find(1, numbered(3), &hint));
	assert_int_equal(hint.source, 4);
	assert_int_equal(mcha_hints_distrusted_since(&nodes[0]), start + SHARE);
	assert_true(mcha_hints_clear(table, &hint));
	add(1, numbered(3), 4, start + 1001); /* there is room, but who would know of the others? */
	assert_false(owes(1, numbered(3)));
}

static void what_one_node_owes_costs_no_other_its_debts(void **state)
{
	(void)state;
	fill_share(2, SHARE);
	fill_share(1, 1000);
	fill_share(3, SHARE);
	for (unsigned i = 0; i < SHARE; i++) {
		assert_true(owes(2, numbered(i)));
		assert_true(owes(3, numbered(i)));
	}
	assert_true(is_distrusted(1));
	assert_false(is_distrusted(2));
	assert_false(is_distrusted(3));
}

/* Each node's share is smaller when more of them owe. */
static void who_has_more_than_its_share_gives_way_and_is_distrusted(void **state)
{
	(void)state;
	table_of(4); /* all of it is the window */
	add(1, "a", 2, start);
	nodes[1].hints = nodes[2].hints = nodes[3].hints = 1;
	table->stale_nodes = 4;
	for (unsigned i = 0; i < 3; i++) { /* as with fewer stale nodes */
		table->stale_nodes = 1;
		nodes[0].hints = 0;
		add(1, numbered(i), 2, start + i);
	}
	nodes[0].hints = 4;
	table->stale_nodes = 4;
	assert_int_equal(count_debts(), 4);
	assert_false(is_distrusted(1));
	nodes[1].hints = 0;
	add(2, "b", 1, start + 9);
	assert_true(owes(2, "b"));
	assert_true(is_distrusted(1));
	assert_false(is_distrusted(2));
	assert_int_equal(nodes[0].hints, 3);
	assert_int_equal(table->dropped, 1);
}

static void where_nobody_may_give_way_the_debtor_is_distrusted(void **state)
{
	(void)state;
	table_of(4);
	for (uint64_t node = 1; node <= 4; node++) {
		add(node, "k", 9, start);
	}
	nodes[0].hints = 0; /* it has its share, but there is no room */
	add(1, "other", 9, start);
	assert_true(is_distrusted(1));
	for (uint64_t node = 1; node <= 4; node++) {
		assert_true(owes(node, "k"));
	}
}

static void a_count_that_is_too_high_costs_no_trust(void **state)
{
	(void)state;
	nodes[0].hints = 1000; /* by processes that were killed */
	fill_share(1, SHARE);
	assert_false(is_distrusted(1));
	add(1, "one more", 2, start);
	assert_true(is_distrusted(1));
}

static void marks_may_be_more_than_the_share(void **state)
{
	mcha_hint mark = {.node = 1, .source = 2, .owner = 7, .until = start + 3600 * SECOND, .key_length = 5};

	(void)state;
	for (unsigned i = 0; i < SHARE + 5; i++) {
		memcpy(mark.key, numbered(10 + i), 6);
		mark.key_length = 6;
		assert_int_not_equal(mcha_hints_begin(table, &nodes[0], &mark, start).state, 0);
	}
	assert_false(is_distrusted(1));
}

static void a_node_that_has_lost_all_is_trusted_again(void **state)
{
	(void)state;
	fill_share(1, SHARE + 1);
	nodes[0].told = MCHA_TOLD_DISTRUSTED | MCHA_TOLD_AHEAD;
	mcha_hints_trust(table, &nodes[0]);
	assert_false(is_distrusted(1));
	assert_int_equal(table->distrusted, 0);
	assert_int_equal(nodes[0].told, MCHA_TOLD_AHEAD);
	mcha_hints_trust(table, &nodes[0]);
	assert_int_equal(table->distrusted, 0);
	add(1, "again", 2, start);
	assert_true(is_distrusted(1));
	assert_int_equal(table->distrusted, 1);
}

static void a_table_may_be_smaller_than_the_window(void **state)
{
	(void)state;
	table_of(2);
	for (unsigned i = 0; i < 10; i++) {
		add(1 + i % 2, numbered(i), 2, start + i);
		assert_true(owes(1 + i % 2, numbered(i)) || is_distrusted(1 + i % 2));
	}
	assert_int_equal(count_debts(), 2);
	assert_int_equal(table->dropped, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fresh_table_has_no_debts),
		TEST(what_was_added_is_found_until_it_is_settled),
		TEST(a_debt_is_one_nodes_and_one_keys),
		TEST(the_hash_alone_does_not_make_it_the_key),
		TEST(a_debt_that_was_settled_cannot_be_settled_again),
		TEST(a_renewed_debt_is_one_debt_and_who_found_it_before_cannot_settle_it),
		TEST(who_has_the_new_value_changes_with_each_renewal),
		TEST(a_debt_knows_which_moments_came_after_it),
		TEST(a_renewal_does_not_make_a_debt_older),
		TEST(debts_are_counted_by_node_and_together),
		TEST(going_through_finds_every_debt_once),
		TEST(keys_may_be_as_short_and_as_long_as_keys_are),
		TEST(a_debt_is_unsure_from_the_last_write_on_that_was_sent),
		TEST(a_write_that_was_not_even_sent_does_not_make_a_debt_sure),
		TEST(a_slot_does_not_tell_the_next_debt_of_the_last),
		TEST(a_debt_is_touched_by_who_renews_pays_or_sets_out_to_pay_it),
		TEST(a_try_counts_until_it_is_long_ago),
		TEST(what_another_process_does_is_seen_here),
		TEST(a_node_has_a_share_of_the_table_and_is_distrusted_beyond_it),
		TEST(a_distrusted_nodes_debts_are_renewed_and_settled_all_the_same),
		TEST(what_one_node_owes_costs_no_other_its_debts),
		TEST(who_has_more_than_its_share_gives_way_and_is_distrusted),
		TEST(where_nobody_may_give_way_the_debtor_is_distrusted),
		TEST(a_count_that_is_too_high_costs_no_trust),
		TEST(marks_may_be_more_than_the_share),
		TEST(a_node_that_has_lost_all_is_trusted_again),
		TEST(a_table_may_be_smaller_than_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
