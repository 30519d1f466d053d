/* SPDX-License-Identifier: MIT */
/* The table of debts: what it remembers, what it gives up, and what processes that die in the middle
 * of a change leave of it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/fnv.h"
#include "engine/owed.h"
#include "engine/random.h"

#define SECOND MCHA_USEC_PER_SEC
#define NODES 4
#define CAPACITY 64
#define BUSY 1
#define SET 2
#define RENEWING 3

static mcha_owed_table *table;
static mcha_health *nodes; /* whose ids are 1, 2, ... */
static _Atomic int *stop;  /* what the processes work for */
static mcha_usec start;

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static void drop_table(void)
{
	munmap(table, mcha_owed_table_size(table->capacity));
	munmap(nodes, NODES * sizeof(*nodes));
	munmap(stop, sizeof(*stop));
}

static void table_of(size_t capacity)
{
	if (table) {
		drop_table();
	}
	table = mcha_owed_table_init(map(mcha_owed_table_size(capacity)), capacity);
	nodes = map(NODES * sizeof(*nodes));
	stop = map(sizeof(*stop));
	start = mcha_clock_now();
}

static int setup(void **state)
{
	(void)state;
	table_of(CAPACITY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	drop_table();
	table = NULL;
	return 0;
}

static void add(uint64_t node, const char *key, uint64_t good, mcha_usec now)
{
	mcha_owed_add(table, &nodes[node - 1], node, good, false, key, strlen(key), now);
}

static void add_unsure(uint64_t node, const char *key, uint64_t good, mcha_usec now)
{
	mcha_owed_add(table, &nodes[node - 1], node, good, true, key, strlen(key), now);
}

static bool find(uint64_t node, const char *key, mcha_debt *debt)
{
	return mcha_owed_find(table, node, key, strlen(key), debt);
}

static bool owes(uint64_t node, const char *key)
{
	mcha_debt debt;

	return find(node, key, &debt);
}

static size_t count_debts(void)
{
	size_t cursor = 0, count = 0;
	mcha_debt debt;

	while (mcha_owed_next(table, &cursor, &debt)) {
		count++;
	}
	return count;
}

static const char *numbered(unsigned number)
{
	static char key[16];

	snprintf(key, sizeof(key), "key-%u", number);
	return key;
}

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
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	assert_int_equal(debt.node, 1);
	assert_int_equal(debt.good, 2);
	assert_int_equal(debt.key_length, 1);
	assert_memory_equal(debt.key, "k", 1);
	mcha_owed_settle(table, &debt);
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
	mcha_debt debt;

	(void)state;
	add(1, "key", 2, start);
	assert_true(find(1, "key", &debt));
	table->slots[debt.slot].key[2] = 'z';
	assert_false(owes(1, "key"));
	table->slots[debt.slot].key[2] = 'y';
	table->slots[debt.slot].length = 2;
	assert_false(owes(1, "key"));
}

static void a_debt_that_was_settled_cannot_be_settled_again(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	mcha_owed_settle(table, &debt);
	mcha_owed_settle(table, &debt);
	assert_int_equal(table->total, 0);
	add(1, "k", 2, start + 1);
	mcha_owed_settle(table, &debt);
	assert_true(owes(1, "k"));
	assert_int_equal(table->total, 1);
}

static void a_renewed_debt_is_one_debt_and_who_found_it_before_cannot_settle_it(void **state)
{
	mcha_debt older, newer;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &older));
	add(1, "k", 3, start + 1);
	assert_int_equal(count_debts(), 1);
	assert_int_equal(table->total, 1);
	assert_int_equal(mcha_owed_by(&nodes[0]), 1);
	mcha_owed_settle(table, &older);
	assert_true(find(1, "k", &newer));
	assert_int_equal(newer.good, 3);
	mcha_owed_settle(table, &newer);
	assert_false(owes(1, "k"));
}

/* The key of a set that was deleted: nobody is to be asked for it any more, and back. */
static void who_has_the_new_value_changes_with_each_renewal(void **state)
{
	mcha_debt debt;

	(void)state;
	for (uint64_t good = 0; good < 4; good++) {
		add(1, "k", 3 - good, start + (mcha_usec)good);
		assert_true(find(1, "k", &debt));
		assert_int_equal(debt.good, 3 - good);
	}
}

