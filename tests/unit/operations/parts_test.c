/* SPDX-License-Identifier: MIT */
/* Operations on so many keys that they are split into parts. */
#include "own_time.h"
#include "engine/pool/pool_operation.h"

#include "engine/replica/repair/key_index.h"
#include "engine/replica/parts.h"
#include "replication_rig.h"

#define MANY (3 * MCHA_PART_KEYS + 100)

static mcha_item *items;
static char (*keys)[16];

static int many_setup(void **state)
{
	rig_setup(state);
	pool_of(3);
	items = calloc(MANY, sizeof(*items));
	keys = calloc(MANY, sizeof(*keys));
	for (size_t i = 0; i < MANY; i++) {
		snprintf(keys[i], sizeof(keys[i]), "01:%zu", i);
		items[i] = item_of(keys[i], "v");
	}
	return 0;
}

static int many_teardown(void **state)
{
	free(items);
	free(keys);
	return rig_teardown(state);
}

/* --- parts played by a test ------------------------------------------------------------------- */

static struct {
	size_t parts;
	size_t counts[8];
	mcha_usec left[8];          /* the time that was left when the part began */
	const mcha_report *reports; /* one a part; NULL: empty ones */
	mcha_usec (*lasts)(size_t part, mcha_usec until); /* the part's end; NULL: at once */
} played;

static void play(mcha_pool *of, mcha_item *some, size_t count, const void *context)
{
	const size_t part = played.parts++;

	assert_ptr_equal(context, &played);
	mcha_pool_enter(of);
	played.counts[part] = count;
	played.left[part] = of->running.deadline - of->running.now;
	while (played.lasts && mcha_clock_now() < played.lasts(part, of->running.deadline)) {
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(some[i].answer.status, MCHA_STATUS_OK); /* as the test made it */
		some[i].answer.status = MCHA_STATUS_MISS;
	}
	if (played.reports) {
		of->report = played.reports[part];
	}
	mcha_pool_leave(of);
}

static void play_parts(size_t count)
{
	played.parts = 0;
	mcha_in_parts(pool, items, count, play, &played);
}

static size_t count_items(mcha_status status)
{
	size_t count = 0;

	for (size_t i = 0; i < MANY; i++) {
		count += items[i].answer.status == status;
	}
	return count;
}

static void each_key_is_in_one_part(void **state)
{
	(void)state;
	memset(&played, 0, sizeof(played));
	play_parts(MANY);
	assert_int_equal(played.parts, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(played.counts[i], MCHA_PART_KEYS);
	}
	assert_int_equal(played.counts[3], 100);
	assert_int_equal(count_items(MCHA_STATUS_MISS), MANY);
	assert_int_equal(pool->until, 0);
}

static void few_keys_are_one_part(void **state)
{
	static const size_t counts[] = {0, 1, MCHA_PART_KEYS};

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		memset(&played, 0, sizeof(played));
		play_parts(counts[i]);
		assert_int_equal(played.parts, 1);
		assert_int_equal(played.counts[0], counts[i]);
		assert_int_equal(played.left[0], settings.operation_timeout);
		for (size_t j = 0; j < counts[i]; j++) {
			items[j].answer.status = MCHA_STATUS_OK;
		}
	}
}

static void the_report_covers_all_parts(void **state)
{
	static const mcha_report reports[4] = {
		{
			.acknowledged = 2,
			.repaired = 1,
			.position = 1,
			.failed_count = 1,
			.failed = {{2, MCHA_STATUS_DOWN}},
		},
		{
			.acknowledged = 1,
			.repaired = 2,
			.position = 0,
			.hedged = 1,
			.pending_count = 1,
			.pending = {0},
		},
		{
			.acknowledged = 3,
			.position = -1,
			.failed_count = 2,
			.failed = {{1, MCHA_STATUS_TIMEOUT}, {2, MCHA_STATUS_CONNECT}},
		},
		{.acknowledged = 2, .position = -1, .pending_count = 2, .pending = {1, 0}},
	};
	const mcha_report *report = &pool->report;

	(void)state;
	memset(&played, 0, sizeof(played));
	played.reports = reports;
	play_parts(MANY);
	assert_int_equal(report->acknowledged, 1);
	assert_int_equal(report->repaired, 3);
	assert_int_equal(report->hedged, 1);
	assert_int_equal(report->position, 0);
	assert_int_equal(report->pending_count, 2);
	assert_int_equal(report->failed_count, 2);
	for (size_t i = 0; i < report->failed_count; i++) {
		assert_in_range(report->failed[i].node, 1, 2);
	}
}

