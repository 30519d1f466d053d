/* SPDX-License-Identifier: MIT */
/* A counter that a fork increments in the child. getpid() would do as well, but costs a system call
 * each time. */
#include "fork_generation.h"

#include <pthread.h>
#include <unistd.h>

static uint32_t generation, process;
static pthread_once_t registered = PTHREAD_ONCE_INIT;

static void raise_generation(void)
{
	generation++;
	process = (uint32_t)getpid();
}

static void register_handler(void)
{
	pthread_atfork(NULL, NULL, raise_generation);
	process = (uint32_t)getpid();
}

uint32_t mcha_fork_generation(void)
{
	pthread_once(&registered, register_handler);
	return generation;
}

uint32_t mcha_fork_process(void)
{
	pthread_once(&registered, register_handler);
	return process;
}
