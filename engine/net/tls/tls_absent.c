/* SPDX-License-Identifier: MIT */
/* A build without OpenSSL: no connection is ever made. */
#ifndef HAVE_MCHA_TLS

#include "tls.h"

#include <errno.h>
#include <stdio.h>

const bool mcha_tls_is_built = false;

const char *mcha_tls_library(void)
{
	return "not built in";
}

mcha_tls *mcha_tls_create(const mcha_tls_settings *settings, const mcha_endpoint *endpoint, int fd,
	char *error)
{
	(void)settings;
	(void)endpoint;
	(void)fd;
	snprintf(error, MCHA_TLS_ERROR_MAX, "McHA was built without OpenSSL");
	return NULL;
}

void mcha_tls_destroy(mcha_tls *tls)
{
	(void)tls;
}

mcha_tls_step mcha_tls_handshake(mcha_tls *tls)
{
	(void)tls;
	return MCHA_TLS_FAILED;
}

ssize_t mcha_tls_receive(mcha_tls *tls, const struct msghdr *message, bool sleep)
{
	(void)tls;
	(void)message;
	(void)sleep;
	errno = EPROTO;
	return -1;
}

ssize_t mcha_tls_send(mcha_tls *tls, const struct msghdr *message)
{
	return mcha_tls_receive(tls, message, false);
}

bool mcha_tls_has_failed(const mcha_tls *tls)
{
	(void)tls;
	return true;
}

bool mcha_tls_wants_write(const mcha_tls *tls)
{
	(void)tls;
	return false;
}

bool mcha_tls_is_quiet(mcha_tls *tls)
{
	(void)tls;
	return false;
}

bool mcha_tls_is_resumed(const mcha_tls *tls)
{
	(void)tls;
	return false;
}

bool mcha_tls_has_moved(mcha_tls *tls)
{
	(void)tls;
	return false;
}

mcha_tls_fault mcha_tls_fault_of(const mcha_tls *tls)
{
	(void)tls;
	return MCHA_TLS_REFUSED;
}

const char *mcha_tls_error(const mcha_tls *tls)
{
	(void)tls;
	return "";
}

void mcha_tls_forget_all(void)
{
}

#endif
