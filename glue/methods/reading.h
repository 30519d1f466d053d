/* SPDX-License-Identifier: MIT */
/* What the methods that read at once and those that read for later have in common. */
#ifndef MCHA_GLUE_READING_H
#define MCHA_GLUE_READING_H

#include "../multi.h"

/* Decodes an item's answer into a PHP value and takes over its bytes. False: the bytes cannot be
 * decoded. */
bool php_mcha_take_value(mcha_item *item, const php_mcha_client *client, zval *value);

/* The result of reading many keys. Missing keys are no failure as long as one key was found. Empty
 * keys and keys that are too long do not count, unless all keys are such; another unusable key is a
 * failure, and the values of the good keys are returned all the same. If no node could be asked for
 * some of the keys the result is "some errors", and if for none of them, the reason of the
 * first. */
mcha_status php_mcha_summarize(const php_mcha_multi *multi);

/* How many items a node has answered for. */
uint32_t php_mcha_count_answered(const php_mcha_multi *multi);

#endif
