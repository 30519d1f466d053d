/* SPDX-License-Identifier: MIT */
/* What a connection reads and writes with, for as long as it has something to read or write. At rest
 * it has none: a process that is connected to five hundred servers asks three of them at a time.
 * The thread keeps some that were given back, so that an operation on a few nodes allocates nothing. */
#ifndef MCHA_ENGINE_BUFFER_POOL_H
#define MCHA_ENGINE_BUFFER_POOL_H

#include <stddef.h>

#define MCHA_BUFFER_BYTES 28672

/* NULL: no memory. Not cleared. */
void *mcha_buffer_take(void);

void mcha_buffer_give(void *buffer);

/* Frees those that this thread keeps. */
void mcha_buffer_pool_trim(void);

#endif
