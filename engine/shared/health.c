/* SPDX-License-Identifier: MIT */
/* The health of servers, see the picture in health.h. Called before and after every request that is
 * sent; reads no clock, takes no lock, never waits.
 *
 * A server's word:   63 ........ 10   9 ........ 2   1 .. 0
 *                    until in ms      failures       state
 *                                     in a row
 *
 * Zero means that the server is up. Its last failures in a row are kept in another word, last_row
 * (the same layout: when the server came back, and after how many failures), so that a request to a
 * healthy server only has to see a zero. */
#include "health.h"

#include <stdio.h>
#include <string.h>

#define STATE_BITS 2
#define FAILURES_BITS 8
#define FAILURES_MAX 255u

typedef struct status_word {
	mcha_health_state state;
	uint32_t failures;
	uint64_t until; /* milliseconds */
} status_word;

static status_word unpack_word(uint64_t word)
{
	status_word status = {
		.state = (mcha_health_state)(word & ((1u << STATE_BITS) - 1)),
		.failures = (uint32_t)(word >> STATE_BITS) & FAILURES_MAX,
		.until = word >> (STATE_BITS + FAILURES_BITS),
	};

	return status;
}

static uint64_t pack_word(mcha_health_state state, uint32_t failures, mcha_usec until)
{
	uint64_t msec = (uint64_t)((until + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC);

	return msec << (STATE_BITS + FAILURES_BITS) | (uint64_t)failures << STATE_BITS
		| (uint64_t)state;
}

static bool is_due(status_word status, mcha_usec now)
{
	return (uint64_t)(now / MCHA_USEC_PER_MSEC) >= status.until;
}

/* --- the table ------------------------------------------------------------------------------- */

static size_t power_of_two(size_t at_least)
{
	size_t power = 1;

	while (power < at_least) {
		power *= 2;
	}
	return power;
}

size_t mcha_health_table_size(size_t capacity)
{
	return sizeof(mcha_health_table) + power_of_two(capacity) * sizeof(mcha_health);
}

mcha_health_table *mcha_health_table_init(void *memory, size_t capacity)
{
	mcha_health_table *table = memory;

	table->capacity = power_of_two(capacity);
	return table;
}

/* Keeps both ends of a long name: the port, or the file of a unix socket, is at the end. */
static void shorten_name(char *text, const char *name)
{
	const size_t room = MCHA_HEALTH_NAME_MAX - 1, half = (room - 3) / 2;
	size_t length = strlen(name);

	if (length <= room) {
		memcpy(text, name, length);
	} else {
		snprintf(text, MCHA_HEALTH_NAME_MAX, "%.*s...%s", (int)half, name, name + length - half);
	}
}

/* Each process that finds the slot without a name writes the name: the process that took the slot
 * may have died before it did. All of them write the same words, so a reader never sees parts of
 * two names. */
static void put_name(mcha_health *slot, const char *name)
{
	uint64_t words[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)] = {0};
	size_t i;

	if (!name || atomic_load_explicit(&slot->named, memory_order_relaxed)) {
		return;
	}
	shorten_name((char *)words, name);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		atomic_store_explicit(&slot->name[i], words[i], memory_order_relaxed);
	}
	atomic_store_explicit(&slot->named, 1, memory_order_release);
}

static void copy_name(const mcha_health *slot, char *name)
{
	uint64_t words[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)];
	size_t i;

	if (!atomic_load_explicit(&slot->named, memory_order_acquire)) {
		snprintf(name, MCHA_HEALTH_NAME_MAX, "?");
		return;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		words[i] = atomic_load_explicit(&slot->name[i], memory_order_relaxed);
	}
	memcpy(name, words, sizeof(words));
	name[MCHA_HEALTH_NAME_MAX - 1] = '\0';
}

