/* SPDX-License-Identifier: MIT */
/* What getDelayed() has read and fetch() has not handed out yet. The next operation of the object
 * that asks a server gives up what is left, and so does the end of the object. */
#ifndef MCHA_GLUE_DELAYED_RESULTS_H
#define MCHA_GLUE_DELAYED_RESULTS_H

#include "multi.h"
#include "object.h"

typedef struct php_mcha_delayed {
	php_mcha_multi multi;
	uint32_t next; /* the first item that has not been handed out */
	bool with_token;
} php_mcha_delayed;

/* The next item that was found; NULL: no more. */
mcha_item *php_mcha_delayed_next(php_mcha_delayed *delayed);

void php_mcha_delayed_free(php_mcha_delayed *delayed);

/* Gives up what fetch() has not handed out. */
void php_mcha_delayed_drop(php_mcha_object *object);

#endif
