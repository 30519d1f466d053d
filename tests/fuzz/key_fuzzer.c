/* SPDX-License-Identifier: MIT */
/* Any bytes as a key: one that is accepted is a single word of a single line, whatever is asked
 * for, so that no key can say anything to the server. The first byte chooses what is asked. */
#include "engine/mcha_engine.h"
#include "engine/protocol/meta_encode.h"
#include "fuzzer.h"

static mcha_request request_for(uint8_t choice, const char *key, size_t length)
{
	uint64_t large = choice & 128 ? UINT64_MAX : choice;

	return (mcha_request){
		.verb = choice % MCHA_VERB_VERSION,
		.mode = choice % 5,
		.want = choice & 31,
		.decrement = choice & 32,
		.create = choice & 64,
		.key = key,
		.key_length = (uint16_t)length,
		.flags = (uint32_t)large,
		.value = key,
		.value_length = choice & 128 ? MCHA_VALUE_MAX : length,
		.exptime = choice & 128 ? INT64_MIN : choice,
		.cas = large,
		.delta = large,
		.initial = large,
	};
}

/* "mg <key> ... O<opaque>\r\n" */
static void require_one_line(const char *line, size_t length, const char *key, size_t key_length)
{
	const char *word = memchr(line, ' ', length);

	REQUIRE(length >= 6 && length <= MCHA_META_LINE_MAX);
	REQUIRE(line[0] == 'm' && word == line + 2);
	REQUIRE(memcmp(word + 1, key, key_length) == 0 && strchr(" \r", word[1 + key_length]));
	for (size_t i = 0; i < length - 2; i++) {
		REQUIRE((unsigned char)line[i] >= ' ' && line[i] != 0x7f);
		REQUIRE(line[i] != ' ' || (line[i + 1] != ' ' && line[i + 1] != '\r'));
	}
	REQUIRE(memcmp(line + length - 2, "\r\n", 2) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[MCHA_META_LINE_MAX];
	mcha_request request;
	char *key;

	if (size == 0 || mcha_key_check((const char *)data + 1, size - 1) != MCHA_STATUS_OK) {
		return 0;
	}
	key = malloc(size - 1); /* of its own, so that a byte read behind the end is noticed */
	memcpy(key, data + 1, size - 1);
	request = request_for(data[0], key, size - 1);
	require_one_line(line, mcha_meta_encode(&request, UINT32_MAX, line), key, size - 1);
	free(key);
	return 0;
}
