/* SPDX-License-Identifier: MIT */
/* A list of free buffers; the first bytes of each hold the address of the next one. */
#include "buffer_pool.h"

#include <stdlib.h>

#define KEPT_MAX 16

typedef union kept_buffer {
	union kept_buffer *next;
	char bytes[MCHA_BUFFER_BYTES];
} kept_buffer;

static _Thread_local kept_buffer *kept;
static _Thread_local size_t kept_count;

void *mcha_buffer_take(void)
{
	kept_buffer *buffer = kept;

	if (!buffer) {
		return malloc(sizeof(*buffer));
	}
	kept = buffer->next;
	kept_count--;
	return buffer;
}

void mcha_buffer_give(void *bytes)
{
	kept_buffer *buffer = bytes;

	if (kept_count == KEPT_MAX) {
		free(buffer);
		return;
	}
	buffer->next = kept;
	kept = buffer;
	kept_count++;
}

void mcha_buffer_pool_trim(void)
{
	while (kept) {
		free(mcha_buffer_take());
	}
}
