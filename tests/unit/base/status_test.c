/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "engine/base/status.h"

static void assert_described(mcha_status status, int error, const char *expected)
{
	char text[128];

	mcha_status_describe(text, sizeof(text), status, error);
	assert_string_equal(text, expected);
}

static void a_description_has_the_reason_of_the_system(void **state)
{
	(void)state;
	assert_described(MCHA_STATUS_CONNECT, ECONNREFUSED, "connection failed: Connection refused");
	assert_described(MCHA_STATUS_CONNECT, ETIMEDOUT, "connection failed: Connection timed out");
	assert_described(MCHA_STATUS_CLOSED, 0, "connection closed by the server");
}

/* "timed out: Connection timed out" would hide that there was a connection. */
static void a_timeout_is_not_said_twice(void **state)
{
	(void)state;
	assert_described(MCHA_STATUS_TIMEOUT, ETIMEDOUT,
		"timed out: the server gave no answer in time");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_description_has_the_reason_of_the_system),
		cmocka_unit_test(a_timeout_is_not_said_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
