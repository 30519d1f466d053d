/* SPDX-License-Identifier: MIT */
/* Pool strings and servers given in parts: what valid ones mean, and the error messages of invalid
 * ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/net/pool_string.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The longest allowed lengths, and one more. */
static char host_255[256], host_256[257];
static char path_107[108], path_108[109];
static char zone_63[80], zone_64[80];

static int setup(void **state)
{
	(void)state;
	memset(host_255, 'h', 255);
	memset(host_256, 'h', 256);
	memset(path_107, 'p', 107);
	memset(path_108, 'p', 108);
	path_107[0] = path_108[0] = '/';
	snprintf(zone_63, sizeof(zone_63), "a?zone=%063d", 1);
	snprintf(zone_64, sizeof(zone_64), "a?zone=%064d", 1);
	return 0;
}

/* --- one node --------------------------------------------------------------------------------- */

static const struct source {
	const char *string;
	const char *host;
	uint16_t port;
	uint16_t weight;
	const char *zone;
	bool tls;
} source[] = {
	{"localhost", "localhost", 11211, 1, "", false},
	{"cache_1.example-site.com", "cache_1.example-site.com", 11211, 1, "", false},
	{"localhost:11212", "localhost", 11212, 1, "", false},
	{"localhost:1", "localhost", 1, 1, "", false},
	{"localhost:65535", "localhost", 65535, 1, "", false},
	{"localhost:00080", "localhost", 80, 1, "", false},
	{"localhost:11212:3", "localhost", 11212, 3, "", false},
	{"localhost:11212:0", "localhost", 11212, 1, "", false},
	{"localhost:11212:65535", "localhost", 11212, 65535, "", false},
	{"localhost:11212:0?weight=5", "localhost", 11212, 5, "", false},
	{"127.0.0.1", "127.0.0.1", 11211, 1, "", false},
	{"127.0.0.1:11213:2", "127.0.0.1", 11213, 2, "", false},
	{"[::1]", "::1", 11211, 1, "", false},
	{"[::1]:11212", "::1", 11212, 1, "", false},
	{"[::1]:11212:7", "::1", 11212, 7, "", false},
	{"[::ffff:10.0.0.1]:11212", "::ffff:10.0.0.1", 11212, 1, "", false},
	{"[fe80::1%eth0]:11212", "fe80::1%eth0", 11212, 1, "", false},
	{"[1111:2222:3333:4444:5555:6666:7777:8888]", "1111:2222:3333:4444:5555:6666:7777:8888", 11211,
		1, "", false},
	{"/tmp/mc.sock", "/tmp/mc.sock", 0, 1, "", false},
	{"/tmp/mc.sock:0", "/tmp/mc.sock", 0, 1, "", false},
	{"/tmp/mc.sock:0:4", "/tmp/mc.sock", 0, 4, "", false},
	{"/tmp/mc.sock:0:0", "/tmp/mc.sock", 0, 1, "", false},
	{"/tmp/with space.sock", "/tmp/with space.sock", 0, 1, "", false},
	{"/tmp/a//b.sock?zone=x", "/tmp/a//b.sock", 0, 1, "x", false},
	{"unix:///tmp/mc.sock", "/tmp/mc.sock", 0, 1, "", false},
	{"unix:///tmp/mc.sock:0", "/tmp/mc.sock", 0, 1, "", false},
	{"unix:///tmp/mc.sock:0:9", "/tmp/mc.sock", 0, 9, "", false},
	{"UNIX:///tmp/mc.sock?weight=9&zone=a", "/tmp/mc.sock", 0, 9, "a", false},
	{"tcp://localhost:11212:3", "localhost", 11212, 3, "", false},
	{"tcp://[::1]:11212", "::1", 11212, 1, "", false},
	{"tls://cache.example.com", "cache.example.com", 11211, 1, "", true},
	{"Tls://cache.example.com:11214?zone=east", "cache.example.com", 11214, 1, "east", true},
	{"a?weight=5", "a", 11211, 5, "", false},
	{"a:1?zone=rack-2_B.3", "a", 1, 1, "rack-2_B.3", false},
	{"a:1?zone=z&weight=65535", "a", 1, 65535, "z", false},
	{"a:1:2?zone=backup", "a", 1, 2, "backup", false},
	{"a:1?ZONE=Z", "a", 1, 1, "Z", false},
	{" \t\r\n a:1 \n", "a", 1, 1, "", false},
	{host_255, host_255, 11211, 1, "", false},
	{path_107, path_107, 0, 1, "", false},
	{zone_63, "a", 11211, 1, zone_63 + 7, false},
};

