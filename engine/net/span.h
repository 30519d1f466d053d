/* SPDX-License-Identifier: MIT */
/* Parts of a text that is being parsed: where they begin, and how long they are. */
#ifndef MCHA_ENGINE_SPAN_H
#define MCHA_ENGINE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mcha_span {
	const char *text;
	size_t length;
} mcha_span;

/* Without the spaces around it. */
mcha_span mcha_span_trim(mcha_span part);

/* Moves the text before the first separator from *rest to *before, and drops the separator. False:
 * there is no separator, and *before is the whole text. */
bool mcha_span_cut(mcha_span *rest, char separator, mcha_span *before);

/* The same letters, capital or not. */
bool mcha_span_equals(mcha_span part, const char *word);

/* Accepts digits only, and at most five of them, as 65535 has. */
bool mcha_span_number(mcha_span part, uint16_t *number);

/* Letters, digits, '.', '-' and '_'. */
bool mcha_span_is_name(mcha_span part);

/* A link-local address may name its interface: fe80::1%eth0. */
bool mcha_span_is_ipv6(mcha_span address);

#endif
