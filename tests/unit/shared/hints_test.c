/* SPDX-License-Identifier: MIT */
/* The hint table: what it stores, and which hints it drops. */
#include "hints_rig.h"

/* --- one process ------------------------------------------------------------------------------ */

static void a_fresh_table_has_no_hints(void **state)
{
	(void)state;
	assert_false(has_hint(1, "k"));
	assert_int_equal(count_hints(), 0);
	assert_int_equal(table->total, 0);
	assert_int_equal(table->dropped, 0);
}

static void a_hint_is_found_until_it_is_cleared(void **state)
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
	assert_false(has_hint(1, "k"));
	assert_int_equal(table->total, 0);
}

static void a_hint_belongs_to_one_node_and_one_key(void **state)
{
	(void)state;
	add(1, "key", 2, start);
	assert_false(has_hint(2, "key"));
	assert_false(has_hint(1, "ke"));
	assert_false(has_hint(1, "keys"));
	assert_false(has_hint(1, "kex"));
	assert_true(has_hint(1, "key"));
}

/* Two keys of one hash. */
static void keys_with_the_same_hash_have_separate_hints(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "key", 2, start);
	assert_true(find(1, "key", &hint));
	((char *)table->slots[hint.slot].key)[2] = 'z';
	assert_false(has_hint(1, "key"));
	((char *)table->slots[hint.slot].key)[2] = 'y';
	table->slots[hint.slot].length = 2;
	assert_false(has_hint(1, "key"));
}

static void a_cleared_hint_cannot_be_cleared_again(void **state)
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
	assert_true(has_hint(1, "k"));
	assert_int_equal(table->total, 1);
}

static void a_renewed_hint_is_one_hint_and_an_older_handle_cannot_clear_it(void **state)
{
	mcha_hint older, newer;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &older));
	add(1, "k", 3, start + 1);
	assert_int_equal(count_hints(), 1);
	assert_int_equal(table->total, 1);
	assert_int_equal(mcha_hints_count(&nodes[0]), 1);
	mcha_hints_clear(table, &older);
	assert_true(find(1, "k", &newer));
	assert_int_equal(newer.source, 3);
	mcha_hints_clear(table, &newer);
	assert_false(has_hint(1, "k"));
}

/* First the key is set, then deleted: a hint without a source; then set again. */
static void each_renewal_replaces_the_source(void **state)
{
	mcha_hint hint;

	(void)state;
	for (uint64_t source = 0; source < 4; source++) {
		add(1, "k", 3 - source, start + (mcha_usec)source);
		assert_true(find(1, "k", &hint));
		assert_int_equal(hint.source, 3 - source);
	}
}

static void a_hint_is_older_than_later_moments(void **state)
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

/* A process that was held up between the answer and the hint records an earlier moment. */
static void a_renewal_does_not_make_a_hint_older(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start + 10);
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_older(&hint, start + 10));
}

static void hints_are_counted_by_node_and_in_total(void **state)
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

static void iteration_finds_every_hint_once(void **state)
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
			mcha_hints_clear(table, &hint); /* does not disturb the iteration */
		}
	}
	for (unsigned i = 0; i < 30; i++) {
		assert_int_equal(seen[i], 1);
	}
	assert_false(mcha_hints_next(table, &cursor, &hint));
	assert_int_equal(count_hints(), 15);
}

static void hints_store_the_shortest_and_the_longest_keys(void **state)
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
	assert_false(has_hint(1, other));
	assert_true(find(1, longest, &hint));
	assert_int_equal(hint.key_length, 250);
	assert_memory_equal(hint.key, longest, 250);
	mcha_hints_clear(table, &hint);
	assert_true(find(1, "x", &hint));
	assert_int_equal(hint.key_length, 1);
	assert_false(has_hint(1, longest));
}

/* --- writes with an indeterminate outcome ----------------------------------------------------- */

static void a_hint_is_indeterminate_since_the_last_sent_write(void **state)
{
	(void)state;
	add(1, "k", 2, start);
	assert_int_equal(indeterminate_since("k"), 0);
	add_indeterminate(1, "k", 2, start + 10);
	assert_int_equal(indeterminate_since("k"), start + 10);
	add_indeterminate(1, "k", 2, start + 20);
	assert_int_equal(indeterminate_since("k"), start + 20);
	add_indeterminate(1, "other", 2, start + 5);
	assert_int_equal(indeterminate_since("other"), start + 5);
}