static void a_node_is_read_in_every_common_form(void **state)
{
	char error[MCHA_POOL_STRING_ERROR_MAX] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(source); i++) {
		mcha_endpoint *endpoints;
		size_t count;

		if (!mcha_pool_string_parse(source[i].string, strlen(source[i].string), &endpoints, &count,
				error)) {
			fail_msg("%s: %s", source[i].string, error);
		}
		assert_int_equal(count, 1);
		assert_string_equal(endpoints->host, source[i].host);
		assert_int_equal(endpoints->port, source[i].port);
		assert_int_equal(endpoints->weight, source[i].weight);
		assert_string_equal(endpoints->zone, source[i].zone);
		assert_int_equal(endpoints->tls, source[i].tls);
		free(endpoints);
	}
}

/* --- errors ----------------------------------------------------------------------------------- */

static const struct bad {
	const char *string;
	const char *error; /* or, behind "...", the end of the message */
} bad[] = {
	{"localhost:0", "server \"localhost:0\": port \"0\" is not a number from 1 to 65535"},
	{"localhost:65536",
		"server \"localhost:65536\": port \"65536\" is not a number from 1 to 65535"},
	{"localhost:-1", "server \"localhost:-1\": port \"-1\" is not a number from 1 to 65535"},
	{"localhost:+1", "server \"localhost:+1\": port \"+1\" is not a number from 1 to 65535"},
	{"localhost:", "server \"localhost:\": port \"\" is not a number from 1 to 65535"},
	{"localhost: 1", "server \"localhost: 1\": port \" 1\" is not a number from 1 to 65535"},
	{"localhost:11211x", "...port \"11211x\" is not a number from 1 to 65535"},
	{"localhost:0x50", "...port \"0x50\" is not a number from 1 to 65535"},
	{"localhost:99999999999999999999", "...is not a number from 1 to 65535"},
	{"localhost:4294978507", "...is not a number from 1 to 65535"},
	{"localhost:1:-1", "server \"localhost:1:-1\": weight \"-1\" is not a number from 1 to 65535"},
	{"localhost:1:65536", "...weight \"65536\" is not a number from 1 to 65535"},
	{"localhost:1:2:3", "...weight \"2:3\" is not a number from 1 to 65535"},
	{"localhost:1:", "...weight \"\" is not a number from 1 to 65535"},
	{"localhost:1:2 3", "...weight \"2 3\" is not a number from 1 to 65535"},
	{":11211", "server \":11211\" has no host: write host:port"},
	{"tcp://", "server \"tcp://\" has no host: write host:port"},
	{"?weight=1", "server \"?weight=1\" has no host: write host:port"},
	{"two words", "...host \"two words\" may only have letters, digits, '.', '-' and '_'"},
	{"a;b", "...host \"a;b\" may only have letters, digits, '.', '-' and '_'"},
	{"a/b", "...host \"a/b\" may only have letters, digits, '.', '-' and '_'"},
	{"user@a", "...host \"user@a\" may only have letters, digits, '.', '-' and '_'"},
	{"--SERVER=a", "...host \"--SERVER=a\" may only have letters, digits, '.', '-' and '_'"},
	{"m\xc3\xbcnchen",
		"...host \"m\\xc3\\xbcnchen\" may only have letters, digits, '.', '-' and '_'"},
	{"a\x01", "server \"a\\x01\": control character \"\\x01\" is not allowed"},
	{"a\nb", "server \"a\\x0ab\": control character \"\\x0a\" is not allowed"},
	{"/tmp/a\x7f", "server \"/tmp/a\\x7f\": control character \"\\x7f\" is not allowed"},
	{"\"\\",
		"server \"\\x22\\x5c\": host \"\\x22\\x5c\" "
		"may only have letters, digits, '.', '-' and '_'"},
	{host_256, "...is longer than 255 characters"},
	{path_108, "...is longer than the 107 bytes a unix socket may have"},
	{zone_64, "...is longer than 63 characters"},
	{"::1", "server \"::1\": IPv6 address \"::1\" needs brackets: [::1]:port"},
	{"fe80::1", "server \"fe80::1\": IPv6 address \"fe80::1\" needs brackets: [::1]:port"},
	{"[::1", "server \"[::1\" has a '[' without its ']': write [::1]:port"},
	{"[", "server \"[\" has a '[' without its ']': write [::1]:port"},
	{"[]", "server \"[]\" has no host: write host:port"},
	{"[localhost]:1", "server \"[localhost]:1\": host \"localhost\" is not an IPv6 address"},
	{"[::1%]:1", "server \"[::1%]:1\": host \"::1%\" is not an IPv6 address"},
	{"[::1%a b]:1", "server \"[::1%a b]:1\": host \"::1%a b\" is not an IPv6 address"},
	{"[12345::1]", "server \"[12345::1]\": host \"12345::1\" is not an IPv6 address"},
	{"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa]", "...is not an IPv6 address"},
	{"[::1]x:1", "server \"[::1]x:1\": text \"x\" is not allowed between ']' and the port"},
	{"[::1]:", "server \"[::1]:\": port \"\" is not a number from 1 to 65535"},
	{"/tmp/a:11211", "server \"/tmp/a:11211\": port \"11211\" of a unix socket must be 0"},
	{"/tmp/a:", "server \"/tmp/a:\": port \"\" of a unix socket must be 0"},
	{"/tmp/a:0:x", "server \"/tmp/a:0:x\": weight \"x\" is not a number from 1 to 65535"},
	{"/", "server \"/\": path \"/\" of a unix socket must be absolute: /path/to.sock"},
	{"unix://tmp/a", "...path \"tmp/a\" of a unix socket must be absolute: /path/to.sock"},
	{"unix://", "server \"unix://\": path \"\" of a unix socket must be absolute: /path/to.sock"},
	{"tcp:///tmp/a", "...address \"/tmp/a\" is a path: write unix:///path/to.sock"},
	{"tls:///tmp/a", "...address \"/tmp/a\" is a path: write unix:///path/to.sock"},
	{"udp://a", "server \"udp://a\": scheme \"udp\" is unknown, expected tcp, unix or tls"},
	{"://a", "server \"://a\": scheme \"\" is unknown, expected tcp, unix or tls"},
	{"a?", "server \"a?\": option \"\" has no value: write name=value"},
	{"a?zone", "server \"a?zone\": option \"zone\" has no value: write name=value"},
	{"a?zone=b&", "server \"a?zone=b&\": option \"\" has no value: write name=value"},
	{"a?zone=", "server \"a?zone=\" has an empty zone: write zone=name"},
	{"a?zone=b c", "...zone \"b c\" may only have letters, digits, '.', '-' and '_'"},
	{"a?zone=b&zone=c", "server \"a?zone=b&zone=c\": option \"zone\" is given twice"},
	{"a?weight=1&weight=1", "...option \"weight\" is given twice"},
	{"a:1:2?weight=2", "server \"a:1:2?weight=2\": weight \"2\" is given twice"},
	{"a?weight=0", "server \"a?weight=0\": weight \"0\" is not a number from 1 to 65535"},
	{"a?weight=70000", "...weight \"70000\" is not a number from 1 to 65535"},
	{"a?weight=", "server \"a?weight=\": weight \"\" is not a number from 1 to 65535"},
	{"a?persistent=1", "...option \"persistent\" is unknown, expected weight, zone or role"},
	{"a?zon=1", "...option \"zon\" is unknown, expected weight, zone or role"},
	{"a?=1", "server \"a?=1\": option \"\" is unknown, expected weight, zone or role"},
	{"a?zone=b?zone=c", "...zone \"b?zone=c\" may only have letters, digits, '.', '-' and '_'"},
};

