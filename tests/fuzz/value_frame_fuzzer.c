/* SPDX-License-Identifier: MIT */
/* Any bytes as a compressed value: what comes out is as long as was announced, all of it was
 * written, and nothing beyond it; and any bytes packed come out again as they were, unless the
 * frame is cut or its length changed. The first byte is the compression and what to do, the second
 * where to cut, or (there is only so much of an input) how often the bytes are repeated before
 * that. */
#include "fuzzer.h"
#include "glue/values/compression.h"

#define ROWS 4 /* the last is only read, and has no frame */

/* The announced bytes, in memory of exactly that size, which held this before. NULL: refused. */
static char *unpack(const php_mcha_compression *by, const char *frame, size_t size, int before,
	size_t *length)
{
	char *plain;

	if (!php_mcha_frame_length(by, frame, size, length)) {
		return NULL;
	}
	REQUIRE(*length / by->ratio <= size);
	plain = malloc(*length);
	memset(plain, before, *length);
	if (php_mcha_frame_unpack(by, frame, size, plain, *length)) {
		return plain;
	}
	free(plain);
	return NULL;
}

static void unpack_any(const php_mcha_compression *by, const char *frame, size_t size)
{
	size_t length, again;
	char *one = unpack(by, frame, size, 0x00, &length);
	char *other = unpack(by, frame, size, 0xff, &again);

	REQUIRE(!one == !other);
	REQUIRE(!one || (length == again && memcmp(one, other, length) == 0));
	free(one);
	free(other);
}

static void require_refused(const php_mcha_compression *by, const char *frame, size_t size)
{
	size_t length;
	char *copy = malloc(size); /* of its own, so that a byte read behind the end is noticed */
	char *plain;

	memcpy(copy, frame, size);
	plain = unpack(by, copy, size, 0, &length);
	REQUIRE(!plain);
	free(copy);
}

static void pack_and_unpack(const php_mcha_compression *by, const char *bytes, size_t size,
	size_t cut)
{
	size_t room = php_mcha_frame_room(by, size), length;
	char *frame = malloc(room);
	size_t packed = php_mcha_frame_pack(by, frame, room, bytes, size, (long)cut % 12 - 1);
	uint32_t wrong = (uint32_t)size + (cut & 1 ? 1 : -1);
	char *plain;

	if (!size && !packed) {
		free(frame); /* fastlz cannot represent an empty value */
		return;
	}
	REQUIRE(packed > PHP_MCHA_FRAME_HEAD && packed <= room);
	plain = unpack(by, frame, packed, 0, &length);
	REQUIRE(plain && length == size && memcmp(plain, bytes, size) == 0);
	free(plain);
	require_refused(by, frame, cut % packed);
	memcpy(frame, &wrong, sizeof(wrong));
	require_refused(by, frame, packed);
	free(frame);
}

/* Long inputs, with what is the same far apart: fastlz has another level for them. */
static void pack_and_unpack_repeated(const php_mcha_compression *by, const char *bytes, size_t size,
	size_t times)
{
	char *all = malloc(size * times + 1);
	size_t i;

	for (i = 0; i < times; i++) {
		memcpy(all + i * size, bytes, size);
		all[i * size] ^= (char)(i * i);
	}
	pack_and_unpack(by, all, size * times, times);
	free(all);
}

/* Every value of the flags leads to a row that has them, or to none. */
static void look_up(uint32_t flags)
{
	const php_mcha_compression *by = php_mcha_compression_by_flags(flags);

	REQUIRE(!by || flags & by->flag);
	REQUIRE(by || !(flags & (0xe0 | PHP_MCHA_FLAG_BARE_ZLIB)));
	REQUIRE(!php_mcha_compressions[ROWS].name);
	by = php_mcha_compression_by_number((long)flags % 8);
	REQUIRE(!by || (by->number == (int)(flags % 8) && by->bound && by->pack && by->unpack));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const php_mcha_compression *by;

	if (size < 2) {
		return 0;
	}
	look_up(data[0] | (uint32_t)data[1] << 8);
	by = &php_mcha_compressions[data[0] / 2 % ROWS];
	if (!by->unpack) {
		return 0;
	}
	if (!by->pack) {
		unpack_any(by, (const char *)data + 2, size - 2);
	} else if (data[0] / 8 % 2 && data[0] % 2 && size > 2) {
		pack_and_unpack_repeated(by, (const char *)data + 2, size - 2, data[1] % 64 + 1);
	} else if (data[0] % 2) {
		pack_and_unpack(by, (const char *)data + 2, size - 2, data[1]);
	} else {
		unpack_any(by, (const char *)data + 2, size - 2);
	}
	return 0;
}
