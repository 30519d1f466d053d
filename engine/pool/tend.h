/* SPDX-License-Identifier: MIT */
/* Takes the answers to what rounds have left behind (trail.h), between the rounds. */
#ifndef MCHA_ENGINE_TEND_H
#define MCHA_ENGINE_TEND_H

#include "fanout.h"

/* Takes what has come, gives up what is overdue, and waits for the rest until that moment (not after
 * round->now: it does not wait). round: its nodes, settings, health, rules, random and now. */
void mcha_tend(mcha_fanout *fanout, mcha_round *round, mcha_usec until);

#endif