static void a_debt_knows_which_moments_came_after_it(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	assert_false(mcha_owed_is_older(&debt, start - 1));
	assert_false(mcha_owed_is_older(&debt, start));
	assert_true(mcha_owed_is_older(&debt, start + 1));
	add(1, "k", 2, start + 10);
	assert_true(find(1, "k", &debt));
	assert_false(mcha_owed_is_older(&debt, start + 10));
	assert_true(mcha_owed_is_older(&debt, start + 11));
}

/* A process that was held up between its answer and its note writes down an earlier moment. */
static void a_renewal_does_not_make_a_debt_older(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start + 10);
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	assert_false(mcha_owed_is_older(&debt, start + 10));
}

static void debts_are_counted_by_node_and_together(void **state)
{
	mcha_debt debt;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		add(1 + i % 3, numbered(i), 4, start);
		assert_int_equal(table->total, i + 1);
		assert_int_equal(mcha_owed_by(&nodes[i % 3]), i / 3 + 1);
	}
	assert_int_equal(mcha_owed_by(&nodes[3]), 0);
	for (unsigned i = 0; i < 12; i++) {
		assert_true(find(1 + i % 3, numbered(i), &debt));
		mcha_owed_settle(table, &debt);
		assert_int_equal(table->total, 11 - i);
		assert_int_equal(mcha_owed_by(&nodes[i % 3]), 3 - i / 3);
	}
}

static void going_through_finds_every_debt_once(void **state)
{
	unsigned seen[30] = {0}, number;
	size_t cursor = 0;
	mcha_debt debt;

	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		add(1 + i % NODES, numbered(i), 9, start);
	}
	while (mcha_owed_next(table, &cursor, &debt)) {
		char key[16] = "";

		memcpy(key, debt.key, debt.key_length);
		assert_int_equal(sscanf(key, "key-%u", &number), 1);
		assert_in_range(number, 0, 29);
		assert_int_equal(debt.node, 1 + number % NODES);
		assert_int_equal(debt.good, 9);
		seen[number]++;
		if (number % 2) {
			mcha_owed_settle(table, &debt); /* does not disturb */
		}
	}
	for (unsigned i = 0; i < 30; i++) {
		assert_int_equal(seen[i], 1);
	}
	assert_false(mcha_owed_next(table, &cursor, &debt));
	assert_int_equal(count_debts(), 15);
}

static void keys_may_be_as_short_and_as_long_as_keys_are(void **state)
{
	char longest[MCHA_KEY_MAX + 1], other[MCHA_KEY_MAX + 1];
	mcha_debt debt;

	(void)state;
	memset(longest, 'x', MCHA_KEY_MAX);
	longest[MCHA_KEY_MAX] = '\0';
	memcpy(other, longest, sizeof(other));
	other[MCHA_KEY_MAX - 1] = 'y';
	assert_int_equal(strlen(longest), 250);
	add(1, longest, 2, start);
	add(1, "x", 3, start);
	assert_false(owes(1, other));
	assert_true(find(1, longest, &debt));
	assert_int_equal(debt.key_length, 250);
	assert_memory_equal(debt.key, longest, 250);
	mcha_owed_settle(table, &debt);
	assert_true(find(1, "x", &debt));
	assert_int_equal(debt.key_length, 1);
	assert_false(owes(1, longest));
}

/* --- writes whose outcome is not known -------------------------------------------------------------- */

static mcha_usec unsure_since(const char *key)
{
	mcha_debt debt;

	assert_true(find(1, key, &debt));
	return debt.unsure;
}

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
	mcha_debt debt;

	(void)state;
	table_of(1);
	add_unsure(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	mcha_owed_try(table, &debt, start + 5);
	mcha_owed_settle(table, &debt);
	add(1, "k", 2, start + 10);
	assert_int_equal(unsure_since("k"), 0);
	assert_true(find(1, "k", &debt));
	assert_int_equal(debt.tried, 0);
}

/* --- who is about to pay ------------------------------------------------------------------------------ */

