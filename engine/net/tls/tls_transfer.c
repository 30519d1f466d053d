/* SPDX-License-Identifier: MIT */
/* Receives and sends the bytes of a connection whose handshake is complete. */
#ifdef HAVE_MCHA_TLS

#include <errno.h>
#include <string.h>

#include <openssl/err.h>

#include "engine/net/socket.h"
#include "tls_connection.h"

/* What recvmsg() and sendmsg() would return after OpenSSL's result that is no count. */
static ssize_t fail_transfer(mcha_tls *tls, int result)
{
	int error = SSL_get_error(tls->ssl, result);

	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		errno = EAGAIN;
		return -1;
	}
	mcha_tls_note_fault(tls);
	if (tls->fault != MCHA_TLS_CLOSED) {
		errno = EPROTO;
		return -1;
	}
	errno = tls->socket.error ? tls->socket.error : EPIPE;
	return tls->socket.error ? -1 : 0;
}

static ssize_t fail_again(const mcha_tls *tls)
{
	errno = tls->fault != MCHA_TLS_CLOSED ? EPROTO : tls->socket.error ? tls->socket.error : EPIPE;
	return -1;
}

static ssize_t read_some(mcha_tls *tls, void *bytes, size_t length)
{
	size_t got;
	int result;

	ERR_clear_error();
	result = SSL_read_ex(tls->ssl, bytes, length, &got);
	if (result == 1) {
		tls->proven = true;
		tls->wants_write = false;
		return (ssize_t)got;
	}
	tls->wants_write = SSL_want_write(tls->ssl);
	return fail_transfer(tls, result);
}

/* One call of OpenSSL returns one record at most, and leaves others that came with it in its
 * buffers. */
ssize_t mcha_tls_receive(mcha_tls *tls, const struct msghdr *message, bool sleep)
{
	size_t i, total = 0;

	if (tls->failed) {
		return fail_again(tls);
	}
	tls->socket.sleeps = sleep;
	for (i = 0; i < message->msg_iovlen; i++) {
		char *place = message->msg_iov[i].iov_base, *end = place + message->msg_iov[i].iov_len;

		while (place < end) {
			ssize_t got;

			if (total && !SSL_has_pending(tls->ssl)) {
				return (ssize_t)total;
			}
			got = read_some(tls, place, (size_t)(end - place));
			tls->socket.sleeps = false;
			if (got <= 0) {
				return total ? (ssize_t)total : got;
			}
			total += (size_t)got;
			place += got;
		}
	}
	return (ssize_t)total;
}

/* What a message has from a place on. */
typedef struct reading {
	const struct iovec *vector, *end;
	size_t offset; /* in the first vector */
} reading;

static void move_on(reading *reading, size_t bytes)
{
	while (bytes) {
		size_t left = reading->vector->iov_len - reading->offset;

		if (bytes < left) {
			reading->offset += bytes;
			return;
		}
		bytes -= left;
		reading->vector++;
		reading->offset = 0;
	}
}

/* The bytes for the next record: where they lie, or, if they lie in several places, as a copy. */
static const char *gather_record(const reading *reading, char copy[MCHA_TLS_RECORD_BYTES],
	size_t *length)
{
	const struct iovec *vector = reading->vector;
	const char *start = (const char *)vector->iov_base + reading->offset;
	size_t part = vector->iov_len - reading->offset;

	if (part >= MCHA_TLS_RECORD_BYTES || vector + 1 == reading->end) {
		*length = part < MCHA_TLS_RECORD_BYTES ? part : MCHA_TLS_RECORD_BYTES;
		return start;
	}
	for (*length = 0; *length < MCHA_TLS_RECORD_BYTES && vector < reading->end;) {
		size_t room = MCHA_TLS_RECORD_BYTES - *length, taken = part < room ? part : room;

		memcpy(copy + *length, start, taken);
		*length += taken;
		if (++vector < reading->end) {
			start = vector->iov_base;
			part = vector->iov_len;
		}
	}
	return copy;
}

static ssize_t write_some(mcha_tls *tls, const char *bytes, size_t length)
{
	size_t sent;
	int result;

	ERR_clear_error();
	result = SSL_write_ex(tls->ssl, bytes, length, &sent);
	return result == 1 ? (ssize_t)sent : fail_transfer(tls, result);
}

ssize_t mcha_tls_send(mcha_tls *tls, const struct msghdr *message)
{
	reading reading = {message->msg_iov, message->msg_iov + message->msg_iovlen, 0};
	char copy[MCHA_TLS_RECORD_BYTES];
	size_t total = 0;

	if (tls->failed) {
		return fail_again(tls);
	}
	while (reading.vector < reading.end) {
		size_t length;
		const char *bytes = gather_record(&reading, copy, &length);
		ssize_t sent = length ? write_some(tls, bytes, length) : 0;

		if (length && sent <= 0) {
			return total ? (ssize_t)total : -1;
		}
		total += (size_t)sent;
		move_on(&reading, (size_t)sent);
		if (!length) {
			reading.vector++;
		}
	}
	return (ssize_t)total;
}

bool mcha_tls_wants_write(const mcha_tls *tls)
{
	return tls->wants_write;
}

bool mcha_tls_is_quiet(mcha_tls *tls)
{
	char byte;
	int result;

	if (tls->failed) {
		return false;
	}
	if (!SSL_has_pending(tls->ssl) && mcha_socket_is_quiet(tls->socket.fd)) {
		return true;
	}
	ERR_clear_error();
	result = SSL_peek(tls->ssl, &byte, 1);
	if (result <= 0 && SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_READ) {
		return true;
	}
	ERR_clear_error();
	return false;
}

#endif
