/* SPDX-License-Identifier: MIT */
/* Memory with a file name: every process of a user on this host that opens the file sees the same
 * bytes, whichever process it descends from, and the bytes outlive all of them until the host is
 * restarted.
 *
 * A process makes the file complete under a name of its own and then links it to the name that the
 * others open. So no process sees a half-made file, and one that dies meanwhile leaves nothing that
 * any process opens. The file begins with a header; what it says must be what the opening process
 * expects, or the file is refused. */
#ifndef MCHA_ENGINE_NAMED_MEMORY_H
#define MCHA_ENGINE_NAMED_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MCHA_NAMED_MEMORY_PATH_MAX 256
#define MCHA_NAMED_MEMORY_REASON_MAX 320

typedef struct mcha_named_memory {
	void *memory; /* behind the header, aligned to a cache line; NULL: there is none */
	size_t size;  /* of memory */
	char path[MCHA_NAMED_MEMORY_PATH_MAX];
	/* why there is none; names the path and what would be right */
	char reason[MCHA_NAMED_MEMORY_REASON_MAX];
} mcha_named_memory;

typedef struct mcha_named_layout {
	/* of what is in the memory: processes that do not agree on it do not share a file */
	uint64_t id;
	size_t size;
	void (*init)(void *memory, size_t size); /* fills in memory that is all zero */
} mcha_named_layout;

/* The path of the file that processes of this user, in these namespaces and with this layout,
 * share. In another network namespace (a container's) an address may be another server's; in
 * another process namespace a process cannot tell whether the claimant of a slot lives. False:
 * there is none, and named->reason says why. */
bool mcha_named_memory_choose(char path[MCHA_NAMED_MEMORY_PATH_MAX], mcha_named_memory *named,
	const mcha_named_layout *layout);

/* Opens the file at path, or makes it. It must be a regular file of this user that no other user
 * may read or write. A file that was made before the host was last restarted is replaced. False:
 * named->reason says why. */
bool mcha_named_memory_open(mcha_named_memory *named, const char *path,
	const mcha_named_layout *layout);

void mcha_named_memory_close(mcha_named_memory *named);

#endif
