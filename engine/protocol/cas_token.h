/* SPDX-License-Identifier: MIT */
/* CAS tokens. A version (version.h) is one on every copy that has it, and a token as it is. Where
 * every server counts its own CAS values, a value is worth nothing at another server, and by accident it
 * may even fit there. Such a token therefore carries 14 bits of its node's identity above 48 bits of CAS (a
 * server would need 2^48 writes to leave them). At any other authority it is worth "exists": the caller
 * reads again and gets a fitting one. */
#ifndef MCHA_ENGINE_CAS_TOKEN_H
#define MCHA_ENGINE_CAS_TOKEN_H

#include "engine/base/version.h"

#define MCHA_CAS_TOKEN_BITS 48
#define MCHA_CAS_TOKEN_MASK ((UINT64_C(1) << MCHA_CAS_TOKEN_BITS) - 1)

/* 1 to 2^14 - 1, so that tokens are below all versions and never 0. */
static inline uint16_t mcha_cas_token_tag(uint64_t endpoint_id)
{
	return (uint16_t)(1 + endpoint_id % 0x3fff);
}

/* 0 stays 0 (the server keeps none), a version what it is. A CAS value too large to be marked (another client's own
 * choice) becomes a token that fits nowhere. */
static inline uint64_t mcha_cas_token_pack(uint16_t tag, uint64_t cas)
{
	if (cas == 0 || mcha_version_is(cas)) {
		return cas;
	}
	if (cas > MCHA_CAS_TOKEN_MASK) {
		return MCHA_CAS_TOKEN_MASK;
	}
	return (uint64_t)tag << MCHA_CAS_TOKEN_BITS | cas;
}

/* The CAS value to ask the node for: a version, or its own; 0 if the token is another node's. */
static inline uint64_t mcha_cas_token_cas(uint16_t tag, uint64_t token)
{
	return mcha_version_is(token) ? token : token >> MCHA_CAS_TOKEN_BITS == tag ? token & MCHA_CAS_TOKEN_MASK : 0;
}

#endif
