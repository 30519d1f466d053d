/* SPDX-License-Identifier: MIT */
/* A value of so short a life that it may end on the first node before the last node has it: while
 * the write is on its way, no process gives the last node's old value to the first node, where it
 * would stay. */
#include "replication_rig.h"

static mcha_recent_deletes notes;
static mcha_pool *other; /* another process's */

static void drop_other(void)
{
	if (other) {
		mcha_pool_destroy(other);
		other = NULL;
	}
}

static int short_life_teardown(void **state)
{
	drop_other();
	return rig_teardown(state);
}

/* Two nodes that have "old", and two processes. */
static void make_two_processes(void)
{
	mcha_pool *own;

	drop_other();
	pool_of(2);
	memset(&notes, 0, sizeof(notes));
	put(0, "01:k", "old");
	put(1, "01:k", "old");
	own = pool;
	other = mcha_pool_create(&settings, health, 1);
	assert_non_null(other);
	for (size_t i = 0; i < 2; i++) {
		assert_true(mcha_pool_add(other, &own->nodes[i]->endpoint));
	}
	other->placement = (mcha_placement){&other->member_count, fixed_prefer};
	own->shared.hints = other->shared.hints = hints;
	own->shared.deletes = other->shared.deletes = &notes;
	other->next_look = UINT32_MAX;
}

/* The write has come to node 0, ended there, and not come to this node yet: another process reads
 * the key. */
static void end_and_read(fake_server *server, const mcha_request *request)
{
	mcha_pool *own = pool;

	fake_entry *ended = entry_at(0, "01:k");

	(void)request;
	server->before = NULL;
	if (ended) {
		drop_entry(ended);
	}
	pool = other;
	assert_reads("01:k", "old");
	pool = own;
}

static void write_while_another_reads(mcha_status (*write)(int64_t exptime), int64_t exptime)
{
	make_two_processes();
	servers[1].before = end_and_read;
	assert_status(write(exptime), MCHA_STATUS_OK);
}

static mcha_status set_for(int64_t exptime)
{
	mcha_item item = item_of("01:k", "new");

	item.exptime = exptime;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	return item.answer.status;
}

static mcha_status touch_for(int64_t exptime)
{
	return do_touch("01:k", exptime);
}

static mcha_status (*const writes[])(int64_t exptime) = {set_for, touch_for};

/* The operation may take 12 seconds, and its process may be stopped for two. */
static void an_old_value_is_not_given_to_a_node_where_the_new_one_has_ended(void **state)
{
	const int64_t lives[] = {1, 14, -1, (int64_t)time(NULL) + 1};

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		for (size_t j = 0; j < COUNT(lives); j++) {
			write_while_another_reads(writes[i], lives[j]);
			assert_holds(0, "01:k", NULL);
		}
	}
}

/* Node 0 has lost the key, not let it end. */
static void a_node_that_has_lost_a_value_of_a_long_life_is_given_it(void **state)
{
	static const int64_t lives[] = {0, 17, 3600};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		write_while_another_reads(set_for, lives[i]);
		assert_holds(0, "01:k", "old");
	}
}

/* The write has ended when node 0 lacks the key. */
static void after_the_write_the_key_is_repaired_as_any_other(void **state)
{
	(void)state;
	make_two_processes();
	assert_status(set_for(2), MCHA_STATUS_OK);
	drop_entry(entry_at(0, "01:k"));
	usleep(2000); /* notes count milliseconds */
	entry_at(1, "01:k")->ttl = 5;
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
}

#define SHORT_LIFE_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, short_life_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHORT_LIFE_TEST(an_old_value_is_not_given_to_a_node_where_the_new_one_has_ended),
		SHORT_LIFE_TEST(a_node_that_has_lost_a_value_of_a_long_life_is_given_it),
		SHORT_LIFE_TEST(after_the_write_the_key_is_repaired_as_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
