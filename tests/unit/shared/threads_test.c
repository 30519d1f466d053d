/* SPDX-License-Identifier: MIT */
/* The tables in shared memory under several threads. scripts/thread-sanitized runs this program
 * with ThreadSanitizer, which sees threads but no processes: here threads take the place of the
 * processes that share a table. The number of calls is fixed, so that the program ends soon under
 * any tool. */
#include "hints_rig.h"

#include <pthread.h>
#include <stdlib.h>

#include "engine/base/random.h"
#include "engine/shared/health/health_flush.h"
#include "engine/shared/health/suspicion.h"
#include "engine/shared/recent_deletes.h"
#include "engine/shared/verified.h"

#define THREADS 4
#define CALLS 25000 /* of each thread, for each kind of table */
#define SERVERS 6
#define SLOTS 4 /* of the health table: two servers share the overflow slot */

static mcha_health_table *health_table;
static mcha_recent_deletes *recent_deletes;
static mcha_verified *verified;
static mcha_replica_state *replica_state;
/* what threads found wrong: cmocka can fail a test only in its own thread */
static _Atomic unsigned wrong;

static void expect(bool holds)
{
	if (!holds) {
		atomic_fetch_add(&wrong, 1);
	}
}

/* Another thread may have read the clock later than this one. */
static bool is_past(mcha_usec moment)
{
	return moment <= mcha_clock_now();
}

/* --- threads ---------------------------------------------------------------------------------- */

typedef struct worker {
	pthread_t thread;
	uint64_t random;
	uint64_t id; /* from 1 on */
	void (*call_once)(struct worker *worker);
	mcha_in_flight_hint in_flight;
} worker;

static pthread_barrier_t barrier;

static void *run_worker(void *argument)
{
	worker *self = argument;

	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < CALLS; i++) {
		self->call_once(self);
	}
	return NULL;
}

static void run_threads(void (*call_once)(worker *))
{
	worker workers[THREADS];

	wrong = 0;
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (worker){.random = i, .id = i + 1, .call_once = call_once};
		assert_int_equal(pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	}
	pthread_barrier_destroy(&barrier);
	assert_int_equal(wrong, 0);
}

static unsigned draw(worker *self, unsigned below)
{
	return (unsigned)(mcha_random_next(&self->random) >> 32) % below;
}

/* One of several processes that answer at a server's address. */
static mcha_incarnation draw_incarnation(worker *self)
{
	mcha_incarnation told = {.told = UINT8_MAX, .pid = draw(self, 3), .time = 1000, .uptime = 900};

	told.evictions = draw(self, 9);
	return told;
}

/* --- health ----------------------------------------------------------------------------------- */

/* Some names are too long for the table. */
static void name_server(char *name, uint64_t id)
{
	memset(name, 'a' + (int)id, 2 * MCHA_HEALTH_NAME_MAX);
	name[(size_t)id * 40] = '\0';
}

static void read_health(worker *self, mcha_health *health)
{
	char name[MCHA_HEALTH_NAME_MAX];
	mcha_usec now = mcha_clock_now();
	size_t cursor = draw(self, SLOTS);
	const mcha_health *next = mcha_health_next(health_table, &cursor, name);
	int error;

	if (next && strcmp(name, "?") != 0) {
		expect(name[0] == 'a' + (int)next->id && name[strlen(name) - 1] == name[0]);
	}
	expect(mcha_health_look(health, now).state <= MCHA_HEALTH_PROBING);
	expect(mcha_health_cause(health, &error) <= MCHA_STATUS_TIMEOUT && error <= 1);
	mcha_health_is_steady(health, now, SECOND);
	mcha_health_is_unknown(health);
	mcha_health_is_unflushed(health, now);
	mcha_health_misses_flush(health);
	mcha_health_any_unflushed(health_table);
	mcha_health_answers(health, start);
	mcha_health_failed_lately(health, now, SECOND);
	mcha_health_troubled(health_table, now, SECOND);
	mcha_health_is_calm(health_table, now);
	expect(is_past(mcha_health_back(health)));
	expect(is_past(mcha_health_emptied(health_table, now)));
}

static void replay_flush(mcha_health *health, mcha_usec now, bool flushed)
{
	int64_t seen;

	if (mcha_health_claim_flush(health, now, SECOND, &seen)) {
		mcha_health_end_flush(health_table, health, now, seen, flushed);
	}
}

