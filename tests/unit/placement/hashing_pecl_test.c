/* SPDX-License-Identifier: MIT */
/* The first node of every preference list against the real pecl memcached: one script of calls is
 * written, tests/lib/pecl_placement.php runs it with class Memcached, this test with hashing.h, and
 * the answers must agree. Skipped without pecl memcached. */
#include "placement_pool.h"

#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/random.h"

static const char *const pecl_pools[] = {
	"a 11211 1",
	"a 11211 1 b 11211 1",
	"10.0.0.1 11211 1 10.0.0.2 11211 1 10.0.0.3 11211 1",
	"10.0.0.1 11211 1 10.0.0.1 11212 1 10.0.0.1 11213 1 10.0.0.2 22122 1",
	"z 11211 3 y 11212 1 x 11211 10 w 11213 2",
	"big 11211 65535 small 11211 1 middle 11211 1000",
	"/tmp/a.sock 0 1 /tmp/b.sock 0 1 c 11211 1",
	"/tmp/b.sock 0 5 ::1 11211 2 a.example.com 11212 1 /tmp/a.sock 0 1",
	"twin 11211 1 other 11211 1 twin 11211 1",
	"h9 1 1 h8 2 1 h7 3 1 h6 4 1 h5 5 1 h4 6 1 h3 7 1 h2 8 1 h1 9 1 h0 10 1 "
	"g9 11 2 g8 12 1 g7 13 1",
};

static void write_servers(FILE *script, const char *pool, bool by_list)
{
	char host[64];
	unsigned port, weight;
	int used;

	if (by_list) {
		fprintf(script, "list %s\n", pool);
		return;
	}
	for (; sscanf(pool, "%63s %u %u%n", host, &port, &weight, &used) == 3; pool += used) {
		fprintf(script, "add %s %u %u\n", host, port, weight);
	}
}

static void write_keys(FILE *script)
{
	fputs("keys", script);
	for (size_t i = 0; i < 60; i++) {
		fprintf(script, " %s", key_of(i * 7919));
	}
	fprintf(script, " k %0200d %0240d\n", 1, 2);
}

/* McHA's own settings, without any call of the application. */
static void write_own_settings(FILE *script)
{
	static const char *const kinds[] = {"ketama", "modula"};

	for (size_t pool = 0; pool < COUNT(pecl_pools); pool++) {
		for (int hash = 0; hash < MEMCACHED_HASH_CUSTOM; hash++) {
			for (size_t kind = 0; kind < COUNT(kinds) * 2; kind++) {
				if (hash == MEMCACHED_HASH_HSIEH) {
					continue;
				}
				fprintf(script, "new %s %d\n", kinds[kind / 2], hash);
				write_servers(script, pecl_pools[pool], kind % 2);
				write_keys(script);
			}
		}
	}
}

/* Every distribution with every hash, with and without the prefix hashed, set before and after the
 * servers were added, one by one and as a list. */
static void write_application_settings(FILE *script, const char *pool, int distribution, int hash)
{
	for (unsigned way = 0; way < 8; way++) {
		bool before = way & 1, by_list = way & 2, hash_first = way & 4;

		fputs("new application\nprefix shop:\n", script);
		if (!before) {
			write_servers(script, pool, by_list);
		}
		if (hash_first) {
			fprintf(script, "set %d %d\n", MEMCACHED_BEHAVIOR_HASH, hash);
		}
		fprintf(script, "set %d %d\n", MEMCACHED_BEHAVIOR_DISTRIBUTION, distribution);
		if (!hash_first) {
			fprintf(script, "set %d %d\n", MEMCACHED_BEHAVIOR_HASH, hash);
		}
		if (before) {
			write_servers(script, pool, by_list);
		}
		write_keys(script);
		fprintf(script, "set %d 1\n", MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY);
		write_keys(script);
	}
}

