/* SPDX-License-Identifier: MIT */
/* Files of shared memory: what is made, what is shared, and what is refused. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/shared/named_memory.h"

#define SIZE 8192
#define HEADER 128      /* the bytes of the file before the memory */
#define PROCESSES_AT 24 /* in the header */
#define BOOT_ID_AT 32
#define PROCESSES 12

static char folder[] = "/tmp/mcha-named-XXXXXX";
static char path[64];

static void init_memory(void *memory, size_t size)
{
	assert_int_equal(size % SIZE, 0);
	*(_Atomic int *)memory = 1000;
}

static const mcha_named_layout layout = {.id = 7, .size = SIZE, .init = init_memory};

/* --- the folder ------------------------------------------------------------------------------- */

static int setup(void **state)
{
	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/memory", folder);
	return 0;
}

/* Fails if a test has left a draft behind. */
static int teardown(void **state)
{
	(void)state;
	(void)(unlink(path) && rmdir(path));
	return rmdir(folder);
}

static mcha_named_memory open_file(void)
{
	mcha_named_memory named = {0};

	if (!mcha_named_memory_open(&named, path, &layout)) {
		fail_msg("refused: %s", named.reason);
	}
	assert_string_equal(named.path, path);
	assert_int_equal(named.size, SIZE);
	assert_int_equal((uintptr_t)named.memory % 64, 0);
	return named;
}

static void assert_refused_path(const char *which, const mcha_named_layout *wanted,
	const char *reason)
{
	mcha_named_memory named = {0};

	assert_false(mcha_named_memory_open(&named, which, wanted));
	assert_null(named.memory);
	if (!strstr(named.reason, reason) || strncmp(named.reason, which, strlen(which)) != 0) {
		fail_msg("'%s' does not begin with '%s' or lacks '%s'", named.reason, which, reason);
	}
}

static void assert_refused(const char *reason)
{
	assert_refused_path(path, &layout, reason);
}

static _Atomic int *counter_of(const mcha_named_memory *named)
{
	return named->memory;
}

static void overwrite(off_t at, const char *bytes, size_t length)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, length, at), length);
	close(fd);
}

static void make_file(void)
{
	mcha_named_memory named = open_file();

	mcha_named_memory_close(&named);
	assert_null(named.memory);
}

/* --- sharing ---------------------------------------------------------------------------------- */

static void a_file_is_made_for_its_user_alone(void **state)
{
	mode_t masks[] = {0, 022, 0777};
	struct stat file;

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		mode_t former = umask(masks[i]);

		make_file();
		umask(former);
		assert_int_equal(stat(path, &file), 0);
		assert_int_equal(file.st_mode & 07777, 0600);
		/* no page is missing when a process touches it */
		assert_true(file.st_blocks * 512 >= SIZE);
		unlink(path);
	}
}

static void what_one_process_writes_another_reads_when_the_first_has_ended(void **state)
{
	pid_t child = fork();
	mcha_named_memory named;
	int status;

	(void)state;
	if (child == 0) {
		named = open_file();
		atomic_fetch_add(counter_of(&named), 234);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	named = open_file();
	assert_int_equal(atomic_load(counter_of(&named)), 1234);
	mcha_named_memory_close(&named);
}

static void processes_that_make_the_file_at_the_same_moment_share_one(void **state)
{
	_Atomic int *start = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		0);
	mcha_named_memory named;
	int status;

	(void)state;
	for (int round = 0; round < 20; round++) {
		atomic_store(start, 0);
		for (int i = 0; i < PROCESSES; i++) {
			if (fork() == 0) {
				atomic_fetch_add(start, 1);
				while (atomic_load(start) < PROCESSES) {
				}
				named = (mcha_named_memory){0};
				_exit(mcha_named_memory_open(&named, path, &layout)
							&& atomic_fetch_add(counter_of(&named), 1) >= 1000
						? 0
						: 1);
			}
		}
		for (int i = 0; i < PROCESSES; i++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		named = open_file();
		assert_int_equal(atomic_load(counter_of(&named)), 1000 + PROCESSES);
		mcha_named_memory_close(&named);
		assert_int_equal(unlink(path), 0);
	}
	munmap(start, 4096);
}

/* The process that made the draft has died, and this one has the same number. */
static void a_draft_of_a_process_that_died_is_no_hindrance(void **state)
{
	char draft[96];
	int fd;

	(void)state;
	snprintf(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
	fd = open(draft, O_CREAT | O_RDWR, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "half", 4), 4);
	close(fd);
	make_file();
	assert_int_equal(access(draft, F_OK), -1);
}

static void a_removed_file_is_made_anew(void **state)
{
	mcha_named_memory first = open_file(), second;

	(void)state;
	atomic_store(counter_of(&first), 1);
	unlink(path);
	second = open_file();
	assert_int_equal(atomic_load(counter_of(&second)), 1000);
	mcha_named_memory_close(&first);
	mcha_named_memory_close(&second);
}

/* --- a restart of the host -------------------------------------------------------------------- */

static void a_file_of_before_the_host_was_restarted_is_replaced(void **state)
{
	mcha_named_memory named;

	(void)state;
	make_file();
	overwrite(BOOT_ID_AT, "another boot", 12);
	overwrite(HEADER, "\1\1\1\1", 4);
	named = open_file();
	assert_int_equal(atomic_load(counter_of(&named)), 1000);
	mcha_named_memory_close(&named);
}

/* A process that is stopped while it replaces the file must not stop the others. */
static void while_another_process_replaces_the_file_it_is_refused(void **state)
{
	int fd;

	(void)state;
	make_file();
	overwrite(BOOT_ID_AT, "another boot", 12);
	fd = open(path, O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_refused("another process replaces it");
	close(fd);
	make_file();
}

/* --- what is refused -------------------------------------------------------------------------- */

static void a_path_that_cannot_be_a_file_is_refused(void **state)
{
	char name[400];
	mcha_named_memory named = {0};

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	assert_refused_path("memory", &layout, "must begin with a slash");
	assert_refused_path("", &layout, "must begin with a slash");
	assert_refused_path("/nowhere/memory", &layout, "No such file or directory");
	assert_refused_path(folder, &layout, "Is a directory");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused("Is a directory");
	assert_false(mcha_named_memory_open(&named, name, &layout));
	assert_int_equal(strncmp(named.reason, name, 200), 0);
}

static void a_symbolic_link_is_refused(void **state)
{
	char target[80];

	(void)state;
	make_file();
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(rename(path, target), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_refused("is a symbolic link");
	unlink(target);
	assert_refused("is a symbolic link"); /* one to nowhere, too */
}

static void a_fifo_is_refused_at_once(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(60);
	assert_refused("is not a regular file");
	alarm(0);
}

static void a_file_that_others_may_use_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0620, 0604, 0602, 0666};

	(void)state;
	make_file();
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_refused("its mode must be 0600");
	}
}

