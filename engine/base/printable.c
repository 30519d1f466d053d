/* SPDX-License-Identifier: MIT */
/* Escapes bytes for messages. */
#include "printable.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS "..."
#define LONGEST (sizeof("\\xff") - 1) /* characters that one escaped byte takes */

static size_t escape_byte(char *to, unsigned char byte)
{
	if (byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x7f) {
		return (size_t)snprintf(to, LONGEST + 1, "\\x%02x", byte);
	}
	*to = (char)byte;
	return 1;
}

size_t mcha_printable(char *to, size_t size, const char *bytes, size_t length)
{
	size_t i, used = 0, fitting = 0;
	char escaped[LONGEST + 1];

	for (i = 0; i < length; i++) {
		size_t more = escape_byte(escaped, (unsigned char)bytes[i]);

		if (used + more >= size) {
			memcpy(to + fitting, ELLIPSIS, sizeof(ELLIPSIS));
			return fitting + sizeof(ELLIPSIS) - 1;
		}
		memcpy(to + used, escaped, more);
		used += more;
		if (used + sizeof(ELLIPSIS) <= size) {
			fitting = used;
		}
	}
	to[used] = '\0';
	return used;
}
