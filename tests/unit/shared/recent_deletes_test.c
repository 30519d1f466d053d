/* SPDX-License-Identifier: MIT */
/* Notes of recently deleted keys: what is found, for how long, and which note is dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/shared/recent_deletes.h"
#include "engine/base/fnv.h"
#include "engine/base/random.h"

#define SECOND MCHA_USEC_PER_SEC
#define MSEC MCHA_USEC_PER_MSEC
#define LONGEST (10 * SECOND)
#define WINDOW 8
#define ROUND ((mcha_usec)1 << 32) /* milliseconds until the counter wraps */

static mcha_recent_deletes *recent_deletes;
static const mcha_usec start = 1000 * SECOND;

static int setup(void **state)
{
	(void)state;
	recent_deletes = mmap(NULL, sizeof(*recent_deletes), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return recent_deletes == MAP_FAILED ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(recent_deletes, sizeof(*recent_deletes));
}

static void note(const char *key, mcha_usec now)
{
	mcha_recent_deletes_note(recent_deletes, key, strlen(key), now, false);
}

static bool since(const char *key, mcha_usec moment)
{
	return mcha_recent_deletes_since(recent_deletes, key, strlen(key), moment, LONGEST);
}

static size_t count_notes(void)
{
	size_t i, count = 0;

	for (i = 0; i < MCHA_RECENT_DELETES; i++) {
		count += recent_deletes->notes[i] != 0;
	}
	return count;
}

static uint64_t hash_of(const char *key)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, strlen(key)));
}

/* The next key after number whose window begins where this key's does. */
static unsigned find_neighbour(char *key, unsigned number, const char *of)
{
	do {
		snprintf(key, 16, "k%u", ++number);
	} while ((hash_of(key) >> 40 & (MCHA_RECENT_DELETES - 1))
		!= (hash_of(of) >> 40 & (MCHA_RECENT_DELETES - 1)));
	return number;
}

/* --- one process ------------------------------------------------------------------------------ */

static void a_key_that_was_not_deleted_has_no_note(void **state)
{
	(void)state;
	assert_false(since("k", start));
	assert_false(since("k", 0));
	note("k", start);
	assert_false(since("K", 0));
	assert_false(since("kk", 0));
	assert_false(since("", 0));
}

static void a_deletion_is_known_since_its_moment_and_not_before(void **state)
{
	(void)state;
	note("k", start);
	assert_true(since("k", start - SECOND));
	assert_true(since("k", start - MSEC));
	assert_true(since("k", start));
	assert_false(since("k", start + MSEC));
	assert_false(since("k", start + SECOND));
}

/* A deletion in flight may be known long after it began; but not for ever, because its process may
 * have died. */
static void a_deletion_in_flight_is_known_until_its_deadline(void **state)
{
	(void)state;
	mcha_recent_deletes_note(recent_deletes, "k", 1, start, true);
	assert_true(since("k", start));
	assert_true(since("k", start + SECOND));
	assert_true(since("k", start + LONGEST));
	assert_false(since("k", start + LONGEST + MSEC));
	note("k", start + 2 * SECOND);
	assert_true(since("k", start + 2 * SECOND));
	assert_false(since("k", start + 2 * SECOND + MSEC));
	assert_int_equal(count_notes(), 1);
}

/* A second deletion replaces the note of the first. */
static void a_key_that_is_deleted_again_has_one_note(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		note("k", start + i * MSEC);
	}
	assert_int_equal(count_notes(), 1);
	assert_true(since("k", start + 99 * MSEC));
	assert_false(since("k", start + 100 * MSEC));
}

static void the_millisecond_counter_may_wrap(void **state)
{
	const mcha_usec last = (ROUND - 1) * MSEC;

	(void)state;
	note("k", last);
	assert_true(since("k", last - 10 * SECOND));
	assert_true(since("k", last));
	assert_false(since("k", last + MSEC));
	note("k", last + MSEC); /* its milliseconds are 0 */
	assert_true(since("k", last - 10 * SECOND));
	assert_true(since("k", last));
	assert_true(since("k", last + MSEC));
	assert_false(since("k", last + 2 * MSEC));
	note("j", last + 5 * MSEC);
	assert_true(since("j", last));
	assert_int_equal(count_notes(), 2);
}

/* As a number of milliseconds a note of a month ago is greater than that of a moment of today. */
static void a_note_of_a_month_ago_is_not_taken_for_a_later_one(void **state)
{
	const mcha_usec month = 30 * 24 * 3600 * SECOND;

	(void)state;
	note("k", start);
	assert_false(since("k", start + month));
	mcha_recent_deletes_note(recent_deletes, "j", 1, start, true);
	assert_false(since("j", start + month));
}

/* A host that was just started asks for moments before its clock began. */
static void a_moment_before_the_clock_began_is_before_everything(void **state)
{
	(void)state;
	assert_false(since("k", -SECOND));
	note("k", 0);
	assert_true(since("k", -SECOND));
	assert_true(since("k", 0));
	assert_int_equal(count_notes(), 1);
}

/* All notes are in one window. */
static void in_a_full_window_the_oldest_note_is_replaced(void **state)
{
	char keys[WINDOW + 1][16];
	unsigned number = 0;

	(void)state;
	strcpy(keys[0], "k");
	for (int i = 0; i < WINDOW; i++) {
		note(keys[i], start + (i == 3 ? 0 : i + 1) * MSEC);
		number = find_neighbour(keys[i + 1], number, "k");
	}
	for (int i = 0; i < WINDOW; i++) {
		assert_true(since(keys[i], start));
	}
	note(keys[WINDOW], start + SECOND);
	for (int i = 0; i <= WINDOW; i++) {
		assert_int_equal(since(keys[i], start), i != 3);
	}
	assert_int_equal(count_notes(), WINDOW);
}

