/* SPDX-License-Identifier: MIT */
/* memcached takes "time" and "uptime" from one clock, so their difference stays the same while the
 * process lives. */
#include "incarnation.h"

#include <string.h>

#include "random.h"

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"STAT pid ", offsetof(mcha_incarnation, pid)},
	{"STAT time ", offsetof(mcha_incarnation, time)},
	{"STAT uptime ", offsetof(mcha_incarnation, uptime)},
	{"STAT evictions ", offsetof(mcha_incarnation, evictions)},
};

#define IDENTITY 7u /* the bits of the first three fields */

/* Accepts decimal digits only, up to the end. */
static int parse_number(const char *p, const char *end, uint64_t *number)
{
	uint64_t n = 0;

	if (p == end) {
		return 0;
	}
	for (; p < end; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (digit > 9 || n > (UINT64_MAX - digit) / 10) {
			return 0;
		}
		n = n * 10 + digit;
	}
	*number = n;
	return 1;
}

void mcha_incarnation_read_line(mcha_incarnation *incarnation, const char *line, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t skip = strlen(fields[i].name);
		uint64_t number;

		if (length > skip && memcmp(line, fields[i].name, skip) == 0
			&& parse_number(line + skip, line + length, &number)) {
			memcpy((char *)incarnation + fields[i].offset, &number, sizeof(number));
			incarnation->told |= (uint8_t)(1u << i);
			return;
		}
	}
}

void mcha_incarnation_read(mcha_incarnation *incarnation, const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		const char *stop = lf ? lf : end;

		mcha_incarnation_read_line(incarnation, text,
			(size_t)(stop - text) - (stop > text && stop[-1] == '\r'));
		text = stop + 1;
	}
}

uint64_t mcha_incarnation_id(const mcha_incarnation *incarnation)
{
	uint64_t id;

	if ((incarnation->told & IDENTITY) != IDENTITY) {
		return 0;
	}
	id = mcha_mix64(mcha_mix64(incarnation->time - incarnation->uptime) ^ incarnation->pid);
	return id ? id : 1;
}
