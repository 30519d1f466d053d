/* SPDX-License-Identifier: MIT */
/* A suspicion is a state of the server's word: whatever this host finds out itself replaces it. */
#include "suspicion.h"

#include "engine/shared/mark.h"
#include "health_word.h"

/* If the exchange fails, this host knows better: the server is down here, or suspected already. */
void mcha_suspicion_learn(mcha_health *health, uint64_t mark)
{
	uint64_t up = 0;

	if (!mcha_health_is_overflow(health)) {
		atomic_store(&health->suspicion, mark);
		atomic_compare_exchange_strong(&health->word, &up, MCHA_SUSPICION_WORD);
	}
}

void mcha_suspicion_end(mcha_health *health, uint64_t mark)
{
	uint64_t suspected = MCHA_SUSPICION_WORD;

	if (mcha_mark_is_same(atomic_load(&health->suspicion), mark)) {
		atomic_compare_exchange_strong(&health->word, &suspected, 0);
	}
}