/* Slots are never freed, so a search may end at the first free one. */
mcha_health *mcha_health_find(mcha_health_table *table, uint64_t id, const char *name)
{
	for (size_t i = 0; i < table->capacity; i++) {
		mcha_health *slot = &table->slots[(id + i) & (table->capacity - 1)];
		uint64_t owner = atomic_load_explicit(&slot->id, memory_order_acquire);

		/* A failed exchange leaves in owner the server that another process put there: perhaps this
		 * one. */
		if (owner == id
			|| (owner == 0
				&& (atomic_compare_exchange_strong(&slot->id, &owner, id) || owner == id))) {
			put_name(slot, name);
			return slot;
		}
	}
	return &table->overflow;
}

const mcha_health *mcha_health_next(const mcha_health_table *table, size_t *cursor, char *name)
{
	while (*cursor < table->capacity) {
		const mcha_health *slot = &table->slots[(*cursor)++];

		if (atomic_load_explicit(&slot->id, memory_order_acquire)) {
			copy_name(slot, name);
			return slot;
		}
	}
	return NULL;
}

/* Several servers share the overflow slot: the failure of one must not hold another down. */
static bool is_overflow(const mcha_health *health)
{
	return atomic_load_explicit(&health->id, memory_order_relaxed) == 0;
}

/* --- asking ---------------------------------------------------------------------------------- */

/* May the caller start a probe of this server, which is not up? */
static bool is_probe_due(const mcha_health *health, status_word status,
	const mcha_health_rules *rules, mcha_usec now, bool last_resort)
{
	if (is_due(status, now)) {
		return true;
	}
	return last_resort && status.state == MCHA_HEALTH_DOWN
		&& !mcha_health_failed_lately(health, now, mcha_health_last_resort_interval(rules));
}

bool mcha_health_admit(mcha_health *health, const mcha_health_rules *rules, mcha_usec now,
	bool last_resort)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);

	if (word == 0 || rules->retry_interval == 0 || is_overflow(health)) {
		return true;
	}
	/* A failed exchange reloads word: another process claimed the probe, or the server is back. */
	for (;;) {
		status_word status = unpack_word(word);
		uint64_t claim = pack_word(MCHA_HEALTH_PROBING, status.failures, now + rules->lease);

		if (status.state == MCHA_HEALTH_UP) {
			return true;
		}
		if (!is_probe_due(health, status, rules, now, last_resort)) {
			return false;
		}
		if (atomic_compare_exchange_weak(&health->word, &word, claim)) {
			return true;
		}
	}
}

void mcha_health_give_back(mcha_health *health, mcha_usec now)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);
	status_word status = unpack_word(word);

	/* If the exchange fails, another process has claimed the probe or reported meanwhile. */
	if (status.state == MCHA_HEALTH_PROBING) {
		atomic_compare_exchange_strong(&health->word, &word,
			pack_word(MCHA_HEALTH_DOWN, status.failures, now - now % MCHA_USEC_PER_MSEC));
	}
}

mcha_health_view mcha_health_look(const mcha_health *health, mcha_usec now)
{
	status_word status = unpack_word(atomic_load_explicit(&health->word, memory_order_acquire));
	mcha_health_view view = {.state = status.state, .failures_in_a_row = status.failures};

	if (status.state == MCHA_HEALTH_UP) {
		return view;
	}
	if (!is_due(status, now)) {
		view.retry_in = (mcha_usec)status.until * MCHA_USEC_PER_MSEC - now;
	} else {
		view.state = MCHA_HEALTH_DOWN; /* also if the process that probed has died */
	}
	return view;
}

const char *mcha_health_state_text(mcha_health_state state)
{
	static const char *const texts[] = {
		[MCHA_HEALTH_UP] = "up",
		[MCHA_HEALTH_DOWN] = "down",
		[MCHA_HEALTH_PROBING] = "probing",
	};

	return texts[state];
}

/* --- reporting ------------------------------------------------------------------------------- */

