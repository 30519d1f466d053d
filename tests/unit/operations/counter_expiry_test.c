/* SPDX-License-Identifier: MIT */
/* Counters that expire: their copies start again together, and no copy outlives its source. */
#include "counter_rig.h"

static fake_entry *put_with_life(size_t node, const char *number, int64_t ttl)
{
	fake_entry *entry = put(node, key, number);

	entry->ttl = ttl;
	return entry;
}

static mcha_item count_window(void)
{
	mcha_item item = item_of(key, "1");

	item.exptime = 5;
	mcha_count(pool, &item, 1, false);
	return item;
}

/* Servers' clocks tick up to a second apart: on one node the counter has expired, on the others it
 * is about to. */
static void a_counter_that_expires_on_one_node_starts_again_on_all(void **state)
{
	(void)state;
	for (size_t replicas = 1; replicas <= 2; replicas++) {
		for (size_t ended = 0; ended <= replicas; ended++) {
			settings.replicas = (uint32_t)replicas;
			pool_of(4);
			for (size_t i = 0; i <= replicas; i++) {
				if (i != ended) {
					put_with_life(i, "57", 1)->flags = 7;
				}
			}
			assert_int_equal(count_window().answer.number, 1);
			assert_all_hold("1");
			for (size_t i = 0; i <= replicas; i++) {
				assert_in_range(entry_at(i, key)->ttl, 4, 5);
			}
			assert_int_equal(count_window().answer.number, 2);
			assert_all_hold("2");
		}
	}
}

/* Another client has created the counter again, and could not change the old copy. */
static void the_copy_that_was_created_since_is_the_counter(void **state)
{
	(void)state;
	for (size_t old = 0; old < 2; old++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(old, "57", 1);
		put_with_life(!old, "3", 5);
		assert_int_equal(count_window().answer.number, 4);
		assert_all_hold("4");
		assert_int_equal(entry_at(old, key)->ttl, 4);
	}
}

static void counters_that_are_decremented_expire_alike(void **state)
{
	(void)state;
	for (size_t ended = 0; ended < 2; ended++) {
		mcha_item item = item_of(key, "100");

		settings.replicas = 1;
		pool_of(3);
		put_with_life(!ended, "42", 1);
		item.exptime = 5;
		mcha_count(pool, &item, 1, true);
		assert_int_equal(item.answer.number, 100);
		assert_all_hold("100");
	}
}

/* All copies are about to expire: the first home node's number is the result, and no copy is
 * changed. */
static void copies_that_expire_together_are_left_alone(void **state)
{
	(void)state;
	settings.replicas = 1;
	for (int64_t other = 1; other <= 3; other++) {
		pool_of(3);
		put_with_life(0, "57", 1);
		put_with_life(1, "56", other);
		assert_int_equal(count_window().answer.number, 58);
		assert_asked("C", "C");
	}
}

static void a_counter_about_to_expire_is_no_source(void **state)
{
	(void)state;
	for (size_t lacks = 0; lacks < 2; lacks++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(!lacks, "57", 1);
		assert_counts_to(58);
		assert_holds(lacks, key, NULL);
		failed_lately(lacks);
		assert_int_equal(count_window().answer.number, 59);
		assert_holds(lacks, key, NULL);
	}
}

/* No other copy converges with a copy that is about to expire. */
static void copies_do_not_converge_to_a_number_about_to_expire(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 1);
		put_with_life(1, "5", 2);
		failed_lately(1);
		forget();
		assert_counts_to(far ? 1001 : 11);
		assert_asked("C", "C", "D");
		pool_of(3);
		put_with_life(0, "5", 2);
		put_with_life(1, "10", 1);
		failed_lately(1);
		assert_counts_to(6);
		assert_holds(0, key, "6");
	}
}

/* Its node was restarted, which is not known: the copy is given the number, and no longer TTL than
 * the other copies have. */
static void a_copy_that_started_again_expires_with_its_source(void **state)
{
	static const int64_t lives[] = {MCHA_TTL_NONE, 2, 3, 300};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		for (size_t anew = 0; anew < 2; anew++) {
			for (int cas = 0; cas <= 1; cas++) {
				settings.replicas = 1;
				pool_of(3);
				put_with_life(!anew, "20", lives[i])->flags = 3;
				servers[0].keeps_no_cas = servers[1].keeps_no_cas = !cas;
				assert_int_equal(count_window().answer.number, 21);
				assert_all_hold("21");
				assert_int_equal(entry_at(anew, key)->ttl, lives[i] < 0 ? lives[i] : lives[i] - 1);
				assert_int_equal(entry_at(!anew, key)->ttl, lives[i]);
				assert_int_equal(entry_at(anew, key)->flags, cas ? 3 : 0);
			}
		}
	}
}

/* Another client's increment reaches both copies between the read and the change. */
static void count_once_before_a_store(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put_with_life(0, "2", 5);
		put_with_life(1, "59", 1);
	}
}

/* Other clients increment the counter while the old copy is replaced. */
static void increments_are_kept_while_a_counter_starts_again(void **state)
{
	(void)state;
	settings.replicas = 1;
	pool_of(3);
	put_with_life(1, "57", 1);
	servers[1].before = count_once_before_a_store;
	assert_int_equal(count_window().answer.number, 1);
	assert_all_hold("2");
}

/* A copy that lags, on a node that failed recently, was given another TTL meanwhile. */
static void a_converged_copy_does_not_outlive_its_source(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 50);
		put_with_life(1, "5", 500);
		failed_lately(1);
		assert_counts_to(far ? 1001 : 11);
		assert_all_hold(far ? "1001" : "11");
		assert_int_equal(entry_at(1, key)->ttl, 49);
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 50);
		put_with_life(1, "5", 51); /* by the servers' clocks */
		failed_lately(1);
		assert_counts_to(far ? 1001 : 11);
		assert_all_hold(far ? "1001" : "11");
		assert_int_equal(entry_at(1, key)->ttl, 51);
	}
}

/* Where the protocol does not tell TTLs, a copy that started again may have expired: the other
 * copies are left to expire. */
static void without_ttls_in_the_protocol_an_expiring_counter_is_left_to_expire(void **state)
{
	(void)state;
	for (int creates = 0; creates <= 1; creates++) {
		settings.replicas = 1;
		settings.repair_ttl = 300;
		pool_of(3);
		put_with_life(1, "57", 1);
		for (size_t i = 0; i < 2; i++) {
			servers[i].tells_no_ttl = true;
			servers[i].cannot_create = !creates;
		}
		assert_int_equal(count_window().answer.number, creates ? 1 : 58);
		assert_holds(0, key, creates ? "1" : NULL);
		assert_holds(1, key, "58");
		assert_int_equal(entry_at(1, key)->ttl, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_counter_that_expires_on_one_node_starts_again_on_all),
		TEST(the_copy_that_was_created_since_is_the_counter),
		TEST(counters_that_are_decremented_expire_alike),
		TEST(copies_that_expire_together_are_left_alone),
		TEST(a_counter_about_to_expire_is_no_source),
		TEST(copies_do_not_converge_to_a_number_about_to_expire),
		TEST(a_copy_that_started_again_expires_with_its_source),
		TEST(increments_are_kept_while_a_counter_starts_again),
		TEST(a_converged_copy_does_not_outlive_its_source),
		TEST(without_ttls_in_the_protocol_an_expiring_counter_is_left_to_expire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
