/* SPDX-License-Identifier: MIT */
/* Bytes of unknown origin (a server's text, a part of a pool string, an option's name) as they may stand in a message: a
 * terminal, a log or a page that shows the message takes nothing in them for a command. */
#ifndef MCHA_ENGINE_PRINTABLE_H
#define MCHA_ENGINE_PRINTABLE_H

#include <stddef.h>

#define MCHA_PRINTABLE_LEAST 8 /* bytes of room that a cut needs at least: "...", one escape, and the NUL */

/* Copies the bytes, and a NUL behind them. Everything but printable ASCII becomes \xNN, and so do the backslash, and the
 * double quote, which messages put around such a text. What does not fit into size (at least MCHA_PRINTABLE_LEAST)
 * is cut off, with "..." at the end. Returns the length of the result. */
size_t mcha_printable(char *to, size_t size, const char *bytes, size_t length);

#endif
