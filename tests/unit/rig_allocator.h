/* SPDX-License-Identifier: MIT */
/* An allocator for the tests' connections, which counts, can refuse, and can leave by longjmp. */
#ifndef MCHA_TESTS_RIG_ALLOCATOR_H
#define MCHA_TESTS_RIG_ALLOCATOR_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/allocator.h"

static size_t held;       /* allocated and not freed */
static jmp_buf *leave_by; /* not NULL: the allocator leaves by longjmp, as PHP's may */
static bool no_memory;    /* for new blocks */

static inline char *rig_allocate(size_t size)
{
	if (leave_by) {
		longjmp(*leave_by, 1);
	}
	held += !no_memory;
	return no_memory ? NULL : mcha_allocator_libc.allocate(size);
}

static inline void rig_release(char *bytes)
{
	held--;
	mcha_allocator_libc.release(bytes);
}

static inline char *rig_resize(char *bytes, size_t size)
{
	if (leave_by) {
		longjmp(*leave_by, 1);
	}
	return mcha_allocator_libc.resize(bytes, size);
}

static const mcha_allocator rig_allocator = {rig_allocate, rig_release, rig_resize};

#endif
