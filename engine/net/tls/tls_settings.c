/* SPDX-License-Identifier: MIT */
/* The settings are copied as one piece of memory: the structure, and the texts behind it. */
#include "tls_settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const mcha_tls_settings mcha_tls_settings_default = {
	.ca = "",
	.certificate = "",
	.key = "",
	.passphrase = "",
	.peer_name = "",
	.verify = true,
	.verify_name = true,
};

/* The texts among the fields. */
static const size_t texts[] = {
	offsetof(mcha_tls_settings, ca),
	offsetof(mcha_tls_settings, certificate),
	offsetof(mcha_tls_settings, key),
	offsetof(mcha_tls_settings, passphrase),
	offsetof(mcha_tls_settings, peer_name),
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_of(const mcha_tls_settings *settings, size_t i)
{
	return (const char **)((char *)settings + texts[i]);
}

bool mcha_tls_settings_equal(const mcha_tls_settings *a, const mcha_tls_settings *b)
{
	size_t i;

	for (i = 0; i < TEXTS; i++) {
		if (strcmp(*text_of(a, i), *text_of(b, i)) != 0) {
			return false;
		}
	}
	return a->verify == b->verify && a->verify_name == b->verify_name && a->only_1_3 == b->only_1_3;
}

mcha_tls_settings *mcha_tls_settings_copy(const mcha_tls_settings *settings)
{
	size_t i, size = sizeof(*settings);
	mcha_tls_settings *copy;
	char *place;

	for (i = 0; i < TEXTS; i++) {
		size += strlen(*text_of(settings, i)) + 1;
	}
	copy = malloc(size);
	if (!copy) {
		return NULL;
	}
	*copy = *settings;
	place = (char *)(copy + 1);
	for (i = 0; i < TEXTS; i++) {
		size_t length = strlen(*text_of(settings, i)) + 1;

		*text_of(copy, i) = memcpy(place, *text_of(settings, i), length);
		place += length;
	}
	return copy;
}

void mcha_tls_settings_free(mcha_tls_settings *settings)
{
	if (settings) {
		char *passphrase = (char *)settings->passphrase;

		explicit_bzero(passphrase, strlen(passphrase));
		free(settings);
	}
}
