/* SPDX-License-Identifier: MIT */
/* Operations whose allocations fail, at the first one, at the second, and so on, once or from then
 * on: an operation may fail, but reports no wrong result, and leaves no old copy that is read as
 * the latest. */
#include <stdlib.h>

/* The linker sends the engine's allocations here (see Makefile); the fake servers always have
 * memory. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *bytes, size_t size);

#define malloc __real_malloc
#define calloc __real_calloc
#define realloc __real_realloc
#define mcha_allocator_libc calm_allocator
#include "engine/base/allocator.h"

static char *calm_allocate(size_t size)
{
	return malloc(size + 1);
}

static void calm_release(char *bytes)
{
	free(bytes);
}

static char *calm_resize(char *bytes, size_t size)
{
	return realloc(bytes, size + 1);
}

const mcha_allocator calm_allocator = {calm_allocate, calm_release, calm_resize};

#include "engine/protocol/tombstone.h"
#include "version_rig.h"

static bool armed, only_once;
static size_t allocations, fails_at;

static bool fails(void)
{
	if (!armed) {
		return false;
	}
	allocations++;
	return only_once ? allocations == fails_at : allocations >= fails_at;
}

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *bytes, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *bytes, size_t size)
{
	return fails() ? NULL : __real_realloc(bytes, size);
}

/* --- situations ------------------------------------------------------------------------------- */

#define KEY "01:k"
/* keys of a multi operation: their number of requests is not near a power of two */
#define OTHERS 44

static char other_keys[OTHERS][8];

static void fill(const char *value)
{
	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	for (size_t i = 0; i < OTHERS; i++) {
		snprintf(other_keys[i], sizeof(other_keys[i]), "%zu%zu:%zu", i % 2, 1 - i % 2, i);
		assert_status(do_set(other_keys[i], value), MCHA_STATUS_OK);
	}
}

/* The least possible scratch memory: every growth is an allocation. */
static void shrink(void)
{
	mcha_request_list_trim(&pool->requests, 0);
	free(pool->lists.replicas);
	free(pool->lists.preference);
	free(pool->replays.entries);
	free(pool->views.entries);
	pool->lists.replicas = NULL;
	pool->lists.preference = NULL;
	pool->replays.entries = NULL;
	pool->views.entries = NULL;
	pool->lists.capacity = pool->lists.preference_capacity = pool->replays.capacity =
		pool->views.capacity = 0;
}

static void healthy(void)
{
	pool_of(4);
	fill("1");
}

static void a_home_is_down(void)
{
	pool_of(4);
	fill("1");
	kill_and_notice(1);
}

static void a_home_dies(void)
{
	pool_of(4);
	fill("1");
	kill_node(1);
}

/* Node 0 is up again and has old copies of all keys. */
static void a_home_owes(void)
{
	pool_of(4);
	fill("0");
	kill_node(0);
	fill("1");
	revive(0);
	node_was_well_for(0, LONG_AGO);
	hold_background_replay();
	let_time_pass();
}

/* Node 0 is up again, and its hints are not ripe. */
static void a_home_may_still_change(void)
{
	pool_of(4);
	fill("0");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	fill("1");
	revive(0);
	hold_background_replay();
	let_time_pass();
}

/* Node 1 failed recently, and its handoff nodes have copies. */
static void handoff_nodes_have_old_copies(void)
{
	pool_of(4);
	fill("1");
	kill_and_notice(1);
	revive(1);
	for (size_t i = 0; i < OTHERS; i++) {
		put(2, other_keys[i], "0");
	}
	put(2, KEY, "0");
}

static void registers(void)
{
	settings.read_policy = MCHA_READ_QUORUM;
	versions_of(3);
	fill("1");
}

static void (*const situations[])(void) = {
	healthy,
	a_home_is_down,
	a_home_dies,
	a_home_owes,
	a_home_may_still_change,
	handoff_nodes_have_old_copies,
	registers,
};

/* --- what must hold --------------------------------------------------------------------------- */

static const char *context; /* for the message of a failure */

/* NULL: none. Each copy that a reader may find is this value or missing, or has a hint that keeps
 * readers from it. */
static void assert_copies(const char *key, const char *value)
{
	for (size_t i = 0; i < pool->node_count; i++) {
		fake_entry *entry = entry_at(i, key);

		if (!entry || entry->flags == MCHA_TOMBSTONE_FLAGS || has_hint(i, key)) {
			continue;
		}
		if (!value || strcmp(entry->value, value) != 0) {
			fail_msg("%s: node %zu has '%s' of %s instead of '%s'", context, i, entry->value, key,
				value ? value : "nothing");
		}
	}
}

static bool is_fault(mcha_status status)
{
	return !mcha_status_is_answer(status) || status == MCHA_STATUS_NO_MEMORY
		|| status == MCHA_STATUS_STALE || status == MCHA_STATUS_NO_QUORUM;
}

