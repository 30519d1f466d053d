/* SPDX-License-Identifier: MIT */
/* CAS tokens, as the caller gets them and gives them to cas(). A version (version.h) is the same on
 * every copy, and is its own token. Where each server counts its own CAS values, a value means
 * nothing at another server, and may match there by accident. Such a token therefore carries 14
 * bits of the node's identity above 48 bits of CAS (a server would need 2^48 writes to exceed
 * them). If another node is the authority, a cas() with this token fails with "exists"; the caller
 * reads again and gets a token that fits. */
#ifndef MCHA_ENGINE_CAS_TOKEN_H
#define MCHA_ENGINE_CAS_TOKEN_H

#include "engine/base/version.h"

#define MCHA_CAS_TOKEN_BITS 48
#define MCHA_CAS_TOKEN_MASK ((UINT64_C(1) << MCHA_CAS_TOKEN_BITS) - 1)

/* The 14 bits of identity, 1 to 2^14 - 1: so tokens are smaller than all versions, and never 0. */
static inline uint16_t mcha_cas_token_tag(uint64_t endpoint_id)
{
	return (uint16_t)(1 + endpoint_id % 0x3fff);
}

/* The token for a CAS value of this node. 0 stays 0 (the server keeps no CAS values), and a version
 * stays itself. A CAS value of more than 48 bits (another client chose it) becomes a token that
 * matches no node. */
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

/* The CAS value to send to the node: the version, or the node's own CAS value; 0: the token is
 * another node's. */
static inline uint64_t mcha_cas_token_cas(uint16_t tag, uint64_t token)
{
	return mcha_version_is(token)             ? token
		: token >> MCHA_CAS_TOKEN_BITS == tag ? token & MCHA_CAS_TOKEN_MASK
											  : 0;
}

#endif
