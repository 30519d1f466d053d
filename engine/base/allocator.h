/* SPDX-License-Identifier: MIT */
/* Where received values are put. In PHP this is a zend_string's body, so that a value goes from the
 * socket to its final place; in unit tests and fuzzers it is malloc. An allocator may leave by
 * longjmp (memory_limit): no engine state may depend on its return, see pool.h, in_flight. */
#ifndef MCHA_ENGINE_ALLOCATOR_H
#define MCHA_ENGINE_ALLOCATOR_H

#include <stddef.h>

typedef struct mcha_allocator {
	char *(*allocate)(size_t size); /* size bytes and one more for a closing NUL; NULL: no memory */
	void (*release)(char *bytes);
	/* more room for bytes that it gave out; they may move. NULL: no memory, they are as they were */
	char *(*resize)(char *bytes, size_t size);
} mcha_allocator;

/* malloc and free. */
extern const mcha_allocator mcha_allocator_libc;

#endif
