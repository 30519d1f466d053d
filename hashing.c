/* SPDX-License-Identifier: MIT */
/* The first node comes from a private memcached_st that knows the servers and never connects: its
 * hashes and continuum are libmemcached's business and are not written again here. The next nodes
 * come by rendezvous: every node has a score for the key, the highest wins. A lost node's keys go
 * to the node that each of them likes next, all over the pool, and nothing else moves.
 *
 *   D. G. Thaler, C. V. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
 *   Transactions on Networking 6(1), 1998 (rendezvous, "highest random weight")
 *   C. Schindelhauer, G. Schomaker, "Weighted distributed hash tables", SPAA 2005 (weights by the
 *   logarithm); J. Resch, "New hashing algorithms for data storage", SDC 2015 (as -w / ln u)
 *
 * Above the score stand two rules. Zones: the next node is of a zone that has the fewest nodes in
 * the list so far, so that copies spread over all zones before any zone gets its second. Twins: a
 * server that was added twice is one server, so its second entry comes after every other one. */
#include "hashing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/fnv.h"
#include "engine/random.h"

#define KEY_LENGTH_MAX (MEMCACHED_MAX_KEY - 1)

/* What a node is known by, for replaying and comparing. */
typedef struct member {
	mcha_endpoint endpoint;
	uint64_t id;
	bool by_list;
} member;

/* What choosing needs of a node, close together. */
typedef struct candidate {
	uint64_t id;
	uint64_t score;       /* for the key at hand */
	uint16_t weight;
	uint16_t server;      /* the first node that is the same server, usually itself */
	uint16_t zone;        /* the first node of the same zone */
	uint16_t server_used; /* how often the list has it already; kept at [server] */
	uint16_t zone_used;   /* likewise, kept at [zone] */
	bool taken;
} candidate;

#define PLACEMENT_BEHAVIORS 7

/* What the application set, in the order of the last calls that changed anything: to be done again by
 * a copy. */
typedef struct choice {
	memcached_behavior_t behavior;
	bool late; /* there were nodes already */
	uint64_t value;
} choice;

typedef struct buckets {
	uint32_t *hosts;   /* NULL: none were set */
	uint32_t *forward; /* NULL: none */
	uint32_t count;
	uint32_t replicas;
} buckets;

struct hashing {
	memcached_st *memc;
	member *members;
	candidate *candidates;
	uint16_t *order; /* libmemcached's position to our index; NULL: the same */
	size_t count;
	size_t capacity;
	char *prefix; /* NULL: none */
	size_t prefix_length;
	hashing_distribution distribution;
	memcached_hash_t hash;
	bool by_application; /* it set a placement option itself */
	bool rendezvous;     /* from the first node on */
	bool prefix_hashed;
	bool weighted;       /* the weights differ */
	bool zoned;          /* some node has a zone */
	choice choices[PLACEMENT_BEHAVIORS];
	size_t choice_count;
	buckets buckets;
};

/* --- names ----------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	hashing_distribution distribution;
} distributions[] = {
	{"ketama", HASHING_KETAMA},
	{"modula", HASHING_MODULA},
	{"rendezvous", HASHING_RENDEZVOUS},
};

bool hashing_distribution_by_name(const char *name, hashing_distribution *distribution)
{
	for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++) {
		if (strcmp(name, distributions[i].name) == 0) {
			*distribution = distributions[i].distribution;
			return true;
		}
	}
	return false;
}

static const struct {
	const char *name;
	memcached_hash_t hash;
} hashes[] = {
	{"default", MEMCACHED_HASH_DEFAULT},
	{"md5", MEMCACHED_HASH_MD5},
	{"crc", MEMCACHED_HASH_CRC},
	{"fnv1_64", MEMCACHED_HASH_FNV1_64},
	{"fnv1a_64", MEMCACHED_HASH_FNV1A_64},
	{"fnv1_32", MEMCACHED_HASH_FNV1_32},
	{"fnv1a_32", MEMCACHED_HASH_FNV1A_32},
	{"hsieh", MEMCACHED_HASH_HSIEH},
	{"murmur", MEMCACHED_HASH_MURMUR},
	{"jenkins", MEMCACHED_HASH_JENKINS},
	{"murmur3", MEMCACHED_HASH_MURMUR3},
};

static bool is_built_in(memcached_hash_t hash)
{
	memcached_st *probe = memcached_create(NULL);
	bool built_in = probe && memcached_behavior_set(probe, MEMCACHED_BEHAVIOR_HASH, hash)
		== MEMCACHED_SUCCESS;

	memcached_free(probe);
	return built_in;
}

bool hashing_hash_by_name(const char *name, memcached_hash_t *hash)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (strcmp(name, hashes[i].name) == 0) {
			*hash = hashes[i].hash;
			return is_built_in(*hash);
		}
	}
	return false;
}

/* --- the private memcached_st ---------------------------------------------------------------- */

