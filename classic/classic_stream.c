/* SPDX-License-Identifier: MIT */
/* Connects to one address after the other, agrees on TLS where the endpoint wants it, and waits by
 * poll(). */
#include "classic_stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "classic_address.h"
#include "engine/net/socket.h"

void classic_stream_close(classic_stream *stream)
{
	if (stream->tls) {
		mcha_tls_destroy(stream->tls);
		stream->tls = NULL;
	}
	if (stream->fd >= 0) {
		close(stream->fd);
		stream->fd = -1;
	}
}

static mcha_tls_step agree_on_tls(classic_stream *stream, mcha_usec until)
{
	for (;;) {
		mcha_tls_step step = mcha_tls_handshake(stream->tls);
		short events = step == MCHA_TLS_NEED_WRITE ? POLLOUT : POLLIN;

		if (step != MCHA_TLS_NEED_READ && step != MCHA_TLS_NEED_WRITE) {
			return step;
		}
		if (!classic_wait(stream->fd, events, until)) {
			return MCHA_TLS_FAILED;
		}
	}
}

static mcha_status connect_to(classic_stream *stream, const mcha_address *address,
	const mcha_transport_settings *settings, mcha_usec until)
{
	mcha_socket_options options = {.keepalive = settings->keepalive};
	bool connecting;

	stream->fd = mcha_socket_open(address, &options, &connecting);
	if (stream->fd < 0
		|| (connecting
			&& (!classic_wait(stream->fd, POLLOUT, until)
				|| mcha_socket_connect_error(stream->fd) != 0))) {
		return MCHA_STATUS_CONNECT;
	}
	return MCHA_STATUS_OK;
}

/* AGAIN: the server does not take the session that was offered. */
static mcha_tls_step connect_by_tls(classic_stream *stream, const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings, mcha_usec until)
{
	char error[MCHA_TLS_ERROR_MAX];

	stream->tls = mcha_tls_create(settings->tls ? settings->tls : &mcha_tls_settings_default,
		endpoint, stream->fd, error);
	return stream->tls ? agree_on_tls(stream, until) : MCHA_TLS_FAILED;
}

static mcha_status try_address(classic_stream *stream, const mcha_address *address,
	const mcha_endpoint *endpoint, const mcha_transport_settings *settings, mcha_usec until)
{
	mcha_tls_step step = MCHA_TLS_AGAIN;

	while (step == MCHA_TLS_AGAIN) {
		mcha_status status = connect_to(stream, address, settings, until);

		if (status != MCHA_STATUS_OK || !endpoint->tls) {
			return status;
		}
		step = connect_by_tls(stream, endpoint, settings, until);
		if (step == MCHA_TLS_AGAIN) {
			classic_stream_close(stream);
		}
	}
	return step == MCHA_TLS_DONE ? MCHA_STATUS_OK : MCHA_STATUS_TLS;
}

mcha_status classic_stream_open(classic_stream *stream, const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings, mcha_usec deadline)
{
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	size_t i, count = classic_addresses(endpoint, deadline, addresses);
	mcha_status status = MCHA_STATUS_UNRESOLVED;

	for (i = 0; i < count && status != MCHA_STATUS_OK; i++) {
		mcha_usec until = mcha_clock_now() + settings->connect_timeout;

		classic_stream_close(stream);
		status = try_address(stream, &addresses[i], endpoint, settings,
			until < deadline ? until : deadline);
	}
	if (status != MCHA_STATUS_OK) {
		classic_stream_close(stream);
	}
	return status == MCHA_STATUS_CONNECT && mcha_clock_now() >= deadline ? MCHA_STATUS_TIMEOUT
																		 : status;
}

mcha_status classic_stream_send(classic_stream *stream, const char *line, size_t length)
{
	struct iovec vector = {.iov_base = (void *)line, .iov_len = length};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	ssize_t sent = stream->tls ? mcha_tls_send(stream->tls, &message)
							   : sendmsg(stream->fd, &message, MSG_NOSIGNAL);

	return sent == (ssize_t)length ? MCHA_STATUS_OK : MCHA_STATUS_IO;
}

static ssize_t receive_now(classic_stream *stream, char *bytes, size_t room)
{
	struct iovec vector = {.iov_base = bytes, .iov_len = room};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

	return stream->tls ? mcha_tls_receive(stream->tls, &message, false)
					   : recvmsg(stream->fd, &message, MSG_DONTWAIT);
}

/* Receives before it waits: OpenSSL may hold bytes of which the socket knows nothing more. */
mcha_status classic_stream_receive(classic_stream *stream, char *bytes, size_t *length,
	mcha_usec deadline)
{
	for (;;) {
		ssize_t got = receive_now(stream, bytes, *length);
		bool writes = stream->tls && mcha_tls_wants_write(stream->tls);

		if (got > 0) {
			*length = (size_t)got;
			return MCHA_STATUS_OK;
		}
		if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
			return got == 0 ? MCHA_STATUS_CLOSED : MCHA_STATUS_IO;
		}
		if (!classic_wait(stream->fd, writes ? POLLOUT : POLLIN, deadline)) {
			return MCHA_STATUS_TIMEOUT;
		}
	}
}
