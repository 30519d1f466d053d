/* SPDX-License-Identifier: MIT */
/* The hint table where a process is stopped in the middle of a change, for so long that others may
 * take it for dead. */
#include "hints_rig.h"

/* The first write to a node's health that a process makes when it records a hint is behind the
 * claim of a slot, and before the slot is filled. */
static void stop_at_fault(int number)
{
	(void)number;
	raise(SIGSTOP);
	mprotect(nodes, NODES * sizeof(*nodes), PROT_READ | PROT_WRITE);
}

static void record_and_be_stopped(void)
{
	struct sigaction action = {.sa_handler = stop_at_fault};

	sigaction(SIGSEGV, &action, NULL);
	mprotect(nodes, NODES * sizeof(*nodes), PROT_READ);
	add(1, "stalled", 5, start);
}

/* A process that has claimed a slot for a hint of node 1, and is stopped before it fills the
 * slot. */
static pid_t stall(void)
{
	pid_t pid = begin(record_and_be_stopped);
	int status;

	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	return pid;
}

static void go_on(pid_t pid)
{
	kill(pid, SIGCONT);
	end(pid);
}

static void kill_process(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void assert_source(uint64_t node, const char *key, uint64_t source)
{
	mcha_hint hint;

	assert_true(find(node, key, &hint));
	assert_int_equal(hint.source, source);
}

static void a_process_that_goes_on_after_a_long_time_changes_no_other_hint(void **state)
{
	char key[MCHA_KEY_MAX + 1] = "other";

	(void)state;
	for (size_t length = 5; length <= MCHA_KEY_MAX; length += 49) {
		pid_t pid;

		memset(key + 5, 'x', length - 5);
		key[length] = '\0';
		table_of(2);
		pid = stall();
		add(2, key, 6, start + 2 * SECOND);
		add(3, key, 7, start + 2 * SECOND);
		go_on(pid);
		assert_true(has_hint(2, key) || mcha_hints_distrusted_since(&nodes[1]));
		assert_true(has_hint(3, key) || mcha_hints_distrusted_since(&nodes[2]));
		assert_source(1, "stalled", 5);
		assert_int_equal(table->total, 2);
		assert_int_equal(count_hints(), 2);
	}
}

static void the_slot_of_a_process_that_was_killed_is_taken_over_after_a_second(void **state)
{
	(void)state;
	table_of(1);
	kill_process(stall());
	add(2, "other", 6, start + SECOND);
	assert_false(has_hint(2, "other"));
	mcha_hints_trust(table, &nodes[1]);
	add(2, "other", 6, start + SECOND + 1);
	assert_source(2, "other", 6);
}

/* Makes a hint one that this process has been changing, or is about to, for long. */
static void let_claim(const char *key, pid_t pid, unsigned phase)
{
	mcha_hint hint;

	assert_true(find(1, key, &hint));
	table->slots[hint.slot].claimant = (uint32_t)pid;
	table->slots[hint.slot].state = (uint64_t)(start - 2 * SECOND) << 2 | phase;
}

static void a_hint_that_a_stopped_process_changes_is_kept_and_gets_one_companion(void **state)
{
	static const unsigned phases[] = {RENEWING, SET};
	mcha_hint hint;

	(void)state;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		pid_t pid;

		table_of(CAPACITY);
		pid = stall();
		add(1, "k", 2, start - 3 * SECOND);
		let_claim("k", pid, phases[i]);
		assert_true(find(1, "k", &hint));
		assert_true(hint.held);
		assert_false(mcha_hints_clear(table, &hint));
		for (int write = 0; write < 50; write++) {
			add(1, "k", 3, start + write);
		}
		assert_int_equal(count_hints(), 2);
		assert_int_equal(table->dropped, 0);
		assert_true(find(1, "k", &hint));
		assert_true(hint.held);
		assert_int_equal(hint.source, 2);
		kill_process(pid);
		assert_true(find(1, "k", &hint));
		assert_false(hint.held);
		assert_int_equal(hint.indeterminate, start - 2 * SECOND);
		assert_true(mcha_hints_clear(table, &hint));
		assert_source(1, "k", 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_process_that_goes_on_after_a_long_time_changes_no_other_hint),
		TEST(a_hint_that_a_stopped_process_changes_is_kept_and_gets_one_companion),
		TEST(the_slot_of_a_process_that_was_killed_is_taken_over_after_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