static void a_debt_is_touched_by_who_renews_pays_or_sets_out_to_pay_it(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	assert_true(mcha_owed_is_untouched(table, &debt, start));
	add(1, "k", 2, start);
	assert_false(mcha_owed_is_untouched(table, &debt, start));

	assert_true(find(1, "k", &debt));
	assert_true(mcha_owed_is_untouched(table, &debt, start));
	mcha_owed_try(table, &debt, start + 1);
	assert_false(mcha_owed_is_untouched(table, &debt, start));

	assert_true(find(1, "k", &debt));
	assert_true(mcha_owed_is_untouched(table, &debt, start + 2));
	assert_true(mcha_owed_settle(table, &debt));
	assert_false(mcha_owed_is_untouched(table, &debt, start + 2));
}

/* Also where who settles found the debt after the write had said so. */
static void a_try_counts_until_it_is_long_ago(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	assert_true(mcha_owed_is_untried(&debt, -SECOND)); /* a host that has just been started */
	mcha_owed_try(table, &debt, start + 10);
	assert_true(find(1, "k", &debt));
	assert_false(mcha_owed_is_untried(&debt, start + 10));
	assert_true(mcha_owed_is_untried(&debt, start + 11));
	assert_false(mcha_owed_is_untouched(table, &debt, start + 10));
	assert_true(mcha_owed_is_untouched(table, &debt, start + 11));
	add(1, "k", 2, start + 20); /* one write missed it again; the other may be under way still */
	assert_true(find(1, "k", &debt));
	assert_false(mcha_owed_is_untried(&debt, start + 10));
}

static pid_t begin(void (*body)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		body();
		_exit(0);
	}
	return pid;
}

static void end(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void try_once(void)
{
	mcha_debt debt;

	if (!find(1, "k", &debt)) {
		_exit(1);
	}
	mcha_owed_try(table, &debt, start + 1);
}

static void miss_once(void)
{
	add_unsure(1, "k", 3, start + 1);
}

static void what_another_process_does_is_seen_here(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	end(begin(try_once));
	assert_false(mcha_owed_is_untouched(table, &debt, start + 1));
	assert_true(find(1, "k", &debt));
	assert_int_equal(debt.tried, start + 1);
	end(begin(miss_once));
	assert_false(mcha_owed_is_untouched(table, &debt, start + 2));
	assert_false(mcha_owed_settle(table, &debt));
	assert_int_equal(unsure_since("k"), start + 1);
	assert_int_equal(mcha_owed_by(&nodes[0]), 1);
}

/* --- the bound --------------------------------------------------------------------------------------- */

static void at_the_bound_older_debts_give_way_and_are_counted(void **state)
{
	const unsigned many = 1000;

	(void)state;
	for (unsigned i = 0; i < many; i++) {
		add(1 + i % NODES, numbered(i), 2, start + i);
		assert_true(owes(1 + i % NODES, numbered(i)));
		assert_in_range(count_debts(), 1, CAPACITY);
		assert_int_equal(table->total, count_debts());
		assert_int_equal(table->dropped, i + 1 - count_debts());
	}
	assert_int_equal(count_debts(), CAPACITY);
	assert_int_equal(mcha_owed_by(&nodes[0]) + mcha_owed_by(&nodes[1]) + mcha_owed_by(&nodes[2])
		+ mcha_owed_by(&nodes[3]), CAPACITY);
}

static void a_full_table_renews_without_dropping(void **state)
{
	unsigned dropped;
	mcha_debt debt;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		add(1, numbered(i), 2, start + i);
	}
	dropped = table->dropped;
	for (unsigned i = 0; i < 200; i++) {
		if (owes(1, numbered(i))) {
			add(1, numbered(i), 3, start + 1000);
			assert_true(find(1, numbered(i), &debt));
			assert_int_equal(debt.good, 3);
		}
	}
	assert_int_equal(table->dropped, dropped);
	assert_int_equal(count_debts(), CAPACITY);
}

static void a_table_may_be_smaller_than_the_window(void **state)
{
	(void)state;
	table_of(2);
	for (unsigned i = 0; i < 10; i++) {
		add(1, numbered(i), 2, start + i);
		assert_true(owes(1, numbered(i)));
	}
	assert_int_equal(count_debts(), 2);
	assert_int_equal(table->dropped, 8);
}

/* --- what a dead process leaves ------------------------------------------------------------------------ */

