/* SPDX-License-Identifier: MIT */
/* FastLZ, written from the description of its format. A stream is a sequence of instructions:
 *
 *   000 count         copy the count + 1 bytes that follow (literals)
 *   len far  near     copy len + 2 bytes (len is 1 to 6) that begin 256 * far + near + 1 bytes back
 *                     (a match)
 *   111 far  more near                   9 + more bytes
 *
 * The first two fields are 3 and 5 bits of one byte, the others whole bytes. The first instruction
 * of a stream has the level in place of its 000. Level 2 differs in two ways: after a "more" of 255
 * another "more" follows that is added; and after far 31 and near 255 two bytes follow, high and
 * low, that are added to the distance. */
#include "fastlz.h"

#include <stdint.h>
#include <string.h>

#define MATCH_MIN 3
#define LITERALS_MAX 32
#define LENGTH_SHORT_MAX 8 /* the longest match that needs no "more" */
#define OFFSET_MAX 8191    /* the largest 13-bit number; an offset is the distance minus one */
#define LEVEL_1_LENGTH_MAX (LENGTH_SHORT_MAX + 1 + 255)
#define LEVEL_2_FAR_MIN 5 /* a far match takes four bytes */

/* --- unpacking -------------------------------------------------------------------------------- */

typedef struct unpacking {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *start; /* of the output */
	uint8_t *out;
	uint8_t *out_end;
	bool level_2;
} unpacking;

static bool next_byte(unpacking *at, size_t *byte)
{
	if (at->in == at->in_end) {
		return false;
	}
	*byte = *at->in++;
	return true;
}

static bool copy_literals(unpacking *at, size_t count)
{
	if (count > (size_t)(at->in_end - at->in) || count > (size_t)(at->out_end - at->out)) {
		return false;
	}
	memcpy(at->out, at->in, count);
	at->in += count;
	at->out += count;
	return true;
}

/* A match may overlap its own output: "a" and a match of 5 bytes from distance 1 give "aaaaaa". So
 * each memcpy() copies at most the bytes written so far, a number that doubles each time. */
static bool copy_match(unpacking *at, size_t distance, size_t length)
{
	const uint8_t *from = at->out - distance;

	if (distance > (size_t)(at->out - at->start) || length > (size_t)(at->out_end - at->out)) {
		return false;
	}
	while (length) {
		size_t there = (size_t)(at->out - from), part = length < there ? length : there;

		memcpy(at->out, from, part);
		at->out += part;
		length -= part;
	}
	return true;
}

static bool read_length(unpacking *at, size_t *length)
{
	size_t more;

	do {
		if (!next_byte(at, &more)) {
			return false;
		}
		*length += more;
	} while (at->level_2 && more == 255 && *length <= (size_t)(at->out_end - at->out));
	return true;
}

static bool read_offset(unpacking *at, size_t *offset)
{
	size_t near, high, low;

	if (!next_byte(at, &near)) {
		return false;
	}
	*offset += near;
	if (!at->level_2 || *offset != OFFSET_MAX) {
		return true;
	}
	if (!next_byte(at, &high) || !next_byte(at, &low)) {
		return false;
	}
	*offset += high << 8 | low;
	return true;
}

static bool read_match(unpacking *at, size_t head)
{
	size_t length = (head >> 5) + 2, offset = (head & 31) << 8;

	if (length > LENGTH_SHORT_MAX && !read_length(at, &length)) {
		return false;
	}
	return read_offset(at, &offset) && copy_match(at, offset + 1, length);
}

bool php_mcha_fastlz_unpack(char *to, size_t length, const char *from, size_t size)
{
	uint8_t *out = (uint8_t *)to;
	const uint8_t *in = (const uint8_t *)from;
	unpacking at = {in, in + size, out, out, out + length, false};
	size_t head;

	if (!next_byte(&at, &head) || head >> 5 > 1) {
		return false;
	}
	at.level_2 = head >> 5 == 1;
	head &= 31;
	do {
		if (head < LITERALS_MAX ? !copy_literals(&at, head + 1) : !read_match(&at, head)) {
			return false;
		}
	} while (next_byte(&at, &head));
	return at.out == at.out_end;
}

/* --- packing ---------------------------------------------------------------------------------- */

/* Like other implementations, level 2 for inputs of 64 KiB and more, because only level 2 has long
 * distances. */
#define LEVEL_2_FROM 65536

