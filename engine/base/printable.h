/* SPDX-License-Identifier: MIT */
/* Escapes bytes of unknown origin (a server's text, a part of a pool string, an option's name) for
 * use in a message, so that a terminal, a log or a web page that shows the message takes none of
 * them for a command. */
#ifndef MCHA_ENGINE_PRINTABLE_H
#define MCHA_ENGINE_PRINTABLE_H

#include <stddef.h>

/* smallest buffer for a text that is cut off: "...", one escape, and the NUL */
#define MCHA_PRINTABLE_LEAST 8

/* Copies the bytes and appends a NUL. Bytes that are not printable ASCII become \xNN, and so do the
 * backslash and the double quote, because messages put the text in double quotes. A text that does
 * not fit into size (at least MCHA_PRINTABLE_LEAST) is cut off and ends in "...". Returns the
 * length of the result. */
size_t mcha_printable(char *to, size_t size, const char *bytes, size_t length);

#endif
