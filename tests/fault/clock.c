/* SPDX-License-Identifier: MIT */
/* Preloaded into PHP: shifts the time of day of process PID by the milliseconds in the file
 * clock.PID of the folder MCHA_CLOCKS. Monotonic clocks are not shifted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOKS 10000 /* for a file that is not there: this process has no offset, as it seems */

static long offset_now(void)
{
	static pid_t known;
	static long offset;
	static int looks;
	char path[512], text[32] = "";
	const char *folder;
	int fd;

	if (known != getpid()) {
		known = getpid();
		looks = 0;
		offset = 0;
	}
	if (looks < 0 || looks >= LOOKS || !(folder = getenv("MCHA_CLOCKS"))) {
		return offset;
	}
	looks++;
	snprintf(path, sizeof(path), "%s/clock.%ld", folder, (long)known);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) > 0) {
			offset = atol(text);
			looks = -1;
		}
		close(fd);
	}
	return offset;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (!real) {
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	}
	result = real(clock, time);
	if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
		long long nanoseconds = time->tv_nsec + offset_now() % 1000 * 1000000LL;

		time->tv_sec += offset_now() / 1000;
		if (nanoseconds < 0) {
			nanoseconds += 1000000000;
			time->tv_sec--;
		} else if (nanoseconds >= 1000000000) {
			nanoseconds -= 1000000000;
			time->tv_sec++;
		}
		time->tv_nsec = (long)nanoseconds;
	}
	return result;
}

/* The C library's headers declare these parameters nonnull. */
int gettimeofday(struct timeval *restrict into, void *restrict zone)
{
	struct timespec now = {0};
	int result = clock_gettime(CLOCK_REALTIME, &now);

	(void)zone;
	into->tv_sec = now.tv_sec;
	into->tv_usec = now.tv_nsec / 1000;
	return result;
}

time_t time(time_t *into)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (into) {
		*into = now.tv_sec;
	}
	return now.tv_sec;
}
