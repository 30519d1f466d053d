/* SPDX-License-Identifier: MIT */
/* CAS tokens that name their node. Every server counts its own CAS values, so a value is worth
 * nothing at another server, and by accident it may even fit there. A token therefore carries 15
 * bits of its node's identity above 48 bits of CAS (a server would need 2^48 writes to leave them).
 * At any other authority it is worth "exists": the caller reads again and gets a fitting one. */
#ifndef MCHA_ENGINE_TOKEN_H
#define MCHA_ENGINE_TOKEN_H

#include <stdint.h>

#define MCHA_TOKEN_CAS_BITS 48
#define MCHA_TOKEN_CAS_MASK ((UINT64_C(1) << MCHA_TOKEN_CAS_BITS) - 1)

/* 1 to 2^15 - 1, so that tokens are positive as signed 64-bit numbers and never 0. */
static inline uint16_t mcha_token_tag(uint64_t endpoint_id)
{
	return (uint16_t)(1 + endpoint_id % 0x7fff);
}

/* 0 stays 0 (the server keeps none). A CAS value too large to be marked (another client's own
 * choice) becomes a token that fits nowhere. */
static inline uint64_t mcha_token_pack(uint16_t tag, uint64_t cas)
{
	if (cas == 0) {
		return 0;
	}
	if (cas > MCHA_TOKEN_CAS_MASK) {
		return MCHA_TOKEN_CAS_MASK;
	}
	return (uint64_t)tag << MCHA_TOKEN_CAS_BITS | cas;
}

/* The node's own CAS value, or 0 if the token is another node's. */
static inline uint64_t mcha_token_cas(uint16_t tag, uint64_t token)
{
	return token >> MCHA_TOKEN_CAS_BITS == tag ? token & MCHA_TOKEN_CAS_MASK : 0;
}

#endif
