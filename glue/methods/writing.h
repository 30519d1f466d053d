/* SPDX-License-Identifier: MIT */
/* What the methods that write and those that write what they computed have in common. */
#ifndef MCHA_GLUE_WRITING_H
#define MCHA_GLUE_WRITING_H

#include "../object.h"

/* Stores a value under the item's key, by its rules and limits, and leaves the object's result. False:
 * not stored; an exception may be pending. */
bool php_mcha_write(php_mcha_object *object, mcha_item *item, zval *value, mcha_mode mode);

#endif
