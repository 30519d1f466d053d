/* SPDX-License-Identifier: MIT */
/* Writes that carry a version: all copies get one version, and what that version is used for. */
#include "engine/protocol/tombstone.h"
#include "version_rig.h"

/* --- one version on all copies ---------------------------------------------------------------- */

/* A reader refills the second copy with the value that it has just found on the first. */
static void give_on(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		put_version(1, "01:k", "added", version_at(0, "01:k"));
		server->before = NULL;
	}
}

static void an_add_stands_if_a_readers_repair_reached_the_second_home_first(void **state)
{
	(void)state;
	versions_of(3);
	servers[1].before = give_on;
	assert_status(do_decide("01:k", "added", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "added");
	assert_holds(1, "01:k", "added");
	versions_of(3);
	put_version(1, "01:k", "added", V(5));
	assert_status(do_decide("01:k", "added", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
}

static void a_set(const char *key)
{
	assert_status(do_set(key, "5"), MCHA_STATUS_OK);
}

static void an_append(const char *key)
{
	a_set(key);
	assert_status(do_append(key, "6"), MCHA_STATUS_OK);
}

static void an_add(const char *key)
{
	assert_status(do_decide(key, "v", MCHA_MODE_ADD), MCHA_STATUS_OK);
}

static void a_replacement(const char *key)
{
	a_set(key);
	assert_status(do_decide(key, "w", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
}

static void a_swap(const char *key)
{
	a_set(key);
	assert_status(do_swap_by(key, "w", token_of(key)).answer.status, MCHA_STATUS_OK);
}

static void a_count(const char *key)
{
	a_set(key);
	assert_status(do_count(key).answer.status, MCHA_STATUS_OK);
}

static void (*const writes[])(const char *) = {
	a_set, an_append, an_add, a_replacement, a_swap, a_count};

static void every_write_gives_all_copies_one_version(void **state)
{
	(void)state;
	settings.replicas = 2;
	for (size_t i = 0; i < COUNT(writes); i++) {
		versions_of(4);
		writes[i]("012:k");
		assert_true(mcha_version_is(version_at(0, "012:k")));
		assert_int_equal(version_at(1, "012:k"), version_at(0, "012:k"));
		assert_int_equal(version_at(2, "012:k"), version_at(0, "012:k"));
	}
}

static void the_next_write_has_a_greater_version(void **state)
{
	uint64_t last = 0;

	(void)state;
	versions_of(2);
	for (size_t i = 0; i < COUNT(writes); i++) {
		wipe(0);
		wipe(1);
		writes[i]("01:k");
		assert_true(version_at(0, "01:k") > last);
		last = version_at(0, "01:k");
	}
}

static void each_of_many_keys_has_its_own_version(void **state)
{
	mcha_item items[3] = {item_of("01:a", "v"), item_of("01:b", "v"), item_of("10:c", "v")};

	(void)state;
	versions_of(2);
	mcha_store(pool, items, COUNT(items), MCHA_MODE_SET);
	assert_true(version_at(0, "01:a") < version_at(0, "01:b"));
	assert_true(version_at(0, "01:b") < version_at(0, "10:c"));
	assert_int_equal(version_at(0, "01:b"), version_at(1, "01:b"));
}

static void with_versions_off_servers_give_their_own_cas(void **state)
{
	(void)state;
	versions_of(2);
	pool->settings.versions = false;
	for (size_t i = 0; i < COUNT(writes); i++) {
		wipe(0);
		wipe(1);
		writes[i]("01:k");
		assert_false(mcha_version_is(version_at(0, "01:k")));
	}
}

/* By a host whose clock is ahead. */
static void a_write_after_a_read_has_a_greater_version(void **state)
{
	(void)state;
	for (unsigned want = MCHA_WANT_VALUE; want <= (MCHA_WANT_VALUE | MCHA_WANT_CAS);
		 want += MCHA_WANT_CAS) {
		uint64_t seen = version_in(3600);

		versions_of(2);
		a_set("10:other"); /* the servers are known by now */
		put_version(0, "01:k", "v", seen);
		put_version(1, "01:k", "v", seen);
		rig_release(do_get("01:k", want).answer.value);
		assert_status(do_set("01:other", "w"), MCHA_STATUS_OK);
		assert_true(version_at(0, "01:other") > seen);
		assert_true(version_at(0, "01:other") < version_in(3601));
	}
}

/* That process's clock was set back since, or is another one's that was ahead. */
static void a_write_after_another_processs_read_or_write_has_a_greater_version(void **state)
{
	uint64_t version;

	(void)state;
	versions_of(2);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK); /* the servers take versions */
	put_version(0, "01:k", "v", version_in(10));
	put_version(1, "01:k", "v", version_in(10));
	assert_reads("01:k", "v");
	pool->version_clock = (mcha_version_clock){0}; /* as of another process */
	assert_status(do_set("01:k", "w"), MCHA_STATUS_OK);
	version = version_at(0, "01:k");
	assert_true(version > version_in(9));

	pool->version_clock = (mcha_version_clock){0};
	assert_status(do_set("01:k", "x"), MCHA_STATUS_OK);
	assert_true(version_at(0, "01:k") + (MCHA_USEC_PER_MSEC << MCHA_VERSION_RANDOM_BITS) > version);
}

static void a_swap_has_a_greater_version_than_its_token(void **state)
{
	const uint64_t seen = version_in(3600);

	(void)state;
	versions_of(2);
	put_version(0, "01:k", "v", seen);
	put_version(1, "01:k", "v", seen);
	/* another process read the token */
	assert_status(do_swap_by("01:k", "w", seen).answer.status, MCHA_STATUS_OK);
	assert_true(version_at(0, "01:k") > seen);
}

static void servers_without_versions_are_not_asked_for_their_cas(void **state)
{
	(void)state;
	versions_of(2);
	servers[0].takes_versions = servers[1].takes_versions = false;
	a_set("01:k");
	assert_reads("01:k", "5");
	assert_int_equal(servers[0].last.want, MCHA_WANT_VALUE);
}

/* --- impossible versions ---------------------------------------------------------------------- */

static void poison(const char *key)
{
	versions_of(2);
	a_set("01:other");
	put_version(0, key, "v", LAST);
	put_version(1, key, "v", LAST);
}

static void an_impossible_version_is_not_followed(void **state)
{
	(void)state;
	poison("01:k");
	(void)token_of("01:k");
	for (size_t i = 0; i < COUNT(writes); i++) {
		wipe(0);
		wipe(1);
		writes[i]("01:k");
		assert_true(version_at(0, "01:k") < version_in(1));
	}
}

static void an_impossible_version_is_recorded_for_its_node(void **state)
{
	(void)state;
	poison("01:k");
	assert_false(pool->has_news);
	assert_reads("01:k", "v");
	assert_true(pool->has_news);
	assert_true(pool->nodes[0]->health->ahead > INT64_C(40) * 365 * 86400 * SECOND);
	assert_int_equal(pool->nodes[1]->health->ahead, 0);
	assert_true(mcha_health_tell(pool->nodes[0]->health, MCHA_TOLD_AHEAD));
	assert_false(mcha_health_tell(pool->nodes[0]->health, MCHA_TOLD_AHEAD));
}

/* After an item with an impossible version was overwritten twice, the token of one value does not
 * fit the other. */
static void after_an_impossible_version_a_token_fits_only_the_value_that_was_read(void **state)
{
	uint64_t token;

	(void)state;
	poison("01:k");
	assert_status(do_swap_by("01:k", "w", token_of("01:k")).answer.status, MCHA_STATUS_OK);
	token = token_of("01:k");
	a_set("01:k");
	assert_status(do_swap_by("01:k", "x", token).answer.status, MCHA_STATUS_EXISTS);
	assert_holds(0, "01:k", "5");
}

/* --- versions as tokens ----------------------------------------------------------------------- */

static void a_token_outlives_its_authority(void **state)
{
	uint64_t token;

	(void)state;
	versions_of(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	token = token_of("01:k");
	kill_node(0);
	assert_status(do_swap_by("01:k", "w", token).answer.status, MCHA_STATUS_OK);
	assert_holds(1, "01:k", "w");
	assert_status(do_swap_by("01:k", "x", token).answer.status, MCHA_STATUS_EXISTS);
}

static void a_token_outlives_the_loss_of_the_authoritys_copy(void **state)
{
	uint64_t token;

	(void)state;
	versions_of(2);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	token = token_of("01:k");
	wipe(0);
	assert_status(do_swap_by("01:k", "w", token).answer.status, MCHA_STATUS_OK);
	assert_holds(0, "01:k", "w");
	assert_holds(1, "01:k", "w");
}

static void the_token_of_a_swap_is_the_next_one(void **state)
{
	mcha_item item;

	(void)state;
	versions_of(2);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	item = do_swap_by("01:k", "w", token_of("01:k"));
	assert_status(item.answer.status, MCHA_STATUS_OK);
	kill_node(0);
	assert_status(do_swap_by("01:k", "x", item.answer.cas).answer.status, MCHA_STATUS_OK);
}

static void a_version_as_token_fits_nothing_on_a_server_without_versions(void **state)
{
	uint64_t token;

	(void)state;
	versions_of(2);
	servers[1].takes_versions = false;
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	token = token_of("01:k");
	assert_true(mcha_version_is(token));
	kill_node(0);
	assert_status(do_swap_by("01:k", "w", token).answer.status, MCHA_STATUS_EXISTS);
	assert_holds(1, "01:k", "v");
}

/* --- versions of repaired copies -------------------------------------------------------------- */

static void a_refilled_copy_has_the_version_of_its_source(void **state)
{
	(void)state;
	settings.replicas = 2;
	versions_of(3);
	put_version(1, "012:k", "5", V(1000));
	put_version(2, "012:k", "5", V(1000));
	assert_reads("012:k", "5");
	assert_int_equal(version_at(0, "012:k"), V(1000));
}

static void a_copy_refilled_by_a_change_has_the_version_of_its_source(void **state)
{
	(void)state;
	versions_of(2);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	wipe(1);
	assert_status(do_append("01:k", "w"), MCHA_STATUS_OK);
	assert_holds(1, "01:k", "vw");
	assert_int_equal(version_at(1, "01:k"), version_at(0, "01:k"));
}

static void a_source_without_a_version_gives_none(void **state)
{
	(void)state;
	versions_of(2);
	put(1, "01:k", "v");
	assert_reads("01:k", "v");
	assert_false(mcha_version_is(version_at(0, "01:k")));
}

/* --- versions in hint replay ------------------------------------------------------------------ */

static void make_versioned_hint(uint64_t stale_nodes, uint64_t source)
{
	versions_of(2);
	put_version(0, "01:k", "stale", stale_nodes);
	put_version(1, "01:k", "source", source);
	add_hint(0, "01:k", 1);
	hold_background_replay();
	let_time_pass();
	forget();
}

#define AN_HOUR V(UINT64_C(3600000000) << MCHA_VERSION_RANDOM_BITS)

static void an_older_copy_is_replaced_with_the_version_of_the_newer(void **state)
{
	(void)state;
	make_versioned_hint(V(1), AN_HOUR);
	assert_reads("01:k", "source");
	assert_holds(0, "01:k", "source");
	assert_int_equal(version_at(0, "01:k"), AN_HOUR);
	assert_false(has_hint(0, "01:k"));
}

/* Another host's write has reached the stale node meanwhile. */
static void a_newer_copy_stays_and_the_hint_is_cleared(void **state)
{
	(void)state;
	make_versioned_hint(AN_HOUR, V(1));
	assert_reads("01:k", "stale");
	assert_false(has_hint(0, "01:k"));
	assert_holds(0, "01:k", "stale");
}

static void copies_of_the_same_version_are_equal(void **state)
{
	(void)state;
	make_versioned_hint(V(5), V(5));
	assert_reads("01:k", "stale");
	assert_false(has_hint(0, "01:k"));
	assert_asked("gG", "G"); /* no copy is written */
}

/* The difference is small enough for two hosts' clocks to explain it. */
static void a_copy_that_is_hardly_newer_is_replaced(void **state)
{
	(void)state;
	make_versioned_hint(V(UINT64_C(2900000) << MCHA_VERSION_RANDOM_BITS), V(1));
	assert_reads("01:k", "source");
	assert_holds(0, "01:k", "source");
}

/* --- the stale copy was written by a host whose clock is ahead -------------------------------- */

/* The stale copy was stored ten seconds ago, with the version of its host's clock; the hint was
 * recorded three seconds later. */
static void make_hint_of_clock(double ahead)
{
	make_versioned_hint(version_in(ahead - 10), version_in(-7));
	entry_at(0, "01:k")->idle = 10;
}

static void assert_replay_leaves(const char *value)
{
	assert_reads("01:k", value);
	assert_holds(0, "01:k", value);
	assert_false(has_hint(0, "01:k"));
}

static void a_stale_copy_with_a_version_ahead_of_time_is_replaced(void **state)
{
	static const double aheads[] = {2, 5.9, 6.1, 9, 11, 15, 3600, 86400, 86400 * 365};

	(void)state;
	for (size_t i = 0; i < COUNT(aheads); i++) {
		make_hint_of_clock(aheads[i]);
		assert_replay_leaves("source");
	}
	make_hint_of_clock(0);
	put_version(0, "01:k", "stale", LAST);
	assert_replay_leaves("source");
}

/* Another process read the copy, so that its idle time does not give its age; but the node was down
 * at the time of its version. */
static void a_stale_copy_with_a_version_ahead_of_time_is_replaced_though_it_was_read(void **state)
{
	(void)state;
	make_hint_of_clock(8);
	entry_at(0, "01:k")->idle = 0;
	slot_of(0, "01:k")->state -= (uint64_t)(7 * SECOND) << 2;
	node_was_well_for(0, SECOND);
	assert_replay_leaves("source");
}

/* This host could not reach the node, another host could: its copy was stored at the time of its
 * version. */
static void a_write_of_another_host_that_could_reach_the_stale_node_stays(void **state)
{
	(void)state;
	make_versioned_hint(version_in(-3), version_in(-8));
	entry_at(0, "01:k")->idle = 3;
	slot_of(0, "01:k")->state -= (uint64_t)(8 * SECOND) << 2;
	node_was_well_for(0, SECOND / 2);
	assert_replay_leaves("stale");
}

static void a_source_with_an_impossible_version_is_replayed_all_the_same(void **state)
{
	(void)state;
	make_versioned_hint(version_in(-1), LAST);
	assert_replay_leaves("source");
}

/* Two hosts' writes, each of which missed another node: hint replay keeps the newer copy on
 * both. */
static void of_two_nodes_with_hints_for_each_other_the_newer_copy_wins(void **state)
{
	(void)state;
	make_versioned_hint(AN_HOUR, V(1));
	add_hint(1, "01:k", 0);
	assert_reads("01:k", "stale");
	assert_reads("01:k", "stale");
	assert_holds(0, "01:k", "stale");
	assert_holds(1, "01:k", "stale");
}

/* --- tombstones of other clients -------------------------------------------------------------- */

static void a_tombstone_is_a_miss(void **state)
{
	(void)state;
	versions_of(2);
	put_version(0, "01:k", "", V(9));
	entry_at(0, "01:k")->flags = MCHA_TOMBSTONE_FLAGS;
	put_version(1, "01:k", "old", V(1));
	assert_reads("01:k", NULL);
	assert_asked("G");
}

static void a_tombstone_behind_a_miss_is_a_miss(void **state)
{
	(void)state;
	versions_of(2);
	put_version(1, "01:k", "", V(9));
	entry_at(1, "01:k")->flags = MCHA_TOMBSTONE_FLAGS;
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_add_stands_if_a_readers_repair_reached_the_second_home_first),
		TEST(every_write_gives_all_copies_one_version),
		TEST(the_next_write_has_a_greater_version),
		TEST(each_of_many_keys_has_its_own_version),
		TEST(with_versions_off_servers_give_their_own_cas),
		TEST(a_write_after_a_read_has_a_greater_version),
		TEST(a_write_after_another_processs_read_or_write_has_a_greater_version),
		TEST(a_swap_has_a_greater_version_than_its_token),
		TEST(servers_without_versions_are_not_asked_for_their_cas),
		TEST(an_impossible_version_is_not_followed),
		TEST(an_impossible_version_is_recorded_for_its_node),
		TEST(after_an_impossible_version_a_token_fits_only_the_value_that_was_read),
		TEST(a_token_outlives_its_authority),
		TEST(a_token_outlives_the_loss_of_the_authoritys_copy),
		TEST(the_token_of_a_swap_is_the_next_one),
		TEST(a_version_as_token_fits_nothing_on_a_server_without_versions),
		TEST(a_refilled_copy_has_the_version_of_its_source),
		TEST(a_copy_refilled_by_a_change_has_the_version_of_its_source),
		TEST(a_source_without_a_version_gives_none),
		TEST(an_older_copy_is_replaced_with_the_version_of_the_newer),
		TEST(a_newer_copy_stays_and_the_hint_is_cleared),
		TEST(copies_of_the_same_version_are_equal),
		TEST(a_copy_that_is_hardly_newer_is_replaced),
		TEST(a_stale_copy_with_a_version_ahead_of_time_is_replaced),
		TEST(a_stale_copy_with_a_version_ahead_of_time_is_replaced_though_it_was_read),
		TEST(a_write_of_another_host_that_could_reach_the_stale_node_stays),
		TEST(a_source_with_an_impossible_version_is_replayed_all_the_same),
		TEST(of_two_nodes_with_hints_for_each_other_the_newer_copy_wins),
		TEST(a_tombstone_is_a_miss),
		TEST(a_tombstone_behind_a_miss_is_a_miss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
