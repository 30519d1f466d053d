/* SPDX-License-Identifier: MIT */
/* Locks between PHP and the engine: the owner's token, the end of the lock, the fencing token. */
#include "lock_handle.h"

#include <math.h>
#include <time.h>

#define TOKEN_BYTES (PHP_MCHA_TOKEN_LENGTH / 2)

/* Seconds that a counter of fencing tokens lives. A counter begins with the time in microseconds,
 * and so a new counter is ahead of every number of the former one: counters need not live for
 * ever. */
#define FENCE_LIFE (24 * 60 * 60)

bool php_mcha_token_make(char token[PHP_MCHA_TOKEN_LENGTH + 1])
{
	unsigned char bytes[TOKEN_BYTES];
	size_t i;

	if (!php_mcha_random_bytes(bytes, sizeof(bytes))) {
		return false;
	}
	for (i = 0; i < TOKEN_BYTES; i++) {
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	}
	return true;
}

#define FIRST_PAUSE (5 * MCHA_USEC_PER_MSEC)

php_mcha_backoff php_mcha_backoff_begin(double seconds, mcha_usec longest)
{
	return (php_mcha_backoff){FIRST_PAUSE, longest, php_mcha_moment_in(seconds)};
}

void php_mcha_backoff_sleep(php_mcha_backoff *backoff, uint64_t *random)
{
	mcha_usec left = backoff->until - mcha_clock_now();
	mcha_usec half = backoff->pause / 2;
	mcha_usec span = half + (mcha_usec)(mcha_random_next(random) % (uint64_t)(half + 1));

	span = MIN(span, left);
	if (span > 0) {
		struct timespec pause = {span / MCHA_USEC_PER_SEC, span % MCHA_USEC_PER_SEC * 1000};

		nanosleep(&pause, NULL);
	}
	backoff->pause = MIN(backoff->pause * 2, backoff->longest);
}

#define LONGEST_WAIT 1e9 /* seconds: decades, and far from an overflow */

mcha_usec php_mcha_moment_in(double seconds)
{
	return mcha_clock_now()
		+ (isnan(seconds) || seconds <= 0
				? 0
				: (mcha_usec)(MIN(seconds, LONGEST_WAIT) * MCHA_USEC_PER_SEC));
}

/* --- locks ------------------------------------------------------------------------------------ */

/* The item under this name beside the key. Its key's bytes are in the buffer or in *name_of_it,
 * which the caller releases. */
static void item_beside(const php_mcha_client *client, const char *name, const zend_string *key,
	mcha_item *item, php_mcha_key *buffer, zend_string **name_of_it)
{
	*name_of_it = zend_string_concat2(name, strlen(name), ZSTR_VAL(key), ZSTR_LEN(key));
	*item = (mcha_item){0};
	php_mcha_client_item(client, item, *name_of_it, key, buffer);
}

static zend_string *wire_key_of(const php_mcha_client *client, const char *name,
	const zend_string *key)
{
	php_mcha_key buffer;
	zend_string *name_of_it, *wire_key = NULL;
	mcha_item item;

	item_beside(client, name, key, &item, &buffer, &name_of_it);
	if (ZSTR_LEN(key) && mcha_key_check(item.key, item.key_length) == MCHA_STATUS_OK) {
		wire_key = zend_string_init(item.key, item.key_length, false);
	}
	zend_string_release(name_of_it);
	return wire_key;
}

mcha_status php_mcha_lock_handle_init(php_mcha_lock_handle *handle, php_mcha_client *client,
	const char *name, zend_string *key)
{
	handle->wire_key = wire_key_of(client, name, key);
	if (!handle->wire_key) {
		return MCHA_STATUS_BAD_KEY;
	}
	handle->key = zend_string_copy(key);
	handle->client = client;
	php_mcha_client_retain(client);
	handle->generation = mcha_fork_generation();
	return php_mcha_token_make(handle->token) ? MCHA_STATUS_OK : MCHA_STATUS_UNSUPPORTED;
}

static mcha_item item_of(const php_mcha_lock_handle *handle, zend_long life)
{
	return (mcha_item){
		.key = ZSTR_VAL(handle->wire_key),
		.key_length = ZSTR_LEN(handle->wire_key),
		.hash_key = ZSTR_VAL(handle->key),
		.hash_length = ZSTR_LEN(handle->key),
		.value = handle->token,
		.value_length = PHP_MCHA_TOKEN_LENGTH,
		.exptime = life,
		.no_hints = true,
	};
}

