/* SPDX-License-Identifier: MIT */
/* Any bytes as replies of a server: received whole and in pieces they must give the same replies,
 * and every value must be as long as it says. The first byte is the length of the pieces. */
#include "engine/base/fnv.h"
#include "engine/protocol/meta_reader.h"
#include "fuzzer.h"

/* A server may announce a gigabyte; the fuzzer has none to give. */
static char *small_allocate(size_t size)
{
	return size > 1 << 16 ? NULL : mcha_allocator_libc.allocate(size);
}

static void small_release(char *bytes)
{
	mcha_allocator_libc.release(bytes);
}

static char *small_resize(char *bytes, size_t size)
{
	return size > 1 << 16 ? NULL : mcha_allocator_libc.resize(bytes, size);
}

static const mcha_allocator small = {small_allocate, small_release, small_resize};
static mcha_meta_reader reader;
static char reader_bytes[MCHA_META_READER_BYTES];

static uint64_t add(uint64_t hash, const void *bytes, size_t length)
{
	return mcha_fnv1a(hash, bytes, length);
}

static uint64_t add_reply(uint64_t hash, mcha_meta_reply *reply)
{
	const uint64_t numbers[] = {reply->code, reply->has_opaque, reply->opaque, reply->flags,
		reply->cas, (uint64_t)reply->ttl, reply->size, reply->value_length};

	hash = add(hash, numbers, sizeof(numbers));
	/* all else is told by its text, or its key */
	REQUIRE(!reply->text == (reply->code == MCHA_META_VA));
	if (reply->text) {
		hash = add(hash, reply->text, reply->text_length);
	}
	if (reply->code != MCHA_META_VA && reply->code != MCHA_META_VALUE) {
		REQUIRE(!reply->value);
		return hash;
	}
	REQUIRE(reply->value && reply->value[reply->value_length] == '\0');
	REQUIRE(reply->size == reply->value_length);
	hash = add(hash, reply->value, reply->value_length);
	small.release(reply->value);
	return hash;
}

static size_t receive(const uint8_t *data, size_t size)
{
	struct iovec space[2];
	int count = mcha_meta_reader_space(&reader, space);
	size_t done = 0;

	for (int i = 0; i < count; i++) {
		size_t part = size - done < space[i].iov_len ? size - done : space[i].iov_len;

		memcpy(space[i].iov_base, data + done, part);
		done += part;
	}
	REQUIRE(done > 0);
	mcha_meta_reader_received(&reader, done);
	return done;
}

/* What became of the bytes: a hash of all replies and of the end. */
static uint64_t replies_of(const uint8_t *data, size_t size, size_t piece)
{
	mcha_meta_progress progress = MCHA_META_MORE;
	uint64_t hash = MCHA_FNV_START;

	mcha_meta_reader_init(&reader, &small, &mcha_meta_vocabulary_meta, reader_bytes);
	while (size && progress == MCHA_META_MORE) {
		size_t done = receive(data, piece < size ? piece : size);
		mcha_meta_reply reply;

		data += done;
		size -= done;
		while ((progress = mcha_meta_reader_next(&reader, &reply)) == MCHA_META_REPLY) {
			hash = add_reply(hash, &reply);
		}
	}
	mcha_meta_reader_reset(&reader);
	return add(hash, &progress, sizeof(progress));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1) {
		uint64_t whole = replies_of(data + 1, size - 1, SIZE_MAX);

		REQUIRE(replies_of(data + 1, size - 1, 1) == whole);
		REQUIRE(replies_of(data + 1, size - 1, data[0] + 1u) == whole);
	}
	return 0;
}