/* --- time ------------------------------------------------------------------------------------- */

static mcha_usec until_its_deadline(size_t part, mcha_usec until)
{
	(void)part;
	return until;
}

/* Each part uses all the time that it is given, as with a node that hangs. */
static void a_part_leaves_time_to_the_parts_behind_it(void **state)
{
	(void)state;
	memset(&played, 0, sizeof(played));
	pool->settings.operation_timeout = SECOND / 2;
	played.lasts = until_its_deadline;
	play_parts(MANY);
	assert_true(played.parts >= 2);
	for (size_t i = 0; i + 1 < played.parts && i < 2; i++) {
		assert_true(played.left[i] <= SECOND / 4 >> i);
	}
	assert_int_equal(count_items(MCHA_STATUS_MISS) + count_items(MCHA_STATUS_TIMEOUT), MANY);
}

static mcha_usec the_end;

static mcha_usec until_the_end(size_t part, mcha_usec until)
{
	(void)until;
	return part == 1 ? the_end : 0;
}

static void a_part_does_not_begin_after_the_deadline(void **state)
{
	(void)state;
	memset(&played, 0, sizeof(played));
	items[MANY - 1].key_length = 0;
	pool->settings.operation_timeout = SECOND / 4;
	the_end = mcha_clock_now() + SECOND / 4 + MCHA_USEC_PER_MSEC;
	played.lasts = until_the_end;
	play_parts(MANY);
	assert_true(played.parts <= 2);
	assert_int_equal(count_items(MCHA_STATUS_MISS), played.parts * MCHA_PART_KEYS);
	assert_int_equal(count_items(MCHA_STATUS_TIMEOUT), MANY - 1 - played.parts * MCHA_PART_KEYS);
	assert_status(items[MANY - 1].answer.status, MCHA_STATUS_BAD_KEY);
	assert_int_equal(items[MANY - 2].position, -1);
	assert_int_equal(pool->report.acknowledged, 0);
	assert_int_equal(pool->until, 0);
}

static void parts_of_an_operation_made_of_several_keep_its_deadline(void **state)
{
	const mcha_usec until = mcha_clock_now() + 3 * SECOND;

	(void)state;
	memset(&played, 0, sizeof(played));
	pool->until = until;
	play_parts(MANY);
	assert_int_equal(played.parts, 4);
	assert_true(played.left[3] <= 3 * SECOND);
	assert_int_equal(pool->until, until);
}

/* An operation that was left by longjmp had another deadline. */
static void the_deadline_of_an_abandoned_operation_is_not_kept(void **state)
{
	(void)state;
	memset(&played, 0, sizeof(played));
	mcha_pool_enter(pool);
	pool->until = 1;
	play_parts(MANY);
	assert_int_equal(played.parts, 4);
	assert_int_equal(pool->until, 0);
}

/* --- finding items by key --------------------------------------------------------------------- */

static void items_are_found_by_their_keys(void **state)
{
	static const size_t counts[] = {0, 1, 2, 3, MANY};
	mcha_key_index index;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		items[i].answer.status = MCHA_STATUS_PENDING;
	}
	items[2].answer.status = MCHA_STATUS_BAD_KEY;
	items[2].key = NULL;
	for (size_t i = 0; i < COUNT(counts); i++) {
		assert_true(mcha_key_index_init(&index, items, counts[i]));
		for (size_t j = 0; j < MANY; j++) {
			assert_int_equal(mcha_key_index_find(&index, keys[j], strlen(keys[j])),
				j < counts[i] && j != 2 ? (long)j : -1);
		}
		assert_int_equal(mcha_key_index_find(&index, "01", 2), -1);
		mcha_key_index_deinit(&index);
	}
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, many_setup, many_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_key_is_in_one_part),
		TEST(few_keys_are_one_part),
		TEST(the_report_covers_all_parts),
		TEST(a_part_leaves_time_to_the_parts_behind_it),
		TEST(a_part_does_not_begin_after_the_deadline),
		TEST(parts_of_an_operation_made_of_several_keep_its_deadline),
		TEST(the_deadline_of_an_abandoned_operation_is_not_kept),
		TEST(items_are_found_by_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