/* The last bytes are literals, because some readers need bytes after each match. */
#define TAIL 4

#define HASH_BITS 13

typedef struct packing {
	const uint8_t *in;
	uint32_t length;
	uint32_t literals; /* index of the first byte that has not been written yet */
	uint8_t *out;
	uint8_t *out_end;
	bool level_2;
	bool full; /* the output has no room left, and put() writes nothing more */
} packing;

static void put(packing *at, size_t byte)
{
	if (at->out == at->out_end) {
		at->full = true;
	} else {
		*at->out++ = (uint8_t)byte;
	}
}

static void put_literals(packing *at, uint32_t end)
{
	while (at->literals < end) {
		uint32_t count = end - at->literals < LITERALS_MAX ? end - at->literals : LITERALS_MAX;

		put(at, count - 1);
		if (count > (size_t)(at->out_end - at->out)) {
			at->full = true;
			return;
		}
		memcpy(at->out, at->in + at->literals, count);
		at->out += count;
		at->literals += count;
	}
}

static void put_length(packing *at, size_t more)
{
	for (; at->level_2 && more >= 255; more -= 255) {
		put(at, 255);
	}
	put(at, more);
}

static void put_match(packing *at, size_t offset, size_t length)
{
	bool is_far = at->level_2 && offset >= OFFSET_MAX;
	size_t near = is_far ? OFFSET_MAX : offset;

	if (length <= LENGTH_SHORT_MAX) {
		put(at, (length - 2) << 5 | near >> 8);
	} else {
		put(at, 7 << 5 | near >> 8);
		put_length(at, length - LENGTH_SHORT_MAX - 1);
	}
	put(at, near & 255);
	if (is_far) {
		put(at, (offset - OFFSET_MAX) >> 8);
		put(at, (offset - OFFSET_MAX) & 255);
	}
}

static uint32_t hash(const uint8_t *bytes)
{
	uint32_t three = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;

	return (three * UINT32_C(2654435761)) >> (32 - HASH_BITS);
}

/* The number of equal bytes at both places; 0: too few for a match. */
static uint32_t match_length(const packing *at, uint32_t earlier, uint32_t here)
{
	uint32_t most = at->length - TAIL - here, length = 0;
	uint32_t offset = here - earlier - 1;
	uint32_t offset_most = at->level_2 ? OFFSET_MAX + UINT16_MAX : OFFSET_MAX;
	uint32_t least = at->level_2 && offset >= OFFSET_MAX ? LEVEL_2_FAR_MIN : MATCH_MIN;

	if (offset > offset_most) {
		return 0;
	}
	if (!at->level_2 && most > LEVEL_1_LENGTH_MAX) {
		most = LEVEL_1_LENGTH_MAX;
	}
	while (length < most && at->in[earlier + length] == at->in[here + length]) {
		length++;
	}
	return length < least ? 0 : length;
}

/* Finds, for every three bytes, the last place with the same hash, and compares the bytes there. */
static void put_all(packing *at)
{
	/* by hash: the last place; collisions are possible, so the bytes are compared */
	uint32_t latest[1 << HASH_BITS] = {0};
	uint32_t here = 1, end = at->length > TAIL + MATCH_MIN ? at->length - TAIL - MATCH_MIN : 0;

	while (here <= end && !at->full) {
		uint32_t *place = &latest[hash(at->in + here)], earlier = *place;
		uint32_t length = match_length(at, earlier, here);

		*place = here;
		if (!length) {
			here++;
			continue;
		}
		put_literals(at, here);
		put_match(at, here - earlier - 1, length);
		here += length;
		at->literals = here;
		if (here <= end) {
			latest[hash(at->in + here - 1)] = here - 1;
		}
	}
	put_literals(at, at->length);
}

/* A match takes less space than its bytes, which makes up for the byte before the literals that
 * follow it. */
size_t php_mcha_fastlz_bound(size_t length)
{
	return length + length / LITERALS_MAX + 1;
}

size_t php_mcha_fastlz_pack(char *to, size_t room, const char *from, size_t length)
{
	uint8_t *out = (uint8_t *)to;
	packing at = {
		(const uint8_t *)from, (uint32_t)length, 0, out, out + room, length >= LEVEL_2_FROM, false};

	if (!length) {
		return 0;
	}
	put_all(&at);
	if (at.full) {
		return 0;
	}
	if (at.level_2) {
		*out |= 1 << 5;
	}
	return (size_t)(at.out - out);
}