static void set_one(void)
{
	if (do_set(KEY, "2") == MCHA_STATUS_OK) {
		assert_copies(KEY, "2");
	}
}

static void delete_one(void)
{
	mcha_status status = do_delete(KEY);

	if (status == MCHA_STATUS_OK) {
		assert_copies(KEY, NULL);
	} else {
		assert_true(is_fault(status));
	}
}

static void append_one(void)
{
	mcha_status status = do_append(KEY, "5");

	if (status == MCHA_STATUS_OK) {
		assert_copies(KEY, "15");
	} else {
		assert_true(is_fault(status));
	}
}

static void count_one(void)
{
	mcha_item item = do_count(KEY);

	if (item.answer.status == MCHA_STATUS_OK) {
		assert_int_equal(item.answer.number, 2);
		assert_copies(KEY, "2");
	} else {
		assert_true(is_fault(item.answer.status));
	}
}

static void add_one(void)
{
	mcha_status status = do_decide(KEY, "3", MCHA_MODE_ADD);

	assert_true(status == MCHA_STATUS_NOT_STORED || is_fault(status));
}

static void replace_one(void)
{
	mcha_status status = do_decide(KEY, "3", MCHA_MODE_REPLACE);

	if (status == MCHA_STATUS_OK) {
		assert_copies(KEY, "3");
	} else {
		assert_true(is_fault(status));
	}
}

static void get_one(void)
{
	mcha_item item = do_get(KEY, MCHA_WANT_VALUE);

	if (item.answer.status == MCHA_STATUS_OK) {
		assert_string_equal(item.answer.value, "1");
		rig_release(item.answer.value);
	} else {
		assert_true(is_fault(item.answer.status));
	}
}

static void touch_one(void)
{
	mcha_status status = do_touch(KEY, 100);

	assert_true(status == MCHA_STATUS_OK || is_fault(status));
}

static void get_many(void)
{
	mcha_item items[OTHERS];

	for (size_t i = 0; i < OTHERS; i++) {
		items[i] = item_of(other_keys[i], NULL);
	}
	mcha_get(pool, items, OTHERS, MCHA_WANT_VALUE);
	for (size_t i = 0; i < OTHERS; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK) {
			assert_string_equal(items[i].answer.value, "1");
			rig_release(items[i].answer.value);
		} else {
			assert_true(is_fault(items[i].answer.status));
		}
	}
}

static void write_many(const char *value)
{
	mcha_item items[OTHERS];

	for (size_t i = 0; i < OTHERS; i++) {
		items[i] = item_of(other_keys[i], value);
	}
	if (value) {
		mcha_store(pool, items, OTHERS, MCHA_MODE_SET);
	} else {
		mcha_delete(pool, items, OTHERS);
	}
	for (size_t i = 0; i < OTHERS; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK) {
			assert_copies(other_keys[i], value);
		} else {
			assert_true(is_fault(items[i].answer.status));
		}
	}
}

static void set_many(void)
{
	write_many("2");
}

static void delete_many(void)
{
	write_many(NULL);
}

/* --- trying it -------------------------------------------------------------------------------- */

/* False: no allocation failed. */
static bool try(void (*operation)(void), void (*situation)(void), size_t at, bool once)
{
	char text[64];

	snprintf(text, sizeof(text), "allocation %zu%s, situation %p", at,
		once ? "" : " and all after it", (void *)situation);
	context = text;
	situation();
	shrink();
	allocations = 0;
	fails_at = at;
	only_once = once;
	armed = true;
	operation();
	armed = false;
	settings.read_policy = MCHA_READ_ORDERED;
	settings.versions = false;
	return allocations >= at;
}

static void in_every_situation(void (*operation)(void))
{
	for (size_t i = 0; i < COUNT(situations); i++) {
		for (size_t at = 1; try(operation, situations[i], at, true); at++) {
		}
		for (size_t at = 1; try(operation, situations[i], at, false); at++) {
		}
	}
}

#define OPERATION(name) \
	static void name##_without_memory(void **state) \
	{ \
		(void)state; \
		in_every_situation(name); \
	}

OPERATION(set_one)
OPERATION(delete_one)
OPERATION(append_one)
OPERATION(count_one)
OPERATION(add_one)
OPERATION(replace_one)
OPERATION(get_one)
OPERATION(touch_one)
OPERATION(get_many)
OPERATION(set_many)
OPERATION(delete_many)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(set_one_without_memory),
		TEST(delete_one_without_memory),
		TEST(append_one_without_memory),
		TEST(count_one_without_memory),
		TEST(add_one_without_memory),
		TEST(replace_one_without_memory),
		TEST(get_one_without_memory),
		TEST(touch_one_without_memory),
		TEST(get_many_without_memory),
		TEST(set_many_without_memory),
		TEST(delete_many_without_memory),
	};

	return cmocka_run_group_tests_name("memory that fails", tests, NULL, NULL);
}
