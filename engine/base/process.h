/* SPDX-License-Identifier: MIT */
/* Whether a process of this host has ended, for claims that a process which was stopped must
 * keep. */
#ifndef MCHA_ENGINE_PROCESS_H
#define MCHA_ENGINE_PROCESS_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Any other answer than that there is no such process may mean that there is one: of another user,
 * for instance. */
static inline bool mcha_process_has_died(uint32_t process)
{
	return kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

#endif