/* The write that was sent before may still be applied. */
static void an_unsent_write_leaves_a_hint_indeterminate(void **state)
{
	(void)state;
	add_indeterminate(1, "k", 2, start);
	add(1, "k", 3, start + 10);
	assert_int_equal(indeterminate_since("k"), start);
}

static void a_reused_slot_keeps_nothing_of_the_previous_hint(void **state)
{
	mcha_hint hint;

	(void)state;
	table_of(1);
	add_indeterminate(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	mcha_hints_attempt(table, &hint, start + 5);
	mcha_hints_clear(table, &hint);
	add(1, "k", 2, start + 10);
	assert_int_equal(indeterminate_since("k"), 0);
	assert_true(find(1, "k", &hint));
	assert_int_equal(hint.tried, 0);
}

/* --- attempts to replay ----------------------------------------------------------------------- */

static void renewing_clearing_or_attempting_a_hint_touches_it(void **state)
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

/* Also if the replaying process found the hint after the write had recorded its attempt. */
static void an_attempt_counts_until_it_is_long_ago(void **state)
{
	mcha_hint hint;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &hint));
	assert_true(mcha_hints_is_unattempted(&hint, -SECOND)); /* a host that was just started */
	mcha_hints_attempt(table, &hint, start + 10);
	assert_true(find(1, "k", &hint));
	assert_false(mcha_hints_is_unattempted(&hint, start + 10));
	assert_true(mcha_hints_is_unattempted(&hint, start + 11));
	assert_false(mcha_hints_is_untouched(table, &hint, start + 10));
	assert_true(mcha_hints_is_untouched(table, &hint, start + 11));
	/* one write missed it again; another write may still be in flight */
	add(1, "k", 2, start + 20);
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
	add_indeterminate(1, "k", 3, start + 1);
}

static void changes_by_another_process_are_seen(void **state)
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
	assert_int_equal(indeterminate_since("k"), start + 1);
	assert_int_equal(mcha_hints_count(&nodes[0]), 1);
}

/* --- the size limit --------------------------------------------------------------------------- */

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
	assert_false(has_hint(1, "one more"));
	assert_int_equal(count_hints(), SHARE);
	add(1, "another one", 2, start + 7); /* the moment of the last dropped hint is recorded */
	assert_int_equal(mcha_hints_distrusted_since(&nodes[0]), start + 7);
	assert_int_equal(table->distrusted, 1);
	assert_int_equal(table->stale_nodes, 1);
}

static void a_distrusted_nodes_hints_are_still_renewed_and_cleared(void **state)
{
	mcha_hint hint;

	(void)state;
	fill_share(1, SHARE + 1);
	add(1, numbered(3), 4, start + 1000);
	assert_true(find(1, numbered(3), &hint));
	assert_int_equal(hint.source, 4);
	assert_int_equal(mcha_hints_distrusted_since(&nodes[0]), start + SHARE);
	assert_true(mcha_hints_clear(table, &hint));
	/* there is room, but a hint would not tell of the dropped ones */
	add(1, numbered(3), 4, start + 1001);
	assert_false(has_hint(1, numbered(3)));
}

static void the_hints_of_one_node_do_not_evict_those_of_another(void **state)
{
	(void)state;
	fill_share(2, SHARE);
	fill_share(1, 1000);
	fill_share(3, SHARE);
	for (unsigned i = 0; i < SHARE; i++) {
		assert_true(has_hint(2, numbered(i)));
		assert_true(has_hint(3, numbered(i)));
	}
	assert_true(is_distrusted(1));
	assert_false(is_distrusted(2));
	assert_false(is_distrusted(3));
}