static bool is_ring(uint64_t distribution)
{
	return distribution == MEMCACHED_DISTRIBUTION_CONSISTENT
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED;
}

static bool set_memc_prefix(memcached_st *memc, const char *prefix)
{
	return memcached_callback_set(memc, MEMCACHED_CALLBACK_PREFIX_KEY, prefix) == MEMCACHED_SUCCESS;
}

/* Weighted ketama sets md5 as the hash of keys too, so the chosen one comes after it. */
static bool configure(const hashing *hashing, memcached_st *memc)
{
	if (hashing->distribution == HASHING_KETAMA
			&& memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1)) {
		return false;
	}
	return memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_HASH, hashing->hash)
		== MEMCACHED_SUCCESS;
}

/* As addServers(): a weight above 1 turns weighting on in every distribution, and a unix socket has
 * port 0. */
static bool push_list(memcached_st *memc, const mcha_endpoint *endpoints, size_t count)
{
	memcached_server_list_st servers = NULL;
	memcached_return_t result = MEMCACHED_SUCCESS;

	for (size_t i = 0; i < count; i++) {
		memcached_server_list_st grown = memcached_server_list_append_with_weight(servers,
				endpoints[i].host, endpoints[i].port, endpoints[i].weight, &result);

		if (!grown) {
			return false; /* it has freed what there was */
		}
		servers = grown;
	}
	result = memcached_server_push(memc, servers);
	memcached_server_list_free(servers);
	return result == MEMCACHED_SUCCESS;
}

/* As addServer(): a weight above 1 turns weighting on only in a ring, and a unix socket gets the
 * default port, which shows in the names of its points. */
static bool push_one(memcached_st *memc, const mcha_endpoint *endpoint)
{
	return memcached_server_add_with_weight(memc, endpoint->host, endpoint->port, endpoint->weight)
		== MEMCACHED_SUCCESS;
}

static bool push_member(memcached_st *memc, const member *member)
{
	return member->by_list ? push_list(memc, &member->endpoint, 1)
		: push_one(memc, &member->endpoint);
}

/* What pecl memcached would have by now, had the application not set a placement option yet. */
static memcached_st *create_as_application(const hashing *hashing)
{
	memcached_st *memc = memcached_create(NULL);

	if (!memc) {
		return NULL;
	}
	if (hashing->prefix && !set_memc_prefix(memc, hashing->prefix)) {
		memcached_free(memc);
		return NULL;
	}
	for (size_t i = 0; i < hashing->count; i++) {
		if (!push_member(memc, &hashing->members[i])) {
			memcached_free(memc);
			return NULL;
		}
	}
	return memc;
}

/* --- life ------------------------------------------------------------------------------------ */

hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash)
{
	hashing *hashing = calloc(1, sizeof(*hashing));

	if (!hashing) {
		return NULL;
	}
	hashing->distribution = distribution;
	hashing->hash = hash;
	hashing->rendezvous = distribution == HASHING_RENDEZVOUS;
	hashing->memc = memcached_create(NULL);
	if (!hashing->memc || !configure(hashing, hashing->memc)) {
		hashing_destroy(hashing);
		return NULL;
	}
	return hashing;
}

void hashing_destroy(hashing *hashing)
{
	memcached_free(hashing->memc);
	free(hashing->members);
	free(hashing->candidates);
	free(hashing->order);
	free(hashing->prefix);
	free(hashing->buckets.hosts);
	free(hashing->buckets.forward);
	free(hashing);
}

/* --- nodes ----------------------------------------------------------------------------------- */

size_t hashing_room(const hashing *hashing)
{
	uint64_t distribution = memcached_behavior_get(hashing->memc, MEMCACHED_BEHAVIOR_DISTRIBUTION);
	size_t most = is_ring(distribution) ? HASHING_RING_MAX : HASHING_NODES_MAX;

	return hashing->count < most ? most - hashing->count : 0;
}

