/* SPDX-License-Identifier: MIT */
/* What the methods that write have in common with remember(). */
#ifndef MCHA_GLUE_WRITING_H
#define MCHA_GLUE_WRITING_H

#include "../object.h"

/* Stores a value under the item's key, by the client's rules and limits, and sets the object's
 * result. False: the value is not stored, and an exception may be pending. */
bool php_mcha_write(php_mcha_object *object, mcha_item *item, zval *value, mcha_mode mode);

#endif
