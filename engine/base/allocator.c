/* SPDX-License-Identifier: MIT */
/* The allocator for programs without PHP: unit tests and fuzzers. */
#include "allocator.h"

#include <stdlib.h>

static char *libc_allocate(size_t size)
{
	return malloc(size + 1);
}

static void libc_release(char *bytes)
{
	free(bytes);
}

static char *libc_resize(char *bytes, size_t size)
{
	return realloc(bytes, size + 1);
}

const mcha_allocator mcha_allocator_libc = {libc_allocate, libc_release, libc_resize};