/* The lock counts from the moment before the call: a lock whose life has passed by the answer is
 * released. */
static mcha_status has_begun(php_mcha_lock_handle *handle, mcha_status status, mcha_usec began,
	zend_long ttl)
{
	mcha_usec until = began + ttl * MCHA_USEC_PER_SEC;

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	if (until <= mcha_clock_now()) {
		php_mcha_lock_handle_release(handle);
		return MCHA_STATUS_TIMEOUT;
	}
	handle->until = until;
	return MCHA_STATUS_OK;
}

/* Microseconds since 1970, in decimal. */
static size_t write_time(char digits[24])
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (size_t)snprintf(digits, 24, "%lld",
		(long long)now.tv_sec * MCHA_USEC_PER_SEC + now.tv_nsec / 1000);
}

mcha_status php_mcha_lock_handle_take_lock(php_mcha_lock_handle *handle, zend_long ttl)
{
	mcha_usec began = mcha_clock_now();
	mcha_item item = item_of(handle, ttl + PHP_MCHA_LOCK_TICKS), number;
	php_mcha_key buffer;
	zend_string *name;
	char digits[24];

	item_beside(handle->client, PHP_MCHA_FENCE_NAME, handle->key, &number, &buffer, &name);
	number.value = digits;
	number.value_length = write_time(digits);
	number.exptime = FENCE_LIFE;
	mcha_lock_hold(handle->client->pool, &item, &number, &handle->lock);
	zend_string_release(name);
	handle->number = number.answer.number;
	return has_begun(handle, item.answer.status, began, ttl);
}

mcha_status php_mcha_lock_handle_take_lease(php_mcha_lock_handle *handle, zend_long ttl)
{
	mcha_usec began = mcha_clock_now();
	mcha_item item = item_of(handle, ttl + PHP_MCHA_LOCK_TICKS);

	mcha_lock_acquire(handle->client->pool, &item, &handle->lock);
	if (item.answer.status != MCHA_STATUS_OK && handle->lock.count) {
		php_mcha_lock_handle_release(handle);
	}
	return has_begun(handle, item.answer.status, began, ttl);
}

mcha_usec php_mcha_lock_handle_left(const php_mcha_lock_handle *handle)
{
	mcha_usec left = handle->generation == mcha_fork_generation() && handle->until
		? handle->until - mcha_clock_now()
		: 0;

	return MAX(left, 0);
}

mcha_status php_mcha_lock_handle_extend(php_mcha_lock_handle *handle, zend_long ttl)
{
	mcha_usec began = mcha_clock_now();
	mcha_item item = item_of(handle, ttl + PHP_MCHA_LOCK_TICKS);

	if (!handle->until || handle->generation != mcha_fork_generation()) {
		return MCHA_STATUS_MISS;
	}
	mcha_lock_extend(handle->client->pool, &item, &handle->lock);
	if (item.answer.status == MCHA_STATUS_MISS) {
		handle->until = 0;
	}
	return has_begun(handle, item.answer.status, began, ttl);
}

mcha_status php_mcha_lock_handle_release(php_mcha_lock_handle *handle)
{
	mcha_item item = item_of(handle, 0);

	handle->until = 0;
	if (!handle->lock.count || handle->generation != mcha_fork_generation()) {
		return MCHA_STATUS_MISS;
	}
	mcha_lock_release(handle->client->pool, &item, &handle->lock);
	return item.answer.status;
}

void php_mcha_lock_handle_free(php_mcha_lock_handle *handle)
{
	if (handle->client) {
		mcha_pool *pool = handle->client->pool;
		const mcha_report report = *mcha_pool_report(pool);

		php_mcha_lock_handle_release(handle);
		/* getLastReplication() tells of the application's last operation, not of this release */
		mcha_pool_set_report(pool, report);
		php_mcha_client_release(handle->client);
	}
	if (handle->key) {
		zend_string_release(handle->key);
	}
	if (handle->wire_key) {
		zend_string_release(handle->wire_key);
	}
	*handle = (php_mcha_lock_handle){0};
}
