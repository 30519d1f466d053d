/* SPDX-License-Identifier: MIT */
/* An array of nodes that grows. */
#include "nodes.h"

#include <stdlib.h>

bool hashing_nodes_reserve(hashing_nodes *nodes, size_t capacity)
{
	hashing_node *grown = realloc(nodes->all, capacity * sizeof(*nodes->all));

	if (grown) {
		nodes->all = grown;
	}
	return grown != NULL;
}

void hashing_nodes_append(hashing_nodes *nodes, const mcha_endpoint *endpoint, bool by_list)
{
	uint32_t before = nodes->count ? nodes->all[nodes->count - 1].weight_end : 0;

	nodes->all[nodes->count++] = (hashing_node){
		.endpoint = *endpoint,
		.id = mcha_endpoint_id(endpoint),
		.weight_end = before + endpoint->weight,
		.by_list = by_list,
	};
}