static void check_error(const char *string, const char *error, const char *expected)
{
	size_t length = strlen(error);

	assert_in_range(length, 1, MCHA_POOL_STRING_ERROR_MAX - 2);
	for (size_t i = 0; i < length; i++) {
		assert_in_range(error[i], 0x20, 0x7e);
	}
	if (strncmp(expected, "...", 3) == 0) {
		expected += 3;
		error += length < strlen(expected) ? 0 : length - strlen(expected);
	}
	if (strcmp(error, expected) != 0) {
		fail_msg("%s: \"%s\" instead of \"%s\"", string, error, expected);
	}
}

static void an_error_names_the_bad_part_and_the_expected_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		char error[MCHA_POOL_STRING_ERROR_MAX] = "";
		mcha_endpoint *endpoints = (mcha_endpoint *)&source;
		size_t count = 99;

		if (mcha_pool_string_parse(bad[i].string, strlen(bad[i].string), &endpoints, &count,
				error)) {
			fail_msg("%s was accepted", bad[i].string);
		}
		check_error(bad[i].string, error, bad[i].error);
		assert_ptr_equal(endpoints, &source);
		assert_int_equal(count, 99);
	}
}

static void an_error_behind_valid_nodes_names_its_node(void **state)
{
	const char *string = "a:1, b:2?zone=x, c:none, d:4";
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	(void)state;
	assert_false(mcha_pool_string_parse(string, strlen(string), &endpoints, &count, error));
	assert_string_equal(error, "server \"c:none\": port \"none\" is not a number from 1 to 65535");
}

