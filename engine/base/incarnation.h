/* SPDX-License-Identifier: MIT */
/* Which process a memcached server is: its process id and the moment at which it was started, as the server tells them
 * in its statistics. A memcached that was restarted is another incarnation, and empty. Knows no socket. */
#ifndef MCHA_ENGINE_INCARNATION_H
#define MCHA_ENGINE_INCARNATION_H

#include <stddef.h>
#include <stdint.h>

typedef struct mcha_incarnation {
	uint8_t told;       /* which of the following the server has told, see incarnation.c */
	uint64_t pid;
	uint64_t time;      /* seconds, by the server's clock */
	uint64_t uptime;    /* seconds; memcached begins at 2 */
	uint64_t evictions; /* items, since it was started */
} mcha_incarnation;

/* One line of "stats", without its CR LF. */
void mcha_incarnation_read_line(mcha_incarnation *incarnation, const char *line, size_t length);

/* The whole answer to "stats": lines that end in LF or CR LF. */
void mcha_incarnation_read(mcha_incarnation *incarnation, const char *text, size_t length);

/* The same for as long as the server process lives, and not 0. 0: the server has not told enough. */
uint64_t mcha_incarnation_id(const mcha_incarnation *incarnation);

#endif
