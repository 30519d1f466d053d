/* SPDX-License-Identifier: MIT */
/* Buffers that a connection borrows while it has something to read or write. An idle connection
 * holds none: a process that is connected to five hundred servers talks to three of them at a time.
 * Each thread keeps a few returned buffers, so that an operation on a few nodes allocates
 * nothing. */
#ifndef MCHA_ENGINE_BUFFER_POOL_H
#define MCHA_ENGINE_BUFFER_POOL_H

#include <stddef.h>

#define MCHA_BUFFER_BYTES 28672

/* A buffer with undefined contents; NULL: no memory. */
void *mcha_buffer_take(void);

void mcha_buffer_give(void *buffer);

/* Frees the buffers that this thread keeps. */
void mcha_buffer_pool_trim(void);

#endif