/* A moving average, with weight 1/8 for the newest value. Two workers may overwrite each other's
 * update: the latency is an estimate, and not worth a locked instruction per request. */
static void update_latency(mcha_health *health, mcha_usec latency)
{
	int64_t old = atomic_load_explicit(&health->latency, memory_order_relaxed);
	int64_t mean = latency < UINT32_MAX ? latency : UINT32_MAX;

	if (latency <= 0) {
		return;
	}
	if (old) {
		mean = old + (mean - old) / 8;
	}
	if (mean != old) {
		atomic_store_explicit(&health->latency, (uint32_t)mean, memory_order_relaxed);
	}
}

#define ANSWER_TICK (10 * MCHA_USEC_PER_MSEC)

/* Does not store at every request, as workers would take the cache line from each other. */
static void record_answer(mcha_health *health, mcha_usec now)
{
	if (now - atomic_load_explicit(&health->last_answer, memory_order_relaxed) >= ANSWER_TICK) {
		atomic_store_explicit(&health->last_answer, now, memory_order_relaxed);
	}
}

/* The request began before the server last went down: its result is older than the server's
 * state. */
static bool is_outdated(const mcha_health *health, mcha_usec started)
{
	return started < atomic_load_explicit(&health->down_since, memory_order_relaxed);
}

/* If the exchange fails, another process has changed the state at the same moment, and that change
 * stays. */
static void set_up(mcha_health *health, uint64_t word, mcha_usec now)
{
	uint64_t row = pack_word(MCHA_HEALTH_UP, unpack_word(word).failures,
		now - now % MCHA_USEC_PER_MSEC);

	atomic_store_explicit(&health->last_row, row, memory_order_relaxed);
	atomic_compare_exchange_strong_explicit(&health->word, &word, 0, memory_order_release,
		memory_order_relaxed);
}

static void set_up_if_down(mcha_health *health, mcha_usec started, mcha_usec now)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);

	if (word != 0 && !is_outdated(health, started)) {
		set_up(health, word, now);
	}
}

void mcha_health_success(mcha_health *health, mcha_usec started, mcha_usec now)
{
	update_latency(health, now - started);
	record_answer(health, now);
	set_up_if_down(health, started, now);
}

void mcha_health_success_between(mcha_health *health, mcha_usec started, mcha_usec now)
{
	record_answer(health, started);
	set_up_if_down(health, started, now);
}

bool mcha_health_is_steady(const mcha_health *health, mcha_usec now, mcha_usec span)
{
	status_word row = unpack_word(atomic_load_explicit(&health->last_row, memory_order_relaxed));

	return mcha_health_look(health, now).state == MCHA_HEALTH_UP
		&& now - (mcha_usec)row.until * MCHA_USEC_PER_MSEC >= span
		&& !mcha_health_failed_lately(health, now, span);
}

mcha_usec mcha_health_back(const mcha_health *health)
{
	return (mcha_usec)unpack_word(atomic_load_explicit(&health->last_row, memory_order_relaxed))
			   .until
		* MCHA_USEC_PER_MSEC;
}

bool mcha_health_tell(mcha_health *health, uint8_t what)
{
	return !(atomic_fetch_or_explicit(&health->told, what, memory_order_relaxed) & what);
}

/* The interval doubles with each failure in a row, up to retry_interval_max. */
static mcha_usec compute_interval(const mcha_health_rules *rules, uint32_t failures)
{
	mcha_usec delay = rules->retry_interval;

	for (uint32_t i = 1; i < failures && delay < rules->retry_interval_max; i++) {
		delay *= 2;
	}
	if (delay > rules->retry_interval_max && rules->retry_interval_max > rules->retry_interval) {
		delay = rules->retry_interval_max;
	}
	return delay;
}

/* Varies the delay by up to a fifth in both directions, so that workers and hosts do not probe in
 * step. */
