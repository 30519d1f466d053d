/* SPDX-License-Identifier: MIT */
/* The message for a mistake: quotes the wrong part, escaped so that the message can go to a log
 * unchanged, and says what would be right. */
#include "node_reading.h"
#include "engine/base/printable.h"
#include "pool_string.h"

#include <stdio.h>

/* Buffer sizes for quoted parts; together with the longest rule they fit into
 * MCHA_POOL_STRING_ERROR_MAX. */
#define QUOTE_NODE_MAX 72
#define QUOTE_PART_MAX 48

/* The part in double quotes, escaped and cut to fit size. */
static const char *quote_part(char *quoted, size_t size, mcha_span part)
{
	size_t used;

	quoted[0] = '"';
	used = 1 + mcha_printable(quoted + 1, size - 2, part.text, part.length);
	quoted[used++] = '"';
	quoted[used] = '\0';
	return quoted;
}

bool mcha_node_refuse_part(const mcha_node_reading *reading, const char *what, mcha_span part,
	const char *rule)
{
	char node[QUOTE_NODE_MAX];
	char quoted[QUOTE_PART_MAX];

	snprintf(reading->error, MCHA_POOL_STRING_ERROR_MAX, "server %s: %s %s %s",
		quote_part(node, sizeof(node), reading->node), what,
		quote_part(quoted, sizeof(quoted), part), rule);
	return false;
}

bool mcha_node_refuse(const mcha_node_reading *reading, const char *rule)
{
	char node[QUOTE_NODE_MAX];

	snprintf(reading->error, MCHA_POOL_STRING_ERROR_MAX, "server %s %s",
		quote_part(node, sizeof(node), reading->node), rule);
	return false;
}

bool mcha_node_check_name(const mcha_node_reading *reading, const char *what, mcha_span name)
{
	return mcha_span_is_name(name)
		|| mcha_node_refuse_part(reading, what, name,
			"may only have letters, digits, '.', '-' and '_'");
}

bool mcha_node_check_bytes(const mcha_node_reading *reading)
{
	for (size_t i = 0; i < reading->node.length; i++) {
		unsigned char c = (unsigned char)reading->node.text[i];

		if (c < 0x20 || c == 0x7f) {
			return mcha_node_refuse_part(reading, "control character",
				(mcha_span){reading->node.text + i, 1}, "is not allowed");
		}
	}
	return true;
}