static void a_slot_left_busy_is_taken_over_after_a_second_and_not_before(void **state)
{
	(void)state;
	table_of(1);
	table->slots[0].state = (uint64_t)start << 2 | BUSY;
	add(1, "k", 2, start);
	add(1, "k", 2, start + SECOND);
	assert_false(owes(1, "k"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->slots[0].state, (uint64_t)start << 2 | BUSY);
	add(1, "k", 2, start + SECOND + 1);
	assert_true(owes(1, "k"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->slots[0].state & 3, SET);
}

static void a_busy_slot_is_neither_found_nor_gone_through_nor_settled(void **state)
{
	mcha_debt debt;
	uint64_t left;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	left = table->slots[debt.slot].state = (uint64_t)start << 2 | BUSY;
	assert_false(owes(1, "k"));
	assert_int_equal(count_debts(), 0);
	mcha_owed_settle(table, &debt);
	assert_int_equal(table->slots[debt.slot].state, left);
}

static void a_busy_slot_in_the_way_is_gone_around(void **state)
{
	mcha_debt debt;
	size_t first;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &debt));
	first = debt.slot;
	table->slots[first].state = (uint64_t)start << 2 | BUSY;
	add(1, "k", 2, start + 1);
	assert_true(find(1, "k", &debt));
	assert_int_not_equal(debt.slot, first);
	assert_int_equal(table->dropped, 0);
}

/* --- while a debt is being renewed -------------------------------------------------------------------- */

/* As it is in the middle of a renewal, at this moment. */
static mcha_owed_slot *hold(const char *key, mcha_usec since)
{
	mcha_debt debt;

	assert_true(find(1, key, &debt));
	table->slots[debt.slot].state = (uint64_t)since << 2 | RENEWING;
	return &table->slots[debt.slot];
}

static void a_debt_that_is_being_renewed_is_there_and_cannot_be_paid(void **state)
{
	mcha_owed_slot *slot;
	mcha_debt before, debt;
	size_t cursor = 0;
	uint64_t held;

	(void)state;
	add(1, "k", 2, start);
	assert_true(find(1, "k", &before));
	assert_false(before.held);
	slot = hold("k", start + 1);
	held = slot->state;
	assert_true(find(1, "k", &debt));
	assert_true(debt.held);
	assert_int_equal(debt.node, 1);
	assert_memory_equal(debt.key, "k", 1);
	assert_true(mcha_owed_next(table, &cursor, &debt));
	assert_true(debt.held);
	assert_false(mcha_owed_is_untouched(table, &before, start + 1));
	assert_false(mcha_owed_settle(table, &before));
	assert_false(mcha_owed_settle(table, &debt));
	assert_int_equal(slot->state, held);
	assert_int_equal(table->total, 1);
	assert_false(mcha_owed_is_older(&debt, start + 1)); /* as young as the write that it missed */
}

static void who_died_renewing_a_debt_leaves_it_owed_and_unsure(void **state)
{
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start - 2 * SECOND);
	hold("k", start - SECOND / 2);
	assert_true(find(1, "k", &debt));
	assert_true(debt.held);
	hold("k", start - SECOND - 1);
	assert_true(find(1, "k", &debt));
	assert_false(debt.held);
	assert_int_equal(debt.good, 2);
	assert_int_equal(debt.unsure, start - SECOND - 1); /* he did not come to say */
	assert_int_equal(table->total, 1);
	assert_true(mcha_owed_settle(table, &debt));
	assert_int_equal(table->total, 0);
	assert_int_equal(mcha_owed_by(&nodes[0]), 0);
}

static void going_through_takes_over_from_the_dead_too(void **state)
{
	mcha_debt debt;
	size_t cursor = 0;

	(void)state;
	add(1, "k", 2, start - 2 * SECOND);
	hold("k", start - SECOND - 1);
	assert_true(mcha_owed_next(table, &cursor, &debt));
	assert_false(debt.held);
	assert_true(mcha_owed_settle(table, &debt));
}

/* Where the other one is renewing it, and would go on writing into a slot that is another's by then. */
static void a_debt_that_somebody_else_is_renewing_is_noted_twice_and_paid_twice(void **state)
{
	mcha_owed_slot *slot;
	mcha_debt debt;
	uint64_t held;

	(void)state;
	add(1, "k", 2, start);
	slot = hold("k", mcha_clock_now());
	held = slot->state;
	add_unsure(1, "k", 3, start + 2);
	assert_int_equal(slot->state, held);
	assert_int_equal(slot->good, 2);
	assert_int_equal(count_debts(), 2);
	assert_int_equal(table->total, 2);
	slot->state = (uint64_t)(start + 1) << 2 | SET; /* he has done it */
	assert_true(find(1, "k", &debt));
	assert_true(mcha_owed_settle(table, &debt));
	assert_true(find(1, "k", &debt));
	assert_int_equal(debt.good, 3);
	assert_int_equal(debt.unsure, start + 2);
	assert_true(mcha_owed_settle(table, &debt));
	assert_false(owes(1, "k"));
	assert_int_equal(table->total, 0);
}

