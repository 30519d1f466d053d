/* SPDX-License-Identifier: MIT */
/* Requests as bytes of the classic text protocol: a table of requests and their exact lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/protocol/meta_encode.h"
#include "engine/protocol/text_encode.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY .key = "key", .key_length = 3

static const struct {
	mcha_request request;
	const char *line; /* "": the protocol has no such request */
} lines[] = {
	/* reading */
	{{.verb = MCHA_VERB_GET, KEY}, "get key\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_VALUE}, "get key\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_TTL | MCHA_WANT_SIZE | MCHA_WANT_UNSEEN},
		"get key\r\n"},
	{{.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_CAS}, "gets key\r\n"},
	{{
		 .verb = MCHA_VERB_GET,
		 .key = "keys are not terminated",
		 .key_length = 4,
		 .want = MCHA_WANT_VALUE,
	 },
		"get keys\r\n"},

	/* storing */
	{{.verb = MCHA_VERB_STORE, KEY, .value = "hello", .value_length = 5}, "set key 0 0 5\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value = "", .value_length = 0}, "set key 0 0 0\r\n"},
	{{
		 .verb = MCHA_VERB_STORE,
		 KEY,
		 .mode = MCHA_MODE_ADD,
		 .value_length = 10,
		 .exptime = 60,
		 .flags = 7,
	 },
		"add key 7 60 10\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_REPLACE, .value_length = 1},
		"replace key 0 0 1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_APPEND, .value_length = 1},
		"append key 0 0 1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_PREPEND, .value_length = 1},
		"prepend key 0 0 1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .version = 99}, "set key 0 0 1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .cas = 12}, "cas key 0 0 1 12\r\n"},
	{{
		 .verb = MCHA_VERB_STORE,
		 KEY,
		 .mode = MCHA_MODE_REPLACE,
		 .value_length = MCHA_VALUE_MAX,
		 .cas = UINT64_MAX,
		 .flags = UINT32_MAX,
		 .exptime = INT64_MAX,
	 },
		"cas key 4294967295 2147483647 1073741824 18446744073709551615\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_ADD, .cas = 12}, ""},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_APPEND, .cas = 12}, ""},
	{{.verb = MCHA_VERB_STORE, KEY, .mode = MCHA_MODE_PREPEND, .cas = 12}, ""},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .exptime = -1}, "set key 0 2592001 1\r\n"},
	{{.verb = MCHA_VERB_STORE, KEY, .value_length = 1, .exptime = INT64_MIN},
		"set key 0 2592001 1\r\n"},

	/* deleting and touching */
	{{.verb = MCHA_VERB_DELETE, KEY}, "delete key\r\n"},
	{{.verb = MCHA_VERB_DELETE, KEY, .cas = UINT64_MAX},
		"cas key 0 2592001 0 18446744073709551615\r\n\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY, .exptime = 3600}, "touch key 3600\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY}, "touch key 0\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY, .exptime = -5}, "touch key 2592001\r\n"},
	{{.verb = MCHA_VERB_TOUCH, KEY, .exptime = 60, .cas = 1}, ""},

	/* counting */
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 1}, "incr key 1\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = UINT64_MAX, .decrement = true},
		"decr key 18446744073709551615\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .create = true, .initial = 9, .exptime = 60},
		"incr key 5\r\n"},
	{{.verb = MCHA_VERB_COUNT, KEY, .delta = 5, .cas = 3}, ""},

	/* without a key */
	{{.verb = MCHA_VERB_VERSION}, "version\r\n"},
	{{.verb = MCHA_VERB_STATS}, "stats\r\n"},
	{{.verb = MCHA_VERB_STATS, .key = "settings", .key_length = 8}, "stats settings\r\n"},
	{{.verb = MCHA_VERB_FLUSH}, "flush_all\r\n"},
	{{.verb = MCHA_VERB_FLUSH, .exptime = 30}, "flush_all 30\r\n"},
	{{.verb = MCHA_VERB_FLUSH, .exptime = -30}, "flush_all\r\n"},
};

static void every_request_becomes_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		char line[MCHA_META_LINE_MAX];
		size_t length = mcha_text_encode(&lines[i].request, line);

		assert_in_range(length, 0, sizeof(line) - 1);
		line[length] = '\0';
		assert_string_equal(line, lines[i].line);
		assert_int_equal(mcha_text_command_of(&lines[i].request) == MCHA_TEXT_NONE, length == 0);
	}
}

/* Exactly as long as a line may be: a byte written beyond it is detected. */
static void the_longest_possible_lines_fit(void **state)
{
	char key[MCHA_KEY_MAX];

	(void)state;
	memset(key, 'k', sizeof(key));
	for (int verb = 0; verb < MCHA_VERB_COUNT_OF; verb++) {
		for (int mode = MCHA_MODE_SET; mode <= MCHA_MODE_PREPEND; mode++) {
			for (int with_cas = 0; with_cas <= 1; with_cas++) {
				mcha_request request = {
					.verb = (mcha_verb)verb,
					.mode = (mcha_mode)mode,
					.want = 0xff,
					.decrement = true,
					.key = key,
					.key_length = sizeof(key),
					.flags = UINT32_MAX,
					.value_length = SIZE_MAX,
					.exptime = INT64_MAX,
					.cas = with_cas ? UINT64_MAX : 0,
					.delta = UINT64_MAX,
				};
				char line[MCHA_META_LINE_MAX];
				size_t length = mcha_text_encode(&request, line);

				assert_in_range(length, 0, sizeof(line));
				if (length) {
					assert_memory_equal(line + length - 2, "\r\n", 2);
				}
			}
		}
	}
}

static void requests_for_the_same_fields_share_a_line(void **state)
{
	mcha_request get = {.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_VALUE},
				 gets = {.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_CAS},
				 again = {.verb = MCHA_VERB_GET, KEY, .want = MCHA_WANT_CAS | MCHA_WANT_VALUE},
				 set = {.verb = MCHA_VERB_STORE, KEY};

	(void)state;
	get.next = &gets;
	gets.next = &again;
	again.next = &set;
	assert_int_equal(mcha_meta_count_keys(&get, mcha_text_get_word), 1);
	assert_int_equal(mcha_meta_count_keys(&gets, mcha_text_get_word), 2);
	assert_int_equal(mcha_meta_count_keys(&set, mcha_text_get_word), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_becomes_its_line),
		cmocka_unit_test(the_longest_possible_lines_fit),
		cmocka_unit_test(requests_for_the_same_fields_share_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
