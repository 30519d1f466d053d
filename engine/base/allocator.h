/* SPDX-License-Identifier: MIT */
/* Allocates the memory that received values go into. In PHP this is a zend_string's body, so that a
 * value goes from the socket straight to its final place; unit tests and fuzzers use malloc. An
 * allocator may leave by longjmp (memory_limit): no engine state may depend on its return, see
 * `running` in pool.h. */
#ifndef MCHA_ENGINE_ALLOCATOR_H
#define MCHA_ENGINE_ALLOCATOR_H

#include <stddef.h>

typedef struct mcha_allocator {
	/* size bytes, and one more for a closing NUL; NULL: no memory */
	char *(*allocate)(size_t size);
	void (*release)(char *bytes);
	/* grows memory that allocate() returned, and may move it. NULL: no memory, the old memory is
	 * unchanged */
	char *(*resize)(char *bytes, size_t size);
} mcha_allocator;

/* malloc and free. */
extern const mcha_allocator mcha_allocator_libc;

#endif
