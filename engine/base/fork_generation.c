/* SPDX-License-Identifier: MIT */
/* A counter that every fork raises in the child. getpid() would do, for a system call each time. */
#include "fork_generation.h"

#include <pthread.h>

static uint32_t generation;
static pthread_once_t watched = PTHREAD_ONCE_INIT;

static void raise_generation(void)
{
	generation++;
}

static void watch(void)
{
	pthread_atfork(NULL, NULL, raise_generation);
}

uint32_t mcha_fork_generation(void)
{
	pthread_once(&watched, watch);
	return generation;
}