/* Every array has its room before anything is added, so that an addition fails as a whole. */
static bool reserve(hashing *hashing, size_t count)
{
	size_t capacity = hashing->capacity ? hashing->capacity : 4;
	void *grown;

	while (capacity < count) {
		capacity *= 2;
	}
	if (capacity == hashing->capacity) {
		return true;
	}
	if (!(grown = realloc(hashing->members, capacity * sizeof(*hashing->members)))) {
		return false;
	}
	hashing->members = grown;
	if (!(grown = realloc(hashing->candidates, capacity * sizeof(*hashing->candidates)))) {
		return false;
	}
	hashing->candidates = grown;
	if (hashing->order) {
		if (!(grown = realloc(hashing->order, capacity * sizeof(*hashing->order)))) {
			return false;
		}
		hashing->order = grown;
	}
	hashing->capacity = capacity;
	return true;
}

/* Without any zone in the pool all nodes are of one, and zones decide nothing. With zones, a node
 * without one is a zone by itself. */
static uint16_t zone_of(const hashing *hashing, size_t index)
{
	const char *zone = hashing->members[index].endpoint.zone;

	if (!hashing->zoned) {
		return 0;
	}
	for (size_t i = 0; *zone && i < index; i++) {
		if (strcmp(hashing->members[i].endpoint.zone, zone) == 0) {
			return (uint16_t)i;
		}
	}
	return (uint16_t)index;
}

static uint16_t server_of(const hashing *hashing, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (hashing->members[i].id == hashing->members[index].id) {
			return (uint16_t)i;
		}
	}
	return (uint16_t)index;
}

static void append(hashing *hashing, const mcha_endpoint *endpoint, bool by_list)
{
	size_t index = hashing->count++;
	member *member = &hashing->members[index];
	candidate *candidate = &hashing->candidates[index];

	member->endpoint = *endpoint;
	member->id = mcha_endpoint_id(endpoint);
	member->by_list = by_list;
	memset(candidate, 0, sizeof(*candidate));
	candidate->id = member->id;
	candidate->weight = endpoint->weight;
	candidate->server = server_of(hashing, index);
	hashing->weighted |= candidate->weight != hashing->candidates[0].weight;
	if (endpoint->zone[0] && !hashing->zoned) {
		hashing->zoned = true;
		for (size_t i = 0; i < index; i++) {
			hashing->candidates[i].zone = zone_of(hashing, i);
		}
	}
	candidate->zone = zone_of(hashing, index);
}

static bool is_same_server(const memcached_instance_st *instance, const mcha_endpoint *endpoint)
{
	return strcmp(memcached_server_name(instance), endpoint->host) == 0
		&& (mcha_endpoint_is_unix(endpoint) || memcached_server_port(instance) == endpoint->port);
}

/* MEMCACHED_BEHAVIOR_SORT_HOSTS changes the order in the memcached_st; ours stays. */
static void follow_order(hashing *hashing)
{
	for (size_t i = 0; i < hashing->count; i++) {
		hashing->candidates[i].taken = false;
	}
	for (size_t position = 0; position < hashing->count; position++) {
		const memcached_instance_st *instance =
			memcached_server_instance_by_position(hashing->memc, (uint32_t)position);

		hashing->order[position] = (uint16_t)position;
		for (size_t i = 0; i < hashing->count; i++) {
			if (!hashing->candidates[i].taken
					&& is_same_server(instance, &hashing->members[i].endpoint)) {
				hashing->candidates[i].taken = true;
				hashing->order[position] = (uint16_t)i;
				break;
			}
		}
	}
}

static bool add(hashing *hashing, const mcha_endpoint *endpoints, size_t count, bool by_list)
{
	if (count > hashing_room(hashing) || !reserve(hashing, hashing->count + count)) {
		return false;
	}
	if (!(by_list ? push_list(hashing->memc, endpoints, count)
			: push_one(hashing->memc, endpoints))) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		append(hashing, &endpoints[i], by_list);
	}
	if (hashing->order) {
		follow_order(hashing);
	}
	return true;
}

bool hashing_add(hashing *hashing, const mcha_endpoint *endpoint)
{
	return add(hashing, endpoint, 1, false);
}

bool hashing_add_list(hashing *hashing, const mcha_endpoint *endpoints, size_t count)
{
	return count == 0 || add(hashing, endpoints, count, true);
}

