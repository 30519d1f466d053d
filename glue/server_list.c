/* SPDX-License-Identifier: MIT */
/* Lists of servers: McHA's pool strings, which the engine reads, and libmemcached's words, which
 * become pool strings. */
#include "server_list.h"

/* libmemcached's configuration language, as far as it names servers: "--SERVER=host:port/?weight"
 * words become a pool string. Other words are refused by name. */
static bool plain_pool_string(const char *string, size_t length, char *plain, char *error)
{
	const char *end = string + length;
	size_t used = 0;

	while (string < end) {
		size_t word = strcspn(string, " \t"), skip = strlen("--SERVER=");

		if (word > skip && zend_binary_strncasecmp(string, word, "--SERVER=", skip, skip) == 0) {
			const char *weight = zend_memnstr(string, "/?", 2, string + word);
			size_t address = (size_t)((weight ? weight : string + word) - string) - skip;

			memcpy(plain + used, string + skip, address);
			used += address;
			if (weight) {
				used += (size_t)sprintf(plain + used, "?weight=%.*s",
					(int)(string + word - weight - 2), weight + 2);
			}
			plain[used++] = ',';
		} else if (word) {
			char shown[80];

			mcha_printable(shown, sizeof(shown), string, word);
			snprintf(error, MCHA_POOL_STRING_ERROR_MAX,
				"\"%s\": of libmemcached's configuration only "
				"--SERVER=host:port/?weight is supported",
				shown);
			return false;
		}
		string += word + strspn(string + word, " \t");
	}
	plain[used] = '\0';
	return true;
}

bool php_mcha_server_list_parse(const char *string, size_t length, mcha_endpoint **endpoints,
	size_t *count, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	char *plain = NULL;
	bool good;

	if (length > 2 && memcmp(string, "--", 2) == 0) {
		plain = emalloc(length + 1); /* "?weight=" is no longer than the "--SERVER=" it came with */
		if (memchr(string, '\0', length) || !plain_pool_string(string, length, plain, error)) {
			efree(plain);
			return false;
		}
		string = plain;
		length = strlen(plain);
	}
	good = mcha_pool_string_parse(string, length, endpoints, count, error);
	if (plain) {
		efree(plain);
	}
	return good;
}
