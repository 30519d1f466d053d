/* SPDX-License-Identifier: MIT */
/* Checks keys by memcached's rules. */
#include "key.h"

mcha_status mcha_key_check(const char *key, size_t length)
{
	size_t i;

	if (length == 0 || length > MCHA_KEY_MAX) {
		return MCHA_STATUS_BAD_KEY;
	}
	for (i = 0; i < length; i++) {
		unsigned char c = (unsigned char)key[i];

		if (c <= 0x20 || c == 0x7f) {
			return MCHA_STATUS_BAD_KEY;
		}
	}
	return MCHA_STATUS_OK;
}