static void write_any_setting(FILE *script, uint64_t random)
{
	static const struct {
		int option;
		int values;
	} settings[] = {
		{MEMCACHED_BEHAVIOR_HASH, 13},
		{MEMCACHED_BEHAVIOR_KETAMA, 2},
		{MEMCACHED_BEHAVIOR_KETAMA_HASH, 13},
		{MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 2},
		{MEMCACHED_BEHAVIOR_SORT_HOSTS, 2},
		{MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY, 2},
	};
	size_t which = random % (COUNT(settings) + 2);

	random /= 16;
	if (which < COUNT(settings)) {
		fprintf(script, "set %d %d\n", settings[which].option,
			(int)(random % (unsigned)settings[which].values));
	} else {
		fprintf(script, "set %d %d\n", MEMCACHED_BEHAVIOR_DISTRIBUTION,
			stable_distributions[random % COUNT(stable_distributions)]);
	}
}

/* Calls in random order. */
static void write_random_calls(FILE *script, uint64_t seed)
{
	uint64_t random = seed;
	bool first = true;

	fputs("new application\n", script);
	for (int i = 0; i < 12; i++) {
		uint64_t value = mcha_random_next(&random) >> 8;

		switch (mcha_random_next(&random) % 6) {
		case 0:
		case 1:
			write_servers(script, pecl_pools[value % COUNT(pecl_pools)], value >> 32 & 1);
			break;
		case 2:
			fprintf(script, "prefix%s\n", value & 1 ? " tenant-7/" : "");
			break;
		case 3:
			if (!first && value % 4 == 0) {
				fputs("clear\n", script);
			}
			break;
		default:
			if (first) { /* always accepted, so that both sides follow the application from here */
				fprintf(script, "set %d 0\n", MEMCACHED_BEHAVIOR_DISTRIBUTION);
			}
			write_any_setting(script, value);
			first = false;
		}
		if (!first) {
			write_keys(script);
		}
	}
}

static char *write_script(void)
{
	char *text = NULL;
	size_t length;
	FILE *script = open_memstream(&text, &length);

	assert_non_null(script);
	write_own_settings(script);
	for (size_t pool = 0; pool < COUNT(pecl_pools); pool++) {
		for (size_t i = 0; i < COUNT(stable_distributions); i++) {
			for (int hash = 0; hash < MEMCACHED_HASH_CUSTOM; hash++) {
				write_application_settings(script, pecl_pools[pool], stable_distributions[i], hash);
			}
		}
	}
	for (uint64_t seed = 1; seed <= 500; seed++) {
		write_random_calls(script, seed);
	}
	fclose(script);
	return text;
}

/* Runs the script as tests/lib/pecl_placement.php does; next_line() reads the answers of that
 * run. */
typedef struct comparison {
	pool *pool;
	FILE *pecl;
	char *line;
	size_t line_size;
	size_t compared;
	char calls[2048]; /* since the object was new, shown if the answers differ */
} comparison;

static void follow_new(comparison *comparison, char *words)
{
	char *kind = strtok_r(words, " ", &words);
	char *hash = strtok_r(NULL, " ", &words);
	bool modula = strcmp(kind, "modula") == 0;

	if (comparison->pool) {
		pool_free(comparison->pool);
	}
	comparison->pool = pool_new(modula ? HASHING_MODULA : HASHING_KETAMA,
		hash ? (memcached_hash_t)atoi(hash) : MEMCACHED_HASH_MD5);
}

static void follow_add(comparison *comparison, char *words)
{
	char host[64];
	unsigned port, weight;

	assert_int_equal(sscanf(words, "%63s %u %u", host, &port, &weight), 3);
	pool_add(comparison->pool, endpoint_of(host, port, weight));
}

static void follow_list(comparison *comparison, char *words)
{
	pool *pool = comparison->pool;
	mcha_endpoint *added = pool->endpoints + pool->count;
	size_t count = 0;
	char host[64];
	unsigned port, weight;
	int used;

	for (; sscanf(words, "%63s %u %u%n", host, &port, &weight, &used) == 3; words += used) {
		added[count++] = endpoint_of(host, port, weight);
	}
	assert_true(hashing_add_list(pool->hashing, added, count));
	pool->count += count;
}

