/* SPDX-License-Identifier: MIT */
/* The text transport and the libmemcached transport behave alike while servers work: every verb,
 * batches, sizes, with a real memcached. */
#include "classic_rig.h"

/* --- every verb ----------------------------------------------------------------------------- */

static void values_are_read_as_stored(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request get = get_request("k");

	(void)state;
	assert_int_equal(store(connection, MCHA_MODE_SET, "k", "value"), MCHA_STATUS_OK);
	assert_true(transport->is_open(connection));
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_string_equal(get.reply.value, "value");
	assert_int_equal(get.reply.size, 5);
	assert_int_equal(get.reply.flags, 0xdeadbeef);
	assert_int_equal(get.reply.ttl, MCHA_TTL_UNKNOWN);
	assert_true(get.reply.cas != 0);
	free(get.reply.value);
	assert_holds(connection, "nothing", NULL);
	assert_int_equal(store(connection, MCHA_MODE_SET, "k", ""), MCHA_STATUS_OK);
	assert_holds(connection, "k", "");
	transport->destroy(connection);
}

static void metadata_is_read_without_the_value(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request get = request_for(MCHA_VERB_GET, "k");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	get.want = MCHA_WANT_SIZE;
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_null(get.reply.value);
	assert_int_equal(get.reply.size, 5);
	assert_int_equal(get.reply.cas, 0);
	transport->destroy(connection);
}

