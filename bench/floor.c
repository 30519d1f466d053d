/* SPDX-License-Identifier: MIT */
/* The lower bound of an operation's cost, its sends and receives alone: the same commands as
 * McHA's, prepared before the clock starts, on the same kind of sockets; of the answers only the
 * length and the beginning are checked. Same protocol as bench/worker.php:
 *
 *     floor COPIES HOST:PORT...
 *
 * Reads lines "WORKLOAD:SIZE COUNT" and answers "MICROSECONDS USER SYSTEM" (the last two: processor
 * time of this process), or an error message. An operation has one or two rounds; a round sends
 * each node its part, then waits for each node. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NODES_MOST 16
#define ROUNDS_MOST 2

typedef struct {
	char *bytes;
	size_t length, size;
} text;

/* The bytes sent to one node in a round, and the expected answer; a blank in expected matches any
 * byte. */
typedef struct {
	text request, expected;
} part;

typedef struct {
	part parts[ROUNDS_MOST][NODES_MOST];
} operation;

static int sockets[NODES_MOST], nodes, copies;

/* --- Bytes --- */

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *grown(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory) {
		die("realloc");
	}
	return memory;
}

static char *room(text *t, size_t more)
{
	if (t->length + more > t->size) {
		t->size = 2 * (t->length + more);
		t->bytes = grown(t->bytes, t->size);
	}
	return t->bytes + t->length;
}

__attribute__((format(printf, 2, 3))) static void put(text *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	t->length += (size_t)vsnprintf(room(t, 128), 128, format, arguments);
	va_end(arguments);
}

static void put_value(text *t, size_t size)
{
	memset(room(t, size), 'x', size);
	t->length += size;
	put(t, "\r\n");
}

/* --- The operations: the bytes for each node --- */

static part *home(operation *o, int round, int first, int copy)
{
	return &o->parts[round][(first + copy) % nodes];
}

static void add_set(operation *o, int key, size_t size, const char *name)
{
	for (int i = 0; i < copies; i++) {
		part *p = home(o, 0, key, i);

		put(&p->request, "ms %s%d %zu T0 F0 O1\r\n", name, key, size);
		put_value(&p->request, size);
		put(&p->expected, "HD O1\r\n");
	}
}

static void add_get(operation *o, int key, size_t size, const char *name)
{
	part *p = home(o, 0, key, 0);

	put(&p->request, "mg %s%d f v O1\r\n", name, key);
	put(&p->expected, "VA %zu f0 O1\r\n", size);
	put_value(&p->expected, size);
}

static void make_set(operation *o, size_t size)
{
	add_set(o, 0, size, "floor");
}

static void make_get(operation *o, size_t size)
{
	add_get(o, 0, size, "floor");
}

/* Deletes a key that does not exist, so that the same bytes can be used every time. */
static void make_delete(operation *o, size_t size)
{
	(void)size;
	for (int i = 0; i < copies; i++) {
		put(&home(o, 0, 0, i)->request, "md floor:gone\r\n");
		put(&home(o, 0, 0, i)->expected, "NF\r\n");
	}
}

/* The length of the new number is not known in advance, but all timed numbers have the same number
 * of digits. */
static void make_increment(operation *o, size_t size)
{
	(void)size;
	for (int i = 0; i < copies; i++) {
		put(&home(o, 0, 0, i)->request, "ma floor:n D1 v O1\r\n");
		put(&home(o, 0, 0, i)->expected, "VA 10 O1\r\n          \r\n");
	}
}

/* The first copy misses, then all others. */
static void make_miss(operation *o, size_t size)
{
	(void)size;
	for (int i = 0; i < copies; i++) {
		put(&home(o, i > 0, 0, i)->request, "mg floor:none f v\r\n");
		put(&home(o, i > 0, 0, i)->expected, "EN\r\n");
	}
}

static void make_set_multi(operation *o, size_t keys)
{
	for (size_t i = 0; i < keys; i++) {
		add_set(o, (int)i, 512, "floor:many");
	}
}

static void make_get_multi(operation *o, size_t keys)
{
	for (size_t i = 0; i < keys; i++) {
		add_get(o, (int)i, 512, "floor:many");
	}
}

static void prepare_set_of_number(operation *o, size_t size)
{
	(void)size;
	for (int i = 0; i < copies; i++) {
		put(&home(o, 0, 0, i)->request, "ms floor:n 10 O1\r\n1000000000\r\n");
		put(&home(o, 0, 0, i)->expected, "HD O1\r\n");
	}
}

