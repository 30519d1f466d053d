/* SPDX-License-Identifier: MIT */
/* Tells a process from the one that it was forked from. What both hold open they would both read,
 * each the other's answers: a connection belongs to the generation that opened it. */
#ifndef MCHA_ENGINE_FORK_GENERATION_H
#define MCHA_ENGINE_FORK_GENERATION_H

#include <stdint.h>

/* Counts the forks since the first call, in the children. To be asked before there is anything to
 * tell apart, and costs no system call afterwards. */
uint32_t mcha_fork_generation(void);

#endif
