/* SPDX-License-Identifier: MIT */
/* Part of what is preloaded into PHP (clock.c, reroute.c): PHP loads extensions with RTLD_DEEPBIND,
 * by which they find the C library's functions before the preloaded ones. */
#define _GNU_SOURCE
#include <dlfcn.h>

void *dlopen(const char *file, int mode)
{
	void *(*real)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return real(file, mode & ~RTLD_DEEPBIND);
}
