/* SPDX-License-Identifier: MIT */
/* What the files that carry a decision have in common. */
#include "decision.h"

#include <string.h>

int64_t mcha_decision_exptime(const mcha_decision *d, size_t position)
{
	return mcha_targets_is_home(d->pool, position) || d->item->is_lock ? d->item->exptime
		: mcha_copy_handoff_exptime(d->pool, d->item->exptime);
}

bool mcha_decision_holds_token(const mcha_item *item, const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET && request->reply.status == MCHA_STATUS_OK
		&& request->reply.size == item->value_length
		&& memcmp(request->reply.value, item->value, item->value_length) == 0;
}
