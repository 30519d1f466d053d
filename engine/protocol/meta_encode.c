/* SPDX-License-Identifier: MIT */
/* One small writer for each verb, in a table. */
#include "meta_encode.h"

#include "line.h"

typedef char *(*line_writer)(char *p, const mcha_request *request);

#define PUT(p, literal) MCHA_LINE_LITERAL(p, literal)

/* " <flag><number>" */
static char *put_flag(char *p, char flag, uint64_t number)
{
	*p++ = ' ';
	*p++ = flag;
	return mcha_line_unsigned(p, number);
}

/* The server reads 32 bits, and takes a larger number for a time long past. */
static char *put_exptime(char *p, char flag, int64_t exptime)
{
	*p++ = ' ';
	*p++ = flag;
	return mcha_line_signed(p, exptime > INT32_MAX ? INT32_MAX : exptime < 0 ? -1 : exptime);
}

static char *put_head(char *p, const char *verb, const mcha_request *request)
{
	p = mcha_line_text(p, verb, 3);
	return mcha_line_text(p, request->key, request->key_length);
}

static char *put_cas(char *p, const mcha_request *request)
{
	if (request->cas) {
		p = put_flag(p, 'C', request->cas);
	}
	if (request->version) {
		p = put_flag(p, 'E', request->version);
	}
	return request->want & MCHA_WANT_CAS ? PUT(p, " c") : p;
}

static char *write_get(char *p, const mcha_request *request)
{
	static const struct {
		uint8_t want;
		char flag;
	} wants[] = {
		{MCHA_WANT_CAS, 'c'},
		{MCHA_WANT_TTL, 't'},
		{MCHA_WANT_SIZE, 's'},
		{MCHA_WANT_UNSEEN, 'u'},
		{MCHA_WANT_IDLE, 'l'},
		{MCHA_WANT_VALUE, 'v'},
	};
	size_t i;

	p = PUT(put_head(p, "mg ", request), " f");
	if (request->want == MCHA_WANT_VALUE) { /* as nearly every read */
		return PUT(p, " v");
	}
	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		if (request->want & wants[i].want) {
			*p++ = ' ';
			*p++ = wants[i].flag;
		}
	}
	return p;
}

static char *write_store(char *p, const mcha_request *request)
{
	static const char modes[] = {
		[MCHA_MODE_SET] = 0,
		[MCHA_MODE_ADD] = 'E',
		[MCHA_MODE_REPLACE] = 'R',
		[MCHA_MODE_APPEND] = 'A',
		[MCHA_MODE_PREPEND] = 'P',
	};

	p = put_head(p, "ms ", request);
	*p++ = ' ';
	p = mcha_line_unsigned(p, request->value_length);
	p = put_exptime(p, 'T', request->exptime);
	p = put_flag(p, 'F', request->flags);
	if (modes[request->mode]) {
		p = PUT(p, " M");
		*p++ = modes[request->mode];
	}
	return put_cas(p, request);
}

static char *write_delete(char *p, const mcha_request *request)
{
	p = put_head(p, "md ", request);
	return request->cas ? put_flag(p, 'C', request->cas) : p;
}

static char *write_touch(char *p, const mcha_request *request)
{
	return put_exptime(put_head(p, "mg ", request), 'T', request->exptime);
}

static char *write_count(char *p, const mcha_request *request)
{
	p = PUT(put_head(p, "ma ", request), " v");
	if (request->decrement) {
		p = PUT(p, " MD");
	}
	p = put_flag(p, 'D', request->delta);
	if (request->create) {
		p = put_flag(put_exptime(p, 'N', request->exptime), 'J', request->initial);
	}
	/* behind N: the server handles flags in order, so this returns the TTL that N has set */
	p = PUT(p, " t");
	return put_cas(p, request);
}

static char *write_version(char *p, const mcha_request *request)
{
	(void)request;
	return PUT(p, "version");
}

static char *write_stats(char *p, const mcha_request *request)
{
	p = PUT(p, "stats");
	if (request->key_length) {
		*p++ = ' ';
		p = mcha_line_text(p, request->key, request->key_length);
	}
	return p;
}

static char *write_flush(char *p, const mcha_request *request)
{
	p = PUT(p, "flush_all");
	if (request->exptime > 0) {
		*p++ = ' ';
		p = mcha_line_signed(p, request->exptime > INT32_MAX ? INT32_MAX : request->exptime);
	}
	return p;
}

static const struct {
	line_writer write;
	bool opaque; /* a meta command: takes an opaque token (the others are classic text commands) */
} lines[MCHA_VERB_COUNT_OF] = {
	[MCHA_VERB_GET] = {write_get, true},
	[MCHA_VERB_STORE] = {write_store, true},
	[MCHA_VERB_DELETE] = {write_delete, true},
	[MCHA_VERB_TOUCH] = {write_touch, true},
	[MCHA_VERB_COUNT] = {write_count, true},
	[MCHA_VERB_VERSION] = {write_version, false},
	[MCHA_VERB_STATS] = {write_stats, false},
	[MCHA_VERB_FLUSH] = {write_flush, false},
};

size_t mcha_meta_encode(const mcha_request *request, uint32_t opaque, char *line)
{
	char *p = lines[request->verb].write(line, request);

	if (lines[request->verb].opaque) {
		p = put_flag(p, 'O', opaque);
	}
	p = PUT(p, "\r\n");
	return (size_t)(p - line);
}

/* --- several keys in one line ----------------------------------------------------------------- */

#define SHARED_LEAST 4 /* with fewer keys a shared line is no faster */

static const struct {
	uint8_t want;
	const char *word;
} shared[] = {
	{MCHA_WANT_VALUE, "get"},
	{MCHA_WANT_VALUE | MCHA_WANT_CAS, "gets"},
};

const char *mcha_meta_shared_word(const mcha_request *request)
{
	size_t i;

	for (i = 0; request->verb == MCHA_VERB_GET && i < sizeof(shared) / sizeof(shared[0]); i++) {
		if (shared[i].want == request->want) {
			return shared[i].word;
		}
	}
	return NULL;
}

size_t mcha_meta_count_keys(const mcha_request *queue,
	const char *(*word_of)(const mcha_request *request))
{
	const char *word = word_of(queue);
	size_t count = 0, length = strlen("gets\r\n");
	const mcha_request *request;

	for (request = queue; word && request && word_of(request) == word; request = request->next) {
		length += 1u + request->key_length;
		if (length > MCHA_META_SHARED_MAX) {
			break;
		}
		count++;
	}
	return count;
}

size_t mcha_meta_shared_count(const mcha_request *queue)
{
	size_t count = mcha_meta_count_keys(queue, mcha_meta_shared_word);

	return count < SHARED_LEAST ? 0 : count;
}

mcha_request *mcha_meta_encode_shared(mcha_request *queue, size_t count, const char *word,
	char *line, size_t *length)
{
	char *p = mcha_line_text(line, word, strlen(word));

	while (count--) {
		*p++ = ' ';
		p = mcha_line_text(p, queue->key, queue->key_length);
		queue->line = count ? MCHA_LINE_SHARED : MCHA_LINE_LAST;
		queue = queue->next;
	}
	p = PUT(p, "\r\n");
	*length = (size_t)(p - line);
	return queue;
}