/* A full window: the dead one's debt is given up as others are. */
static void a_debt_whose_renewer_died_may_give_way_at_the_bound(void **state)
{
	(void)state;
	table_of(1);
	add(1, "k", 2, start);
	hold("k", start);
	add(1, "other", 2, start + SECOND);
	assert_false(owes(1, "other"));
	assert_int_equal(table->dropped, 1);
	add(2, "other", 2, start + SECOND + 1);
	assert_true(owes(2, "other"));
	assert_int_equal(table->dropped, 2);
	assert_int_equal(table->total, 1);
	assert_int_equal(mcha_owed_by(&nodes[0]), 0);
}

static void renew_for_ever(void)
{
	alarm(100);
	for (;;) {
		mcha_owed_add(table, &nodes[0], 1, 2, false, "k", 1, mcha_clock_now());
	}
}

/* Nobody ever reads the old copy because somebody else renews its debt, or died in the middle. */
static void a_debt_is_found_at_every_moment_of_its_renewal(void **state)
{
	pid_t worker;
	mcha_debt debt;

	(void)state;
	add(1, "k", 2, start);
	for (int i = 0; i < 50; i++) {
		mcha_usec until = mcha_clock_now() + 2000;

		worker = begin(renew_for_ever);
		while (mcha_clock_now() < until) {
			assert_true(find(1, "k", &debt));
		}
		kill(worker, SIGKILL);
		assert_int_equal(waitpid(worker, NULL, 0), worker);
		assert_true(find(1, "k", &debt));
	}
}

/* --- many processes --------------------------------------------------------------------------------------- */

#define WORKERS 8
#define KEYS 50
#define KILLS 300

/* A key that says all about itself; its length tells one from the next too. */
static size_t spell(char *key, unsigned node, unsigned number)
{
	int length = snprintf(key, MCHA_KEY_MAX, "%u:%u:", node, number);
	size_t end = 10 + (size_t)number * 4 % 240;

	memset(key + length, 'a' + (int)(number % 26), end - (size_t)length);
	return end;
}

static uint64_t good_of(const char *key, size_t length)
{
	return mcha_fnv1a(MCHA_FNV_START + 1, key, length);
}

static bool is_whole(const mcha_debt *debt)
{
	char copy[MCHA_KEY_MAX + 1], expected[MCHA_KEY_MAX];
	unsigned node, number;

	memcpy(copy, debt->key, debt->key_length);
	copy[debt->key_length] = '\0';
	return sscanf(copy, "%u:%u:", &node, &number) == 2 && number < KEYS && node == debt->node
		&& spell(expected, node, number) == debt->key_length
		&& memcmp(expected, debt->key, debt->key_length) == 0
		&& debt->good == good_of(debt->key, debt->key_length);
}

static void work_once(uint64_t *random)
{
	uint64_t dice = mcha_random_next(random);
	unsigned node = 1 + dice % NODES, number = (unsigned)(dice >> 8) % KEYS;
	char key[MCHA_KEY_MAX];
	size_t length = spell(key, node, number), cursor = (size_t)(dice >> 16) % CAPACITY;
	mcha_debt debt;

	if ((dice >> 32) % 2) {
		mcha_owed_add(table, &nodes[node - 1], node, good_of(key, length), false, key, length,
			mcha_clock_now());
	} else if (mcha_owed_find(table, node, key, length, &debt)) {
		if (!is_whole(&debt) || debt.node != node) {
			_exit(1);
		}
		mcha_owed_settle(table, &debt);
	}
	if (mcha_owed_next(table, &cursor, &debt) && !is_whole(&debt)) {
		_exit(2);
	}
	if (table->total > 1 << 20 || nodes[node - 1].owed > 1 << 20) {
		_exit(3); /* below zero */
	}
}

