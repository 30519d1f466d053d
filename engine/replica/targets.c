/* SPDX-License-Identifier: MIT */
/* Writes the list of an item's nodes, and adds requests about it. */
#include "targets.h"

#include <stdlib.h>
#include <string.h>

#include "engine/replica/repair/doubts.h"

static size_t wide_stride(const mcha_pool *pool)
{
	size_t wide = 2 * mcha_pool_copies(pool) + 2;

	return wide < pool->member_count ? wide : pool->member_count;
}

static bool reserve_replicas(mcha_replica_lists *lists, size_t entries)
{
	mcha_replica *grown;

	if (entries <= lists->capacity) {
		return true;
	}
	grown = realloc(lists->replicas, entries * sizeof(*grown));
	if (!grown) {
		return false;
	}
	lists->replicas = grown;
	lists->capacity = entries;
	return true;
}

static bool reserve_preference(mcha_replica_lists *lists, size_t entries)
{
	uint16_t *grown;

	if (entries <= lists->preference_capacity) {
		return true;
	}
	grown = realloc(lists->preference, entries * sizeof(*grown));
	if (!grown) {
		return false;
	}
	lists->preference = grown;
	lists->preference_capacity = entries;
	return true;
}

/* --- homes from before the pool was changed --------------------------------------------------- */

static bool is_among(const uint16_t *list, size_t count, uint16_t node)
{
	size_t i;

	for (i = 0; i < count && list[i] != node; i++) {
	}
	return i < count;
}

/* Moves the node to this place if it stands behind it, or puts it there. */
static void put_at(mcha_item *item, uint16_t *list, size_t place, uint16_t node)
{
	size_t from = place;

	while (from < item->replica_count && list[from] != node) {
		from++;
	}
	memmove(&list[place + 1], &list[place], (from - place) * sizeof(*list));
	list[place] = node;
	item->replica_count += from == item->replica_count;
}

/* The homes that the key had before the pool was changed, as indices of pool->previous.nodes;
 * returns how many there are. */
static size_t list_former(const mcha_pool *pool, const mcha_item *item, uint16_t *former)
{
	const mcha_placement *placement = &pool->previous.placement;

	return placement->prefer(placement->context, item->hash_key, item->hash_length, former,
		mcha_pool_previous_copies(pool));
}

/* What the previous placement wrote behind the list is read before the list comes to grow over
 * it. */
void mcha_targets_insert_previous(mcha_pool *pool, mcha_item *item, uint16_t *list)
{
	uint16_t *former = list + item->replica_count;
	size_t i, homes = mcha_pool_copies(pool), count = list_former(pool, item, former);

	item->previous = 0;
	for (i = 0; i < count; i++) {
		uint16_t node = pool->previous.nodes[former[i]];

		if (!is_among(list, homes + item->previous, node)) {
			put_at(item, list, homes + item->previous, node);
			item->previous++;
		}
	}
}

/* The memory in which lists are written is free while no list is written. */
bool mcha_targets_was_home(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	uint16_t *former = pool->lists.preference;
	size_t i, count = item->is_lock ? 0 : list_former(pool, item, former);

	for (i = 0; i < count && pool->previous.nodes[former[i]] != replica->node; i++) {
	}
	return item->is_lock || i < count;
}

/* --- the list --------------------------------------------------------------------------------- */

/* Writes the list of nodes; length: of pool nodes. */
static void list_nodes(mcha_pool *pool, mcha_item *item, size_t length)
{
	uint16_t *list = pool->lists.preference;

	item->previous = 0;
	item->replica_count = (uint32_t)pool->placement.prefer(pool->placement.context, item->hash_key,
		item->hash_length, list, length);
	if (pool->running.distrusting && mcha_doubts_concerns(pool, item)) {
		mcha_doubts_put_back(pool, item, list, mcha_pool_copies(pool));
	}
	if (pool->previous.count && !item->is_lock) {
		mcha_targets_insert_previous(pool, item, list);
	}
}

/* Makes replicas of the nodes of the list from this position on. */
static void list_replicas(const mcha_pool *pool, const mcha_item *item, size_t position)
{
	const size_t homes = mcha_pool_copies(pool), known = homes + item->previous;

	for (; position < item->replica_count; position++) {
		item->replicas[position] = (mcha_replica){
			.node = pool->lists.preference[position],
			.position = (uint16_t)position,
			.role = position < homes ? MCHA_ROLE_HOME
				: position < known   ? MCHA_ROLE_PREVIOUS
									 : MCHA_ROLE_HANDOFF,
			.skipped = MCHA_STATUS_PENDING,
			.doubted = pool->running.distrusting
				&& mcha_doubts_has(pool, item, pool->lists.preference[position]),
		};
	}
}

static mcha_status check_key(const mcha_pool *pool, const mcha_item *item)
{
	mcha_status status = mcha_key_check(item->key, item->key_length);

	return status != MCHA_STATUS_OK ? status
		: pool->member_count == 0   ? MCHA_STATUS_NO_NODES
									: MCHA_STATUS_PENDING;
}

