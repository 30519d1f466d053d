/* SPDX-License-Identifier: MIT */
/* Decisions under failures: a missing answer proves nothing, and an operation removes no copy that
 * may be another client's. */
#include "hint_replay_rig.h"

#define KEY "012:k"

static mcha_recent_deletes recent_deletes;

static void three_copies(void)
{
	settings.replicas = 2;
	memset(&recent_deletes, 0, sizeof(recent_deletes));
	pool_of(3);
	pool->shared.deletes = &recent_deletes;
	hold_background_replay();
}

/* --- has the authority decided again? --------------------------------------------------------- */

static mcha_status fault;

static void authority_dies(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	fail_with(0, fault);
}

static void copies_stand_where_the_authority_dies_after_deciding(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_TIMEOUT, MCHA_STATUS_CONNECT,
		MCHA_STATUS_CLOSED, MCHA_STATUS_PROTOCOL, MCHA_STATUS_SERVER_ERROR};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		for (int mode = 0; mode < 2; mode++) {
			three_copies();
			fault = faults[i];
			if (mode) {
				assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
			}
			servers[1].late = 6 * MSEC;
			servers[1].before = authority_dies;
			assert_status(do_decide(KEY, "new", mode ? MCHA_MODE_REPLACE : MCHA_MODE_ADD),
				MCHA_STATUS_OK);
			assert_null(servers[1].before);
			assert_false(has_hint(1, KEY) || has_hint(2, KEY));
			let_time_pass();
			assert_reads(KEY, "new");
			wipe(0);
			revive(0);
			assert_reads(KEY, "new");
			assert_holds(0, KEY, "new");
		}
	}
}

/* The authority's connection tells of the restart. */
static void authority_is_restarted(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	wipe(0);
	mcha_health_suspect(health, pool->nodes[0]->health, mcha_clock_now());
}

static void copies_stand_where_the_authority_is_restarted_empty(void **state)
{
	(void)state;
	three_copies();
	servers[1].late = 6 * MSEC;
	servers[1].before = authority_is_restarted;
	assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_false(has_hint(1, KEY) || has_hint(2, KEY));
	assert_reads(KEY, "new");
}

/* Another client's deletion has reached the authority, and reaches the copies before the value that
 * it deletes. */
static void is_deleted(fake_server *server, const mcha_request *request)
{
	server->before = NULL;
	server->late = 0;
	wipe(0);
	if (fault == MCHA_STATUS_DOWN) {
		/* deleted by this host, and the authority was restarted, too */
		mcha_recent_deletes_note(&recent_deletes, request->key, request->key_length,
			mcha_clock_now(), false);
		mcha_health_suspect(health, pool->nodes[0]->health, mcha_clock_now());
	}
}

static void copies_written_after_a_deletion_get_a_hint(void **state)
{
	(void)state;
	for (int here = 0; here <= 1; here++) {
		three_copies();
		fault = here ? MCHA_STATUS_DOWN : MCHA_STATUS_OK;
		servers[1].late = 6 * MSEC;
		servers[1].before = is_deleted;
		assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
		assert_int_equal(source_of(1, KEY), 0);
		let_time_pass();
		assert_reads(KEY, NULL);
		assert_status(do_decide(KEY, "newer", MCHA_MODE_ADD), MCHA_STATUS_OK);
		assert_reads(KEY, "newer");
	}
}

/* Another client's later change has reached all copies while this process was stopped, before it
 * read its answer. */
static void was_changed_meanwhile(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	for (size_t i = 0; i < pool->node_count; i++) {
		put(i, KEY, "newer")->cas += 5;
	}
}