static void call_health(worker *self)
{
	static const mcha_health_rules rules = {
		.retry_interval = 2 * MCHA_USEC_PER_MSEC,
		.retry_interval_max = 8 * MCHA_USEC_PER_MSEC,
		.lease = 2 * MCHA_USEC_PER_MSEC,
	};
	uint64_t id = 1 + draw(self, SERVERS);
	mcha_incarnation told = draw_incarnation(self);
	mcha_usec now = mcha_clock_now(), started = now - (mcha_usec)draw(self, 2000);
	char name[2 * MCHA_HEALTH_NAME_MAX];
	mcha_health *health;

	name_server(name, id);
	health = mcha_health_find(health_table, id, name);
	expect(health->id == id || health == &health_table->overflow);
	switch (draw(self, 16)) {
	case 0:
	case 1:
		if (mcha_health_admit(health, &rules, now, draw(self, 2))) {
			mcha_health_success(health, started, now);
		}
		break;
	case 2:
		mcha_health_success(health, started, now);
		break;
	case 3:
		mcha_health_failure(health_table, health, &rules, started, now, self->random);
		break;
	case 4:
		mcha_health_own_failure(health_table, health, now);
		break;
	case 5:
		mcha_health_suspect(health_table, health, now);
		break;
	case 6:
		mcha_health_meet(health_table, health, &told, started, now);
		break;
	case 7:
		mcha_health_meet_unknown(health_table, health, now);
		break;
	case 8:
		mcha_health_miss_flush(health_table, health, now - (mcha_usec)draw(self, 2000));
		break;
	case 9:
		replay_flush(health, now, draw(self, 2));
		break;
	case 10:
		mcha_health_lacking(health_table, health, now);
		break;
	case 11:
		mcha_health_note_cause(health, MCHA_STATUS_TIMEOUT, (int)draw(self, 2));
		break;
	case 12:
		if (!mcha_health_admit(health, &rules, now, false)) {
			mcha_health_give_back(health, now);
		}
		break;
	case 13:
		mcha_suspicion_learn(health, id);
		break;
	case 14:
		mcha_suspicion_end(health, id);
		break;
	default:
		mcha_health_tell(health, MCHA_TOLD_AHEAD);
	}
	read_health(self, health);
}

static void assert_missed_flushes_counted(void)
{
	uint32_t unflushed = 0;

	for (size_t i = 0; i < health_table->capacity; i++) {
		unflushed += mcha_health_misses_flush(&health_table->slots[i]);
	}
	assert_in_range(health_table->unflushed, unflushed, SLOTS);
}

static void threads_share_the_health_of_servers(void **state)
{
	(void)state;
	health_table = mcha_health_table_init(map(mcha_health_table_size(SLOTS)), SLOTS);
	run_threads(call_health);
	assert_missed_flushes_counted();
	munmap(health_table, mcha_health_table_size(SLOTS));
}

/* --- hints ------------------------------------------------------------------------------------ */

static mcha_hint make_hint(worker *self, unsigned node, mcha_usec now)
{
	mcha_hint hint = {.node = node, .owner = self->id, .indeterminate = now};

	hint.until = now + (mcha_usec)draw(self, 2000);
	hint.key_length = (uint16_t)spell(hint.key, node, draw(self, KEYS));
	hint.source = source_of(hint.key, hint.key_length);
	return hint;
}

static void end_in_flight(worker *self, mcha_usec now)
{
	mcha_hints_is_owners(table, &self->in_flight, self->id);
	if (draw(self, 2)) {
		mcha_hints_clear_in_flight(table, &self->in_flight);
	} else {
		mcha_hints_confirm_missed(table, &self->in_flight, draw(self, 2), 0, now);
	}
	self->in_flight = (mcha_in_flight_hint){0, 0};
}

static void replay_hint(worker *self, const mcha_hint *hint, mcha_usec now)
{
	expect(is_whole(hint));
	mcha_hints_attempt(table, hint, now);
	if (mcha_hints_is_untouched(table, hint, now) || draw(self, 2)) {
		mcha_hints_clear(table, hint);
	}
}

