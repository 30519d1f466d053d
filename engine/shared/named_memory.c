/* SPDX-License-Identifier: MIT */
/* Opens, checks and makes the file of a shared memory. */
#include "named_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/dev/shm"
#define NETWORK "/proc/self/ns/net"
#define PROCESSES "/proc/self/ns/pid"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define MAGIC UINT64_C(0x6d63686173686d31) /* "mchashm1" */
#define HEADER_SIZE 128
#define ATTEMPTS 8 /* at a file that other processes make and remove at the same time */

typedef struct header {
	uint64_t magic;
	uint64_t layout;
	uint64_t size;      /* of the whole file */
	uint64_t processes; /* number of the process namespace; 0: not known */
	char boot_id[40];   /* of the run of the kernel in which the file was made; empty: not known */
} header;

_Static_assert(sizeof(header) <= HEADER_SIZE, "the header fits");

static bool refuse(mcha_named_memory *named, const char *path, const char *reason)
{
	snprintf(named->reason, sizeof(named->reason), "%s: %s", path, reason);
	return false;
}

static bool refuse_errno(mcha_named_memory *named, const char *path, const char *what)
{
	const int error = errno;

	snprintf(named->reason, sizeof(named->reason), "%s: %s: %s", path, what, strerror(error));
	return false;
}

/* --- the header ------------------------------------------------------------------------------- */

static void read_boot_id(char id[40])
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, id, 36);

	id[length > 0 ? length : 0] = '\0';
	if (fd >= 0) {
		close(fd);
	}
}

static size_t size_of_file(const mcha_named_layout *layout)
{
	return HEADER_SIZE + layout->size;
}

/* The number of this process's namespace; 0: the system does not tell. */
static uint64_t number_of(const char *space)
{
	struct stat file;

	return stat(space, &file) ? 0 : (uint64_t)file.st_ino;
}

static void write_header(header *head, const mcha_named_layout *layout)
{
	head->magic = MAGIC;
	head->layout = layout->id;
	head->size = size_of_file(layout);
	head->processes = number_of(PROCESSES);
	read_boot_id(head->boot_id);
}

static bool is_of_this_boot(const header *head)
{
	char now[sizeof(head->boot_id)] = "";

	read_boot_id(now);
	return strncmp(head->boot_id, now, sizeof(now)) == 0;
}

/* --- opening ---------------------------------------------------------------------------------- */

typedef enum outcome { OPENED, ABSENT, OUTDATED, REFUSED } outcome;

static outcome refuse_file(mcha_named_memory *named, const char *path, const char *reason)
{
	(void)refuse(named, path, reason);
	return REFUSED;
}

/* What the file must be before a byte of it is believed; NULL: it is. */
static const char *find_flaw(const struct stat *file, size_t size)
{
	if (!S_ISREG(file->st_mode)) {
		return "is not a regular file";
	}
	if (file->st_uid != geteuid()) {
		return "belongs to another user; each user of the host needs a file of its own";
	}
	if (file->st_mode & (S_IRWXG | S_IRWXO)) {
		return "can be used by other users; its mode must be 0600";
	}
	return (uint64_t)file->st_size == size
		? NULL
		: "has another size: another version of McHA made it, or it is another program's; "
		  "remove it, or choose another path";
}

static outcome check_header(mcha_named_memory *named, const char *path, const header *head,
	const mcha_named_layout *layout)
{
	if (head->magic != MAGIC || head->layout != layout->id || head->size != size_of_file(layout)) {
		return refuse_file(named, path,
			"was not made by this version of McHA; remove it, or choose another path");
	}
	if (!is_of_this_boot(head)) {
		return OUTDATED;
	}
	return head->processes == number_of(PROCESSES)
		? OPENED
		: refuse_file(named, path,
			"is used in another container, whose processes this one cannot see");
}

static void *map_file(int fd, size_t size)
{
	void *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return start == MAP_FAILED ? NULL : start;
}

static bool keep_mapping(mcha_named_memory *named, const char *path, char *start,
	const mcha_named_layout *layout)
{
	named->memory = start + HEADER_SIZE;
	named->size = layout->size;
	snprintf(named->path, sizeof(named->path), "%s", path);
	return true;
}

/* One process removes the file, unless another process has put a new one in its place already. Does
 * not wait for the lock: the process that has it may be stopped. */
