/* SPDX-License-Identifier: MIT */
/* The in-flight hint of one in-flight write (in_flight.h): records it, and completes it by the
 * node's answer. */
#ifndef MCHA_ENGINE_IN_FLIGHT_HINT_H
#define MCHA_ENGINE_IN_FLIGHT_HINT_H

#include "in_flight.h"

/* The write's round has ended without the node's answer, and the operation has said what the write
 * should have done. A write that was not sent yet may be sent until its time is over, and then it
 * overwrites what the node has been given meanwhile. */
void mcha_in_flight_hint_record(const mcha_in_flight *in_flight, const mcha_in_flight_batch *batch,
	mcha_in_flight_request *one, mcha_usec now);

/* The node has answered, or will answer no more: clears the in-flight hint if the node has carried
 * out the write as the other nodes have, and makes it the hint of a missed write otherwise. */
void mcha_in_flight_hint_complete(const mcha_in_flight *in_flight,
	const mcha_in_flight_request *one, mcha_usec now);

#endif
