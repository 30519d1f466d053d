/* SPDX-License-Identifier: MIT */
/* Identifies the process behind a memcached server: its process id and its start time, both taken
 * from the server's statistics. A restarted memcached is another incarnation, and empty. Does no
 * I/O. */
#ifndef MCHA_ENGINE_INCARNATION_H
#define MCHA_ENGINE_INCARNATION_H

#include <stddef.h>
#include <stdint.h>

typedef struct mcha_incarnation {
	/* one bit for each of the following fields that the server sent, see incarnation.c */
	uint8_t told;
	uint64_t pid;
	uint64_t time;      /* seconds, by the server's clock */
	uint64_t uptime;    /* seconds; memcached begins at 2 */
	uint64_t evictions; /* items, since it was started */
} mcha_incarnation;

/* Reads one line of the answer to "stats", without its CR LF. */
void mcha_incarnation_read_line(mcha_incarnation *incarnation, const char *line, size_t length);

/* Reads the whole answer to "stats": lines that end in LF or CR LF. */
void mcha_incarnation_read(mcha_incarnation *incarnation, const char *text, size_t length);

/* A number that stays the same while the server process lives. 0: the server sent too few of the
 * fields. */
uint64_t mcha_incarnation_id(const mcha_incarnation *incarnation);

#endif
