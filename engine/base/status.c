/* SPDX-License-Identifier: MIT */
/* The table of status.h as data. */
#include "status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef enum { KIND_ANSWER, KIND_REFUSAL, KIND_FAULT, KIND_UNSENT } status_kind;

static const struct {
	status_kind kind;
	const char *text;
} statuses[MCHA_STATUS_COUNT] = {
#define STATUS_ROW(name, kind, text) [MCHA_STATUS_##name] = {KIND_##kind, text},
	MCHA_STATUS_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

const char *mcha_status_text(mcha_status status)
{
	return statuses[status].text;
}

void mcha_status_describe(char *text, size_t size, mcha_status status, int error)
{
	const bool says_more = error && !(status == MCHA_STATUS_TIMEOUT && error == ETIMEDOUT);

	snprintf(text, size, "%s%s%s", mcha_status_text(status), says_more ? ": " : "",
		says_more ? strerror(error) : "");
}

bool mcha_status_is_answer(mcha_status status)
{
	return statuses[status].kind == KIND_ANSWER || statuses[status].kind == KIND_REFUSAL;
}

bool mcha_status_is_refusal(mcha_status status)
{
	return statuses[status].kind == KIND_REFUSAL;
}

bool mcha_status_is_unsent(mcha_status status)
{
	return statuses[status].kind == KIND_UNSENT;
}
