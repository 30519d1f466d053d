/* SPDX-License-Identifier: MIT */
/* One small writer for each command, in a table. */
#include "text_encode.h"

#include "engine/base/exptime.h"
#include "line.h"

/* The first absolute time, long past: memcached replaces a negative exptime by it. Some versions
 * refuse a negative number in a command line, and would then read the value behind a refused "set"
 * line as commands; all versions accept this number. */
#define TIME_LONG_PAST (MCHA_EXPTIME_RELATIVE_MAX + 1)

static char *put_exptime(char *p, int64_t exptime)
{
	*p++ = ' ';
	if (exptime < 0) {
		exptime = TIME_LONG_PAST;
	}
	return mcha_line_signed(p, exptime > INT32_MAX ? INT32_MAX : exptime);
}

static char *put_number(char *p, uint64_t number)
{
	*p++ = ' ';
	return mcha_line_unsigned(p, number);
}

static char *put_head(char *p, const char *word, const mcha_request *request)
{
	p = mcha_line_text(p, word, strlen(word));
	*p++ = ' ';
	return mcha_line_text(p, request->key, request->key_length);
}

static char *put_store(char *p, const char *word, const mcha_request *request)
{
	p = put_number(put_head(p, word, request), request->flags);
	return put_number(put_exptime(p, request->exptime), request->value_length);
}

const char *mcha_text_get_word(const mcha_request *request)
{
	static const char get[] = "get", gets[] = "gets";

	if (request->verb != MCHA_VERB_GET) {
		return NULL;
	}
	return request->want & MCHA_WANT_CAS ? gets : get;
}

static char *write_get(char *p, const mcha_request *request)
{
	return put_head(p, mcha_text_get_word(request), request);
}

static char *write_store(char *p, const mcha_request *request)
{
	static const char *const words[] = {
		[MCHA_MODE_SET] = "set",
		[MCHA_MODE_ADD] = "add",
		[MCHA_MODE_REPLACE] = "replace",
		[MCHA_MODE_APPEND] = "append",
		[MCHA_MODE_PREPEND] = "prepend",
	};

	return put_store(p, words[request->mode], request);
}

static char *write_cas(char *p, const mcha_request *request)
{
	return put_number(put_store(p, "cas", request), request->cas);
}

static char *write_delete(char *p, const mcha_request *request)
{
	return put_head(p, "delete", request);
}

/* The protocol has no compare-and-delete. A "cas" to a value that expires at once does the same,
 * just as atomically: no reader ever sees the new value. That value is empty, so the second CR LF
 * ends it. */
static char *write_delete_cas(char *p, const mcha_request *request)
{
	p = put_exptime(MCHA_LINE_LITERAL(put_head(p, "cas", request), " 0"), TIME_LONG_PAST);
	p = put_number(MCHA_LINE_LITERAL(p, " 0"), request->cas);
	return MCHA_LINE_LITERAL(p, "\r\n");
}

static char *write_touch(char *p, const mcha_request *request)
{
	return put_exptime(put_head(p, "touch", request), request->exptime);
}

static char *write_count(char *p, const mcha_request *request)
{
	return put_number(put_head(p, request->decrement ? "decr" : "incr", request), request->delta);
}

static char *write_version(char *p, const mcha_request *request)
{
	(void)request;
	return MCHA_LINE_LITERAL(p, "version");
}

static char *write_stats(char *p, const mcha_request *request)
{
	return request->key_length ? put_head(p, "stats", request) : MCHA_LINE_LITERAL(p, "stats");
}

static char *write_flush(char *p, const mcha_request *request)
{
	p = MCHA_LINE_LITERAL(p, "flush_all");
	return request->exptime > 0 ? put_exptime(p, request->exptime) : p;
}

static char *(*const writers[MCHA_TEXT_COUNT_OF])(char *p, const mcha_request *request) = {
	[MCHA_TEXT_GET] = write_get,
	[MCHA_TEXT_STORE] = write_store,
	[MCHA_TEXT_CAS] = write_cas,
	[MCHA_TEXT_DELETE] = write_delete,
	[MCHA_TEXT_DELETE_CAS] = write_delete_cas,
	[MCHA_TEXT_TOUCH] = write_touch,
	[MCHA_TEXT_COUNT] = write_count,
	[MCHA_TEXT_VERSION] = write_version,
	[MCHA_TEXT_STATS] = write_stats,
	[MCHA_TEXT_FLUSH] = write_flush,
};

/* The commands of a verb: one for any copy, one for a copy with this CAS only. The protocol has no
 * touch and no count with a CAS. A "cas" cannot replace the count, because it needs the remaining
 * TTL, which the protocol does not return. */
static const struct {
	uint8_t any;
	uint8_t with_cas;
} commands[MCHA_VERB_COUNT_OF] = {
	[MCHA_VERB_GET] = {MCHA_TEXT_GET, MCHA_TEXT_GET},
	[MCHA_VERB_STORE] = {MCHA_TEXT_STORE, MCHA_TEXT_CAS},
	[MCHA_VERB_DELETE] = {MCHA_TEXT_DELETE, MCHA_TEXT_DELETE_CAS},
	[MCHA_VERB_TOUCH] = {MCHA_TEXT_TOUCH, MCHA_TEXT_NONE},
	[MCHA_VERB_COUNT] = {MCHA_TEXT_COUNT, MCHA_TEXT_NONE},
	[MCHA_VERB_VERSION] = {MCHA_TEXT_VERSION, MCHA_TEXT_VERSION},
	[MCHA_VERB_STATS] = {MCHA_TEXT_STATS, MCHA_TEXT_STATS},
	[MCHA_VERB_FLUSH] = {MCHA_TEXT_FLUSH, MCHA_TEXT_FLUSH},
};

mcha_text_command mcha_text_command_of(const mcha_request *request)
{
	mcha_text_command command = request->cas ? commands[request->verb].with_cas
											 : commands[request->verb].any;

	return command == MCHA_TEXT_CAS && request->mode != MCHA_MODE_SET
			&& request->mode != MCHA_MODE_REPLACE
		? MCHA_TEXT_NONE
		: command;
}

size_t mcha_text_encode(const mcha_request *request, char *line)
{
	mcha_text_command command = mcha_text_command_of(request);
	char *p;

	if (command == MCHA_TEXT_NONE) {
		return 0;
	}
	p = MCHA_LINE_LITERAL(writers[command](line, request), "\r\n");
	return (size_t)(p - line);
}