bool hashing_add_nodes_of(hashing *hashing, const struct hashing *other)
{
	for (size_t i = 0; i < other->count; i++) {
		if (!add(hashing, &other->members[i].endpoint, 1, other->members[i].by_list)) {
			return false;
		}
	}
	return true;
}

void hashing_clear(hashing *hashing)
{
	memcached_servers_reset(hashing->memc);
	hashing->count = 0;
	hashing->weighted = false;
	hashing->zoned = false;
}

/* --- the application's own settings ---------------------------------------------------------- */

static const memcached_behavior_t placement_behaviors[PLACEMENT_BEHAVIORS] = {
	MEMCACHED_BEHAVIOR_DISTRIBUTION,
	MEMCACHED_BEHAVIOR_HASH,
	MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY,
	MEMCACHED_BEHAVIOR_KETAMA,
	MEMCACHED_BEHAVIOR_KETAMA_HASH,
	MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED,
	MEMCACHED_BEHAVIOR_SORT_HOSTS,
};

bool hashing_is_placement(memcached_behavior_t behavior)
{
	for (size_t i = 0; i < PLACEMENT_BEHAVIORS; i++) {
		if (behavior == placement_behaviors[i]) {
			return true;
		}
	}
	return false;
}

static bool makes_a_ring(memcached_behavior_t behavior, uint64_t value)
{
	return behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED
		|| (behavior == MEMCACHED_BEHAVIOR_KETAMA && value)
		|| (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_ring(value));
}

static bool sets_distribution(memcached_behavior_t behavior)
{
	return behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION || behavior == MEMCACHED_BEHAVIOR_KETAMA
		|| behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED;
}

/* What libmemcached must not even be asked. */
static bool is_refused(const hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	if (makes_a_ring(behavior, value) && hashing->count > HASHING_RING_MAX) {
		return true;
	}
	return behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && !is_ring(value)
		&& value != MEMCACHED_DISTRIBUTION_MODULA
		&& value != MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET && value != HASHING_RENDEZVOUS;
}

/* Turned off, libmemcached would leave plain ketama behind; pecl memcached goes back to its
 * defaults. */
static bool apply_weighted_ketama(memcached_st *memc, uint64_t value)
{
	if (memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, value)
			!= MEMCACHED_SUCCESS) {
		return false;
	}
	if (!value) {
		memcached_behavior_set_key_hash(memc, MEMCACHED_HASH_DEFAULT);
		memcached_behavior_set_distribution_hash(memc, MEMCACHED_HASH_DEFAULT);
		memcached_behavior_set_distribution(memc, MEMCACHED_DISTRIBUTION_MODULA);
	}
	return true;
}

/* pecl memcached leaves libmemcached alone when nothing seems to change. That shows: setting the same
 * distribution again would turn off the weighting that a weighted server had turned on. */
static bool apply(memcached_st *memc, memcached_behavior_t behavior, uint64_t value)
{
	if (behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED) {
		return apply_weighted_ketama(memc, value);
	}
	return memcached_behavior_get(memc, behavior) == value
		|| memcached_behavior_set(memc, behavior, value) == MEMCACHED_SUCCESS;
}

static bool apply_as_application(hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	memcached_st *memc = hashing->by_application ? hashing->memc : create_as_application(hashing);
	bool rendezvous = behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && value == HASHING_RENDEZVOUS;

	if (!memc) {
		return false;
	}
	if (!rendezvous && !apply(memc, behavior, value)) {
		if (memc != hashing->memc) {
			memcached_free(memc);
		}
		return false;
	}
	if (memc != hashing->memc) {
		memcached_free(hashing->memc);
		hashing->memc = memc;
		hashing->by_application = true;
		hashing->rendezvous = false;
	}
	if (sets_distribution(behavior)) {
		hashing->rendezvous = rendezvous;
	}
	return true;
}

/* Once sorted, the order is followed for good: turning sorting off does not bring the old one
 * back. */
static bool prepare_sorting(hashing *hashing)
{
	if (!hashing->order) {
		hashing->order = calloc(hashing->capacity + 1, sizeof(*hashing->order));
		if (!hashing->order) {
			return false;
		}
		follow_order(hashing);
	}
	return true;
}

static void note_choice(hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	size_t at = 0;

	while (at < hashing->choice_count && hashing->choices[at].behavior != behavior) {
		at++;
	}
	if (at == hashing->choice_count) {
		hashing->choice_count++;
	}
	memmove(&hashing->choices[at], &hashing->choices[at + 1],
		(hashing->choice_count - 1 - at) * sizeof(hashing->choices[0]));
	hashing->choices[hashing->choice_count - 1] = (choice){behavior, hashing->count > 0, value};
}

