/* SPDX-License-Identifier: MIT */
/* The words of each setting, and looking for one of them. */
#include "words.h"

#include "../../engine/mcha_engine.h"
#include "../../hashing.h"
#include "../constants.h"

const php_mcha_word php_mcha_quorum_words[] = {
	{"one", MCHA_QUORUM_ONE},
	{"majority", MCHA_QUORUM_MAJORITY},
	{"all", MCHA_QUORUM_ALL},
	{0},
};

const php_mcha_word php_mcha_read_policy_words[] = {
	{"ordered", MCHA_READ_ORDERED},
	{"balanced", MCHA_READ_BALANCED},
	{"nearest", MCHA_READ_NEAREST},
	{"quorum", MCHA_READ_QUORUM},
	{0},
};

const php_mcha_word php_mcha_zone_writes_words[] = {
	{"all", MCHA_ZONE_WRITES_ALL},
	{"local", MCHA_ZONE_WRITES_LOCAL},
	{0},
};

const php_mcha_word php_mcha_miss_failover_words[] = {
	{"always", MCHA_MISS_ALWAYS},
	{"recovering", MCHA_MISS_RECOVERING},
	{"never", MCHA_MISS_NEVER},
	{0},
};

const php_mcha_word php_mcha_protocol_words[] = {
	{"auto", MCHA_PROTOCOL_AUTO},
	{"meta", MCHA_PROTOCOL_META},
	{"text", MCHA_PROTOCOL_TEXT},
	{"binary", MCHA_PROTOCOL_BINARY},
	{0},
};

const php_mcha_word php_mcha_near_cache_words[] = {
	{"none", MCHA_NEAR_CACHE_NONE},
	{"apcu", MCHA_NEAR_CACHE_APCU},
	{0},
};

const php_mcha_word php_mcha_distribution_words[] = {
	{"ketama", HASHING_KETAMA},
	{"modula", HASHING_MODULA},
	{"rendezvous", HASHING_RENDEZVOUS},
	{"memcache_standard", HASHING_MEMCACHE_STANDARD},
	{"memcache_consistent", HASHING_MEMCACHE_CONSISTENT},
	{0},
};

const php_mcha_word php_mcha_serializer_words[] = {
	{"auto", MCHA_SERIALIZER_AUTO},
	{"php", MCHA_SERIALIZER_PHP},
	{"igbinary", MCHA_SERIALIZER_IGBINARY},
	{"json", MCHA_SERIALIZER_JSON},
	{"json_array", MCHA_SERIALIZER_JSON_ARRAY},
	{"msgpack", MCHA_SERIALIZER_MSGPACK},
	{0},
};

const php_mcha_word php_mcha_compression_words[] = {
	{"fastlz", MCHA_COMPRESSION_FASTLZ},
	{"zlib", MCHA_COMPRESSION_ZLIB},
#ifdef HAVE_MCHA_ZSTD
	{"zstd", MCHA_COMPRESSION_ZSTD},
#endif
	{0},
};

const php_mcha_word php_mcha_compat_words[] = {
	{"", 0}, {"off", 0}, {"0", 0}, {"memcached", 1}, {0}};

/* The first two are pecl memcached's: libmemcached's continuum, the second with weights. The others
 * are pecl memcache's and have a distribution's number where the first two have a behaviour's. */
const php_mcha_word php_mcha_session_hash_words[] = {
	{"ketama", MEMCACHED_BEHAVIOR_KETAMA},
	{"ketama_weighted", MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED},
	{"memcache_standard", HASHING_MEMCACHE_STANDARD},
	{"memcache_consistent", HASHING_MEMCACHE_CONSISTENT},
	{0},
};

const php_mcha_word php_mcha_tls_version_words[] = {
	{"1.2", MCHA_TLS_FROM_1_2},
	{"1.3", MCHA_TLS_FROM_1_3},
	{0},
};

const char php_mcha_excluded_pair[] =
	"read_policy=quorum needs a majority of all replicas, but zone_writes=local "
	"waits only for the replicas of one zone: the two cannot be combined; "
	"change the other setting first";

bool php_mcha_is_excluded_pair(zend_long read_policy, zend_long zone_writes)
{
	return read_policy == MCHA_READ_QUORUM && zone_writes == MCHA_ZONE_WRITES_LOCAL;
}

void php_mcha_words_list(const php_mcha_word *words, char *list, size_t size)
{
	list[0] = '\0';
	for (; words->word; words++) {
		strlcat(list, words->word, size);
		if (*words->word && words[1].word) {
			strlcat(list, words[2].word ? ", " : " or ", size);
		}
	}
}

bool php_mcha_word_find(const php_mcha_word *words, const char *word, size_t length,
	zend_long *number)
{
	for (; words->word; words++) {
		if (zend_binary_strcasecmp(words->word, strlen(words->word), word, length) == 0) {
			*number = words->number;
			return true;
		}
	}
	return false;
}

const char *php_mcha_word_of(const php_mcha_word *words, zend_long number)
{
	for (; words->word; words++) {
		if (words->number == number) {
			return words->word;
		}
	}
	return NULL;
}