static void store_modes_have_the_same_results(void **state)
{
	mcha_connection *connection = connect_to(&common);

	(void)state;
	assert_int_equal(store(connection, MCHA_MODE_REPLACE, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_APPEND, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_PREPEND, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "b"), MCHA_STATUS_OK);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "x"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(store(connection, MCHA_MODE_APPEND, "k", "c"), MCHA_STATUS_OK);
	assert_int_equal(store(connection, MCHA_MODE_PREPEND, "k", "a"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "abc");
	assert_int_equal(store(connection, MCHA_MODE_REPLACE, "k", "r"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "r");
	transport->destroy(connection);
}

static void compare_and_swap_swaps_once(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request swap = store_request(MCHA_MODE_SET, "k", "two");
	mcha_request again = store_request(MCHA_MODE_SET, "k", "three");
	mcha_request lost = store_request(MCHA_MODE_SET, "lost", "x");
	mcha_request append = store_request(MCHA_MODE_APPEND, "k", "x");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "one");
	swap.cas = again.cas = lost.cas = append.cas = cas_of(connection, "k");
	assert_int_equal(run(connection, &swap), MCHA_STATUS_OK);
	assert_int_equal(run(connection, &again), MCHA_STATUS_EXISTS);
	assert_int_equal(run(connection, &lost), MCHA_STATUS_MISS);
	assert_int_equal(run(connection, &append), MCHA_STATUS_UNSUPPORTED);
	assert_holds(connection, "k", "two");
	transport->destroy(connection);
}

static void a_store_returns_its_cas(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request add = store_request(MCHA_MODE_ADD, "lock", "mine");
	mcha_request append = store_request(MCHA_MODE_APPEND, "lock", "!");

	(void)state;
	add.want = append.want = MCHA_WANT_CAS;
	assert_int_equal(run(connection, &add), MCHA_STATUS_OK);
	assert_true(add.reply.cas != 0);
	assert_true(add.reply.cas == cas_of(connection, "lock"));
	assert_int_equal(run(connection, &append), MCHA_STATUS_OK);
	assert_int_equal(append.reply.cas, 0);
	transport->destroy(connection);
}

static void compare_and_delete_deletes_only_its_own_value(void **state)
{
	mcha_connection *connection = connect_to(&common);
	uint64_t cas;
	uint64_t number;

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "one");
	cas = cas_of(connection, "k");
	store(connection, MCHA_MODE_SET, "k", "two");
	assert_int_equal(delete (connection, "k", cas), MCHA_STATUS_EXISTS);
	assert_holds(connection, "k", "two");
	assert_int_equal(delete (connection, "k", cas_of(connection, "k")), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	assert_int_equal(delete (connection, "k", cas), MCHA_STATUS_MISS);
	assert_int_equal(delete (connection, "k", 0), MCHA_STATUS_MISS);
	assert_int_equal(count_by(connection, "k", 1, false, &number), MCHA_STATUS_MISS);
	assert_int_equal(store(connection, MCHA_MODE_ADD, "k", "three"), MCHA_STATUS_OK);
	assert_holds(connection, "k", "three");
	assert_int_equal(delete (connection, "k", 0), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
}

static void expirations_mean_what_they_mean_to_memcached(void **state)
{
	static const struct {
		int64_t exptime;
		bool alive;
	} table[] = {{0, true}, {100, true}, {-1, false}, {-5000000000, false}, {2592001, false},
		{INT64_C(2000000000), true}, {INT64_C(5000000000), true}};
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(table); i++) {
		mcha_request set = store_request(MCHA_MODE_SET, "k", "flush_all\r\n");
		mcha_request touch = request_for(MCHA_VERB_TOUCH, "t");

		set.exptime = touch.exptime = table[i].exptime;
		assert_int_equal(run(connection, &set), MCHA_STATUS_OK);
		assert_holds(connection, "k", table[i].alive ? "flush_all\r\n" : NULL);
		store(connection, MCHA_MODE_SET, "t", "touched");
		assert_int_equal(run(connection, &touch), MCHA_STATUS_OK);
		assert_holds(connection, "t", table[i].alive ? "touched" : NULL);
	}
	transport->destroy(connection);
}

static void touching_a_missing_key_is_a_miss(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request touch = request_for(MCHA_VERB_TOUCH, "nothing");

	(void)state;
	assert_int_equal(run(connection, &touch), MCHA_STATUS_MISS);
	transport->destroy(connection);
}

static void counters_count(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request guarded = request_for(MCHA_VERB_COUNT, "n");
	uint64_t number;

	(void)state;
	assert_int_equal(count_by(connection, "n", 1, false, &number), MCHA_STATUS_MISS);
	assert_holds(connection, "n", NULL);
	store(connection, MCHA_MODE_SET, "n", "10");
	assert_int_equal(count_by(connection, "n", 5, false, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 15);
	assert_int_equal(count_by(connection, "n", 8, true, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 7);
	assert_int_equal(count_by(connection, "n", 100, true, &number), MCHA_STATUS_OK);
	assert_int_equal(number, 0);
	assert_int_equal(count_by(connection, "n", UINT64_MAX, false, &number), MCHA_STATUS_OK);
	assert_true(number == UINT64_MAX);
	guarded.cas = 1;
	assert_int_equal(run(connection, &guarded), MCHA_STATUS_UNSUPPORTED);
	transport->destroy(connection);
}

static void a_missing_counter_is_created_if_the_protocol_can(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request create = request_for(MCHA_VERB_COUNT, "n");
	mcha_request again;

	(void)state;
	create.create = true;
	create.initial = 100;
	create.delta = 5;
	again = create;
	if (transport == &mcha_transport_text) {
		assert_int_equal(run(connection, &create), MCHA_STATUS_MISS);
		assert_holds(connection, "n", NULL);
	} else {
		assert_int_equal(run(connection, &create), MCHA_STATUS_OK);
		assert_int_equal(create.reply.number, 100);
		again.decrement = true;
		assert_int_equal(run(connection, &again), MCHA_STATUS_OK);
		assert_int_equal(again.reply.number, 95);
	}
	transport->destroy(connection);
}

static void a_value_that_is_no_number_is_not_counted(void **state)
{
	mcha_connection *connection = connect_to(&common);
	uint64_t number;

	(void)state;
	store(connection, MCHA_MODE_SET, "s", "text");
	assert_int_equal(count_by(connection, "s", 1, false, &number), MCHA_STATUS_NOT_NUMERIC);
	assert_int_equal(number, 0);
	assert_int_equal(count_by(connection, "s", 1, true, &number), MCHA_STATUS_NOT_NUMERIC);
	assert_holds(connection, "s", "text");
	transport->destroy(connection);
}

static void the_version_is_returned_and_kept(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request version = request_for(MCHA_VERB_VERSION, "");
	unsigned major, minor, micro;

	(void)state;
	assert_int_equal(run(connection, &version), MCHA_STATUS_OK);
	assert_int_equal(sscanf(version.reply.value, "%u.%u.%u", &major, &minor, &micro), 3);
	assert_true(major >= 1);
	assert_string_equal(connection->server_version, version.reply.value);
	assert_int_equal(version.reply.size, strlen(version.reply.value));
	free(version.reply.value);
	transport->destroy(connection);
}

static void statistics_are_stat_lines(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request stats = request_for(MCHA_VERB_STATS, "");
	mcha_request kind = request_for(MCHA_VERB_STATS, "settings");

	(void)state;
	assert_int_equal(run(connection, &stats), MCHA_STATUS_OK);
	assert_memory_equal(stats.reply.value, "STAT pid ", 9);
	assert_non_null(strstr(stats.reply.value, "\r\nSTAT curr_items "));
	assert_int_equal(stats.reply.size, strlen(stats.reply.value));
	assert_string_equal(stats.reply.value + stats.reply.size - 2, "\r\n");
	assert_int_equal(run(connection, &kind), MCHA_STATUS_OK);
	assert_non_null(strstr(kind.reply.value, "STAT maxconns "));
	free(stats.reply.value);
	free(kind.reply.value);
	transport->destroy(connection);
}

static void odd_statistics_do_no_harm(void **state)
{
	static const char *const kinds[] = {"reset", "cachedump 1 10", "sizes", "items", "bogus"};
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	for (i = 0; i < LENGTH_OF(kinds); i++) {
		mcha_request stats = request_for(MCHA_VERB_STATS, kinds[i]);

		assert_true(mcha_status_is_answer(run(connection, &stats)));
		free(stats.reply.value);
		assert_holds(connection, "k", "value");
	}
	transport->destroy(connection);
}

static void a_flush_flushes(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request flush = request_for(MCHA_VERB_FLUSH, "");
	mcha_request later = request_for(MCHA_VERB_FLUSH, "");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	later.exptime = 1000;
	assert_int_equal(run(connection, &later), MCHA_STATUS_OK);
	assert_holds(connection, "k", "value");
	assert_int_equal(run(connection, &flush), MCHA_STATUS_OK);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
}

static void bad_keys_are_not_sent(void **state)
{
	mcha_connection *connection = connect_to(&common);
	char key[MCHA_KEY_MAX + 2];
	mcha_request first = get_request("k");
	mcha_request empty = get_request("");
	mcha_request longer = get_request("");
	mcha_request longest = get_request("");

	(void)state;
	memset(key, 'k', sizeof(key));
	store(connection, MCHA_MODE_SET, "k", "value");
	longer.key = longest.key = key;
	longer.key_length = MCHA_KEY_MAX + 1;
	longest.key_length = MCHA_KEY_MAX;
	first.next = &empty;
	empty.next = &longer;
	longer.next = &longest;
	run(connection, &first);
	assert_int_equal(first.reply.status, MCHA_STATUS_OK);
	assert_int_equal(empty.reply.status, MCHA_STATUS_BAD_KEY);
	assert_int_equal(longer.reply.status, MCHA_STATUS_BAD_KEY);
	assert_int_equal(longest.reply.status, MCHA_STATUS_MISS);
	free(first.reply.value);
	transport->destroy(connection);
}

/* --- batches, sizes ------------------------------------------------------------------------- */

#define MANY 1000

static char many_keys[MANY][64];
static mcha_request many[MANY];

static void link_many(void)
{
	size_t i;

	for (i = 0; i < MANY; i++) {
		many[i].next = i + 1 < MANY ? &many[i + 1] : NULL;
	}
}

static void a_thousand_keys_with_misses_and_duplicates(void **state)
{
	mcha_connection *connection = connect_to(&common);
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(many_keys[i], sizeof(many_keys[i]), "a-rather-long-key-for-a-batch-%zu", i);
		many[i] = store_request(MCHA_MODE_SET, many_keys[i], many_keys[i]);
	}
	link_many();
	run(connection, many);
	for (i = 0; i < MANY; i++) {
		assert_int_equal(many[i].reply.status, MCHA_STATUS_OK);
	}
	for (i = 0; i < MANY; i++) {
		many[i] = get_request(many_keys[i]);
		if (i % 3 == 1) {
			many_keys[i][0] = 'x'; /* a missing key */
		} else if (i % 3 == 2) {
			many[i].key = many_keys[i - 2];
			many[i].key_length = (uint16_t)strlen(many[i].key);
		}
	}
	link_many();
	run(connection, many);
	for (i = 0; i < MANY; i++) {
		if (i % 3 == 1) {
			assert_int_equal(many[i].reply.status, MCHA_STATUS_MISS);
		} else {
			assert_int_equal(many[i].reply.status, MCHA_STATUS_OK);
			assert_string_equal(many[i].reply.value, many[i].key);
			assert_true(many[i].reply.cas != 0);
		}
		free(many[i].reply.value);
	}
	transport->destroy(connection);
}

static void a_mixed_queue_keeps_its_order(void **state)
{
	mcha_connection *connection = connect_to(&common);
	mcha_request queue[] = {get_request("k"), store_request(MCHA_MODE_SET, "k", "1"),
		get_request("k"), request_for(MCHA_VERB_COUNT, "k"), get_request("k"),
		request_for(MCHA_VERB_DELETE, "k"), get_request("k")};
	size_t i;

	(void)state;
	queue[3].delta = 41;
	queue[4].want = MCHA_WANT_VALUE;
	for (i = 0; i + 1 < LENGTH_OF(queue); i++) {
		queue[i].next = &queue[i + 1];
	}
	run(connection, queue);
	assert_int_equal(queue[0].reply.status, MCHA_STATUS_MISS);
	assert_string_equal(queue[2].reply.value, "1");
	assert_int_equal(queue[3].reply.number, 42);
	assert_string_equal(queue[4].reply.value, "42");
	assert_int_equal(queue[4].reply.cas, 0);
	assert_int_equal(queue[5].reply.status, MCHA_STATUS_OK);
	assert_int_equal(queue[6].reply.status, MCHA_STATUS_MISS);
	free(queue[2].reply.value);
	free(queue[4].reply.value);
	transport->destroy(connection);
}

static void large_values_pass_and_too_large_ones_are_refused(void **state)
{
	mcha_connection *connection = connect_to(&common);
	size_t large = 900 * 1024;
	size_t too_large = 2 * 1024 * 1024;
	char *bytes = malloc(too_large);
	mcha_request set = request_for(MCHA_VERB_STORE, "large");
	mcha_request get = get_request("large");
	mcha_request big = request_for(MCHA_VERB_STORE, "big");
	size_t i;

	(void)state;
	for (i = 0; i < too_large; i++) {
		bytes[i] = (char)(i * 31 + i / 255);
	}
	set.value = big.value = bytes;
	set.value_length = large;
	big.value_length = too_large;
	assert_int_equal(run(connection, &set), MCHA_STATUS_OK);
	assert_int_equal(run(connection, &big), MCHA_STATUS_TOO_BIG);
	assert_int_equal(run(connection, &get), MCHA_STATUS_OK);
	assert_int_equal(get.reply.size, large);
	assert_memory_equal(get.reply.value, bytes, large);
	assert_int_equal(get.reply.value[large], '\0');
	free(get.reply.value);
	free(bytes);
	transport->destroy(connection);
}

static char *allocate_nothing(size_t size)
{
	(void)size;
	return NULL;
}

static void without_memory_for_a_value_only_that_value_fails(void **state)
{
	static const mcha_allocator poor = {allocate_nothing, NULL, NULL};
	mcha_transport_settings with_poor = settings;
	mcha_connection *connection = transport->create(&common.endpoint, &with_poor);
	mcha_request get = get_request("k");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	with_poor.allocator = &poor;
	assert_int_equal(run(connection, &get), MCHA_STATUS_NO_MEMORY);
	with_poor.allocator = &mcha_allocator_libc;
	assert_holds(connection, "k", "value");
	transport->destroy(connection);
}

static jmp_buf bail;

static char *allocate_never(size_t size)
{
	(void)size;
	longjmp(bail, 1);
}

static void an_allocator_may_leave_by_longjmp(void **state)
{
	static const mcha_allocator leaving = {allocate_never, NULL, NULL};
	mcha_transport_settings with_leaving = settings;
	mcha_connection *connection = transport->create(&common.endpoint, &with_leaving);
	mcha_request get = get_request("k");
	mcha_request other = get_request("other");

	(void)state;
	store(connection, MCHA_MODE_SET, "k", "value");
	store(connection, MCHA_MODE_SET, "other", "another value");
	get.next = &other;
	with_leaving.allocator = &leaving;
	if (setjmp(bail) == 0) {
		run(connection, &get);
		fail();
	}
	with_leaving.allocator = &mcha_allocator_libc;
	assert_holds(connection, "other", "another value");
	transport->destroy(connection);
}

/* --- the runner ----------------------------------------------------------------------------- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(values_are_read_as_stored, "values come back with flags, size and CAS"),
		BOTH(metadata_is_read_without_the_value, "metadata comes without the value"),
		BOTH(store_modes_have_the_same_results, "store modes decide alike in both protocols"),
		BOTH(compare_and_swap_swaps_once, "compare-and-swap swaps once"),
		BOTH(a_store_returns_its_cas, "a store tells its CAS"),
		BOTH(compare_and_delete_deletes_only_its_own_value,
			"compare-and-delete deletes only its own"),
		BOTH(expirations_mean_what_they_mean_to_memcached,
			"times mean what they mean to memcached"),
		BOTH(touching_a_missing_key_is_a_miss, "touching nothing is a miss"),
		BOTH(counters_count, "counters count"),
		BOTH(a_missing_counter_is_created_if_the_protocol_can,
			"a missing counter is made where the protocol can"),
		BOTH(a_value_that_is_no_number_is_not_counted, "what is no number is not counted"),
		BOTH(the_version_is_returned_and_kept, "the version is told and kept"),
		BOTH(statistics_are_stat_lines, "statistics are STAT lines"),
		BOTH(odd_statistics_do_no_harm, "odd statistics do no harm"),
		BOTH(a_flush_flushes, "a flush flushes, at once or later"),
		BINARY(bad_keys_are_not_sent, "bad keys are not sent and do not spoil the batch"),
		BOTH(a_thousand_keys_with_misses_and_duplicates,
			"a thousand keys with misses and duplicates find their requests"),
		BOTH(a_mixed_queue_keeps_its_order, "a mixed queue keeps its order"),
		BOTH(large_values_pass_and_too_large_ones_are_refused,
			"large values pass and too large ones are refused"),
		BINARY(without_memory_for_a_value_only_that_value_fails,
			"no memory for a value is that value's trouble"),
		BINARY(an_allocator_may_leave_by_longjmp, "an allocator may leave by longjmp"),
	};

	return cmocka_run_group_tests(tests, start_common, stop_common);
}
