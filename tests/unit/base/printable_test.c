/* SPDX-License-Identifier: MIT */
/* Foreign bytes as parts of messages: the result has no control characters and fits its buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/printable.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void text_is_kept_and_other_bytes_are_escaped(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *shown;
	} rows[] = {
		{"", 0, ""},
		{"plain text, <b>&", 16, "plain text, <b>&"},
		{"\x1b[31m", 5, "\\x1b[31m"},
		{"a\0b", 3, "a\\x00b"},
		{"\r\n\t", 3, "\\x0d\\x0a\\x09"},
		{"\x7f\x80\x9b\xff", 4, "\\x7f\\x80\\x9b\\xff"},
		{"\"\\", 2, "\\x22\\x5c"},
		{" ~", 2, " ~"},
	};
	char shown[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(mcha_printable(shown, sizeof(shown), rows[i].bytes, rows[i].length),
			strlen(rows[i].shown));
		assert_string_equal(shown, rows[i].shown);
	}
}

static void text_that_does_not_fit_is_cut_and_ends_in_dots(void **state)
{
	(void)state;
	for (size_t size = MCHA_PRINTABLE_LEAST; size < 40; size++) {
		for (size_t length = 0; length < 40; length++) {
			/* on the heap, so that the sanitizer watches its end */
			char bytes[40], *shown = malloc(size);
			size_t used;

			for (size_t i = 0; i < length; i++) {
				bytes[i] = i % 3 ? 'x' : '\n';
			}
			used = mcha_printable(shown, size, bytes, length);
			assert_in_range(used, 0, size - 1);
			assert_int_equal(strlen(shown), used);
			assert_null(strchr(shown, '\n'));
			if (length + 3 * ((length + 2) / 3) < size) {
				assert_null(strstr(shown, "..."));
			} else {
				assert_string_equal(shown + used - 3, "...");
			}
			free(shown);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_kept_and_other_bytes_are_escaped),
		cmocka_unit_test(text_that_does_not_fit_is_cut_and_ends_in_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