/* Each node's share is smaller when more nodes have hints. */
static void a_node_over_its_share_loses_a_hint_and_is_distrusted(void **state)
{
	(void)state;
	table_of(4); /* the window is the whole table */
	add(1, "a", 2, start);
	nodes[1].hints = nodes[2].hints = nodes[3].hints = 1;
	table->stale_nodes = 4;
	for (unsigned i = 0; i < 3; i++) { /* as while fewer nodes are stale */
		table->stale_nodes = 1;
		nodes[0].hints = 0;
		add(1, numbered(i), 2, start + i);
	}
	nodes[0].hints = 4;
	table->stale_nodes = 4;
	assert_int_equal(count_hints(), 4);
	assert_false(is_distrusted(1));
	nodes[1].hints = 0;
	add(2, "b", 1, start + 9);
	assert_true(has_hint(2, "b"));
	assert_true(is_distrusted(1));
	assert_false(is_distrusted(2));
	assert_int_equal(nodes[0].hints, 3);
	assert_int_equal(table->dropped, 1);
}

static void if_no_hint_can_be_dropped_the_stale_node_is_distrusted(void **state)
{
	(void)state;
	table_of(4);
	for (uint64_t node = 1; node <= 4; node++) {
		add(node, "k", 9, start);
	}
	nodes[0].hints = 0; /* the node has its share, but there is no room */
	add(1, "other", 9, start);
	assert_true(is_distrusted(1));
	for (uint64_t node = 1; node <= 4; node++) {
		assert_true(has_hint(node, "k"));
	}
}

static void a_count_that_is_too_high_does_not_make_a_node_distrusted(void **state)
{
	(void)state;
	nodes[0].hints = 1000; /* left by processes that were killed */
	fill_share(1, SHARE);
	assert_false(is_distrusted(1));
	add(1, "one more", 2, start);
	assert_true(is_distrusted(1));
}

static void in_flight_hints_may_exceed_the_share(void **state)
{
	mcha_hint mark = {
		.node = 1,
		.source = 2,
		.owner = 7,
		.until = start + 3600 * SECOND,
		.key_length = 5,
	};

	(void)state;
	for (unsigned i = 0; i < SHARE + 5; i++) {
		memcpy(mark.key, numbered(10 + i), 6);
		mark.key_length = 6;
		assert_int_not_equal(mcha_hints_begin(table, &nodes[0], &mark, start).state, 0);
	}
	assert_false(is_distrusted(1));
}

static void a_node_that_lost_all_its_data_is_trusted_again(void **state)
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
		assert_true(has_hint(1 + i % 2, numbered(i)) || is_distrusted(1 + i % 2));
	}
	assert_int_equal(count_hints(), 2);
	assert_int_equal(table->dropped, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fresh_table_has_no_hints),
		TEST(a_hint_is_found_until_it_is_cleared),
		TEST(a_hint_belongs_to_one_node_and_one_key),
		TEST(keys_with_the_same_hash_have_separate_hints),
		TEST(a_cleared_hint_cannot_be_cleared_again),
		TEST(a_renewed_hint_is_one_hint_and_an_older_handle_cannot_clear_it),
		TEST(each_renewal_replaces_the_source),
		TEST(a_hint_is_older_than_later_moments),
		TEST(a_renewal_does_not_make_a_hint_older),
		TEST(hints_are_counted_by_node_and_in_total),
		TEST(iteration_finds_every_hint_once),
		TEST(hints_store_the_shortest_and_the_longest_keys),
		TEST(a_hint_is_indeterminate_since_the_last_sent_write),
		TEST(an_unsent_write_leaves_a_hint_indeterminate),
		TEST(a_reused_slot_keeps_nothing_of_the_previous_hint),
		TEST(renewing_clearing_or_attempting_a_hint_touches_it),
		TEST(an_attempt_counts_until_it_is_long_ago),
		TEST(changes_by_another_process_are_seen),
		TEST(a_node_has_a_share_of_the_table_and_is_distrusted_beyond_it),
		TEST(a_distrusted_nodes_hints_are_still_renewed_and_cleared),
		TEST(the_hints_of_one_node_do_not_evict_those_of_another),
		TEST(a_node_over_its_share_loses_a_hint_and_is_distrusted),
		TEST(if_no_hint_can_be_dropped_the_stale_node_is_distrusted),
		TEST(a_count_that_is_too_high_does_not_make_a_node_distrusted),
		TEST(in_flight_hints_may_exceed_the_share),
		TEST(a_node_that_lost_all_its_data_is_trusted_again),
		TEST(a_table_may_be_smaller_than_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
