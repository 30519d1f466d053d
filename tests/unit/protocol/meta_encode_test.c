/* SPDX-License-Identifier: MIT */
/* Requests as bytes of the meta protocol: a table of requests and their exact lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/protocol/meta_encode.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY .key = "key", .key_length = 3

static const struct {
	mcha_request request;
	uint32_t opaque;
	const char *line;
} lines[] = {
	/* reading */
	{{.verb = MCHA_VERB_GET, KEY}, 1, "mg key f O1\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_VALUE}, 2, "mg key f v O2\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_CAS}, 3, "mg key f c O3\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_TTL}, 4, "mg key f t O4\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_SIZE}, 5, "mg key f s O5\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_UNSEEN}, 6, "mg key f u O6\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_IDLE}, 7, "mg key f l O7\r\n"},
	{{
		 .verb = MCHA_VERB_GET,
		 KEY,
		 .want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE
			 | MCHA_WANT_UNSEEN,
	 },
		UINT32_MAX, "mg key f c t s u v O4294967295\r\n"},
	{{
		 .verb = MCHA_VERB_GET,
		 .key = "keys are not terminated",
		 .key_length = 4,
		 .want = MCHA_WANT_VALUE,
	 },
		0, "mg keys f v O0\r\n"},

	/* storing */
	{{.verb = MCHA_VERB_STORE, KEY, .value = "hello", .value_length = 5}, 1,
		"ms key 5 T0 F0 O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value = "", .value_length = 0}, 1, "ms key 0 T0 F0 O1\r\n"},
	{{
		 .verb = MCHA_VERB_STORE,
		 KEY,
		 .mode = MCHA_MODE_ADD,
		 .value_length = 10,
		 .exptime = 60,
		 .flags = 7,
	 },
		1, "ms key 10 T60 F7 ME O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_REPLACE, .value_length = 1}, 1,
		"ms key 1 T0 F0 MR O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_APPEND, .value_length = 1}, 1,
		"ms key 1 T0 F0 MA O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_PREPEND, .value_length = 1}, 1,
		"ms key 1 T0 F0 MP O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .want = MCHA_WANT_CAS}, 1,
		"ms key 1 T0 F0 c O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .cas = 12}, 1, "ms key 1 T0 F0 C12 O1\r\n"},
	{{
		 .verb = MCHA_VERB_STORE,
		 KEY,
		 .value_length = MCHA_VALUE_MAX,
		 .cas = UINT64_MAX,
		 .flags = UINT32_MAX,
		 .exptime = INT64_MAX,
		 .want = MCHA_WANT_CAS,
		 .mode = MCHA_MODE_REPLACE,
	 },
		UINT32_MAX,
		"ms key 1073741824 T2147483647 F4294967295 MR C18446744073709551615 c"
		" O4294967295\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .exptime = -1}, 1, "ms key 1 T-1 F0 O1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .exptime = INT64_MIN}, 1,
		"ms key 1 T-1 F0 O1\r\n"},

	/* deleting and touching */
	{{.verb = MCHA_VERB_DELETE, KEY}, 1, "md key O1\r\n"},
	{{.verb = MCHA_VERB_DELETE, KEY, .cas = UINT64_MAX}, 10,
		"md key C18446744073709551615 O10\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY, .exptime = 3600}, 1, "mg key T3600 O1\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY}, 1, "mg key T0 O1\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY, .exptime = INT64_MIN}, 1, "mg key T-1 O1\r\n"},

	/* counting */
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 1}, 1, "ma key v D1 t O1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY}, 1, "ma key v D0 t O1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .decrement = true}, 1, "ma key v MD D5 t O1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .cas = 3, .want = MCHA_WANT_CAS}, 1,
		"ma key v D5 t C3 c O1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .create = true, .initial = 9, .exptime = 60}, 1,
		"ma key v D5 N60 J9 t O1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .initial = 9, .exptime = 60}, 1,
		"ma key v D5 t O1\r\n"},
	{{
		 .verb = MCHA_VERB_COUNT,
		 KEY,
		 .delta = UINT64_MAX,
		 .decrement = true,
		 .cas = UINT64_MAX,
		 .want = MCHA_WANT_CAS,
		 .create = true,
		 .initial = UINT64_MAX,
		 .exptime = INT64_MIN,
	 },
		UINT32_MAX,
		"ma key v MD D18446744073709551615 N-1 J18446744073709551615 t"
		" C18446744073709551615 c O4294967295\r\n"},

	/* requests without a meta command have no opaque token */
	{{.verb = MCHA_VERB_VERSION}, 9, "version\r\n"},
	{{.verb = MCHA_VERB_STATS}, 9, "stats\r\n"},
	{{.verb = MCHA_VERB_STATS, .key = "settings", .key_length = 8}, 9, "stats settings\r\n"},
	{{.verb = MCHA_VERB_FLUSH}, 9, "flush_all\r\n"},
	{{.verb = MCHA_VERB_FLUSH, .exptime = 30}, 9, "flush_all 30\r\n"},
	{{.verb = MCHA_VERB_FLUSH, .exptime = -30}, 9, "flush_all\r\n"},
	{{.verb = MCHA_VERB_FLUSH, .exptime = INT64_MAX}, 9, "flush_all 2147483647\r\n"},
};