static pid_t hire(uint64_t random)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(100);
		while (!*stop) {
			work_once(&random);
		}
		_exit(0);
	}
	return pid;
}

static void dismiss(pid_t pid, bool killed)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!(WIFEXITED(status) && WEXITSTATUS(status) == 0)
		&& !(killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
		fail_msg("a process ended with status %x", (unsigned)status);
	}
}

static void work_and_die(unsigned kills)
{
	uint64_t random = (uint64_t)start;
	pid_t workers[WORKERS];

	for (size_t i = 0; i < WORKERS; i++) {
		workers[i] = hire(mcha_random_next(&random));
	}
	while (kills-- > 0) {
		size_t unlucky = mcha_random_next(&random) % WORKERS;

		usleep(1000 + mcha_random_next(&random) % 4000);
		kill(workers[unlucky], SIGKILL);
		dismiss(workers[unlucky], true);
		workers[unlucky] = hire(mcha_random_next(&random));
	}
	usleep(SECOND / 2);
	*stop = 1;
	for (size_t i = 0; i < WORKERS; i++) {
		dismiss(workers[i], false);
	}
}

/* All is quiet: what is there is whole, and is not less than what was counted. */
static void assert_sound(void)
{
	size_t cursor = 0, live = 0, by_node[NODES] = {0};
	mcha_debt debt;

	while (mcha_owed_next(table, &cursor, &debt)) {
		assert_true(is_whole(&debt));
		assert_int_equal(table->slots[debt.slot].hash,
			mcha_fnv1a(MCHA_FNV_START, debt.key, debt.key_length));
		assert_ptr_equal(table->slots[debt.slot].health, &nodes[debt.node - 1]);
		by_node[debt.node - 1]++;
		live++;
	}
	assert_in_range(table->total, live, 1 << 20);
	for (size_t i = 0; i < NODES; i++) {
		assert_in_range(nodes[i].owed, by_node[i], 1 << 20);
	}
}

static void processes_that_are_killed_leave_a_sound_table(void **state)
{
	size_t cursor = 0;
	mcha_debt debt;

	(void)state;
	work_and_die(KILLS);
	assert_sound();
	usleep(SECOND); /* then the last to die is known to be dead */
	while (mcha_owed_next(table, &cursor, &debt)) {
		mcha_owed_settle(table, &debt);
	}
	assert_int_equal(count_debts(), 0);
	assert_in_range(table->total, 0, 1 << 20);

	/* the dead keep no slot for longer than a second */
	for (unsigned i = 0; i < 500; i++) {
		add(1, numbered(i), 2, mcha_clock_now() + 2 * SECOND);
	}
	for (size_t i = 0; i < CAPACITY; i++) {
		assert_int_equal(table->slots[i].state & 3, SET);
	}
}

/* Nobody dies: then the counts are exact. */
static void processes_that_finish_leave_exact_counts(void **state)
{
	size_t cursor = 0;
	mcha_debt debt;

	(void)state;
	work_and_die(0);
	assert_sound();
	assert_int_equal(table->total, count_debts());
	while (mcha_owed_next(table, &cursor, &debt)) {
		mcha_owed_settle(table, &debt);
	}
	assert_int_equal(table->total, 0);
	for (size_t i = 0; i < NODES; i++) {
		assert_int_equal(nodes[i].owed, 0);
	}
}

/* --- writes that are on their way ---------------------------------------------------------------- */

#define FAR 1
#define ME 77
#define SOMEBODY 88

static mcha_owed_mark note(uint64_t owner, mcha_usec until, mcha_verb verb)
{
	mcha_debt debt = {.node = FAR, .good = 2, .owner = owner, .until = until, .unsure = start,
		.verb = (uint8_t)verb, .key_length = 3};

	memcpy(debt.key, "key", 3);
	return mcha_owed_note(table, &nodes[FAR - 1], &debt, start);
}

static bool is_debt(mcha_debt *debt)
{
	return mcha_owed_find(table, FAR, "key", 3, debt);
}

static bool is_mark(uint64_t not_owner, mcha_debt *debt)
{
	return mcha_owed_find_mark(table, FAR, "key", 3, not_owner, debt);
}