static void an_embedded_nul_is_an_error_and_does_not_hide_what_follows(void **state)
{
	static const char string[] = "a:1\0,b:2";
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	(void)state;
	assert_false(mcha_pool_string_parse(string, sizeof(string) - 1, &endpoints, &count, error));
	assert_string_equal(error, "server \"a:1\\x00\": control character \"\\x00\" is not allowed");
}

/* Every prefix of the string, in memory that ends where the prefix does: the sanitizer reports a
 * read beyond it. */
static void a_truncated_string_is_not_read_beyond_its_end(void **state)
{
	static const char *const strings[] = {
		"unix:///tmp/a:0:1?weight=1&zone=b,tls://[fe80::1%eth0]:11211:3?zone=c",
		"tcp://[::1]:1",
		"[",
		"a?zone=b&weight=",
		"::1%",
		"\x01\xff",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(strings); i++) {
		for (size_t length = 0; length <= strlen(strings[i]); length++) {
			char error[MCHA_POOL_STRING_ERROR_MAX];
			char *exact = malloc(length ? length : 1);
			mcha_endpoint *endpoints = NULL, endpoint;
			size_t count;

			memcpy(exact, strings[i], length);
			if (mcha_pool_string_parse(exact, length, &endpoints, &count, error)) {
				free(endpoints);
			}
			mcha_endpoint_set(&endpoint, exact, length, 1, 1, error);
			free(exact);
		}
	}
}

/* --- lists ------------------------------------------------------------------------------------ */

static const struct {
	const char *string;
	size_t count;
} lists[] = {
	{"", 0},
	{" ", 0},
	{",", 0},
	{" , ,\n", 0},
	{"a", 1},
	{"a,", 1},
	{",a", 1},
	{"a,b", 2},
	{"a,,b", 2},
	{" a , b ,", 2},
	{"a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8,i:9", 9},
};

static void empty_nodes_and_spaces_around_nodes_are_skipped(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		char error[MCHA_POOL_STRING_ERROR_MAX];
		mcha_endpoint *endpoints = (mcha_endpoint *)&source;
		size_t count = 99;

		assert_true(mcha_pool_string_parse(lists[i].string, strlen(lists[i].string), &endpoints,
			&count, error));
		assert_int_equal(count, lists[i].count);
		for (size_t n = 0; n < count; n++) {
			assert_int_equal(endpoints[n].host[0], 'a' + (int)n);
		}
		free(endpoints);
	}
}

