/* SPDX-License-Identifier: MIT */
/* memcached's rules for keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/key.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static mcha_status expected(unsigned byte)
{
	return byte <= 0x20 || byte == 0x7f ? MCHA_STATUS_BAD_KEY : MCHA_STATUS_OK;
}

/* The key is as long as its memory: a sanitizer reports what is read beyond it. */
static void check_each_byte_at(size_t length, size_t place, int others)
{
	char *key = malloc(length);
	unsigned byte;

	memset(key, others, length);
	for (byte = 0; byte <= UINT8_MAX; byte++) {
		key[place] = (char)byte;
		assert_int_equal(mcha_key_check(key, length), expected(byte));
	}
	free(key);
}

static void a_key_has_no_space_and_no_control_character_in_any_place(void **state)
{
	static const int others[] = {0x21, 'k', 0x7e, 0x80, 0xff};
	size_t length, place, i;

	(void)state;
	for (length = 1; length <= 26; length++) {
		for (place = 0; place < length; place++) {
			for (i = 0; i < COUNT(others); i++) {
				check_each_byte_at(length, place, others[i]);
			}
		}
	}
	for (place = 0; place < MCHA_KEY_MAX; place++) {
		check_each_byte_at(MCHA_KEY_MAX, place, 'k');
	}
}

static void a_key_has_1_to_250_bytes(void **state)
{
	char key[MCHA_KEY_MAX + 1];

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_int_equal(mcha_key_check(key, 0), MCHA_STATUS_BAD_KEY);
	assert_int_equal(mcha_key_check(key, 1), MCHA_STATUS_OK);
	assert_int_equal(mcha_key_check(key, MCHA_KEY_MAX), MCHA_STATUS_OK);
	assert_int_equal(mcha_key_check(key, MCHA_KEY_MAX + 1), MCHA_STATUS_BAD_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_has_no_space_and_no_control_character_in_any_place),
		cmocka_unit_test(a_key_has_1_to_250_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
