/* SPDX-License-Identifier: MIT */
/* Locks with replicas: one owner holds a lock and only that owner releases it, whichever nodes
 * fail. */
#include "replication_rig.h"

static mcha_status acquire(const char *key, const char *owner, mcha_lock *lock)
{
	mcha_item item = item_of(key, owner);

	item.exptime = 30;
	mcha_lock_acquire(pool, &item, lock);
	return item.answer.status;
}

static mcha_status release_lock(const char *key, const char *owner, mcha_lock *lock)
{
	mcha_item item = item_of(key, owner);

	mcha_lock_release(pool, &item, lock);
	return item.answer.status;
}

static void a_lock_is_held_on_the_copies_by_one_owner(void **state)
{
	mcha_lock lock, other;

	(void)state;
	pool_of(3);
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_int_equal(lock.count, 2);
	assert_holds(0, "01:l", "me");
	assert_holds(1, "01:l", "me");
	assert_int_equal(entry_at(0, "01:l")->exptime, 30);
	assert_status(acquire("01:l", "you", &other), MCHA_STATUS_NOT_STORED);
	assert_int_equal(other.count, 0);
	forget();
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_asked("D!", "D!");
	assert_int_equal(lock.count, 0);
	assert_status(acquire("01:l", "you", &other), MCHA_STATUS_OK);
}

static void an_owner_whose_lock_expired_does_not_remove_the_next_owners_lock(void **state)
{
	mcha_lock lock, other;

	(void)state;
	for (int with_cas = 0; with_cas <= 1; with_cas++) {
		pool_of(2);
		servers[0].keeps_no_cas = servers[1].keeps_no_cas = !with_cas;
		assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
		wipe(0); /* the lock expired */
		wipe(1);
		assert_status(acquire("01:l", "you", &other), MCHA_STATUS_OK);
		assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_MISS);
		assert_holds(0, "01:l", "you");
		assert_holds(1, "01:l", "you");
		assert_status(release_lock("01:l", "you", &other), MCHA_STATUS_OK);
		assert_holds(0, "01:l", NULL);
		assert_holds(1, "01:l", NULL);
	}
}

static void servers_without_cas_are_asked_for_the_owners_token(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(2);
	servers[1].keeps_no_cas = true;
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
	forget();
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_asked("D!", "GD");
	assert_holds(1, "01:l", NULL);
}

static void a_lock_outlives_its_authority(void **state)
{
	mcha_lock lock, other;

	(void)state;
	pool_of(4);
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
	kill_node(0);
	assert_status(acquire("01:l", "you", &other), MCHA_STATUS_NOT_STORED);
	wipe(0);
	revive(0); /* empty: the other copy still names the owner */
	assert_status(acquire("01:l", "you", &other), MCHA_STATUS_NOT_STORED);
	assert_holds(1, "01:l", "me");
	assert_reads("01:l", "me");
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_holds(1, "01:l", NULL);
}

static void a_lock_taken_while_a_node_is_down_is_released_on_its_handoff_node_too(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(4);
	kill_node(0);
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_int_equal(lock.count, 2);
	assert_holds(2, "01:l", "me");
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_holds(1, "01:l", NULL);
	assert_holds(2, "01:l", NULL);
}

static void after_a_fault_the_copies_that_were_made_can_be_released(void **state)
{
	mcha_lock lock;

	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(2);
	kill_node(1);
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_NO_QUORUM);
	assert_int_equal(lock.count, 1);
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_holds(0, "01:l", NULL);
}

static void a_release_does_not_ask_a_node_that_is_known_to_be_down(void **state)
{
	mcha_lock lock;

	(void)state;
	for (int with_cas = 0; with_cas <= 1; with_cas++) {
		pool_of(2);
		servers[0].keeps_no_cas = servers[1].keeps_no_cas = !with_cas;
		assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
		kill_and_notice(0);
		forget();
		assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
		assert_asked("", with_cas ? "D!" : "GD");
	}
}

/* The add arrived and its answer was lost: the copy is this owner's, and would block all others. */
static void a_copy_whose_answer_was_lost_is_released_too(void **state)
{
	mcha_lock lock, other;

	(void)state;
	pool_of(2);
	put(0, "01:l", "me");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(acquire("01:l", "me", &lock), MCHA_STATUS_OK);
	revive(0);
	assert_status(release_lock("01:l", "me", &lock), MCHA_STATUS_OK);
	assert_holds(0, "01:l", NULL);
	assert_holds(1, "01:l", NULL);
	assert_status(acquire("01:l", "you", &other), MCHA_STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lock_is_held_on_the_copies_by_one_owner),
		TEST(an_owner_whose_lock_expired_does_not_remove_the_next_owners_lock),
		TEST(servers_without_cas_are_asked_for_the_owners_token),
		TEST(a_lock_outlives_its_authority),
		TEST(a_lock_taken_while_a_node_is_down_is_released_on_its_handoff_node_too),
		TEST(after_a_fault_the_copies_that_were_made_can_be_released),
		TEST(a_release_does_not_ask_a_node_that_is_known_to_be_down),
		TEST(a_copy_whose_answer_was_lost_is_released_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
