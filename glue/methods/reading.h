/* SPDX-License-Identifier: MIT */
/* What the methods that read at once and those that hand out later have in common. */
#ifndef MCHA_GLUE_READING_H
#define MCHA_GLUE_READING_H

#include "../multi.h"

/* Makes an item's answer a PHP value, taking its bytes. False: it cannot be read. */
bool php_mcha_take_value(mcha_item *item, const php_mcha_client *client, zval *value);

/* The result of reading many: missing keys are no failure as long as one was found; empty and too
 * long ones are left out unless all are; others that cannot be used are a failure beside the values of
 * the good ones. Some that could not be asked for are "some errors", and if none could be asked for
 * their reason is the whole call's. */
mcha_status php_mcha_summarize(const php_mcha_multi *multi);

/* Items that some node answered for. */
uint32_t php_mcha_count_answered(const php_mcha_multi *multi);

#endif
