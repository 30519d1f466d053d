/* SPDX-License-Identifier: MIT */
/* FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo, 1991): quick on short strings such as keys and
 * host names. Its high bits are weak, so finish it with mcha_mix64 (random.h) before comparing. */
#ifndef MCHA_ENGINE_FNV_H
#define MCHA_ENGINE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define MCHA_FNV_START UINT64_C(0xcbf29ce484222325)

/* hash: MCHA_FNV_START, or the result for the bytes before these. */
static inline uint64_t mcha_fnv1a(uint64_t hash, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	}
	return hash;
}

#endif
