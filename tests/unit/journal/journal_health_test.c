/* SPDX-License-Identifier: MIT */
/* What one host finds down is a suspicion for the others: it shortens their waiting, and takes no
 * node away from a host that reaches it. Node 0 is silent where it is cut off. */
#include "journal_rig.h"

#include "engine/pool/evidence.h"
#include "engine/shared/health/suspicion.h"

#define TIMEOUT (1600 * MCHA_USEC_PER_MSEC) /* the tests wait as long as they say */
#define PATIENCE (TIMEOUT / 8)
#define SHARE (TIMEOUT / 3) /* of one round of a write */
#define SILENCE (3600 * SECOND)

static void quick_hosts(size_t count)
{
	settings.operation_timeout = TIMEOUT;
	hosts_of(count, 4);
}

static void silence(size_t node)
{
	servers[node].late = SILENCE;
}

static void end_silence(size_t node)
{
	servers[node].late = 0;
	servers[node].waiting = NULL;
}

static mcha_health_state state_of(size_t node)
{
	return mcha_health_look(pool->nodes[node]->health, mcha_clock_now()).state;
}

static bool suspects(size_t node)
{
	return mcha_suspicion_stands(pool->nodes[node]->health);
}

static mcha_usec time_of_set(const char *value)
{
	const mcha_usec began = mcha_clock_now();

	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	return mcha_clock_now() - began;
}

/* Of all hosts, only the first has asked node 0 since it is silent. The last answers to the others
 * are long ago. */
static void first_host_finds_down(size_t count)
{
	quick_hosts(count);
	for (size_t i = 0; i < count; i++) {
		on_host(i);
		assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	}
	on_host(0);
	slept += SECOND;
	silence(0);
	assert_true(time_of_set("new") > SHARE);
	assert_int_equal(state_of(0), MCHA_HEALTH_DOWN);
}

static void hear(size_t host)
{
	on_host(host);
	interval_passes();
	assert_reads("23:x", NULL);
}

static void other_hosts_do_not_pay_a_timeout_to_find_a_silent_node_down(void **state)
{
	(void)state;
	first_host_finds_down(3);
	for (size_t i = 1; i < 3; i++) {
		hear(i);
		assert_true(suspects(0));
		assert_true(time_of_set("newer") < 2 * PATIENCE);
		assert_int_equal(state_of(0), MCHA_HEALTH_DOWN);
		assert_int_equal(count_hints(0), 1);
		assert_true(time_of_set("newest") < PATIENCE); /* from now on as on the first host */
	}
}

static void without_the_journal_each_host_pays_its_timeout(void **state)
{
	(void)state;
	quick_hosts(2);
	hosts[0].pool->settings.hint_interval = hosts[1].pool->settings.hint_interval = 0;
	silence(0);
	for (size_t i = 0; i < 2; i++) {
		on_host(i);
		assert_true(time_of_set("new") > SHARE);
	}
}

static void a_read_asks_the_next_copy_after_the_same_patience(void **state)
{
	mcha_usec began;

	(void)state;
	first_host_finds_down(2);
	end_silence(0);
	hear(1);
	assert_reads("0:y", NULL); /* no doubts about this key, and the host reaches node 0 */
	assert_false(suspects(0));

	on_host(0);
	first_host_finds_down(2);
	hear(1);
	began = mcha_clock_now();
	assert_reads("02:other", NULL);
	assert_true(mcha_clock_now() - began < 2 * PATIENCE);
	assert_int_equal(state_of(0), MCHA_HEALTH_DOWN);
}

