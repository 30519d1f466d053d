/* SPDX-License-Identifier: MIT */
/* The contexts of a process, most recently used first. They outlive the pools: a pool that lasts
 * for a request neither reads the files again nor makes whole handshakes. All threads share them,
 * under one lock. */
#ifdef HAVE_MCHA_TLS

#include "tls_context.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/x509.h>

#include "engine/base/clock.h"
#include "engine/base/seldom.h"
#include "tls.h"
#include "tls_load.h"

#define CONTEXTS_MAX 16   /* of a process, apart from those that connections use */
#define SESSIONS_MAX 1024 /* a node's session may take the place of another node's */
#define LOOK_AT_FILES_EVERY MCHA_USEC_PER_SEC

/* What tells that a file was replaced. */
typedef struct file_state {
	dev_t device;
	ino_t number;
	off_t size;
	struct timespec changed;
} file_state;

typedef struct kept_session {
	uint64_t node;
	SSL_SESSION *session; /* NULL: none */
	bool is_refused;      /* by the node */
} kept_session;

struct mcha_tls_context {
	mcha_tls_settings *settings;
	SSL_CTX *ssl;
	uint32_t users; /* connections, and the list */
	file_state files[3];
	mcha_usec looked_at; /* the files */
	kept_session sessions[SESSIONS_MAX];
	mcha_tls_context *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static mcha_tls_context *first;

/* --- files ------------------------------------------------------------------------------------ */

static void look_at_files(const mcha_tls_settings *settings, file_state files[3])
{
	const char *const paths[3] = {settings->ca, settings->certificate, settings->key};
	size_t i;

	memset(files, 0, 3 * sizeof(*files));
	for (i = 0; i < 3; i++) {
		struct stat info;

		if (*paths[i] && stat(paths[i], &info) == 0) {
			files[i].device = info.st_dev;
			files[i].number = info.st_ino;
			files[i].size = info.st_size;
			files[i].changed = info.st_mtim;
		}
	}
}

/* --- making and freeing ----------------------------------------------------------------------- */

static void free_context(mcha_tls_context *context)
{
	size_t i;

	for (i = 0; i < SESSIONS_MAX; i++) {
		SSL_SESSION_free(context->sessions[i].session);
	}
	SSL_CTX_free(context->ssl);
	mcha_tls_settings_free(context->settings);
	free(context);
}

static MCHA_SELDOM mcha_tls_context *make_context(const mcha_tls_settings *settings, char *error)
{
	mcha_tls_context *context = calloc(1, sizeof(*context));

	if (!context || !(context->settings = mcha_tls_settings_copy(settings))) {
		free(context);
		strcpy(error, "no memory");
		return NULL;
	}
	/* looked at before they are read: a file that is replaced meanwhile is read again */
	context->looked_at = mcha_clock_now();
	look_at_files(settings, context->files);
	context->ssl = mcha_tls_load(context->settings, error);
	if (!context->ssl) {
		free_context(context);
		return NULL;
	}
	context->users = 1;
	return context;
}

/* With the lock held. */
static void drop_user(mcha_tls_context *context)
{
	if (--context->users == 0) {
		free_context(context);
	}
}

/* --- the list --------------------------------------------------------------------------------- */

/* Takes the context of these settings off the list. NULL: there is none. */
static mcha_tls_context *take_off_list(const mcha_tls_settings *settings)
{
	mcha_tls_context **link = &first, *context;

	while (*link && !mcha_tls_settings_equal((*link)->settings, settings)) {
		link = &(*link)->next;
	}
	context = *link;
	if (context) {
		*link = context->next;
	}
	return context;
}

static void put_on_list(mcha_tls_context *context)
{
	mcha_tls_context **link;
	size_t count = 1;

	context->next = first;
	first = context;
	for (link = &first->next; *link; count++) {
		mcha_tls_context *other = *link;

		if (count < CONTEXTS_MAX) {
			link = &other->next;
		} else {
			*link = other->next;
			drop_user(other);
		}
	}
}

static bool is_to_renew(mcha_tls_context *context)
{
	const mcha_usec now = mcha_clock_now();
	file_state files[3];

	if (now - context->looked_at < LOOK_AT_FILES_EVERY) {
		return false;
	}
	context->looked_at = now;
	look_at_files(context->settings, files);
	return memcmp(files, context->files, sizeof(files)) != 0;
}

/* A certificate may have been replaced before its key: the former context serves until both fit. */
static mcha_tls_context *renew(mcha_tls_context *former)
{
	char error[MCHA_TLS_ERROR_MAX];
	mcha_tls_context *context = make_context(former->settings, error);

	if (!context) {
		return former;
	}
	drop_user(former);
	return context;
}

mcha_tls_context *mcha_tls_context_take(const mcha_tls_settings *settings, char *error)
{
	mcha_tls_context *context;

	pthread_mutex_lock(&lock);
	context = take_off_list(settings);
	if (!context) {
		context = make_context(settings, error);
	} else if (is_to_renew(context)) {
		context = renew(context);
	}
	if (context) {
		put_on_list(context);
		context->users++;
	}
	pthread_mutex_unlock(&lock);
	return context;
}

void mcha_tls_context_give(mcha_tls_context *context)
{
	pthread_mutex_lock(&lock);
	drop_user(context);
	pthread_mutex_unlock(&lock);
}

SSL_CTX *mcha_tls_context_ssl(const mcha_tls_context *context)
{
	return context->ssl;
}

void mcha_tls_forget_all(void)
{
	pthread_mutex_lock(&lock);
	while (first) {
		mcha_tls_context *context = first;

		first = context->next;
		drop_user(context);
	}
	pthread_mutex_unlock(&lock);
}

/* --- sessions --------------------------------------------------------------------------------- */

static kept_session *place_of(mcha_tls_context *context, uint64_t node)
{
	return &context->sessions[node % SESSIONS_MAX];
}

static void put_session(kept_session *kept, uint64_t node, SSL_SESSION *session)
{
	SSL_SESSION_free(kept->session);
	kept->is_refused = kept->is_refused && kept->node == node;
	kept->node = node;
	kept->session = session;
}

/* The certificate by which the node was verified has expired since: it must be verified anew. */
static bool has_expired(SSL_SESSION *session)
{
	const X509 *certificate = SSL_SESSION_get0_peer(session);

	return certificate && X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0;
}

SSL_SESSION *mcha_tls_context_find(mcha_tls_context *context, uint64_t node)
{
	kept_session *kept = place_of(context, node);
	SSL_SESSION *session = NULL;

	pthread_mutex_lock(&lock);
	if (kept->session && kept->node == node && context->settings->verify
		&& has_expired(kept->session)) {
		put_session(kept, node, NULL);
	}
	if (kept->session && kept->node == node && SSL_SESSION_is_resumable(kept->session)) {
		session = kept->session;
		SSL_SESSION_up_ref(session);
	}
	pthread_mutex_unlock(&lock);
	return session;
}

void mcha_tls_context_keep(mcha_tls_context *context, uint64_t node, SSL_SESSION *session)
{
	kept_session *kept = place_of(context, node);

	pthread_mutex_lock(&lock);
	if (kept->is_refused && kept->node == node) {
		SSL_SESSION_free(session);
	} else {
		put_session(kept, node, session);
	}
	pthread_mutex_unlock(&lock);
}

void mcha_tls_context_drop(mcha_tls_context *context, uint64_t node, bool for_ever)
{
	kept_session *kept = place_of(context, node);

	pthread_mutex_lock(&lock);
	put_session(kept, node, NULL);
	kept->is_refused = for_ever;
	pthread_mutex_unlock(&lock);
}

#endif