static outcome remove_outdated(mcha_named_memory *named, const char *path, int fd,
	const struct stat *file)
{
	struct stat now;

	if (flock(fd, LOCK_EX | LOCK_NB)) {
		return refuse_file(named, path, "another process replaces it just now");
	}
	if (stat(path, &now) == 0 && now.st_ino == file->st_ino && now.st_dev == file->st_dev) {
		(void)unlink(path);
	}
	return ABSENT;
}

static outcome map_checked(mcha_named_memory *named, const char *path, int fd,
	const mcha_named_layout *layout)
{
	struct stat file;
	const char *flaw = fstat(fd, &file) ? strerror(errno) : find_flaw(&file, size_of_file(layout));
	char *start = flaw ? NULL : map_file(fd, size_of_file(layout));
	outcome result;

	if (!start) {
		return refuse_file(named, path, flaw ? flaw : strerror(errno));
	}
	result = check_header(named, path, (const header *)start, layout);
	if (result == OPENED) {
		keep_mapping(named, path, start, layout);
		return OPENED;
	}
	munmap(start, size_of_file(layout));
	return result == OUTDATED ? remove_outdated(named, path, fd, &file) : result;
}

/* O_NONBLOCK: a FIFO in the file's place must not make this process wait for a writer. */
static outcome open_existing(mcha_named_memory *named, const char *path,
	const mcha_named_layout *layout)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	outcome result;

	if (fd < 0) {
		if (errno == ENOENT) {
			return ABSENT;
		}
		return refuse_file(named, path, errno == ELOOP ? "is a symbolic link" : strerror(errno));
	}
	result = map_checked(named, path, fd, layout);
	close(fd);
	return result;
}

/* --- making ----------------------------------------------------------------------------------- */

/* The room is taken at once: where it is short, this fails, not the first process that touches a
 * page. */
static bool take_room(int fd, size_t size)
{
	errno = posix_fallocate(fd, 0, (off_t)size);
	return errno == 0 && fchmod(fd, S_IRUSR | S_IWUSR) == 0;
}

static bool fill_file(int fd, const mcha_named_layout *layout)
{
	char *start = take_room(fd, size_of_file(layout)) ? map_file(fd, size_of_file(layout)) : NULL;

	if (!start) {
		return false;
	}
	write_header((header *)start, layout);
	layout->init(start + HEADER_SIZE, layout->size);
	return munmap(start, size_of_file(layout)) == 0;
}

/* False: errno says why. Another process may have been first: that is no failure. */
static bool link_file(const char *draft, const char *path)
{
	return link(draft, path) == 0 || errno == EEXIST;
}

static bool make_file(mcha_named_memory *named, const char *path, const mcha_named_layout *layout)
{
	char draft[MCHA_NAMED_MEMORY_PATH_MAX + 32];
	bool made;
	int fd;

	snprintf(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
	(void)unlink(draft); /* of a process that had this number and died meanwhile */
	fd = open(draft, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0) {
		return refuse_errno(named, draft, "could not be made");
	}
	made = (fill_file(fd, layout) && link_file(draft, path))
		|| refuse_errno(named, path, "could not be made");
	unlink(draft);
	close(fd);
	return made;
}

bool mcha_named_memory_open(mcha_named_memory *named, const char *path,
	const mcha_named_layout *layout)
{
	unsigned attempt;

	if (path[0] != '/' || strlen(path) >= sizeof(named->path)) {
		return refuse(named, path,
			"the path must begin with a slash and be shorter than 256 bytes");
	}
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		const outcome result = open_existing(named, path, layout);

		if (result == OPENED || result == REFUSED) {
			return result == OPENED;
		}
		if (!make_file(named, path, layout)) {
			return false;
		}
	}
	return refuse(named, path, "other processes make and remove it all the time");
}

bool mcha_named_memory_choose(char path[MCHA_NAMED_MEMORY_PATH_MAX], mcha_named_memory *named,
	const mcha_named_layout *layout)
{
	const uint64_t network = number_of(NETWORK), processes = number_of(PROCESSES);

	if (!network || !processes) {
		return refuse_errno(named, network ? PROCESSES : NETWORK,
			"cannot tell which container this process is in");
	}
	snprintf(path, MCHA_NAMED_MEMORY_PATH_MAX,
		FOLDER "/mcha-%lu-%" PRIu64 "-%" PRIu64 "-%016" PRIx64, (unsigned long)geteuid(), network,
		processes, layout->id);
	return true;
}

void mcha_named_memory_close(mcha_named_memory *named)
{
	if (named->memory) {
		munmap((char *)named->memory - HEADER_SIZE, named->size + HEADER_SIZE);
		named->memory = NULL;
	}
}
