/* SPDX-License-Identifier: MIT */
/* "stats settings" tells a server's item_size_max; it is kept with the node while its connection
 * lasts. */
#include "item_size_limit.h"

#include <stdlib.h>
#include <string.h>

/* What memcached adds to a key and a value, at least (1.6: 48 bytes of header, NUL, CR LF). */
#define ITEM_OVERHEAD 51

/* Items up to here fit everywhere but where -I is below its default of 1 MiB. */
#define SURELY_FITS ((1 << 20) - MCHA_KEY_MAX - 128)

bool mcha_item_size_limit_exceeded(const mcha_node *node, size_t key_length, size_t value_length)
{
	return value_length > SURELY_FITS && node->item_size_max
		&& key_length + value_length + ITEM_OVERHEAD > node->item_size_max;
}

static void ask_limit(mcha_pool *pool, uint16_t index)
{
	static const char kind[] = "settings";
	mcha_node *node = pool->nodes[index];
	mcha_request *request;

	if (node->item_size_max || mcha_pool_is_previous_only(pool, index)
		|| !mcha_pool_admit(pool, index, false)) {
		return;
	}
	request = mcha_pool_request(pool, index);
	if (request) {
		request->verb = MCHA_VERB_STATS;
		request->key = kind;
		request->key_length = sizeof(kind) - 1;
		node->item_size_max = SIZE_MAX; /* once, whatever it answers */
	}
}

static void read_limit(mcha_node *node, const mcha_reply *reply)
{
	static const char name[] = "STAT item_size_max ";
	const char *found = reply->value ? strstr(reply->value, name) : NULL;

	if (!mcha_status_is_answer(reply->status)) {
		node->item_size_max = 0;
	} else {
		node->item_size_max = found ? strtoull(found + sizeof(name) - 1, NULL, 10) : SIZE_MAX;
	}
}

void mcha_item_size_limit_learn(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_request *round, *request;
	size_t i, j;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status != MCHA_STATUS_PENDING || items[i].value_length <= SURELY_FITS) {
			continue;
		}
		for (j = 0; j < items[i].replica_count; j++) {
			ask_limit(pool, items[i].replicas[j].node);
		}
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	round = mcha_pool_run(pool, mcha_targets_share(pool, 3));
	for (request = round; request; request = request->later) {
		read_limit(pool->nodes[request->node], &request->reply);
	}
	mcha_targets_release_round(pool, round);
}
