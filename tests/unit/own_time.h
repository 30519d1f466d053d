/* SPDX-License-Identifier: MIT */
/* A test's own time: it passes while the test computes and while it sleeps on purpose, but not
 * while a busy machine keeps the test from its processor. A program includes this file once and
 * then has these functions instead of the C library's. */
#ifndef MCHA_TESTS_OWN_TIME_H
#define MCHA_TESTS_OWN_TIME_H

#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/clock.h"

static mcha_usec slept;
/* the next wait that ends is prolonged by this, as if the process was stopped */
static mcha_usec stall;

static inline mcha_usec real_time(clockid_t id)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, id, &ts);
	return ts.tv_sec * MCHA_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* The time of day passes with the monotonic clock. */
int clock_gettime(clockid_t id, struct timespec *ts)
{
	static mcha_usec epoch, day;
	mcha_usec now;

	if (id != CLOCK_MONOTONIC && id != CLOCK_REALTIME) {
		return (int)syscall(SYS_clock_gettime, id, ts);
	}
	if (!epoch) {
		epoch = real_time(CLOCK_MONOTONIC);
		day = real_time(CLOCK_REALTIME);
	}
	now = (id == CLOCK_MONOTONIC ? epoch : day) + slept + real_time(CLOCK_PROCESS_CPUTIME_ID);
	ts->tv_sec = now / MCHA_USEC_PER_SEC;
	ts->tv_nsec = now % MCHA_USEC_PER_SEC * 1000;
	return 0;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec span = {timeout / 1000, timeout % 1000 * 1000000L};
	mcha_usec before = real_time(CLOCK_MONOTONIC);
	int ready = (int)syscall(SYS_ppoll, fds, count, timeout < 0 ? NULL : &span, NULL, 0);

	slept += ready == 0 && timeout >= 0 ? timeout * MCHA_USEC_PER_MSEC
										: real_time(CLOCK_MONOTONIC) - before;
	if (ready == 0 && timeout > 0) {
		slept += stall;
		stall = 0;
	}
	return ready;
}

int usleep(useconds_t span)
{
	struct timespec left = {span / 1000000, span % 1000000 * 1000L};

	slept += span;
	return (int)syscall(SYS_nanosleep, &left, NULL);
}

#endif
