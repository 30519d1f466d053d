/* SPDX-License-Identifier: MIT */
/* Takes the answers to what rounds have left behind (in_flight.h), between the rounds. */
#ifndef MCHA_ENGINE_IN_FLIGHT_REAP_H
#define MCHA_ENGINE_IN_FLIGHT_REAP_H

#include "fanout.h"

/* Takes what has come, gives up what is overdue, and waits for the rest until that moment (not after
 * round->now: it does not wait). round: its nodes, settings, health, rules, random and now. */
void mcha_in_flight_reap(mcha_fanout *fanout, mcha_round *round, mcha_usec until);

#endif
