/* SPDX-License-Identifier: MIT */
/* Cuts a text into parts, and tells what a part is. */
#include "span.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

mcha_span mcha_span_trim(mcha_span part)
{
	while (part.length && is_space(part.text[0])) {
		part.text++;
		part.length--;
	}
	while (part.length && is_space(part.text[part.length - 1])) {
		part.length--;
	}
	return part;
}

bool mcha_span_cut(mcha_span *rest, char separator, mcha_span *before)
{
	const char *at = rest->length ? memchr(rest->text, separator, rest->length) : NULL;

	*before = *rest;
	if (!at) {
		rest->text += rest->length;
		rest->length = 0;
		return false;
	}
	before->length = (size_t)(at - rest->text);
	rest->text = at + 1;
	rest->length -= before->length + 1;
	return true;
}

bool mcha_span_equals(mcha_span part, const char *word)
{
	return part.length == strlen(word) && strncasecmp(part.text, word, part.length) == 0;
}

bool mcha_span_number(mcha_span part, uint16_t *number)
{
	unsigned value = 0;

	if (part.length == 0 || part.length > 5) {
		return false;
	}
	for (size_t i = 0; i < part.length; i++) {
		if (part.text[i] < '0' || part.text[i] > '9') {
			return false;
		}
		value = value * 10 + (unsigned)(part.text[i] - '0');
	}
	*number = (uint16_t)value;
	return value <= UINT16_MAX;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
		|| c == '-' || c == '_';
}

bool mcha_span_is_name(mcha_span part)
{
	for (size_t i = 0; i < part.length; i++) {
		if (!is_name_byte(part.text[i])) {
			return false;
		}
	}
	return true;
}

bool mcha_span_is_ipv6(mcha_span address)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	mcha_span digits;

	if (mcha_span_cut(&address, '%', &digits)
		&& (address.length == 0 || !mcha_span_is_name(address))) {
		return false;
	}
	if (digits.length >= sizeof(text)) {
		return false;
	}
	memcpy(text, digits.text, digits.length);
	text[digits.length] = '\0';
	return inet_pton(AF_INET6, text, bytes) == 1;
}
