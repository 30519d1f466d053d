/* SPDX-License-Identifier: MIT */
/* Comes before libasan in LD_PRELOAD (sanitized-php), so that PHP calls this library's dlopen().
 * PHP loads its extensions with RTLD_DEEPBIND, which AddressSanitizer refuses, as the extension
 * would then find the C library's functions before the sanitizer's. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

void *dlopen(const char *name, int flags)
{
	void *(*next)(const char *, int) = NULL;

	*(void **)&next = dlsym(RTLD_NEXT, "dlopen");
	return next(name, flags & ~RTLD_DEEPBIND);
}

/* Child processes (memcached, for example) must not run under the sanitizer. */
__attribute__((constructor)) static void forget_preload(void)
{
	unsetenv("LD_PRELOAD");
}