/* After the counter has wrapped, the larger number is the older. */
static void the_oldest_note_is_found_after_the_counter_wrapped(void **state)
{
	const mcha_usec last = (ROUND - 1) * MSEC;
	char keys[WINDOW + 1][16];
	unsigned number = 0;

	(void)state;
	strcpy(keys[0], "k");
	for (int i = 0; i < WINDOW; i++) {
		note(keys[i], last + (5 - i) * MSEC);
		number = find_neighbour(keys[i + 1], number, "k");
	}
	note(keys[WINDOW], last + SECOND);
	for (int i = 0; i <= WINDOW; i++) {
		assert_int_equal(since(keys[i], last - SECOND), i != WINDOW - 1);
	}
}

/* A window may reach over the end of the table into its beginning. */
static void a_window_wraps_at_the_end_of_the_table(void **state)
{
	char keys[WINDOW][16];
	unsigned number = 0;

	(void)state;
	do {
		snprintf(keys[0], 16, "e%u", ++number);
	} while ((hash_of(keys[0]) >> 40 & (MCHA_RECENT_DELETES - 1)) != MCHA_RECENT_DELETES - 2);
	for (int i = 1; i < WINDOW; i++) {
		number = find_neighbour(keys[i], number, keys[0]);
	}
	for (int i = 0; i < WINDOW; i++) {
		note(keys[i], start);
		assert_true(since(keys[i], start));
	}
	assert_true(recent_deletes->notes[MCHA_RECENT_DELETES - 1] && recent_deletes->notes[0]);
}

/* Two keys of one window with the same half of the hash: a deletion of one counts for the other,
 * whose copies are not refilled for a moment. The other half of the hash tells keys apart. */
static void a_key_with_the_same_short_hash_counts_as_deleted(void **state)
{
	size_t at = hash_of("other") >> 40 & (MCHA_RECENT_DELETES - 1);
	uint64_t alike = (hash_of("other") | 2) >> 1 << 33 | (uint32_t)(start / MSEC);

	(void)state;
	recent_deletes->notes[(at + 3) & (MCHA_RECENT_DELETES - 1)] = alike;
	assert_true(since("other", start));
	assert_false(since("other", start + MSEC));
	recent_deletes->notes[(at + 3) & (MCHA_RECENT_DELETES - 1)] = alike ^ (UINT64_C(1) << 40);
	assert_false(since("other", start));
	recent_deletes->notes[(at + 3) & (MCHA_RECENT_DELETES - 1)] = 0;
	recent_deletes->notes[(at + WINDOW) & (MCHA_RECENT_DELETES - 1)] = alike;
	assert_false(since("other", start));
}

static void many_keys_are_told_apart(void **state)
{
	char key[16];

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		snprintf(key, sizeof(key), "in%u", i);
		note(key, start);
	}
	for (unsigned i = 0; i < 500; i++) {
		snprintf(key, sizeof(key), "in%u", i);
		assert_true(since(key, start));
		snprintf(key, sizeof(key), "out%u", i);
		assert_false(since(key, 0));
	}
	assert_int_equal(count_notes(), 500);
}

/* --- many processes --------------------------------------------------------------------------- */

#define WORKERS 4
#define KEYS 100

/* Each process notes keys of its own and finds them, whatever the other processes do. */
static int work(unsigned worker)
{
	char key[24];

	for (unsigned i = 0; i < 200 * KEYS; i++) {
		mcha_usec now = start + i * MSEC;

		snprintf(key, sizeof(key), "%u:%u", worker, i % KEYS);
		note(key, now);
		if (!since(key, now)) {
			return 1;
		}
	}
	return 0;
}

static void all_processes_find_the_notes_of_one(void **state)
{
	pid_t workers[WORKERS];
	char key[24];
	int status;

	(void)state;
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		assert_true(workers[i] >= 0);
		if (workers[i] == 0) {
			alarm(100);
			_exit(work(i));
		}
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		assert_int_equal(waitpid(workers[i], &status, 0), workers[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	for (unsigned i = 0; i < WORKERS * KEYS; i++) {
		snprintf(key, sizeof(key), "%u:%u", i / KEYS, i % KEYS);
		assert_true(since(key, start + 199 * KEYS * MSEC));
	}
	assert_in_range(count_notes(), WORKERS * KEYS, WORKERS * KEYS + WORKERS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_was_not_deleted_has_no_note),
		TEST(a_deletion_is_known_since_its_moment_and_not_before),
		TEST(a_deletion_in_flight_is_known_until_its_deadline),
		TEST(a_key_that_is_deleted_again_has_one_note),
		TEST(the_millisecond_counter_may_wrap),
		TEST(a_moment_before_the_clock_began_is_before_everything),
		TEST(in_a_full_window_the_oldest_note_is_replaced),
		TEST(the_oldest_note_is_found_after_the_counter_wrapped),
		TEST(a_window_wraps_at_the_end_of_the_table),
		TEST(a_key_with_the_same_short_hash_counts_as_deleted),
		TEST(many_keys_are_told_apart),
		TEST(all_processes_find_the_notes_of_one),
		TEST(a_note_of_a_month_ago_is_not_taken_for_a_later_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
