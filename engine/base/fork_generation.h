/* SPDX-License-Identifier: MIT */
/* Distinguishes a forked child from its parent. Both hold the same open sockets and would read each
 * other's answers, so a connection belongs to the generation that opened it. */
#ifndef MCHA_ENGINE_FORK_GENERATION_H
#define MCHA_ENGINE_FORK_GENERATION_H

#include <stdint.h>

/* How many forks lie between the process that made the first call and this process. Make the first
 * call before anything is opened that a child must not use; later calls cost no system call. */
uint32_t mcha_fork_generation(void);

/* The id of this process. Without a system call, but for the first call and the first one after a
 * fork. */
uint32_t mcha_fork_process(void);

#endif
