/* SPDX-License-Identifier: MIT */
/* The words that directives and options take for numbers, and the two words that exclude each
 * other. */
#ifndef MCHA_GLUE_WORDS_H
#define MCHA_GLUE_WORDS_H

#include "../../php_mcha.h"

typedef struct php_mcha_word {
	const char *word;
	zend_long number;
} php_mcha_word;

/* Each ends with a NULL word. */
extern const php_mcha_word php_mcha_quorum_words[];
extern const php_mcha_word php_mcha_read_policy_words[];
extern const php_mcha_word php_mcha_zone_writes_words[];
extern const php_mcha_word php_mcha_miss_failover_words[];
extern const php_mcha_word php_mcha_protocol_words[];
extern const php_mcha_word php_mcha_near_cache_words[];
extern const php_mcha_word php_mcha_distribution_words[];
extern const php_mcha_word php_mcha_serializer_words[];
extern const php_mcha_word php_mcha_compression_words[];
extern const php_mcha_word php_mcha_compat_words[];
extern const php_mcha_word php_mcha_session_hash_words[];
extern const php_mcha_word php_mcha_tls_version_words[];

/* Finds a word's number; upper and lower case are the same. False: the word is not in the table. */
bool php_mcha_word_find(const php_mcha_word *words, const char *word, size_t length,
	zend_long *number);

/* The word of a number; NULL: no word has it. */
const char *php_mcha_word_of(const php_mcha_word *words, zend_long number);

/* "one, majority or all" */
#define PHP_MCHA_WORDS_MAX 128
void php_mcha_words_list(const php_mcha_word *words, char *list, size_t size);

/* Two settings that exclude each other, and the message that says so. */
bool php_mcha_is_excluded_pair(zend_long read_policy, zend_long zone_writes);
extern const char php_mcha_excluded_pair[];

#endif