mcha_usec mcha_health_retry_delay(const mcha_health_rules *rules, uint32_t failures,
	uint64_t random)
{
	return compute_interval(rules, failures) / 1000 * (mcha_usec)(800 + random % 401);
}

/* The failures in a row that a new failure of a server that is up is added to. */
static uint32_t failures_before(status_word row, const mcha_health_rules *rules, mcha_usec now)
{
	mcha_usec back = (mcha_usec)row.until * MCHA_USEC_PER_MSEC;

	return now - back < 2 * compute_interval(rules, row.failures) ? row.failures : 0;
}

/* Requests that were in progress when the server went down fail one after the other, in every
 * worker: they are one failure, and must not each double the interval. */
static bool is_ignored(const mcha_health *health, status_word status, status_word row,
	mcha_usec started, mcha_usec now)
{
	switch (status.state) {
	case MCHA_HEALTH_UP:
		return (uint64_t)(started / MCHA_USEC_PER_MSEC) < row.until;
	case MCHA_HEALTH_DOWN:
		return !is_due(status, now) || is_outdated(health, started);
	default:
		return is_outdated(health, started);
	}
}

static void set_down(mcha_health *health, const mcha_health_rules *rules, mcha_usec started,
	mcha_usec now, uint64_t random)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);

	for (;;) {
		status_word status = unpack_word(word);
		status_word row = unpack_word(atomic_load_explicit(&health->last_row,
			memory_order_relaxed));
		uint32_t before = status.state == MCHA_HEALTH_UP ? failures_before(row, rules, now)
														 : status.failures;
		uint32_t failures = before < FAILURES_MAX ? before + 1 : FAILURES_MAX;
		mcha_usec until = now + mcha_health_retry_delay(rules, failures, random);

		if (is_ignored(health, status, row, started, now)) {
			return;
		}
		if (atomic_compare_exchange_weak_explicit(&health->word, &word,
				pack_word(MCHA_HEALTH_DOWN, failures, until), memory_order_acq_rel,
				memory_order_acquire)) {
			atomic_store_explicit(&health->down_since, now, memory_order_relaxed);
			return;
		}
	}
}

static void record_emptied(mcha_health_table *table, mcha_usec when)
{
	if (when > atomic_load_explicit(&table->last_emptied, memory_order_relaxed)) {
		atomic_store_explicit(&table->last_emptied, when, memory_order_relaxed);
	}
}

static void record_failed(mcha_health_table *table, mcha_health *health, mcha_usec when)
{
	atomic_store_explicit(&health->last_failure, when, memory_order_relaxed);
	atomic_store_explicit(&table->last_failure, when, memory_order_relaxed);
}

static mcha_usec nonzero_time(mcha_usec now)
{
	return now ? now : 1; /* 0 means never */
}

void mcha_health_own_failure(mcha_health_table *table, mcha_health *health, mcha_usec now)
{
	record_failed(table, health, nonzero_time(now));
	atomic_fetch_add_explicit(&health->failures, 1, memory_order_relaxed);
}

void mcha_health_note_replaced(mcha_health_table *table, mcha_health *health, mcha_usec now)
{
	record_failed(table, health, nonzero_time(now));
}

void mcha_health_suspect(mcha_health_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = nonzero_time(now);

	record_failed(table, health, when);
	atomic_store_explicit(&health->detected, MCHA_DETECTED_NONE, memory_order_relaxed);
	if (!is_overflow(health)) {
		mcha_replica_state_suspect(&health->replicas);
		record_emptied(table, when);
	}
}

/* The server's process was not started before this moment. */
static void record_restart(mcha_health *health, mcha_usec when)
{
	if (when > atomic_load_explicit(&health->restarted, memory_order_relaxed)) {
		atomic_store_explicit(&health->restarted, when, memory_order_relaxed);
	}
}