bool hashing_set(hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	bool news = !hashing->by_application || hashing_get(hashing, behavior) != value;

	if (!hashing_is_placement(behavior) || is_refused(hashing, behavior, value)) {
		return false;
	}
	if (behavior == MEMCACHED_BEHAVIOR_SORT_HOSTS && !prepare_sorting(hashing)) {
		return false;
	}
	if (!apply_as_application(hashing, behavior, value)) {
		return false;
	}
	if (behavior == MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY) {
		hashing->prefix_hashed = value != 0;
	}
	if (hashing->order) {
		follow_order(hashing);
	}
	if (news) {
		note_choice(hashing, behavior, value);
	}
	return true;
}

static uint32_t *copy_map(const uint32_t *map, uint32_t count)
{
	uint32_t *copy = map ? malloc(count * sizeof(*map)) : NULL;

	if (copy) {
		memcpy(copy, map, count * sizeof(*map));
	}
	return copy;
}

static bool keep_buckets(hashing *hashing, const buckets *given)
{
	buckets kept = {copy_map(given->hosts, given->count), copy_map(given->forward, given->count),
		given->count, given->replicas};

	if (!kept.hosts || (given->forward && !kept.forward)) {
		free(kept.hosts);
		free(kept.forward);
		return false;
	}
	free(hashing->buckets.hosts);
	free(hashing->buckets.forward);
	hashing->buckets = kept;
	return true;
}

memcached_return_t hashing_set_buckets(hashing *hashing, const uint32_t *hosts,
		const uint32_t *forward, uint32_t count, uint32_t replicas)
{
	buckets given = {(uint32_t *)hosts, (uint32_t *)forward, count, replicas};
	memcached_return_t result;

	if (count == 0) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	if (!hashing_set(hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET)
		|| !keep_buckets(hashing, &given)) {
		return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
	}
	result = memcached_bucket_set(hashing->memc, hosts, forward, count, replicas);
	if (hashing->order) {
		follow_order(hashing);
	}
	return result;
}

static bool choose_like(hashing *hashing, const struct hashing *like, bool late)
{
	for (size_t i = 0; i < like->choice_count; i++) {
		const choice *made = &like->choices[i];

		if (made->late == late && !hashing_set(hashing, made->behavior, made->value)) {
			return false;
		}
	}
	return true;
}

/* First of all, as it sets the distribution, which some later choice has set again. */
static bool take_buckets(hashing *hashing, const struct hashing *like)
{
	const buckets *given = &like->buckets;

	return !given->hosts || hashing_set_buckets(hashing, given->hosts, given->forward, given->count,
		given->replicas) == MEMCACHED_SUCCESS;
}

hashing *hashing_create_like(const hashing *like)
{
	hashing *made = hashing_create(like->distribution, like->hash);

	if (made && (!hashing_set_prefix(made, like->prefix ? like->prefix : "", like->prefix_length)
			|| !take_buckets(made, like) || !choose_like(made, like, false))) {
		hashing_destroy(made);
		made = NULL;
	}
	return made;
}

bool hashing_finish_like(hashing *hashing, const struct hashing *like)
{
	if (!choose_like(hashing, like, true)) {
		return false;
	}
	memcpy(hashing->choices, like->choices, sizeof(hashing->choices));
	hashing->choice_count = like->choice_count;
	return true;
}

static bool same_map(const uint32_t *a, const uint32_t *b, uint32_t count)
{
	return a && b ? memcmp(a, b, count * sizeof(*a)) == 0 : a == b;
}

static bool same_choices(const hashing *a, const hashing *b)
{
	for (size_t i = 0; i < a->choice_count && i < b->choice_count; i++) {
		if (a->choices[i].behavior != b->choices[i].behavior
				|| a->choices[i].value != b->choices[i].value) {
			return false;
		}
	}
	return a->choice_count == b->choice_count && a->buckets.count == b->buckets.count
		&& same_map(a->buckets.hosts, b->buckets.hosts, a->buckets.count)
		&& same_map(a->buckets.forward, b->buckets.forward, a->buckets.count);
}