/* The first host alone cannot reach node 0. */
static void a_host_that_reaches_the_node_stays_with_it(void **state)
{
	(void)state;
	first_host_finds_down(2);
	end_silence(0);
	hear(1);
	assert_true(suspects(0));
	forget();
	assert_status(do_set(KEY, "newer"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.acknowledged, 2);
	assert_int_equal(pool->report.failed_count, 0);
	assert_holds(0, KEY, "newer");
	assert_null(strchr(servers[2].log, 'S')); /* nothing is handed off */
	assert_int_equal(count_hints(0), 1);      /* the first host's write may come behind this one */
	assert_false(suspects(0));
	assert_int_equal(state_of(0), MCHA_HEALTH_UP);
}

static void a_suspected_node_whose_bytes_move_is_waited_for(void **state)
{
	(void)state;
	first_host_finds_down(2);
	end_silence(0);
	hear(1);
	assert_true(suspects(0));
	servers[0].late = 3 * PATIENCE;
	servers[0].moves = true;
	assert_true(time_of_set("newer") >= 3 * PATIENCE);
	assert_int_equal(pool->report.failed_count, 0);
	assert_holds(0, KEY, "newer");
}

static void a_node_that_is_slow_as_usual_is_waited_for(void **state)
{
	const mcha_usec usual = PATIENCE * 10 / 64;

	(void)state;
	first_host_finds_down(2);
	end_silence(0);
	hear(1);
	assert_true(suspects(0));
	atomic_store(&pool->nodes[0]->health->latency, (uint32_t)usual);
	servers[0].late = 3 * PATIENCE / 2;
	assert_true(time_of_set("newer") >= 3 * PATIENCE / 2);
	assert_int_equal(pool->report.failed_count, 0);
}

static void the_suspicion_ends_when_the_host_that_had_it_reaches_the_node(void **state)
{
	(void)state;
	first_host_finds_down(2);
	hear(1);
	assert_true(suspects(0));

	on_host(0);
	end_silence(0);
	revive(0);
	interval_passes();
	assert_reads("23:x", NULL);

	silence(0); /* this host is told so, and does not find it out itself */
	hear(1);
	assert_false(suspects(0));
}

static void a_host_that_begins_later_knows_the_suspicion(void **state)
{
	(void)state;
	quick_hosts(2);
	silence(0);
	assert_true(time_of_set("new") > SHARE);
	on_host(1);
	assert_true(time_of_set("newer") < 2 * PATIENCE);
	assert_int_equal(state_of(0), MCHA_HEALTH_DOWN);
}

static size_t count_journal_records(size_t node)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		const fake_entry *entry = &servers[node].entries[i];

		if (strncmp(entry->key, MCHA_JOURNAL_KEY ":", sizeof(MCHA_JOURNAL_KEY)) == 0) {
			bytes += entry->length;
		}
	}
	return bytes / sizeof(mcha_journal_record);
}

/* Node 1 is of the journal, and a read makes no hint. */
static void a_host_tells_a_node_once_while_it_is_down(void **state)
{
	(void)state;
	quick_hosts(1);
	kill_node(0);
	for (size_t i = 0; i < 3; i++) {
		assert_reads(KEY, NULL); /* at first, and whenever a probe is due */
		interval_passes();
		assert_reads("23:x", NULL);
		assert_int_equal(count_journal_records(1), 1);
		let_time_pass();
	}
}

static void a_read_leaves_the_record_to_the_next_look_at_the_journal(void **state)
{
	(void)state;
	quick_hosts(1);
	kill_node(0);
	forget();
	assert_reads(KEY, NULL);
	assert_int_equal(count_journal_records(1), 0);
	interval_passes();
	assert_reads("23:x", NULL);
	assert_int_equal(count_journal_records(1), 1);
}

static void records_that_wait_do_not_use_up_the_time_of_the_operation_that_writes_them(void **state)
{
	const mcha_journal_record record = {.key = 1, .node = 1, .mark = 1};

	(void)state;
	quick_hosts(1);
	assert_reads("23:x", NULL);
	mcha_journal_add(hosts[0].journal, &record);
	silence(0);
	silence(1); /* two of the journal's three nodes */
	interval_passes();
	assert_status(do_set("23:x", "v"), MCHA_STATUS_OK);
	assert_true(count_journal_records(2) > 0);
}

/* The first host replays hints all the time, and so reads the journal without being due to. */
static void records_do_not_wait_while_replays_read_the_journal(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss_homes(0, 0, "new");
	on_host(1);
	(void)do_get("3:x", 0);
	assert_true(doubts(0, KEY));
	on_host(0);
	for (size_t i = 0; i < 5; i++) {
		const char *key = i ? "01:other" : KEY;

		revive(0);
		slept += INTERVAL * 6 / 10;
		assert_reads(key, "new");
		kill_node(0);
		assert_status(do_set("01:other", "new"), MCHA_STATUS_OK);
		servers[0].fault = MCHA_STATUS_OK;
	}
	on_host(1);
	interval_passes();
	(void)do_get("3:x", 0);
	assert_false(doubts(0, KEY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(other_hosts_do_not_pay_a_timeout_to_find_a_silent_node_down),
		JOURNAL_TEST(without_the_journal_each_host_pays_its_timeout),
		JOURNAL_TEST(a_read_asks_the_next_copy_after_the_same_patience),
		JOURNAL_TEST(a_host_that_reaches_the_node_stays_with_it),
		JOURNAL_TEST(a_suspected_node_whose_bytes_move_is_waited_for),
		JOURNAL_TEST(a_node_that_is_slow_as_usual_is_waited_for),
		JOURNAL_TEST(the_suspicion_ends_when_the_host_that_had_it_reaches_the_node),
		JOURNAL_TEST(a_host_that_begins_later_knows_the_suspicion),
		JOURNAL_TEST(a_host_tells_a_node_once_while_it_is_down),
		JOURNAL_TEST(a_read_leaves_the_record_to_the_next_look_at_the_journal),
		JOURNAL_TEST(records_do_not_wait_while_replays_read_the_journal),
		JOURNAL_TEST(records_that_wait_do_not_use_up_the_time_of_the_operation_that_writes_them),
	};

	return cmocka_run_group_tests_name("health of nodes in the journal", tests, NULL, NULL);
}
