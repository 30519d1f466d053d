/* SPDX-License-Identifier: MIT */
/* What the end of a request says about the health of its server. */
#include "health_word.h"
#include "suspicion.h"

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
	uint64_t row = mcha_health_word_pack(MCHA_HEALTH_UP, mcha_health_word_unpack(word).failures,
		now - now % MCHA_USEC_PER_MSEC);

	if (word != MCHA_SUSPICION_WORD) { /* else it was not down */
		atomic_store_explicit(&health->last_row, row, memory_order_relaxed);
	}
	atomic_compare_exchange_strong_explicit(&health->word, &word, 0, memory_order_release,
		memory_order_relaxed);
}

static void set_up_if_not(mcha_health *health, mcha_usec started, mcha_usec now)
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
	set_up_if_not(health, started, now);
}

void mcha_health_success_between(mcha_health *health, mcha_usec started, mcha_usec now)
{
	record_answer(health, started);
	set_up_if_not(health, started, now);
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
static uint32_t failures_before(mcha_health_word row, const mcha_health_rules *rules, mcha_usec now)
{
	mcha_usec back = (mcha_usec)row.until * MCHA_USEC_PER_MSEC;

	return now - back < 2 * compute_interval(rules, row.failures) ? row.failures : 0;
}

/* Requests that were in progress when the server went down fail one after the other, in every
 * worker: they are one failure, and must not each double the interval. */
static bool is_ignored(const mcha_health *health, mcha_health_word status, mcha_health_word row,
	mcha_usec started, mcha_usec now)
{
	switch (status.state) {
	case MCHA_HEALTH_UP:
	case MCHA_HEALTH_SUSPECTED:
		return (uint64_t)(started / MCHA_USEC_PER_MSEC) < row.until;
	case MCHA_HEALTH_DOWN:
		return !mcha_health_word_is_due(status, now) || is_outdated(health, started);
	default:
		return is_outdated(health, started);
	}
}

static void set_down(mcha_health *health, const mcha_health_rules *rules, mcha_usec started,
	mcha_usec now, uint64_t random)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);

	for (;;) {
		mcha_health_word status = mcha_health_word_unpack(word);
		mcha_health_word row = mcha_health_word_unpack(atomic_load_explicit(&health->last_row,
			memory_order_relaxed));
		uint32_t before = mcha_health_word_is_up(status) ? failures_before(row, rules, now)
														 : status.failures;
		uint32_t failures = before < MCHA_HEALTH_FAILURES_MAX ? before + 1
															  : MCHA_HEALTH_FAILURES_MAX;
		mcha_usec until = now + mcha_health_retry_delay(rules, failures, random);

		if (is_ignored(health, status, row, started, now)) {
			return;
		}
		if (atomic_compare_exchange_weak_explicit(&health->word, &word,
				mcha_health_word_pack(MCHA_HEALTH_DOWN, failures, until), memory_order_acq_rel,
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
	if (!mcha_health_is_overflow(health)) {
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
	if (mcha_health_is_overflow(health)) {
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
	if (!mcha_health_is_overflow(health)) {
		mcha_replica_state_meet_unknown(&health->replicas, now);
		record_emptied(table, now);
	}
}

void mcha_health_failure(mcha_health_table *table, mcha_health *health,
	const mcha_health_rules *rules, mcha_usec started, mcha_usec now, uint64_t random)
{
	mcha_health_suspect(table, health, now);
	atomic_fetch_add_explicit(&health->failures, 1, memory_order_relaxed);
	if (rules->retry_interval != 0 && !mcha_health_is_overflow(health)) {
		set_down(health, rules, started, now, random);
	}
}
