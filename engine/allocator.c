/* SPDX-License-Identifier: MIT */
/* The allocator of everything that is not PHP. */
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

const mcha_allocator mcha_allocator_libc = {libc_allocate, libc_release};