static void a_late_decision_without_other_copies_is_not_confirmed(void **state)
{
	(void)state;
	settings.replicas = 0;
	pool_of(3);
	hold_background_replay();
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	forget();
	servers[0].late = 6 * MSEC;
	assert_status(do_decide(KEY, "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_asked("R");
}

static void a_handoff_copy_overwritten_by_a_late_decision_is_removed(void **state)
{
	(void)state;
	three_copies();
	pool_of(4);
	hold_background_replay();
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	kill_and_notice(2);
	servers[0].late = 6 * MSEC;
	servers[1].before = was_changed_meanwhile;
	assert_status(do_decide(KEY, "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_holds(3, KEY, "new");
	assert_int_equal(source_of(3, KEY), -1);
}

static void copies_overwritten_by_a_late_decision_get_hints_from_the_authority(void **state)
{
	(void)state;
	three_copies();
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	servers[0].late = 6 * MSEC;
	servers[1].before = was_changed_meanwhile;
	assert_status(do_decide(KEY, "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_int_equal(source_of(1, KEY), 0);
	servers[0].late = 0;
	let_time_pass();
	assert_reads(KEY, "newer");
	assert_holds(1, KEY, "newer");
}

/* --- a copy contradicts an add ---------------------------------------------------------------- */

/* Another client changes the authority's copy, and then the other node no longer answers. */
static void change_and_die(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_DELETE) {
		put(0, KEY, "another");
		fail_with(1, MCHA_STATUS_TIMEOUT);
		server->before = NULL;
	}
}

static void an_add_whose_value_may_have_been_changed_is_not_reported_refused(void **state)
{
	(void)state;
	three_copies();
	put(1, KEY, "older");
	servers[0].before = change_and_die;
	assert_status(do_decide(KEY, "added", MCHA_MODE_ADD), MCHA_STATUS_TIMEOUT);
	assert_holds(0, KEY, "another");
	assert_holds(2, KEY, NULL);
}

static void an_added_copy_that_could_not_be_removed_gets_a_hint(void **state)
{
	(void)state;
	three_copies();
	put(1, KEY, "older");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	servers[0].fault_after = 1;
	assert_status(do_decide(KEY, "added", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_holds(0, KEY, "added");
	assert_int_equal(source_of(0, KEY), 1);
	revive(0);
	let_time_pass();
	assert_reads(KEY, "older");
	assert_holds(0, KEY, "older");
}

/* --- servers that keep no CAS ----------------------------------------------------------------- */

static void keep_no_cas(void)
{
	for (size_t i = 0; i < NODES_MAX; i++) {
		servers[i].keeps_no_cas = true;
	}
}

static void overwrite_the_added(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	put(0, KEY, "another's");
}

static void without_a_cas_an_add_that_is_refused_removes_nothing(void **state)
{
	(void)state;
	three_copies();
	keep_no_cas();
	put(1, KEY, "older");
	servers[1].before = overwrite_the_added;
	forget();
	assert_status(do_decide(KEY, "added", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_holds(0, KEY, "another's");
	assert_null(strchr(servers[0].log, 'D'));
	assert_null(strchr(servers[2].log, 'D'));
	assert_int_equal(source_of(0, KEY), 1);
	assert_int_equal(source_of(2, KEY), 1);
	let_time_pass();
	assert_reads(KEY, "older");
	assert_holds(0, KEY, "older");
	assert_holds(2, KEY, "older");
}

static void without_a_cas_a_refused_lock_is_recognized_by_its_token(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(2);
	hold_background_replay();
	keep_no_cas();
	put(1, "01:l", "him");
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED);
	assert_holds(0, "01:l", NULL);
	assert_holds(1, "01:l", "him");
	assert_false(has_hint(0, "01:l"));
}

static void take_the_lock(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	put(0, "01:l", "she");
}

static void without_a_cas_another_clients_lock_is_not_removed(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(2);
	hold_background_replay();
	keep_no_cas();
	put(1, "01:l", "him");
	servers[1].before = take_the_lock;
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED);
	assert_holds(0, "01:l", "she");
}

/* --- replace and cas of a missing key --------------------------------------------------------- */

/* The authority was restarted, and the other home node, which may have the key, does not answer. */
static void a_miss_of_a_restarted_node_alone_is_not_reported(void **state)
{
	(void)state;
	for (int known = 0; known <= 1; known++) {
		pool_of(2);
		hold_background_replay();
		assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
		kill_and_notice(0);
		wipe(0);
		revive(0);
		if (known) {
			kill_and_notice(1);
		} else {
			fail_with(1, MCHA_STATUS_TIMEOUT);
		}
		assert_fails(do_decide("01:k", "w", MCHA_MODE_REPLACE));
	}
}

/* --- was another operation decided without the authority? ------------------------------------- */

static mcha_status swap_again(const char *value, uint64_t token)
{
	mcha_item item = item_of(KEY, value);

	item.cas = token;
	mcha_decide(pool, &item, MCHA_MODE_SET);
	return item.answer.status;
}

/* While the authority's answer is on its way, another process takes the authority for down and
 * decides by the next home. The hint for the authority is replayed before this process has the
 * answer. */
static void is_overruled_and_repaired(fake_server *server, const mcha_request *request)
{
	mcha_hint hint;

	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		slept += 400 * MSEC;
		put(1, KEY, "other");
		add_hint(0, KEY, 1);
		assert_true(find_hint(0, KEY, &hint));
		assert_true(mcha_hints_clear(hints, &hint));
	}
}

static void a_decision_without_the_authority_counts_after_its_hint_was_replayed_too(void **state)
{
	mcha_item item;

	(void)state;
	three_copies();
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	item = do_get(KEY, MCHA_WANT_CAS);
	forget();
	servers[0].before = is_overruled_and_repaired;
	assert_status(swap_again("mine", item.answer.cas), MCHA_STATUS_STALE);
	assert_string_equal(servers[1].log, "");
	assert_holds(1, KEY, "other");

	slept += SECOND; /* a later operation has not been overruled */
	assert_status(do_decide(KEY, "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_reads(KEY, "new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(copies_stand_where_the_authority_dies_after_deciding),
		TEST(copies_stand_where_the_authority_is_restarted_empty),
		TEST(copies_written_after_a_deletion_get_a_hint),
		TEST(copies_overwritten_by_a_late_decision_get_hints_from_the_authority),
		TEST(a_late_decision_without_other_copies_is_not_confirmed),
		TEST(a_handoff_copy_overwritten_by_a_late_decision_is_removed),
		TEST(an_add_whose_value_may_have_been_changed_is_not_reported_refused),
		TEST(an_added_copy_that_could_not_be_removed_gets_a_hint),
		TEST(without_a_cas_an_add_that_is_refused_removes_nothing),
		TEST(without_a_cas_a_refused_lock_is_recognized_by_its_token),
		TEST(without_a_cas_another_clients_lock_is_not_removed),
		TEST(a_miss_of_a_restarted_node_alone_is_not_reported),
		TEST(a_decision_without_the_authority_counts_after_its_hint_was_replayed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
