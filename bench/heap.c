/* SPDX-License-Identifier: MIT */
/* Counts the bytes of the C library's heap, including the allocator's own words. bench/memory.inc
 * preloads this library into a PHP process, which reads the figures by sys_getloadavg(): bytes
 * held, the most bytes held since the last call, blocks allocated so far. (A block that realloc
 * moves counts once. For single-threaded programs, as PHP's command line; glibc only.) */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static size_t held, most, taken;

static size_t size_of(void *block)
{
	return block ? malloc_usable_size(block) + sizeof(size_t) : 0;
}

static void *take(void *block)
{
	held += size_of(block);
	taken++;
	most = held > most ? held : most;
	return block;
}

void *malloc(size_t size)
{
	return take(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return take(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
	const size_t before = size_of(block);
	void *moved = __libc_realloc(block, size);

	if (moved || !size) {
		held -= before;
		take(moved);
	}
	return moved;
}

void *memalign(size_t alignment, size_t size)
{
	return take(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	*block = memalign(alignment, size);
	return *block ? 0 : ENOMEM;
}

void free(void *block)
{
	held -= size_of(block);
	__libc_free(block);
}

/* PHP loads extensions with RTLD_DEEPBIND, so that they would not use the functions above: dlopen()
 * without this flag. */
void *dlopen(const char *file, int mode)
{
	void *(*real)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return real(file, mode & ~RTLD_DEEPBIND);
}

int getloadavg(double values[], int count)
{
	const double answers[] = {held, most, taken};

	for (int i = 0; i < count && i < 3; i++) {
		values[i] = answers[i];
	}
	most = held;
	return count;
}
