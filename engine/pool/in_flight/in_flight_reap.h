/* SPDX-License-Identifier: MIT */
/* Takes the answers to in-flight writes (in_flight.h), between rounds. */
#ifndef MCHA_ENGINE_IN_FLIGHT_REAP_H
#define MCHA_ENGINE_IN_FLIGHT_REAP_H

#include "engine/pool/fanout.h"

/* Takes the answers that have come, gives up writes that are overdue, and waits for the rest until
 * that moment (if it is not after round->now, it does not wait). Uses nodes, settings, health,
 * rules, random and now of the round. */
void mcha_in_flight_reap(mcha_fanout *fanout, mcha_round *round, mcha_usec until);

#endif
