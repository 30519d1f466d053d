/* SPDX-License-Identifier: MIT */
/* The health of servers, as a request that is about to be sent asks for it: reads no clock, takes
 * no lock, never waits. */
#include "engine/shared/health/health_word.h"
#include "engine/shared/health/suspicion.h"

/* May the caller start a probe of this server, which is not up? */
static bool is_probe_due(const mcha_health *health, mcha_health_word status,
	const mcha_health_rules *rules, mcha_usec now, bool last_resort)
{
	if (mcha_health_word_is_due(status, now)) {
		return true;
	}
	return last_resort && status.state == MCHA_HEALTH_DOWN
		&& !mcha_health_failed_lately(health, now, mcha_health_last_resort_interval(rules));
}

bool mcha_health_admit(mcha_health *health, const mcha_health_rules *rules, mcha_usec now,
	bool last_resort)
{
	uint64_t word = atomic_load_explicit(&health->word, memory_order_acquire);

	if (word == 0 || rules->retry_interval == 0 || mcha_health_is_overflow(health)) {
		return true;
	}
	/* A failed exchange reloads word: another process claimed the probe, or the server is back. */
	for (;;) {
		mcha_health_word status = mcha_health_word_unpack(word);
		uint64_t claim = mcha_health_word_pack(MCHA_HEALTH_PROBING, status.failures,
			now + rules->lease);

		if (mcha_health_word_is_up(status)) {
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
	mcha_health_word status = mcha_health_word_unpack(word);

	/* If the exchange fails, another process has claimed the probe or reported meanwhile. */
	if (status.state == MCHA_HEALTH_PROBING) {
		atomic_compare_exchange_strong(&health->word, &word,
			mcha_health_word_pack(MCHA_HEALTH_DOWN, status.failures,
				now - now % MCHA_USEC_PER_MSEC));
	}
}

mcha_health_view mcha_health_look(const mcha_health *health, mcha_usec now)
{
	mcha_health_word status = mcha_health_word_unpack(atomic_load_explicit(&health->word,
		memory_order_acquire));
	mcha_health_view view = {.state = status.state, .failures_in_a_row = status.failures};

	if (mcha_health_word_is_up(status)) {
		view.state = MCHA_HEALTH_UP;
		return view;
	}
	if (!mcha_health_word_is_due(status, now)) {
		view.retry_in = (mcha_usec)status.until * MCHA_USEC_PER_MSEC - now;
	} else {
		view.state = MCHA_HEALTH_DOWN; /* also if the process that probed has died */
	}
	return view;
}

const char *mcha_health_state_name(const mcha_health *health, mcha_health_state state)
{
	static const char *const texts[] = {
		[MCHA_HEALTH_UP] = "up",
		[MCHA_HEALTH_DOWN] = "down",
		[MCHA_HEALTH_PROBING] = "probing",
		[MCHA_HEALTH_SUSPECTED] = "suspected",
	};

	if (state != MCHA_HEALTH_UP) {
		return texts[state];
	}
	if (mcha_suspicion_stands(health)) {
		return texts[MCHA_HEALTH_SUSPECTED];
	}
	return mcha_health_is_unknown(health) ? "unknown" : texts[state];
}

bool mcha_health_is_steady(const mcha_health *health, mcha_usec now, mcha_usec span)
{
	mcha_health_word row = mcha_health_word_unpack(atomic_load_explicit(&health->last_row,
		memory_order_relaxed));

	return mcha_health_look(health, now).state == MCHA_HEALTH_UP
		&& now - (mcha_usec)row.until * MCHA_USEC_PER_MSEC >= span
		&& !mcha_health_failed_lately(health, now, span);
}

mcha_usec mcha_health_back(const mcha_health *health)
{
	return (mcha_usec)mcha_health_word_unpack(atomic_load_explicit(&health->last_row,
												  memory_order_relaxed))
			   .until
		* MCHA_USEC_PER_MSEC;
}

bool mcha_health_tell(mcha_health *health, uint8_t what)
{
	return !(atomic_fetch_or_explicit(&health->told, what, memory_order_relaxed) & what);
}