bool hashing_is_like(const hashing *hashing, const struct hashing *other)
{
	return hashing->distribution == other->distribution && hashing->hash == other->hash
		&& strcmp(hashing->prefix ? hashing->prefix : "", other->prefix ? other->prefix : "") == 0
		&& same_choices(hashing, other);
}

uint64_t hashing_get(const hashing *hashing, memcached_behavior_t behavior)
{
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && hashing->rendezvous) {
		return HASHING_RENDEZVOUS;
	}
	return memcached_behavior_get(hashing->memc, behavior);
}

bool hashing_set_prefix(hashing *hashing, const char *prefix, size_t length)
{
	char *copy = NULL;

	if (length) {
		copy = strndup(prefix, length);
		if (!copy || strlen(copy) != length) {
			free(copy);
			return false;
		}
	}
	if (!set_memc_prefix(hashing->memc, copy)) {
		free(copy);
		return false;
	}
	free(hashing->prefix);
	hashing->prefix = copy;
	hashing->prefix_length = length;
	return true;
}

/* --- choosing -------------------------------------------------------------------------------- */

/* libmemcached puts all keys that are too long with their prefix on one node. Servers refuse them
 * as items' keys, so only server keys are left that long: they are spread like any others. */
static bool has_first(const hashing *hashing, size_t key_length)
{
	return !hashing->rendezvous && !(hashing->prefix_hashed
			&& hashing->prefix_length + key_length > KEY_LENGTH_MAX);
}

/* Its count differs from ours only if it ran out of memory amid a list; the key then has a wrong
 * first node, but a node. */
static size_t first_index(const hashing *hashing, const char *key, size_t key_length)
{
	size_t position = memcached_generate_hash(hashing->memc, key, key_length);

	if (position >= hashing->count) {
		position = 0;
	}
	return hashing->order ? hashing->order[position] : position;
}

/* -w / ln(u), u in (0, 1) of 53 random bits; as the bits of a positive double, which sort as it
 * does. */
static uint64_t weighted_score(uint64_t random, uint16_t weight)
{
	double u = ((double)(random >> 11) + 0.5) * 0x1p-53;
	double score = -(double)weight / log(u);
	uint64_t bits;

	memcpy(&bits, &score, sizeof(bits));
	return bits;
}

/* With equal weights the order of the scores is that of u itself. */
static void score_all(hashing *hashing, const char *key, size_t key_length)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, key_length);

	for (size_t i = 0; i < hashing->count; i++) {
		candidate *candidate = &hashing->candidates[i];
		uint64_t random = mcha_mix64(hash ^ candidate->id);

		candidate->score = hashing->weighted ? weighted_score(random, candidate->weight) : random;
		candidate->taken = false;
		candidate->server_used = 0;
		candidate->zone_used = 0;
	}
}

static bool is_better(const candidate *all, const candidate *a, const candidate *b)
{
	if (all[a->server].server_used != all[b->server].server_used) {
		return all[a->server].server_used < all[b->server].server_used;
	}
	if (all[a->zone].zone_used != all[b->zone].zone_used) {
		return all[a->zone].zone_used < all[b->zone].zone_used;
	}
	return a->score > b->score;
}

static size_t best_index(const hashing *hashing)
{
	const candidate *all = hashing->candidates;
	const candidate *best = NULL;

	for (size_t i = 0; i < hashing->count; i++) {
		if (!all[i].taken && (!best || is_better(all, &all[i], best))) {
			best = &all[i];
		}
	}
	return (size_t)(best - all);
}

static uint16_t take(candidate *all, size_t index)
{
	all[index].taken = true;
	all[all[index].server].server_used++;
	all[all[index].zone].zone_used++;
	return (uint16_t)index;
}

static size_t prefer(void *context, const char *key, size_t key_length, uint16_t *indices,
		size_t max)
{
	hashing *hashing = context;
	size_t count = max < hashing->count ? max : hashing->count;
	size_t written = 0;

	if (count == 0) {
		return 0;
	}
	if (has_first(hashing, key_length)) {
		indices[written++] = (uint16_t)first_index(hashing, key, key_length);
	}
	if (written == count) {
		return count;
	}
	score_all(hashing, key, key_length);
	if (written) {
		take(hashing->candidates, indices[0]);
	}
	while (written < count) {
		indices[written++] = take(hashing->candidates, best_index(hashing));
	}
	return count;
}

mcha_placement hashing_placement(hashing *hashing)
{
	mcha_placement placement = {.context = hashing, .prefer = prefer};

	return placement;
}