static void an_empty_string_is_a_list_without_nodes(void **state)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	(void)state;
	assert_true(mcha_pool_string_parse(NULL, 0, &endpoints, &count, error));
	assert_int_equal(count, 0);
	free(endpoints);
}

/* --- servers in parts ------------------------------------------------------------------------- */

static const struct {
	const char *host;
	long port;
	long weight;
	const char *stored; /* NULL: refused */
	uint16_t stored_port;
	uint16_t stored_weight;
	const char *error;
} parts[] = {
	{"localhost", 11211, 0, "localhost", 11211, 1, NULL},
	{"localhost", 1, 65535, "localhost", 1, 65535, NULL},
	{"::1", 11211, 2, "::1", 11211, 2, NULL},
	{"[::1]", 11211, 2, "::1", 11211, 2, NULL},
	{"tcp://localhost", 11211, 2, "localhost", 11211, 2, NULL},
	{"tls://[::1]", 11211, 2, "::1", 11211, 2, NULL},
	{"/tmp/a", 0, 3, "/tmp/a", 0, 3, NULL},
	{"/tmp/a", 11211, 0, "/tmp/a", 0, 1, NULL},
	{"/tmp/a:b,c?d", -5, 0, "/tmp/a:b,c?d", 0, 1, NULL},
	{"unix:///tmp/a", 99999, 0, "/tmp/a", 0, 1, NULL},
	{"", 11211, 0, NULL, 0, 0, "server \"\" has no host: write host:port"},
	{"localhost", 0, 0, NULL, 0, 0,
		"server \"localhost\": port \"0\" is not a number from 1 to 65535"},
	{"localhost", -1, 0, NULL, 0, 0,
		"server \"localhost\": port \"-1\" is not a number from 1 to 65535"},
	{"localhost", 65536, 0, NULL, 0, 0, "...port \"65536\" is not a number from 1 to 65535"},
	{"localhost", 1L << 32, 0, NULL, 0, 0, "...is not a number from 1 to 65535"},
	{"localhost", 1, -1, NULL, 0, 0,
		"server \"localhost\": weight \"-1\" is not a number from 1 to 65535"},
	{"localhost", 1, 65536, NULL, 0, 0, "...weight \"65536\" is not a number from 1 to 65535"},
	{"localhost:11211", 11211, 0, NULL, 0, 0,
		"server \"localhost:11211\": host \"localhost:11211\" "
		"may only have letters, digits, '.', '-' and '_'"},
	{"local host", 1, 0, NULL, 0, 0,
		"...host \"local host\" may only have letters, digits, '.', '-' and '_'"},
	{"a\r\n", 1, 0, NULL, 0, 0,
		"server \"a\\x0d\\x0a\": control character \"\\x0d\" is not allowed"},
	{"/tmp/a\n", 1, 0, NULL, 0, 0,
		"server \"/tmp/a\\x0a\": control character \"\\x0a\" is not allowed"},
	{"unix://a", 1, 0, NULL, 0, 0, "...of a unix socket must be absolute: /path/to.sock"},
	{"http://a", 1, 0, NULL, 0, 0, "...scheme \"http\" is unknown, expected tcp, unix or tls"},
	{host_256, 1, 0, NULL, 0, 0, "...is longer than 255 characters"},
	{path_108, 1, 0, NULL, 0, 0, "...is longer than the 107 bytes a unix socket may have"},
};