static void call_hints(worker *self)
{
	unsigned node = 1 + draw(self, NODES);
	mcha_usec now = mcha_clock_now();
	mcha_hint wanted = make_hint(self, node, now), found;
	size_t cursor = draw(self, CAPACITY);

	switch (draw(self, 8)) {
	case 0:
	case 1:
		mcha_hints_add(table, &nodes[node - 1], node, wanted.source, draw(self, 8), wanted.key,
			wanted.key_length, now);
		break;
	case 2:
		wanted.owner = 0;
		mcha_hints_insert(table, &nodes[node - 1], &wanted, now);
		break;
	case 3:
		end_in_flight(self, now);
		self->in_flight = mcha_hints_begin(table, &nodes[node - 1], &wanted, now);
		break;
	case 4:
		end_in_flight(self, now);
		break;
	case 5:
		if (mcha_hints_find_in_flight(table, node, wanted.key, wanted.key_length, self->id,
				&found)) {
			expect(is_whole(&found) && found.owner != self->id);
		}
		break;
	case 6:
		if (mcha_hints_find(table, node, wanted.key, wanted.key_length, &found)) {
			replay_hint(self, &found, now);
		}
		break;
	default:
		mcha_hints_trust(table, &nodes[node - 1]);
	}
	if (mcha_hints_next(table, &cursor, &found)) {
		expect(is_whole(&found));
	}
	mcha_hints_is_crowded(table);
	mcha_hints_distrusted_since(&nodes[node - 1]);
}

static void threads_share_hints(void **state)
{
	size_t found;

	(void)state;
	run_threads(call_hints);
	found = count_hints();
	assert_in_range(table->total, found, CAPACITY);
	for (size_t i = 0; i < NODES; i++) {
		assert_in_range(mcha_hints_count(&nodes[i]), 0, table->total);
		mcha_hints_trust(table, &nodes[i]);
	}
	assert_int_equal(table->distrusted, 0);
}

/* --- recent deletes, verified keys, replica states -------------------------------------------- */

static void call_recent_deletes(worker *self)
{
	mcha_usec now = mcha_clock_now();
	const char *key = draw(self, 2) ? "cart" : "user";

	if (draw(self, 2)) {
		mcha_recent_deletes_note(recent_deletes, key, 4, now, draw(self, 2));
		expect(mcha_recent_deletes_since(recent_deletes, key, 4, start - SECOND, SECOND));
	} else {
		mcha_recent_deletes_since(recent_deletes, key, 4, now, SECOND);
		expect(!mcha_recent_deletes_since(recent_deletes, "page", 4, start, SECOND));
	}
}

static void threads_share_recent_deletes(void **state)
{
	(void)state;
	recent_deletes = map(sizeof(*recent_deletes));
	run_threads(call_recent_deletes);
	munmap(recent_deletes, sizeof(*recent_deletes));
}

static void call_verified(worker *self)
{
	unsigned number = draw(self, KEYS);
	char key[MCHA_KEY_MAX];
	uint64_t hash = mcha_verified_hash(key, spell(key, 1, number), 1);
	mcha_usec since;

	if (draw(self, 2)) {
		mcha_verified_note(verified, hash, mcha_clock_now());
	}
	since = mcha_verified_since(verified, hash);
	expect(!since || (since >= start - MCHA_USEC_PER_MSEC && is_past(since)));
}

static void threads_share_verified_keys(void **state)
{
	(void)state;
	verified = map(sizeof(*verified));
	run_threads(call_verified);
	munmap(verified, sizeof(*verified));
}

static void call_replica_state(worker *self)
{
	mcha_incarnation told = draw_incarnation(self);
	mcha_usec now = mcha_clock_now();

	switch (draw(self, 6)) {
	case 0:
		mcha_replica_state_suspect(replica_state);
		break;
	case 1:
		mcha_replica_state_meet(replica_state, &told, now - (mcha_usec)draw(self, 2000), now);
		break;
	case 2:
		mcha_replica_state_meet_unknown(replica_state, now);
		break;
	case 3:
		mcha_replica_state_fine(replica_state, now);
		break;
	case 4:
		mcha_replica_state_lacking(replica_state, now);
		break;
	default:
		mcha_replica_state_late(replica_state, now);
	}
	expect(mcha_replica_state_seldom(replica_state, now) <= MCHA_CHECK_SELDOM);
	mcha_replica_state_is_stale(replica_state, now, SECOND);
	mcha_replica_state_may_lack(replica_state, now, start);
	mcha_replica_state_is_paused(replica_state, now);
}

static void threads_share_the_state_of_replicas(void **state)
{
	(void)state;
	replica_state = map(sizeof(*replica_state));
	run_threads(call_replica_state);
	munmap(replica_state, sizeof(*replica_state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(threads_share_the_health_of_servers),
		TEST(threads_share_hints),
		TEST(threads_share_recent_deletes),
		TEST(threads_share_verified_keys),
		TEST(threads_share_the_state_of_replicas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
