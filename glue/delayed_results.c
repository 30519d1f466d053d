/* SPDX-License-Identifier: MIT */
/* Delayed results as a part of their object: taken from and freed without any method. */
#include "delayed_results.h"

mcha_item *php_mcha_delayed_next(php_mcha_delayed *delayed)
{
	while (delayed->next < delayed->multi.count) {
		mcha_item *item = &delayed->multi.items[delayed->next++];

		if (item->answer.status == MCHA_STATUS_OK && item->answer.value) {
			return item;
		}
	}
	return NULL;
}

void php_mcha_delayed_free(php_mcha_delayed *delayed)
{
	php_mcha_multi_end(&delayed->multi);
	efree(delayed);
}

void php_mcha_delayed_drop(php_mcha_object *object)
{
	if (object->delayed) {
		php_mcha_delayed *delayed = object->delayed;

		object->delayed = NULL;
		php_mcha_delayed_free(delayed);
	}
}