static void a_file_of_another_user_is_refused(void **state)
{
	(void)state;
	make_file();
	if (geteuid() != 0 || chown(path, 12345, 12345)) {
		skip();
	}
	assert_refused("belongs to another user");
}

static void a_file_of_another_layout_or_container_is_refused(void **state)
{
	const mcha_named_layout other = {.id = 8, .size = SIZE, .init = init_memory};
	const mcha_named_layout larger = {.id = 7, .size = 2 * SIZE, .init = init_memory};

	(void)state;
	make_file();
	assert_refused_path(path, &other, "was not made by this version of McHA");
	assert_refused_path(path, &larger, "has another size");
	overwrite(0, "x", 1);
	assert_refused("was not made by this version of McHA");
	unlink(path);
	make_file();
	overwrite(PROCESSES_AT, "container", 8);
	assert_refused("is used in another container");
	assert_int_equal(truncate(path, 0), 0);
	assert_refused("has another size");
}

/* As on a full file system. */
static void where_there_is_no_room_nothing_is_left_behind(void **state)
{
	struct rlimit limit, former;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &former);
	limit = former;
	limit.rlim_cur = SIZE / 2;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_refused("File too large");
	setrlimit(RLIMIT_FSIZE, &former);
	assert_int_equal(access(path, F_OK), -1);
}

/* --- the path that is chosen ------------------------------------------------------------------ */

static void the_chosen_path_tells_users_networks_and_layouts_apart(void **state)
{
	const mcha_named_layout other = {.id = 8, .size = SIZE, .init = init_memory};
	char first[MCHA_NAMED_MEMORY_PATH_MAX], second[MCHA_NAMED_MEMORY_PATH_MAX], user[64];
	mcha_named_memory named = {0};
	struct stat network, processes;

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &network), 0);
	assert_int_equal(stat("/proc/self/ns/pid", &processes), 0);
	assert_true(mcha_named_memory_choose(first, &named, &layout));
	assert_true(mcha_named_memory_choose(second, &named, &other));
	assert_string_not_equal(first, second);
	snprintf(user, sizeof(user), "/mcha-%lu-%lu-%lu-", (unsigned long)geteuid(),
		(unsigned long)network.st_ino, (unsigned long)processes.st_ino);
	assert_non_null(strstr(first, user));
	assert_int_equal(strncmp(first, "/dev/shm/", 9), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_made_for_its_user_alone),
		TEST(what_one_process_writes_another_reads_when_the_first_has_ended),
		TEST(processes_that_make_the_file_at_the_same_moment_share_one),
		TEST(a_draft_of_a_process_that_died_is_no_hindrance),
		TEST(a_removed_file_is_made_anew),
		TEST(a_file_of_before_the_host_was_restarted_is_replaced),
		TEST(while_another_process_replaces_the_file_it_is_refused),
		TEST(a_path_that_cannot_be_a_file_is_refused),
		TEST(a_symbolic_link_is_refused),
		TEST(a_fifo_is_refused_at_once),
		TEST(a_file_that_others_may_use_is_refused),
		TEST(a_file_of_another_user_is_refused),
		TEST(a_file_of_another_layout_or_container_is_refused),
		TEST(where_there_is_no_room_nothing_is_left_behind),
		TEST(the_chosen_path_tells_users_networks_and_layouts_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