void mcha_health_meet(mcha_health_table *table, mcha_health *health, const mcha_incarnation *told,
	mcha_usec started, mcha_usec now)
{
	if (is_overflow(health)) {
		return;
	}
	/* A server that hung tells the uptime that it had when it stopped until its clock has ticked
	 * again: its process would seem younger than it is. memcached's uptime begins at 2. */
	if (mcha_health_is_steady(health, started, MCHA_HEALTH_CLOCK_TICKED)) {
		record_restart(health,
			now
				- (mcha_usec)(told->uptime < INT32_MAX ? told->uptime : INT32_MAX)
					* MCHA_USEC_PER_SEC);
	}
	if (mcha_replica_state_meet(&health->replicas, told, started, now)) {
		mcha_health_suspect(table, health, now);
		record_restart(health, now);
		/* clears the doubt: this process is known */
		mcha_replica_state_meet(&health->replicas, told, started, now);
	}
	record_emptied(table, atomic_load_explicit(&health->replicas.emptied, memory_order_relaxed));
	if (now < atomic_load_explicit(&health->replicas.full_until, memory_order_relaxed)) {
		atomic_store_explicit(&table->last_lacking, now, memory_order_relaxed);
	}
}

void mcha_health_lacking(mcha_health_table *table, mcha_health *health, mcha_usec now)
{
	mcha_replica_state_lacking(&health->replicas, now);
	atomic_store_explicit(&table->last_lacking, now, memory_order_relaxed);
}

void mcha_health_meet_unknown(mcha_health_table *table, mcha_health *health, mcha_usec now)
{
	if (!is_overflow(health)) {
		mcha_replica_state_meet_unknown(&health->replicas, now);
		record_emptied(table, now);
	}
}

void mcha_health_failure(mcha_health_table *table, mcha_health *health,
	const mcha_health_rules *rules, mcha_usec started, mcha_usec now, uint64_t random)
{
	mcha_health_suspect(table, health, now);
	atomic_fetch_add_explicit(&health->failures, 1, memory_order_relaxed);
	if (rules->retry_interval != 0 && !is_overflow(health)) {
		set_down(health, rules, started, now, random);
	}
}

/* --- flushes that a server has missed --------------------------------------------------------- */

/* The count goes up before the missed flush becomes visible, as for hints (hints.c). flush_due
 * changes in any case, so that a process which is replaying a flush notices the new one
 * (mcha_health_end_flush). */
void mcha_health_miss_flush(mcha_health_table *table, mcha_health *health, mcha_usec at)
{
	int64_t last, due = atomic_load(&health->flush_due);

	if (is_overflow(health)) {
		return;
	}
	last = atomic_load(&health->flush_last);
	while (last < at && !atomic_compare_exchange_weak(&health->flush_last, &last, at)) {
	}
	for (;;) {
		const bool none = due == 0;
		const int64_t first = none ? at : (due < at ? due : at) - 1;

		if (none) {
			atomic_fetch_add(&table->unflushed, 1);
		}
		if (atomic_compare_exchange_strong(&health->flush_due, &due, first)) {
			return;
		}
		if (none) {
			atomic_fetch_sub(&table->unflushed, 1);
		}
	}
}

bool mcha_health_claim_flush(mcha_health *health, mcha_usec now, mcha_usec lease, int64_t *seen)
{
	int64_t tried = atomic_load(&health->flush_tried);

	*seen = atomic_load(&health->flush_due);
	return *seen != 0 && *seen <= now && tried <= now
		&& atomic_compare_exchange_strong(&health->flush_tried, &tried, now + lease);
}

void mcha_health_end_flush(mcha_health_table *table, mcha_health *health, mcha_usec claimed,
	int64_t seen, bool flushed)
{
	int64_t last = atomic_load(&health->flush_last), next = last > claimed ? last : 0;

	if (flushed && atomic_compare_exchange_strong(&health->flush_due, &seen, next) && next == 0) {
		atomic_fetch_sub(&table->unflushed, 1);
	}
	atomic_store(&health->flush_tried, 0);
}
