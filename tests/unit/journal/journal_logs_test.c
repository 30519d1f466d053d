/* SPDX-License-Identifier: MIT */
/* The journal's logs: nodes that keep none, are late, have lost theirs, or speak text. */
#include "journal_rig.h"

/* --- the journal's nodes ---------------------------------------------------------------------- */

static void a_healthy_pool_pays_one_question_an_interval(void **state)
{
	(void)state;
	hosts_of(1, 4);
	assert_status(do_set("3:k", "value"), MCHA_STATUS_OK);
	forget();
	assert_reads("3:k", "value");
	assert_reads("3:k", "value");
	assert_asked("", "", "", "GG");
	interval_passes();
	forget();
	assert_reads("3:k", "value");
	assert_reads("3:k", "value");
	assert_asked("G", "G", "G", "GG");
}

static void hosts_that_miss_different_journal_nodes_still_meet(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set("30:k", "old"), MCHA_STATUS_OK);
	kill_node(3);
	kill_node(1);
	assert_status(do_set("30:k", "new"), MCHA_STATUS_OK);
	servers[3].fault = servers[1].fault = MCHA_STATUS_OK;

	on_host(1);
	kill_node(2);
	assert_reads("30:k", "new");
}

static void records_wait_while_no_journal_node_can_be_reached(void **state)
{
	(void)state;
	hosts_of(2, 6);
	assert_status(do_set("45:k", "old"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 5; i++) {
		kill_node(i);
	}
	assert_status(do_set("45:k", "new"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 5; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		revive(i);
	}
	interval_passes();
	assert_reads("5:x", NULL);

	on_host(1);
	assert_reads("45:k", "new");
}

/* What a restart, or evictions, take away. */
static void lose_log(size_t node)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		if (strncmp(servers[node].entries[i].key, MCHA_JOURNAL_KEY, 12) == 0) {
			drop_entry(&servers[node].entries[i]);
		}
	}
}

static void a_journal_that_was_lost_is_filled_again(void **state)
{
	(void)state;
	hosts_of(3, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	lose_log(2);
	interval_passes();
	assert_reads("2:x", NULL);

	on_host(1);
	assert_reads(KEY, "new");
}

/* The host that has recorded it is gone: the other log has the record, and a host that knows it
 * keeps what it knows. */
static void the_record_of_a_host_that_ended_outlives_the_loss_of_a_log(void **state)
{
	(void)state;
	hosts_of(3, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("2:x", NULL);
	on_host(0);
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_true(doubts(0, KEY));

	on_host(2);
	assert_reads(KEY, "new");
}

/* --- journal nodes that are late ------------------------------------------------------------- */

#define BEYOND_GRACE (200 * MSEC)

/* What is cancelled before its answer is not carried out. */
static void make_late(size_t first, size_t second)
{
	servers[first].late = servers[second].late = BEYOND_GRACE;
}

/* Its homes are node 3, which the write misses, and node 0; its handoff node keeps no log. */
#define AWAY "304:k"

static void two_hosts_with_late_nodes(void)
{
	hosts_of(2, 5);
	assert_status(do_set(AWAY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(AWAY, "old");
	on_host(0);
	kill_node(3);
}

static void a_write_waits_for_a_majority_of_the_logs(void **state)
{
	(void)state;
	two_hosts_with_late_nodes();
	make_late(1, 2);
	assert_status(do_set(AWAY, "new"), MCHA_STATUS_OK);
	servers[1].late = servers[2].late = 0;
	servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	servers[0].late = BEYOND_GRACE;
	assert_reads(AWAY, "new");
}

/* One node can be reached when the record is written, and it is late when the record is read. */
static void a_read_waits_for_a_majority_of_the_logs(void **state)
{
	(void)state;
	two_hosts_with_late_nodes();
	kill_node(1);
	kill_node(2);
	assert_status(do_set(AWAY, "new"), MCHA_STATUS_OK);
	servers[1].fault = servers[2].fault = servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	make_late(0, 1);
	assert_reads(AWAY, "new");
}

/* --- the text protocol ------------------------------------------------------------------------ */

/* Their nodes count nothing up that is missing. */
static void hosts_that_speak_text(size_t count, size_t nodes)
{
	hosts_of(count, nodes);
	for (size_t i = 0; i < nodes; i++) {
		servers[i].cannot_create = servers[i].tells_no_ttl = true;
	}
}

static void clients_that_speak_text_alone_begin_the_journal(void **state)
{
	(void)state;
	hosts_that_speak_text(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(KEY, "old");
	on_host(0);
	miss(set_new);
	assert_non_null(entry_at(1, MCHA_JOURNAL_KEY));
	assert_false(mcha_journal_has_waiting(hosts[0].journal));

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
}

/* Two logs are lost, of which the host knows how far they came. */
static void clients_that_speak_text_begin_a_lost_log_anew(void **state)
{
	uint64_t before;

	(void)state;
	hosts_that_speak_text(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);
	before = strtoull(entry_at(1, MCHA_JOURNAL_KEY)->value, NULL, 10);
	lose_log(1);
	lose_log(2);
	revive(0);
	kill_node(0);
	assert_status(do_set("01:another", "new"), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	assert_true(strtoull(entry_at(1, MCHA_JOURNAL_KEY)->value, NULL, 10) >> MCHA_JOURNAL_ERA_BITS
		!= before >> MCHA_JOURNAL_ERA_BITS);

	on_host(1);
	put(0, "01:another", "old");
	assert_reads("01:another", "new");
}

/* --- counts ----------------------------------------------------------------------------------- */

static void assert_counts(size_t node, uint64_t written, uint64_t read, uint64_t lost)
{
	const mcha_health *one = pool->nodes[node]->health;

	assert_int_equal(one->journal_written, written);
	assert_int_equal(one->journal_records, read);
	assert_int_equal(one->journal_lost, lost);
}

static void a_host_counts_the_records_that_it_writes_and_reads(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	assert_counts(0, 0, 0, 0);
	assert_counts(1, 2, 0, 0); /* of the hint, and that the node is down */
	assert_counts(2, 2, 0, 0);

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_counts(1, 0, 2, 0);
	assert_true(mcha_journal_has_log(pool, 1));

	on_host(0);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_int_equal(pool->nodes[1]->health->journal_lost, 1);
	pool->settings.hint_interval = 0;
	assert_false(mcha_journal_has_log(pool, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_healthy_pool_pays_one_question_an_interval),
		JOURNAL_TEST(hosts_that_miss_different_journal_nodes_still_meet),
		JOURNAL_TEST(records_wait_while_no_journal_node_can_be_reached),
		JOURNAL_TEST(a_journal_that_was_lost_is_filled_again),
		JOURNAL_TEST(the_record_of_a_host_that_ended_outlives_the_loss_of_a_log),
		JOURNAL_TEST(a_write_waits_for_a_majority_of_the_logs),
		JOURNAL_TEST(a_read_waits_for_a_majority_of_the_logs),
		JOURNAL_TEST(clients_that_speak_text_alone_begin_the_journal),
		JOURNAL_TEST(clients_that_speak_text_begin_a_lost_log_anew),
		JOURNAL_TEST(a_host_counts_the_records_that_it_writes_and_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
