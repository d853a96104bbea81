/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_add_bytes(struct text *text, const char *more, size_t length)
{
	if (text->length + length + 1 > text->room) {
		text->room = (text->length + length + 1) * 2;
		text->bytes = xreallocarray(text->bytes, text->room, 1);
	}
	if (length > 0)
		memcpy(text->bytes + text->length, more, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
	text_add_bytes(text, more, strlen(more));
}

void text_addf(struct text *text, const char *format, ...)
{
	auto_free char *more = NULL;
	va_list values;

	va_start(values, format);
	more = xvasprintf(format, values);
	va_end(values);
	text_add(text, more);
}

char *text_take(struct text *text)
{
	char *bytes = text->bytes ? text->bytes : xstrdup("");

	*text = (struct text){0};
	return bytes;
}

void text_clear(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

void strings_add_owned(struct strings *strings, char *text)
{
	/* one slot more than texts: the NULL behind the last */
	if (strings->count == 0 || (strings->count & (strings->count - 1)) == 0)
		strings->items = xreallocarray(strings->items,
			(strings->count > 0 ? strings->count * 2 : 1) + 1,
			sizeof(strings->items[0]));
	strings->items[strings->count++] = text;
	strings->items[strings->count] = NULL;
}

void strings_add(struct strings *strings, const char *text)
{
	strings_add_owned(strings, xstrdup(text));
}

void strings_addf(struct strings *strings, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	strings_add_owned(strings, xvasprintf(format, values));
	va_end(values);
}

void strings_add_joined(
	struct strings *strings, const char *start, const char *middle, const char *end)
{
	size_t lengths[] = {strlen(start), strlen(middle), strlen(end)};
	char *text = xcalloc(lengths[0] + lengths[1] + lengths[2] + 1, 1);

	memcpy(text, start, lengths[0]);
	memcpy(text + lengths[0], middle, lengths[1]);
	memcpy(text + lengths[0] + lengths[1], end, lengths[2]);
	strings_add_owned(strings, text);
}

bool strings_contain(const struct strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->count; i++)
		if (strcmp(strings->items[i], text) == 0)
			return true;
	return false;
}

void strings_add_once(struct strings *strings, const char *text)
{
	if (!strings_contain(strings, text))
		strings_add(strings, text);
}

void strings_clear(struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		free(strings->items[i]);
	free(strings->items);
	*strings = (struct strings){0};
}

bool text_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text);
	size_t suffix_length = strlen(suffix);

	return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

char *text_shell_quoted(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=./:,@%";
	struct text quoted = {0};

	if (text[0] != '\0' && text[strspn(text, plain)] == '\0')
		return xstrdup(text);
	text_add(&quoted, "'");
	for (const char *c = text; *c; c++) {
		if (*c == '\'')
			text_add(&quoted, "'\\''");
		else
			text_add_bytes(&quoted, c, 1);
	}
	text_add(&quoted, "'");
	return text_take(&quoted);
}

char *text_printable(const char *text)
{
	struct text printable = {0};

	for (const char *c = text; *c; c++) {
		unsigned char byte = (unsigned char)*c;
		bool high_control = byte == 0xc2 && ((unsigned char)c[1] & 0xe0) == 0x80;

		text_add_bytes(
			&printable, byte < 0x20 || byte == 0x7f || high_control ? "?" : c, 1);
		if (high_control)
			c++;
	}
	return text_take(&printable);
}