static void a_server_given_in_parts_gets_the_same_checks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		char error[MCHA_POOL_STRING_ERROR_MAX] = "";
		mcha_endpoint endpoint = {.host = "untouched", .zone = "z"};
		bool done = mcha_endpoint_set(&endpoint, parts[i].host, strlen(parts[i].host),
			parts[i].port, parts[i].weight, error);

		if (!parts[i].stored) {
			assert_false(done);
			check_error(parts[i].host, error, parts[i].error);
			assert_string_equal(endpoint.host, "untouched");
			continue;
		}
		if (!done) {
			fail_msg("%s: %s", parts[i].host, error);
		}
		assert_string_equal(endpoint.host, parts[i].stored);
		assert_int_equal(endpoint.port, parts[i].stored_port);
		assert_int_equal(endpoint.weight, parts[i].stored_weight);
		assert_string_equal(endpoint.zone, "");
	}
}

/* --- names and identities --------------------------------------------------------------------- */

static mcha_endpoint parse_one(const char *string)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints, endpoint;
	size_t count;

	assert_true(mcha_pool_string_parse(string, strlen(string), &endpoints, &count, error));
	assert_int_equal(count, 1);
	endpoint = *endpoints;
	free(endpoints);
	return endpoint;
}

static const char *const names[][2] = {
	{"localhost", "localhost:11211"},
	{"tls://a:1:2?zone=z", "a:1"},
	{"[::1]:65535", "[::1]:65535"},
	{"unix:///tmp/a", "/tmp/a"},
};

static void a_nodes_name_can_be_used_in_a_pool_string(void **state)
{
	char name[MCHA_ENDPOINT_NAME_MAX];
	mcha_endpoint endpoint;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		mcha_endpoint again;

		endpoint = parse_one(names[i][0]);
		mcha_endpoint_name(&endpoint, name);
		assert_string_equal(name, names[i][1]);
		again = parse_one(name);
		assert_true(mcha_endpoint_equal(&endpoint, &again));
	}
	endpoint = parse_one(host_255);
	endpoint.port = 65535;
	memset(endpoint.host, ':', MCHA_HOST_MAX); /* the longest possible name */
	mcha_endpoint_name(&endpoint, name);
	assert_string_equal(name + strlen(name) - 7, "]:65535");
}

static void host_and_port_identify_a_server_weight_and_zone_do_not(void **state)
{
	static const char *const others[] = {"a:12", "a1:2", "b:1", "/a:0", "a", "[::1]:1"};
	mcha_endpoint one = parse_one("a:1:7?zone=x");
	mcha_endpoint same = parse_one("tls://a:1");

	(void)state;
	assert_true(mcha_endpoint_equal(&one, &same));
	assert_true(mcha_endpoint_id(&one) == mcha_endpoint_id(&same));
	assert_true(mcha_endpoint_id(&one) != 0);
	for (size_t i = 0; i < COUNT(others); i++) {
		mcha_endpoint other = parse_one(others[i]);

		assert_false(mcha_endpoint_equal(&one, &other));
		assert_true(mcha_endpoint_id(&one) != mcha_endpoint_id(&other));
	}
}

/* Processes of different builds may share one table, and placement depends on identities. */
static void an_identity_is_the_same_in_every_build(void **state)
{
	mcha_endpoint endpoint = parse_one("localhost:11211");

	(void)state;
	assert_true(mcha_endpoint_id(&endpoint) == UINT64_C(0x612b4030d08f1dcc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_is_read_in_every_common_form),
		cmocka_unit_test(an_error_names_the_bad_part_and_the_expected_form),
		cmocka_unit_test(an_error_behind_valid_nodes_names_its_node),
		cmocka_unit_test(an_embedded_nul_is_an_error_and_does_not_hide_what_follows),
		cmocka_unit_test(a_truncated_string_is_not_read_beyond_its_end),
		cmocka_unit_test(empty_nodes_and_spaces_around_nodes_are_skipped),
		cmocka_unit_test(an_empty_string_is_a_list_without_nodes),
		cmocka_unit_test(a_server_given_in_parts_gets_the_same_checks),
		cmocka_unit_test(a_nodes_name_can_be_used_in_a_pool_string),
		cmocka_unit_test(host_and_port_identify_a_server_weight_and_zone_do_not),
		cmocka_unit_test(an_identity_is_the_same_in_every_build),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