static void every_request_becomes_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		char line[MCHA_META_LINE_MAX];
		size_t length = mcha_meta_encode(&lines[i].request, lines[i].opaque, line);

		assert_in_range(length, 1, sizeof(line) - 1);
		line[length] = '\0';
		assert_string_equal(line, lines[i].line);
	}
}

static void only_stores_have_a_value_behind_their_line(void **state)
{
	(void)state;
	for (int verb = 0; verb < MCHA_VERB_COUNT_OF; verb++) {
		mcha_request request = {.verb = (mcha_verb)verb};

		assert_int_equal(mcha_meta_has_value(&request), verb == MCHA_VERB_STORE);
	}
}

/* Exactly as long as a line may be: a byte written beyond it is detected. */
static void the_longest_possible_lines_fit(void **state)
{
	static const uint64_t numbers[] = {0, UINT64_MAX};
	char key[MCHA_KEY_MAX];
	size_t longest = 0;

	(void)state;
	memset(key, 'k', sizeof(key));
	for (int verb = 0; verb < MCHA_VERB_COUNT_OF; verb++) {
		for (int mode = MCHA_MODE_SET; mode <= MCHA_MODE_PREPEND; mode++) {
			for (size_t i = 0; i < COUNT(numbers); i++) {
				mcha_request request = {
					.verb = (mcha_verb)verb,
					.mode = (mcha_mode)mode,
					.want = 0xff,
					.decrement = true,
					.create = true,
					.key = key,
					.key_length = sizeof(key),
					.flags = UINT32_MAX,
					.value_length = SIZE_MAX,
					.exptime = i ? INT64_MIN : INT64_MAX,
					.cas = UINT64_MAX,
					.delta = numbers[i],
					.initial = numbers[i],
				};
				char line[MCHA_META_LINE_MAX];
				size_t length;

				memset(line, '\0', sizeof(line));
				length = mcha_meta_encode(&request, UINT32_MAX, line);
				assert_in_range(length, 1, sizeof(line));
				assert_memory_equal(line + length - 2, "\r\n", 2);
				longest = length > longest ? length : longest;
			}
		}
	}
	assert_in_range(longest, MCHA_KEY_MAX + 90, MCHA_META_LINE_MAX);
}

/* Each power of ten, one less, and one more: digits are neither lost nor swapped. */
static void numbers_of_every_length_are_written_completely(void **state)
{
	uint64_t power = 1;

	(void)state;
	for (int digits = 1; digits <= 20; digits++, power *= 10) {
		for (int off = -1; off <= 1; off++) {
			uint64_t number = power + (uint64_t)off;
			mcha_request request = {.verb = MCHA_VERB_COUNT, KEY, .delta = number};
			char line[MCHA_META_LINE_MAX], expected[64];
			size_t length = mcha_meta_encode(&request, 1, line);

			snprintf(expected, sizeof(expected), "ma key v D%llu t O1\r\n",
				(unsigned long long)number);
			assert_int_equal(length, strlen(expected));
			assert_memory_equal(line, expected, length);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_becomes_its_line),
		cmocka_unit_test(only_stores_have_a_value_behind_their_line),
		cmocka_unit_test(the_longest_possible_lines_fit),
		cmocka_unit_test(numbers_of_every_length_are_written_completely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
