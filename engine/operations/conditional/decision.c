/* SPDX-License-Identifier: MIT */
/* What the steps of a conditional operation have in common. */
#include "decision.h"

#include "engine/replica/hint_record.h"

mcha_status mcha_decision_lacks(const mcha_decision *d)
{
	return d->mode == MCHA_MODE_REPLACE ? MCHA_STATUS_NOT_STORED : MCHA_STATUS_MISS;
}

/* If an earlier node gave no answer, it may have applied the write, so that a later refusal is not
 * conclusive. A lock is its holder's, and refused to this caller; the earlier node may have a copy
 * of this caller's lock. */
mcha_status mcha_decision_refuse(mcha_decision *d, mcha_status status)
{
	if (d->indeterminate == MCHA_STATUS_OK) {
		return status;
	}
	if (d->item->is_lock) {
		if (!d->item->no_hints) {
			mcha_hint_record_indeterminate(d->pool, d->item, d->doubted, d->verdict->node);
		}
		return status;
	}
	return d->indeterminate;
}

void mcha_decision_fill(const mcha_decision *d, const mcha_replica *replica, mcha_mode mode,
	mcha_request *request)
{
	request->mode = mode;
	request->want = MCHA_WANT_CAS;
	request->value = d->item->value;
	request->value_length = d->item->value_length;
	request->flags = d->item->flags;
	request->exptime = mcha_decision_exptime(d, replica);
}

int64_t mcha_decision_exptime(const mcha_decision *d, const mcha_replica *replica)
{
	return mcha_replica_is_home(replica) || d->item->is_lock
		? d->item->exptime
		: mcha_copy_handoff_exptime(d->pool, d->item->exptime);
}