static char *next_line(comparison *comparison)
{
	ssize_t length = getline(&comparison->line, &comparison->line_size, comparison->pecl);

	assert_true(length > 0);
	comparison->line[length - 1] = '\0';
	return comparison->line;
}

static void follow_set(comparison *comparison, char *words)
{
	unsigned option, value;

	assert_int_equal(sscanf(words, "%u %u", &option, &value), 2);
	assert_string_equal(next_line(comparison),
		hashing_set(comparison->pool->hashing, (memcached_behavior_t)option, value) ? "set 1"
																					: "set 0");
}

static void follow_prefix(comparison *comparison, char *words)
{
	assert_true(hashing_set_prefix(comparison->pool->hashing, words, strlen(words)));
}

static void follow_clear(comparison *comparison, char *words)
{
	(void)words;
	hashing_clear(comparison->pool->hashing);
	comparison->pool->count = 0;
}

static void follow_keys(comparison *comparison, char *words)
{
	char *answers = next_line(comparison);

	for (char *key; (key = strtok_r(words, " ", &words));) {
		const char *server = strtok_r(answers, " ", &answers);
		char ours[MCHA_HOST_MAX + 8];
		const mcha_endpoint *first;

		assert_non_null(server);
		if (strcmp(server, "none") == 0) {
			continue; /* no servers, or a key that pecl memcached refuses */
		}
		first = first_of(comparison->pool, key);
		snprintf(ours, sizeof(ours), mcha_endpoint_is_unix(first) ? "%s" : "%s:%u", first->host,
			(unsigned)first->port);
		if (strcmp(ours, server) != 0) {
			fail_msg("%s lies on %s instead of %s after%s", key, ours, server, comparison->calls);
		}
		comparison->compared++;
	}
}

static const struct {
	const char *name;
	void (*follow)(comparison *comparison, char *words);
} commands[] = {
	{"new", follow_new},
	{"add", follow_add},
	{"list", follow_list},
	{"set", follow_set},
	{"prefix", follow_prefix},
	{"clear", follow_clear},
	{"keys", follow_keys},
};

static void note_call(comparison *comparison, const char *line)
{
	size_t length = strncmp(line, "new", 3) == 0 ? 0 : strlen(comparison->calls);

	if (strncmp(line, "keys", 4) != 0) {
		snprintf(comparison->calls + length, sizeof(comparison->calls) - length, "; %s", line);
	}
}

static void follow(comparison *comparison, char *script)
{
	for (char *line; (line = strsep(&script, "\n")) && *line;) {
		char *name;

		note_call(comparison, line);
		name = strsep(&line, " ");

		for (size_t i = 0; i < COUNT(commands); i++) {
			if (strcmp(name, commands[i].name) == 0) {
				commands[i].follow(comparison, line ? line : "");
			}
		}
	}
}

static FILE *ask_pecl(const char *script, char *path)
{
	const char *php = getenv("PHP");
	char command[1024];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), strlen(script));
	close(fd);
	snprintf(command, sizeof(command), "%s -d error_reporting=0 '%s/pecl_placement.php' '%s'",
		php ? php : "php", TESTS_LIB, path);
	return popen(command, "r");
}

static void the_first_node_is_where_pecl_memcached_puts_the_key(void **state)
{
	char path[] = "/tmp/mcha-placement-XXXXXX";
	char *script = write_script();
	comparison comparison = {.pecl = ask_pecl(script, path)};
	int first, status;

	(void)state;
	assert_non_null(comparison.pecl);
	first = fgetc(comparison.pecl);
	if (first != EOF) {
		ungetc(first, comparison.pecl);
		follow(&comparison, script);
		pool_free(comparison.pool);
	}
	status = pclose(comparison.pecl);
	free(comparison.line);
	free(script);
	unlink(path);
	if (comparison.compared == 0) {
		print_message("# no pecl memcached to compare with (%d)\n", WEXITSTATUS(status));
		skip();
	}
	assert_int_equal(status, 0);
	assert_true(comparison.compared > 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_node_is_where_pecl_memcached_puts_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