void mcha_targets(mcha_pool *pool, mcha_item *items, size_t count)
{
	const size_t homes = mcha_pool_copies(pool), previous = mcha_pool_previous_copies(pool);
	const size_t length = pool->running.troubled ? wide_stride(pool) : homes,
				 stride = length + previous;
	mcha_replica_lists *lists = &pool->lists;
	bool reserved;
	size_t i;

	lists->wide = wide_stride(pool) + previous;
	lists->room = stride;
	reserved = reserve_replicas(lists, count * stride) && reserve_preference(lists, lists->wide);
	/* at once; what fails here fails again where it matters */
	(void)mcha_pool_reserve(pool, count);
	for (i = 0; i < count; i++) {
		mcha_item *item = &items[i];

		item->position = -1;
		item->replicas = reserved ? lists->replicas + i * stride : NULL;
		item->replica_count = 0;
		item->widened = false;
		item->fault = MCHA_STATUS_OK;
		item->answer.ttl = MCHA_TTL_UNKNOWN;
		item->answer.status = reserved ? check_key(pool, item) : MCHA_STATUS_NO_MEMORY;
		if (item->answer.status == MCHA_STATUS_PENDING) {
			list_nodes(pool, item, length);
			list_replicas(pool, item, 0);
			if (pool->running.distrusting && !mcha_doubts_believe(pool, item)) {
				mcha_targets_widen(pool, item);
			}
		}
	}
}

/* --- longer lists ----------------------------------------------------------------------------- */

/* The replica's requests refer to it where it is now. */
static void move_replica(mcha_replica *to, const mcha_replica *from)
{
	*to = *from;
	if (to->request) {
		to->request->replica = to;
	}
	if (to->check && to->check->replica) {
		to->check->replica = to;
	}
}

/* Gives the list room for the longest one. False: no memory. */
static bool move_list(mcha_replica_lists *lists, mcha_item *item)
{
	mcha_widened *memory = malloc(sizeof(*memory) + lists->wide * sizeof(mcha_replica));
	mcha_replica *replicas;
	size_t i;

	if (!memory) {
		return false;
	}
	replicas = (mcha_replica *)(memory + 1);
	memory->next = lists->widened;
	lists->widened = memory;
	for (i = 0; i < item->replica_count; i++) {
		move_replica(&replicas[i], &item->replicas[i]);
	}
	if (item->write.source) {
		item->write.source = &replicas[item->write.source - item->replicas];
	}
	item->replicas = replicas;
	return true;
}

/* The longer list begins with the shorter one. */
void mcha_targets_widen(mcha_pool *pool, mcha_item *item)
{
	const size_t before = item->replica_count;
	mcha_replica_lists *lists = &pool->lists;

	if (item->widened || before >= lists->wide
		|| (lists->wide > lists->room && !move_list(lists, item))) {
		return;
	}
	item->widened = true;
	list_nodes(pool, item, wide_stride(pool));
	list_replicas(pool, item, before);
}

static bool has_failed(const mcha_pool *pool, const mcha_item *item, size_t from, size_t end)
{
	size_t i;

	for (i = from; pool->running.troubled && i < end && i < item->replica_count; i++) {
		if (mcha_replica_may_have_handoff(pool, &item->replicas[i])) {
			return true;
		}
	}
	return false;
}

bool mcha_targets_has_failed_home(const mcha_pool *pool, const mcha_item *item)
{
	return has_failed(pool, item, 0, mcha_pool_copies(pool));
}

bool mcha_targets_has_failed_previous(const mcha_pool *pool, const mcha_item *item)
{
	const size_t homes = mcha_pool_copies(pool);

	return has_failed(pool, item, homes, homes + item->previous);
}

uint64_t mcha_targets_number(const mcha_item *item)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < item->value_length; i++) {
		number = number * 10 + (uint64_t)(item->value[i] - '0');
	}
	return number;
}

bool mcha_targets_is_being_deleted(const mcha_pool *pool, const char *key, size_t length)
{
	return pool->shared.deletes
		&& mcha_recent_deletes_since(pool->shared.deletes, key, length, pool->running.started,
			mcha_pool_write_span(pool));
}

void mcha_targets_note_deletion(mcha_pool *pool, const char *key, size_t length, mcha_usec now,
	bool under_way)
{
	if (pool->shared.deletes) {
		mcha_recent_deletes_note(pool->shared.deletes, key, length, now, under_way);
	}
}

void mcha_targets_note_purge(mcha_pool *pool, const char *key, size_t length, uint16_t node,
	bool under_way)
{
	char name[MCHA_RECENT_COPY_MAX];

	if (pool->shared.purges) {
		mcha_recent_deletes_note(pool->shared.purges, name,
			mcha_recent_deletes_name_copy(name, key, length, pool->nodes[node]->id),
			mcha_clock_now(), under_way);
	}
}

bool mcha_targets_is_being_purged(const mcha_pool *pool, const char *key, size_t length,
	uint64_t node)
{
	char name[MCHA_RECENT_COPY_MAX];

	return pool->shared.purges
		&& mcha_recent_deletes_since(pool->shared.purges, name,
			mcha_recent_deletes_name_copy(name, key, length, node), pool->running.started,
			mcha_pool_write_span(pool));
}

void mcha_targets_release(const mcha_pool *pool, mcha_request *request)
{
	if (request->reply.value) {
		pool->settings.transport.allocator->release(request->reply.value);
		request->reply.value = NULL;
	}
}

void mcha_targets_release_round(const mcha_pool *pool, mcha_request *round)
{
	for (; round; round = round->later) {
		mcha_targets_release(pool, round);
	}
}

void mcha_targets_release_all(const mcha_pool *pool)
{
	const mcha_request_list *list = &pool->requests;
	size_t i, block, left = list->count;

	for (block = 0; left > 0; block++) {
		const size_t here = left < list->sizes[block] ? left : list->sizes[block];

		for (i = 0; i < here; i++) {
			mcha_targets_release(pool, &list->blocks[block][i]);
		}
		left -= here;
	}
}
