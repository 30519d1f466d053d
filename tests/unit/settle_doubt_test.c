/* SPDX-License-Identifier: MIT */
/* Debts that are not to be paid now: what was sent to a node may still be carried out there, or
 * somebody else sees to the debt just now. Until then the node is not asked for the key at all. */
#include "settle_rig.h"

#define MSEC MCHA_USEC_PER_MSEC
#define LONG_AGO (600 * MSEC)
#define NOT_LONG_AGO (400 * MSEC)

/* --- how sure a debt is ------------------------------------------------------------------------------------ */

static mcha_owed_slot *slot_of(size_t node, const char *key)
{
	mcha_debt debt;

	assert_true(find_debt(node, key, &debt));
	return &owed->slots[debt.slot];
}

/* The node last failed, and came back, so long ago. */
static void node_was_well_for(size_t node, mcha_usec ago)
{
	mcha_usec now = mcha_clock_now();
	mcha_health *one = pool->nodes[node]->health;

	one->word = 0;
	one->last_failure = now - ago;
	one->last_row = (uint64_t)((now - ago) / MSEC) << 10;
}

/* make_debt(), where the write was sent and its answer did not come. */
static void make_unsure_debt(size_t nodes, size_t debtor, const char *key)
{
	make_debt(nodes, debtor, key);
	slot_of(debtor, key)->unsure = mcha_clock_now() - LONG_AGO;
	node_was_well_for(debtor, LONG_AGO);
}

static mcha_status write_set(void)
{
	return do_set("01:k", "7");
}

static mcha_status write_delete(void)
{
	return do_delete("01:k");
}

static mcha_status write_append(void)
{
	return do_append("01:k", "7");
}

static mcha_status write_count(void)
{
	return do_count("01:k").answer.status;
}

static mcha_status write_replace(void)
{
	return do_decide("01:k", "7", MCHA_MODE_REPLACE);
}

static mcha_status (*const writes[])(void) = {write_set, write_delete, write_append, write_count,
	write_replace};

