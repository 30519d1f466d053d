/* SPDX-License-Identifier: MIT */
/* Values that are too large for a node. */
#include "replication_rig.h"

#define MEGABYTE (1 << 20)

static mcha_status set_large(const char *key, size_t length)
{
	char *value = malloc(length + 1);
	mcha_item item = item_of(key, NULL);

	memset(value, 'v', length);
	value[length] = '\0';
	item.value = value;
	item.value_length = length;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	free(value);
	return item.answer.status;
}

static void small_values_need_no_item_size_limit(void **state)
{
	(void)state;
	pool_of(2);
	assert_status(set_large("01:k", MEGABYTE - 1000), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

static void the_item_size_limit_is_asked_once(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?S", "?S", "");
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?SS", "?SS", "");
	mcha_pool_close(pool); /* the server behind a new connection may be another one */
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?SSS?S", "?SSS?S", "");
}

static void a_value_that_is_too_large_is_not_sent_and_the_old_value_stays(void **state)
{
	(void)state;
	pool_of(4);
	assert_status(do_set("01:k", "old"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 4; i++) {
		servers[i].item_size_max = MEGABYTE;
	}
	forget();
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_TOO_BIG);
	assert_asked("?", "?");
	assert_reads("01:k", "old");
	forget();
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_TOO_BIG);
	assert_asked("", "");
}

static void a_too_large_add_is_refused_too(void **state)
{
	mcha_item item = item_of("01:k", NULL);
	char *value = calloc(2, MEGABYTE);

	(void)state;
	pool_of(2);
	servers[0].item_size_max = servers[1].item_size_max = MEGABYTE;
	item.value = value;
	item.value_length = 2 * MEGABYTE;
	mcha_decide(pool, &item, MCHA_MODE_ADD);
	assert_status(item.answer.status, MCHA_STATUS_TOO_BIG);
	assert_asked("?", "?");
	free(value);
}

/* The servers' limits differ: a node that cannot hold the new value must not keep the old one. */
static void a_copy_that_cannot_hold_the_new_value_does_not_keep_the_old_one(void **state)
{
	(void)state;
	pool_of(2);
	assert_status(do_set("01:k", "old"), MCHA_STATUS_OK);
	servers[1].item_size_max = MEGABYTE;
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_holds(1, "01:k", NULL);
}

/* A server that does not report a limit is assumed to have none, and not asked each time. */
static void a_server_that_tells_no_limit_is_asked_once(void **state)
{
	(void)state;
	pool_of(1);
	fail_with(0, MCHA_STATUS_SERVER_ERROR);
	(void)set_large("0:k", 2 * MEGABYTE);
	(void)set_large("0:k", 2 * MEGABYTE);
	assert_asked("?SS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(small_values_need_no_item_size_limit),
		TEST(the_item_size_limit_is_asked_once),
		TEST(a_value_that_is_too_large_is_not_sent_and_the_old_value_stays),
		TEST(a_too_large_add_is_refused_too),
		TEST(a_copy_that_cannot_hold_the_new_value_does_not_keep_the_old_one),
		TEST(a_server_that_tells_no_limit_is_asked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
