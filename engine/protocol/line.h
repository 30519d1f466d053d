/* SPDX-License-Identifier: MIT */
/* Writes the parts of a protocol line: each function returns the position behind what it wrote.
 * Numbers are formatted by hand because this is the hot path. */
#ifndef MCHA_ENGINE_LINE_H
#define MCHA_ENGINE_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline char *mcha_line_text(char *p, const char *text, size_t length)
{
	memcpy(p, text, length);
	return p + length;
}

#define MCHA_LINE_LITERAL(p, literal) mcha_line_text(p, literal, sizeof(literal) - 1)

static inline char *mcha_line_unsigned(char *p, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	if (number < 10) { /* as most flags and exptimes are */
		*p++ = (char)('0' + number);
		return p;
	}
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return mcha_line_text(p, digits + at, sizeof(digits) - at);
}

static inline char *mcha_line_signed(char *p, int64_t number)
{
	if (number < 0) {
		*p++ = '-';
		return mcha_line_unsigned(p, (uint64_t)0 - (uint64_t)number);
	}
	return mcha_line_unsigned(p, (uint64_t)number);
}

#endif
