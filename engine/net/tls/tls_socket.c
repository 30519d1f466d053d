/* SPDX-License-Identifier: MIT */
/* OpenSSL's own BIO for sockets writes by write(), which raises SIGPIPE, and cannot tell a sleep
 * from a look. */
#ifdef HAVE_MCHA_TLS

#include "tls_socket.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

static bool is_to_retry(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static int write_socket(BIO *bio, const char *bytes, int length)
{
	mcha_tls_socket *socket = BIO_get_data(bio);
	ssize_t sent;

	BIO_clear_retry_flags(bio);
	do {
		sent = send(socket->fd, bytes, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0 && is_to_retry(errno)) {
		BIO_set_retry_write(bio);
	} else if (sent < 0) {
		socket->error = errno;
	}
	return (int)sent;
}

/* The bytes that come first tell a node that does not speak TLS. */
static void note_received(mcha_tls_socket *socket, const char *bytes, size_t length)
{
	size_t room = sizeof(socket->first) - socket->first_length;

	socket->moved = true;
	if (room) {
		room = length < room ? length : room;
		memcpy(socket->first + socket->first_length, bytes, room);
		socket->first_length += room;
	}
}

static int read_socket(BIO *bio, char *bytes, int length)
{
	mcha_tls_socket *socket = BIO_get_data(bio);
	ssize_t got = recv(socket->fd, bytes, (size_t)length, socket->sleeps ? 0 : MSG_DONTWAIT);

	socket->sleeps = false;
	BIO_clear_retry_flags(bio);
	if (got > 0) {
		note_received(socket, bytes, (size_t)got);
	} else if (got == 0) {
		socket->closed = true;
	} else if (is_to_retry(errno)) {
		BIO_set_retry_read(bio);
	} else {
		socket->error = errno;
	}
	return (int)got;
}

static long control_socket(BIO *bio, int command, long number, void *argument)
{
	const mcha_tls_socket *socket = BIO_get_data(bio);

	(void)number;
	(void)argument;
	return command == BIO_CTRL_EOF ? socket->closed : command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method;
static pthread_once_t made = PTHREAD_ONCE_INIT;

/* The method lasts as long as the process: connections of every thread use it. */
static void make_method(void)
{
	BIO_METHOD *made_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "McHA");

	if (made_method && BIO_meth_set_write(made_method, write_socket)
		&& BIO_meth_set_read(made_method, read_socket)
		&& BIO_meth_set_ctrl(made_method, control_socket)) {
		method = made_method;
	} else {
		BIO_meth_free(made_method);
	}
}

BIO *mcha_tls_socket_bio(mcha_tls_socket *socket)
{
	BIO *bio;

	pthread_once(&made, make_method);
	bio = method ? BIO_new(method) : NULL;
	if (bio) {
		BIO_set_data(bio, socket);
		BIO_set_init(bio, 1);
	}
	return bio;
}

#endif