static const struct workload {
	const char *name;
	void (*make)(operation *o, size_t size);
	void (*prepare)(operation *o, size_t size); /* once, before the clock; NULL: nothing to do */
} workloads[] = {
	{"set", make_set, NULL},
	{"get", make_get, make_set},
	{"delete", make_delete, NULL},
	{"increment", make_increment, prepare_set_of_number},
	{"miss", make_miss, NULL},
	{"setMulti", make_set_multi, NULL},
	{"getMulti", make_get_multi, make_set_multi},
};

static void forget(operation *o)
{
	for (int round = 0; round < ROUNDS_MOST; round++) {
		for (int i = 0; i < nodes; i++) {
			free(o->parts[round][i].request.bytes);
			free(o->parts[round][i].expected.bytes);
		}
	}
	*o = (operation){0};
}

/* --- Doing them --- */

static bool send_all(int fd, const text *t)
{
	size_t sent = 0;

	while (sent < t->length) {
		ssize_t n = send(fd, t->bytes + sent, t->length - sent, MSG_NOSIGNAL);

		if (n <= 0) {
			return false;
		}
		sent += (size_t)n;
	}
	return true;
}

static bool as_expected(const text *expected, const char *bytes)
{
	size_t beginning = expected->length < 16 ? expected->length : 16;

	for (size_t i = 0; i < beginning; i++) {
		if (expected->bytes[i] != ' ' && expected->bytes[i] != bytes[i]) {
			return false;
		}
	}
	return true;
}

static bool receive_all(int fd, const text *expected)
{
	static text input;
	size_t got = 0;

	input.length = 0;
	room(&input, expected->length);
	while (got < expected->length) {
		ssize_t n = recv(fd, input.bytes + got, expected->length - got, 0);

		if (n <= 0) {
			return false;
		}
		got += (size_t)n;
	}
	return as_expected(expected, input.bytes);
}

static bool carry_out_round(part *parts)
{
	bool good = true;

	for (int i = 0; i < nodes; i++) {
		good = good && (!parts[i].request.length || send_all(sockets[i], &parts[i].request));
	}
	for (int i = 0; i < nodes; i++) {
		good = good && (!parts[i].expected.length || receive_all(sockets[i], &parts[i].expected));
	}
	return good;
}

static bool carry_out(operation *o)
{
	return carry_out_round(o->parts[0]) && carry_out_round(o->parts[1]);
}

static int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static bool run(const struct workload *w, size_t size, int count)
{
	operation o = {0};
	struct rusage before, after;
	int64_t begin, end;
	bool good = true;

	if (w->prepare) {
		w->prepare(&o, size);
		good = carry_out(&o);
		forget(&o);
	}
	w->make(&o, size);
	getrusage(RUSAGE_SELF, &before);
	begin = clock_now();
	for (int i = 0; i < count && good; i++) {
		good = carry_out(&o);
	}
	end = clock_now();
	getrusage(RUSAGE_SELF, &after);
	forget(&o);
	if (good) {
		printf("%.3f %lld %lld\n", (double)(end - begin) / 1000,
			(long long)(microseconds(after.ru_utime) - microseconds(before.ru_utime)),
			(long long)(microseconds(after.ru_stime) - microseconds(before.ru_stime)));
	}
	return good;
}

static bool obey(const char *line)
{
	char name[32];
	size_t size;
	int count;

	if (sscanf(line, "%31[^:]:%zu %d", name, &size, &count) != 3) {
		return false;
	}
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		if (!strcmp(workloads[i].name, name)) {
			return run(&workloads[i], size, count);
		}
	}
	return false;
}

static int connected(char *name)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	char *port = strchr(name, ':');
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!port || fd < 0) {
		die(name);
	}
	*port++ = '\0';
	address.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, name, &address.sin_addr) != 1
		|| connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		die(name);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	return fd;
}

int main(int argc, char **argv)
{
	char line[256];

	if (argc < 3 || argc - 2 > NODES_MOST) {
		fputs("usage: floor COPIES HOST:PORT...\n", stderr);
		return 2;
	}
	copies = atoi(argv[1]);
	for (nodes = 0; nodes < argc - 2; nodes++) {
		sockets[nodes] = connected(argv[2 + nodes]);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		if (!obey(line)) {
			puts("it was not answered as it should");
			return 1; /* after an error the state of the connections is unknown */
		}
	}
	return 0;
}