static void a_mark_is_no_debt_before_its_time_and_one_afterwards(void **state)
{
	mcha_debt debt;

	(void)state;
	note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_false(is_debt(&debt));
	assert_true(is_mark(SOMEBODY, &debt));
	assert_int_equal(debt.verb, MCHA_VERB_STORE);
	assert_false(is_mark(ME, &debt));
	assert_int_equal(nodes[FAR - 1].owed, 1);
	note(ME, start - 1, MCHA_VERB_STORE);
	assert_false(is_mark(SOMEBODY, &debt));
	assert_true(is_debt(&debt));
	assert_int_equal(debt.good, 2);
	assert_int_equal(table->total, 1); /* an owner has one mark of a key */
}

static void a_mark_that_was_acknowledged_is_gone(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_forgive(table, &mark));
	assert_false(is_mark(0, &debt) || is_debt(&debt));
	assert_int_equal(table->total, 0);
	assert_false(mcha_owed_forgive(table, &mark));
	assert_false(mcha_owed_is_owners(table, &mark, ME));
}

static void the_mark_of_an_earlier_write_gives_way_to_the_later_one_s(void **state)
{
	mcha_owed_mark earlier, later;

	(void)state;
	earlier = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	later = note(ME, start + 3601 * SECOND, MCHA_VERB_STORE);
	assert_false(mcha_owed_forgive(table, &earlier));
	assert_true(mcha_owed_is_owners(table, &earlier, ME));
	assert_true(mcha_owed_forgive(table, &later));
	assert_int_equal(table->total, 0);
}

static void marks_and_debts_of_others_stay_beside_it(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	note(SOMEBODY, start + 3600 * SECOND, MCHA_VERB_COUNT);
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, 0, "key", 3, start);
	assert_int_equal(table->total, 3);
	assert_true(is_mark(ME, &debt));
	assert_int_equal(debt.owner, SOMEBODY);
	assert_true(is_debt(&debt));
	assert_int_equal(debt.good, 3);
	assert_true(mcha_owed_forgive(table, &mark));
	assert_true(is_debt(&debt));
	assert_true(is_mark(0, &debt));
}

static void what_is_called_in_is_a_debt_loose_if_the_write_has_come(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_call_in(table, &mark, true, start));
	assert_true(is_debt(&debt));
	assert_int_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, 0);
	assert_int_equal(debt.owner, 0);
	assert_false(mcha_owed_forgive(table, &mark));
	assert_true(mcha_owed_settle(table, &debt));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_call_in(table, &mark, false, start));
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, start);
}

static void a_debt_that_is_more_than_loose_stays_it_and_is_found_first(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, MCHA_OWED_UNSURE, "key", 3, start);
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, MCHA_OWED_IN_DOUBT, "key", 3, start + 1);
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, start);
	assert_true(mcha_owed_settle(table, &debt));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_owed_call_in(table, &mark, true, start);
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_owed_call_in(table, &mark, false, start);
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fresh_table_has_no_debts),
		TEST(a_mark_is_no_debt_before_its_time_and_one_afterwards),
		TEST(a_mark_that_was_acknowledged_is_gone),
		TEST(the_mark_of_an_earlier_write_gives_way_to_the_later_one_s),
		TEST(marks_and_debts_of_others_stay_beside_it),
		TEST(what_is_called_in_is_a_debt_loose_if_the_write_has_come),
		TEST(a_debt_that_is_more_than_loose_stays_it_and_is_found_first),
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
		TEST(at_the_bound_older_debts_give_way_and_are_counted),
		TEST(a_full_table_renews_without_dropping),
		TEST(a_table_may_be_smaller_than_the_window),
		TEST(a_slot_left_busy_is_taken_over_after_a_second_and_not_before),
		TEST(a_busy_slot_is_neither_found_nor_gone_through_nor_settled),
		TEST(a_busy_slot_in_the_way_is_gone_around),
		TEST(a_debt_that_is_being_renewed_is_there_and_cannot_be_paid),
		TEST(who_died_renewing_a_debt_leaves_it_owed_and_unsure),
		TEST(going_through_takes_over_from_the_dead_too),
		TEST(a_debt_that_somebody_else_is_renewing_is_noted_twice_and_paid_twice),
		TEST(a_debt_whose_renewer_died_may_give_way_at_the_bound),
		TEST(a_debt_is_found_at_every_moment_of_its_renewal),
		TEST(processes_that_are_killed_leave_a_sound_table),
		TEST(processes_that_finish_leave_exact_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
