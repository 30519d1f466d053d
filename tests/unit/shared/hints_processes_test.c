/* SPDX-License-Identifier: MIT */
/* The hint table under many processes, some of which are killed. */
#include "hints_rig.h"

#include "engine/base/random.h"

#define WORKERS 8
#define KILLS 300

static void work_once(uint64_t *random)
{
	uint64_t dice = mcha_random_next(random);
	unsigned node = 1 + dice % NODES, number = (unsigned)(dice >> 8) % KEYS;
	char key[MCHA_KEY_MAX];
	size_t length = spell(key, node, number), cursor = (size_t)(dice >> 16) % CAPACITY;
	mcha_hint hint;

	if ((dice >> 32) % 2) {
		mcha_hints_add(table, &nodes[node - 1], node, source_of(key, length), false, key, length,
			mcha_clock_now());
	} else if (mcha_hints_find(table, node, key, length, &hint)) {
		if (!is_whole(&hint) || hint.node != node) {
			_exit(1);
		}
		mcha_hints_clear(table, &hint);
	}
	if (mcha_hints_next(table, &cursor, &hint) && !is_whole(&hint)) {
		_exit(2);
	}
	if (table->total > 1 << 20 || nodes[node - 1].hints > 1 << 20) {
		_exit(3); /* below zero */
	}
}

static pid_t hire(uint64_t random)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(100);
		while (!*stop) {
			work_once(&random);
		}
		_exit(0);
	}
	return pid;
}

static void dismiss(pid_t pid, bool killed)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!(WIFEXITED(status) && WEXITSTATUS(status) == 0)
		&& !(killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
		fail_msg("a process ended with status %x", (unsigned)status);
	}
}

static void work_and_die(unsigned kills)
{
	uint64_t random = (uint64_t)start;
	pid_t workers[WORKERS];

	for (size_t i = 0; i < WORKERS; i++) {
		workers[i] = hire(mcha_random_next(&random));
	}
	while (kills-- > 0) {
		size_t unlucky = mcha_random_next(&random) % WORKERS;

		usleep(1000 + mcha_random_next(&random) % 4000);
		kill(workers[unlucky], SIGKILL);
		dismiss(workers[unlucky], true);
		workers[unlucky] = hire(mcha_random_next(&random));
	}
	usleep(SECOND / 2);
	*stop = 1;
	for (size_t i = 0; i < WORKERS; i++) {
		dismiss(workers[i], false);
	}
}

/* No process runs: every hint is whole, and the counts are not below the number of hints. */
static void assert_sound(void)
{
	size_t cursor = 0, live = 0, by_node[NODES] = {0};
	mcha_hint hint;

	while (mcha_hints_next(table, &cursor, &hint)) {
		assert_true(is_whole(&hint));
		assert_int_equal(table->slots[hint.slot].hash,
			mcha_fnv1a(MCHA_FNV_START, hint.key, hint.key_length));
		assert_int_equal(table->slots[hint.slot].health,
			(char *)&nodes[hint.node - 1] - (char *)&table->slots[hint.slot]);
		by_node[hint.node - 1]++;
		live++;
	}
	assert_in_range(table->total, live, 1 << 20);
	for (size_t i = 0; i < NODES; i++) {
		assert_in_range(nodes[i].hints, by_node[i], 1 << 20);
	}
}

static void processes_that_are_killed_leave_a_sound_table(void **state)
{
	size_t cursor = 0;
	mcha_hint hint;

	(void)state;
	work_and_die(KILLS);
	assert_sound();
	usleep(SECOND); /* then the last process to die is known to be dead */
	while (mcha_hints_next(table, &cursor, &hint)) {
		mcha_hints_clear(table, &hint);
	}
	assert_int_equal(count_hints(), 0);
	assert_in_range(table->total, 0, 1 << 20);

	/* a dead process keeps no slot for longer than a second */
	for (unsigned i = 0; i < 500; i++) {
		mcha_hint mark = {.node = 1, .source = 2, .owner = 7};

		mark.key_length = (uint16_t)snprintf(mark.key, sizeof(mark.key), "%s", numbered(i));
		mcha_hints_trust(table, &nodes[0]); /* the dead may have been counted */
		mcha_hints_begin(table, &nodes[0], &mark, mcha_clock_now() + 2 * SECOND);
	}
	for (size_t i = 0; i < CAPACITY; i++) {
		assert_int_equal(table->slots[i].state & 3, SET);
	}
}

/* No process dies: the counts are exact. */
static void processes_that_finish_leave_exact_counts(void **state)
{
	size_t cursor = 0;
	mcha_hint hint;

	(void)state;
	work_and_die(0);
	assert_sound();
	assert_int_equal(table->total, count_hints());
	while (mcha_hints_next(table, &cursor, &hint)) {
		mcha_hints_clear(table, &hint);
	}
	assert_int_equal(table->total, 0);
	for (size_t i = 0; i < NODES; i++) {
		assert_int_equal(nodes[i].hints, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(processes_that_are_killed_leave_a_sound_table),
		TEST(processes_that_finish_leave_exact_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