static void a_debt_is_unsure_where_the_write_was_sent_and_not_answered(void **state)
{
	static const struct {
		mcha_status fault;
		bool unsure;
	} rows[] = {
		{MCHA_STATUS_TIMEOUT, true}, {MCHA_STATUS_CLOSED, true}, {MCHA_STATUS_PROTOCOL, true},
		{MCHA_STATUS_IO, true}, {MCHA_STATUS_CONNECT, false}, {MCHA_STATUS_AUTH, false},
		{MCHA_STATUS_UNRESOLVED, false}, {MCHA_STATUS_SERVER_ERROR, false},
		{MCHA_STATUS_NO_MEMORY, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		for (size_t j = 0; j < COUNT(rows); j++) {
			mcha_usec before = mcha_clock_now();

			pool_of(2);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			fail_with(1, rows[j].fault);
			assert_status(writes[i](), MCHA_STATUS_OK);
			assert_int_equal(slot_of(1, "01:k")->unsure != 0, rows[j].unsure);
			assert_true(!rows[j].unsure || slot_of(1, "01:k")->unsure >= before);
		}
	}
}

static void what_is_known_to_be_down_is_not_sent_anything_and_owes_for_sure(void **state)
{
	(void)state;
	pool_of(2);
	kill_and_notice(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(slot_of(1, "01:k")->unsure, 0);
}

static void a_lock_that_was_not_removed_is_unsure_by_the_same_rule(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		mcha_lock lock;

		pool_of(2);
		assert_status(take(&lock, "mine"), MCHA_STATUS_OK);
		fail_with(1, faults[i]);
		assert_status(leave(&lock, "mine"), MCHA_STATUS_OK);
		assert_int_equal(slot_of(1, "01:l")->unsure != 0, faults[i] == MCHA_STATUS_TIMEOUT);
	}
}

/* --- until an unsure debt is ripe --------------------------------------------------------------------------- */

static void make_unripe_debt(size_t nodes)
{
	make_unsure_debt(nodes, 0, "01:k");
	slot_of(0, "01:k")->unsure = mcha_clock_now() - NOT_LONG_AGO;
}

static void while_older_writes_may_arrive_the_node_is_not_asked_for_the_key(void **state)
{
	(void)state;
	make_unripe_debt(3);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "");
	for (size_t i = 0; i < COUNT(writes); i++) {
		make_unripe_debt(3);
		put(1, "01:k", "5");
		assert_status(writes[i](), MCHA_STATUS_OK);
		assert_string_equal(servers[0].log, "");
		assert_true(owes(0, "01:k"));
		assert_true(slot_of(0, "01:k")->unsure != 0); /* it is not sure for that */
	}
	make_unripe_debt(3);
	assert_status(do_decide("01:k", "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "");
	assert_reads("01:x", NULL); /* other keys are asked for */
	assert_string_equal(servers[0].log, "G");
}

static void in_the_place_of_an_unripe_debtor_another_stands_in(void **state)
{
	(void)state;
	make_unripe_debt(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S");
	assert_int_equal(pool->report.acknowledged, 2);
	kill_node(1);
	assert_reads("01:k", "v");
	assert_string_equal(servers[0].log, "");
}

static void where_nobody_else_has_it_an_unripe_debtor_is_a_fault(void **state)
{
	(void)state;
	make_unripe_debt(2);
	kill_node(1);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
	assert_fails(do_set("01:k", "v"));
	assert_fails(do_delete("01:k"));
	assert_fails(do_decide("01:k", "v", MCHA_MODE_ADD));
	assert_string_equal(servers[0].log, "");
}

/* Whoever deleted it had another's word for it. */
static void a_key_that_an_unripe_debtor_was_to_delete_is_missing(void **state)
{
	mcha_item item;

	(void)state;
	make_debt(2, 0, "01:k");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	put(0, "01:k", "old");
	add_debt(0, "01:k", -1);
	slot_of(0, "01:k")->unsure = mcha_clock_now();
	node_was_well_for(1, NOT_LONG_AGO); /* its miss alone proves nothing */
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_asked("D", "DG");
}

static void an_unsure_debt_is_paid_when_its_node_has_been_well_for_half_a_second(void **state)
{
	(void)state;
	make_unsure_debt(2, 0, "01:k");
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
	assert_false(owes(0, "01:k"));

	make_unsure_debt(2, 0, "01:k");
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_false(owes(0, "01:k"));
}

static void a_node_that_failed_or_came_back_just_now_is_not_well_yet(void **state)
{
	mcha_health *one;

	(void)state;
	make_unsure_debt(2, 0, "01:k");
	node_was_well_for(0, LONG_AGO);
	one = pool->nodes[0]->health;
	one->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	assert_reads("01:k", "new");
	assert_asked("", "G");

	node_was_well_for(0, LONG_AGO);
	one->last_row = (uint64_t)((mcha_clock_now() - NOT_LONG_AGO) / MSEC) << 10;
	assert_reads("01:k", "new");
	assert_asked("", "GG");

	node_was_well_for(0, LONG_AGO);
	assert_reads("01:k", "new");
	assert_asked("gS!G", "GGG");
}

/* A node that comes back is a probe's to find out: it is not up yet. */
static void a_node_that_is_down_is_not_well(void **state)
{
	mcha_health_rules rules = {.retry_interval = 1, .retry_interval_max = 1};
	mcha_usec then = mcha_clock_now() - LONG_AGO;

	(void)state;
	make_unsure_debt(2, 0, "01:k");
	pool->nodes[0]->health->last_row = 0;
	mcha_health_failure(health, pool->nodes[0]->health, &rules, then, then, 200);
	assert_reads("01:k", "new");
	assert_asked("", "G");
}

static void a_sure_debt_need_not_ripen(void **state)
{
	(void)state;
	make_unripe_debt(2);
	node_was_well_for(0, 0);
	slot_of(0, "01:k")->unsure = 0;
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
}

static void a_sweep_waits_until_a_debt_is_ripe(void **state)
{
	(void)state;
	make_unripe_debt(3);
	sweep_was(SECOND);
	assert_reads("21:x", NULL);
	assert_asked("", "G", "G");
	make_unsure_debt(3, 0, "01:k");
	sweep_was(SECOND);
	assert_reads("21:x", NULL);
	assert_asked("gS!", "GG", "G");
	assert_int_equal(owed->total, 0);
}

/* --- while somebody else sees to it ------------------------------------------------------------------------- */

/* Another process is in the middle of renewing the debt, since then. */
static void hold(mcha_usec since)
{
	slot_of(0, "01:k")->state = (uint64_t)since << 2 | 3;
}

static void a_debt_that_is_being_renewed_keeps_its_node_from_being_asked(void **state)
{
	(void)state;
	make_debt(3, 0, "01:k");
	hold(mcha_clock_now());
	sweep_was(SECOND);
	assert_reads("12:x", NULL);
	assert_reads("01:k", "new");
	assert_status(do_append("01:k", "+"), MCHA_STATUS_OK);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "");
	assert_holds(0, "01:k", "old");
	assert_true(owes(0, "01:k"));
}

static void nor_is_it_a_source_for_others(void **state)
{
	(void)state;
	settings.replicas = 2;
	make_debt(3, 0, "012:k");
	add_debt(1, "012:k", 2);
	slot_of(1, "012:k")->state = (uint64_t)mcha_clock_now() << 2 | 3;
	kill_node(2);
	assert_fails(do_get("012:k", MCHA_WANT_VALUE).answer.status);
	assert_holds(0, "012:k", "old");
}

static void when_who_renewed_it_is_dead_it_is_paid_as_an_unsure_one(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	hold(mcha_clock_now() - 2 * SECOND);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "");
	node_was_well_for(0, LONG_AGO);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!G");
	assert_int_equal(owed->total, 0);
}

/* Noted by two processes at once. */
static void twin(size_t node, const char *key, long good)
{
	mcha_owed_slot *slot = slot_of(node, key);
	uint64_t set = slot->state;

	slot->state = (uint64_t)mcha_clock_now() << 2 | 3;
	add_debt(node, key, good);
	slot->state = set;
	assert_int_equal(owed->total, 2);
}

static void what_is_owed_twice_is_paid_by_one_write_and_by_two_settlements(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	twin(0, "01:k", -1);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(owed->total, 0);

	make_debt(2, 0, "01:k");
	twin(0, "01:k", 1);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!");
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!gS!G");
	assert_int_equal(owed->total, 0);
}

/* A set on its way: it has said that it would pay, has reached the debtor, and not yet the good node.
 * Who settles now would put the older value over it. */
static void what_a_set_under_way_has_brought_is_not_replaced_by_what_it_has_not_reached(void **state)
{
	mcha_debt debt;

	(void)state;
	make_debt(2, 0, "01:k");
	sweep_was(SECOND);
	assert_true(find_debt(0, "01:k", &debt));
	mcha_owed_try(owed, &debt, mcha_clock_now() - 11 * SECOND);
	put(0, "01:k", "newest");
	assert_reads("01:k", "new");
	assert_asked("", "G");
	sweep_was(SECOND);
	assert_reads("01:x", NULL);
	assert_asked("G", "GG"); /* nor is it swept */
	assert_holds(0, "01:k", "newest");

	mcha_owed_try(owed, &debt, mcha_clock_now() - 12 * SECOND - 1); /* it has ended */
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
	assert_false(owes(0, "01:k"));
}

/* It says so between the look at the old copy and the writing over it. */
static void announce(fake_server *server, const mcha_request *request)
{
	mcha_debt debt;

	(void)request;
	server->before = NULL;
	assert_true(find_debt(0, "01:k", &debt));
	mcha_owed_try(owed, &debt, mcha_clock_now());
}

static void who_settles_leaves_off_when_a_set_says_that_it_comes(void **state)
{
	(void)state;
	for (size_t where = 0; where < 2; where++) {
		make_debt(2, 0, "01:k");
		servers[where].before = announce;
		assert_reads("01:k", "new");
		assert_asked("g", "GG");
		assert_holds(0, "01:k", "old");
		assert_true(owes(0, "01:k"));
	}
}

static void assert_announced(size_t debtor)
{
	mcha_debt debt;

	assert_true(find_debt(debtor, "01:k", &debt));
	assert_int_equal(debt.tried, pool->started);
}

static void look_for_the_announcement(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(0);
}

static void look_for_the_stand_ins_announcement(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(2);
}

static void what_replaces_all_says_so_before_it_is_sent(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);

	make_debt(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
}

/* Everybody is held to be down, and asked all the same. */
static void what_replaces_all_says_so_also_to_those_whom_it_insists_on(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	kill_and_notice(0);
	kill_and_notice(1);
	for (size_t i = 0; i < 2; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		servers[i].before = look_for_the_announcement;
		pool->nodes[i]->health->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	}
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

/* An older copy of it lies on the node that is to stand in. */
static void what_replaces_all_says_so_to_a_stand_in_too(void **state)
{
	(void)state;
	pool_of(3);
	hold_sweep();
	add_debt(2, "01:k", 1);
	kill_and_notice(0);
	servers[2].before = look_for_the_stand_ins_announcement;
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S");
}

static void what_is_not_sent_to_a_node_that_is_down_keeps_nobody_from_paying_its_debt(void **state)
{
	static mcha_status (*const replacing[])(void) = {write_set, write_delete};

	(void)state;
	for (size_t i = 0; i < COUNT(replacing); i++) {
		make_debt(2, 0, "01:k");
		kill_and_notice(0);
		assert_status(replacing[i](), MCHA_STATUS_OK);
		revive(0);
		let_time_pass();
		assert_reads("01:k", i == 0 ? "7" : NULL);
		assert_holds(0, "01:k", i == 0 ? "7" : NULL);
		assert_false(owes(0, "01:k"));
	}
}

/* Two of them do not wait for each other. */
static void what_replaces_all_is_sent_though_another_is_under_way(void **state)
{
	mcha_debt debt;

	(void)state;
	make_debt(2, 0, "01:k");
	assert_true(find_debt(0, "01:k", &debt));
	mcha_owed_try(owed, &debt, mcha_clock_now());
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(owed->total, 0);
}

/* It was refused by one home when another's answer was lost, which may have taken it; the owner has released it since. */
static void of_a_lock_that_was_released_nobody_keeps_a_doubtful_copy(void **state)
{
	mcha_lock first, second;

	(void)state;
	pool_of(2);
	assert_status(take(&first, "first"), MCHA_STATUS_OK);
	assert_status(do_set("01:l", "second"), MCHA_STATUS_OK);
	put(1, "01:l", "first");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(take(&second, "second"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(good_of(0, "01:l"), 1);
	servers[0].fault = MCHA_STATUS_OK;
	put(0, "01:l", "second");
	wipe(1);
	slot_of(0, "01:l")->unsure = mcha_clock_now() - LONG_AGO;
	node_was_well_for(0, LONG_AGO);
	sweep_was(SECOND);
	assert_reads("01:x", NULL);
	assert_holds(0, "01:l", NULL);
	assert_int_equal(owed->total, 0);
}

/* The one who is right about it is down, perhaps for good: by the time that a lock lives both have ended. */
static void a_doubtful_copy_of_a_lock_is_in_nobodys_way_for_longer_than_locks_live(void **state)
{
	mcha_lock first, second, third;

	(void)state;
	pool_of(2);
	hold_sweep();
	assert_status(take(&first, "first"), MCHA_STATUS_OK);
	wipe(0);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(take(&second, "second"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(good_of(0, "01:l"), 1);
	servers[0].fault = MCHA_STATUS_OK;
	node_was_well_for(0, LONG_AGO);
	kill_and_notice(1);
	for (int64_t age = 29; age <= 31; age += 2) {
		slot_of(0, "01:l")->unsure = mcha_clock_now() - LONG_AGO;
		slot_of(0, "01:l")->state = (uint64_t)(mcha_clock_now() - age * SECOND) << 2
			| (slot_of(0, "01:l")->state & 3);
		if (age < 30) {
			assert_fails(take(&third, "third"));
		} else {
			assert_status(take(&third, "third"), MCHA_STATUS_OK);
		}
	}
	assert_holds(0, "01:l", "third");
	assert_false(owes(0, "01:l"));
}

/* --- outcomes that come late -------------------------------------------------------------------------------- */

static void three_copies(void)
{
	settings.replicas = 2;
	pool_of(3);
}

/* While a write waits for a node, others go on without the one who has acknowledged it. */
static void go_on_without_the_first(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_debt(0, "012:k", 2);
}

static void who_has_come_to_owe_himself_is_not_named_as_the_good_one(void **state)
{
	(void)state;
	three_copies();
	fail_with(1, MCHA_STATUS_TIMEOUT);
	servers[2].before = go_on_without_the_first;
	assert_status(do_set("012:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(good_of(0, "012:k"), 2);
	assert_int_equal(good_of(1, "012:k"), 2);
	assert_false(owes(2, "012:k"));
}

static void go_on_with_the_second(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_debt(0, "012:k", 1);
}

static void go_on_with_the_second_alone(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_debt(0, "01:k", 1);
}

static void who_has_acknowledged_something_newer_owes_nothing(void **state)
{
	(void)state;
	pool_of(2);
	fail_with(1, MCHA_STATUS_TIMEOUT);
	servers[0].before = go_on_with_the_second;
	assert_status(do_set("012:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(good_of(0, "012:k"), 1);
	assert_false(owes(1, "012:k"));
}

/* The outcome is on its way to the second, when the authority decides again. */
static void decide_again(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	put(0, "012:k", "newer");
}

static void copies_that_were_overtaken_owe_what_the_authority_has(void **state)
{
	(void)state;
	three_copies();
	assert_status(do_set("012:k", "old"), MCHA_STATUS_OK);
	servers[1].late = 6 * MSEC;
	servers[1].before = decide_again;
	assert_status(do_decide("012:k", "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_int_equal(good_of(1, "012:k"), 0);
	assert_int_equal(good_of(2, "012:k"), 0);
	let_time_pass();
	assert_reads("012:k", "newer");
	assert_status(do_decide("012:k", "last", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_int_equal(owed->total, 0);
}

/* The outcome is on its way to the third, when the authority hangs, and the second decides in its place. */
static void decide_without_the_first(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	add_debt(0, "012:k", 1);
	add_debt(2, "012:k", 1);
	fail_with(0, MCHA_STATUS_TIMEOUT);
}

static void an_authority_that_was_replaced_meanwhile_is_nobodys_source(void **state)
{
	(void)state;
	three_copies();
	assert_status(do_set("012:k", "old"), MCHA_STATUS_OK);
	servers[2].late = 6 * MSEC;
	servers[2].before = decide_without_the_first;
	assert_status(do_decide("012:k", "new", MCHA_MODE_REPLACE), MCHA_STATUS_OWED);
	assert_int_equal(good_of(0, "012:k"), 1);
	assert_false(owes(1, "012:k"));
	assert_int_equal(good_of(2, "012:k"), 1);
}

/* Two that change the same key at the same moment reach a node each, and nobody else: one of them is not told that
 * it is done. */
static void a_change_that_others_went_on_without_is_not_acknowledged(void **state)
{
	static mcha_status (*const changes[])(void) = {write_append, write_count};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		pool_of(2);
		put(0, "01:k", "5");
		put(1, "01:k", "5");
		fail_with(1, MCHA_STATUS_TIMEOUT);
		servers[0].before = go_on_with_the_second_alone;
		assert_status(changes[i](), MCHA_STATUS_OWED);
		assert_int_equal(good_of(0, "01:k"), 1);
		assert_false(owes(1, "01:k"));
	}
}

static void a_count_is_that_of_a_node_that_nobody_went_on_without(void **state)
{
	mcha_item item;

	(void)state;
	three_copies();
	put(0, "012:k", "5");
	put(1, "012:k", "8");
	put(2, "012:k", "8");
	fail_with(2, MCHA_STATUS_TIMEOUT);
	servers[0].before = go_on_with_the_second;
	item = do_count("012:k");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 9);
	assert_int_equal(item.position, 1);
	assert_int_equal(good_of(0, "012:k"), 1);
	assert_int_equal(good_of(2, "012:k"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_debt_is_unsure_where_the_write_was_sent_and_not_answered),
		TEST(what_is_known_to_be_down_is_not_sent_anything_and_owes_for_sure),
		TEST(a_lock_that_was_not_removed_is_unsure_by_the_same_rule),
		TEST(while_older_writes_may_arrive_the_node_is_not_asked_for_the_key),
		TEST(in_the_place_of_an_unripe_debtor_another_stands_in),
		TEST(where_nobody_else_has_it_an_unripe_debtor_is_a_fault),
		TEST(a_key_that_an_unripe_debtor_was_to_delete_is_missing),
		TEST(an_unsure_debt_is_paid_when_its_node_has_been_well_for_half_a_second),
		TEST(a_node_that_failed_or_came_back_just_now_is_not_well_yet),
		TEST(a_node_that_is_down_is_not_well),
		TEST(a_sure_debt_need_not_ripen),
		TEST(a_sweep_waits_until_a_debt_is_ripe),
		TEST(a_debt_that_is_being_renewed_keeps_its_node_from_being_asked),
		TEST(nor_is_it_a_source_for_others),
		TEST(when_who_renewed_it_is_dead_it_is_paid_as_an_unsure_one),
		TEST(what_is_owed_twice_is_paid_by_one_write_and_by_two_settlements),
		TEST(what_a_set_under_way_has_brought_is_not_replaced_by_what_it_has_not_reached),
		TEST(who_settles_leaves_off_when_a_set_says_that_it_comes),
		TEST(what_replaces_all_says_so_before_it_is_sent),
		TEST(what_replaces_all_says_so_also_to_those_whom_it_insists_on),
		TEST(what_replaces_all_says_so_to_a_stand_in_too),
		TEST(what_is_not_sent_to_a_node_that_is_down_keeps_nobody_from_paying_its_debt),
		TEST(what_replaces_all_is_sent_though_another_is_under_way),
		TEST(of_a_lock_that_was_released_nobody_keeps_a_doubtful_copy),
		TEST(a_doubtful_copy_of_a_lock_is_in_nobodys_way_for_longer_than_locks_live),
		TEST(who_has_come_to_owe_himself_is_not_named_as_the_good_one),
		TEST(who_has_acknowledged_something_newer_owes_nothing),
		TEST(copies_that_were_overtaken_owe_what_the_authority_has),
		TEST(an_authority_that_was_replaced_meanwhile_is_nobodys_source),
		TEST(a_change_that_others_went_on_without_is_not_acknowledged),
		TEST(a_count_is_that_of_a_node_that_nobody_went_on_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
