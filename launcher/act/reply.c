/* SPDX-License-Identifier: MIT */
#include "act/reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char separator[] = " => ";

static const struct {
	char letter, meaning;
} escapes[] = {
	{'r', '\r'},
	{'n', '\n'},
	{'t', '\t'},
	{'e', '\033'},
	{'\\', '\\'},
};

static int hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = digit == '\0' ? NULL : strchr(digits, digit);

	return found ? (int)((found - digits) % 16) : -1;
}

/* \xHH behind the backslash; false where there is none. */
static bool read_hex(const char *text, char *ret_character)
{
	int high = text[0] == 'x' ? hex_value(text[1]) : -1;
	int low = high >= 0 ? hex_value(text[2]) : -1;

	if (low < 0 || high + low == 0)
		return false;
	*ret_character = (char)(high * 16 + low);
	return true;
}

static bool read_letter(char letter, char *ret_character)
{
	for (size_t i = 0; i < ARRAY_COUNT(escapes); i++) {
		if (letter != escapes[i].letter)
			continue;
		*ret_character = escapes[i].meaning;
		return true;
	}
	return false;
}

static struct error *unescape(const char *value, const char *text, char **ret_text)
{
	auto_text struct text plain = {0};
	bool enter = true;

	for (; *text; text++) {
		char character = *text;

		if (*text == '\\' && text_equal(text, "\\c")) {
			enter = false;
			break;
		}
		if (*text == '\\' && read_letter(text[1], &character))
			text += 1;
		else if (*text == '\\' && read_hex(text + 1, &character))
			text += 3;
		else if (*text == '\\')
			return error_new("--send='%s': '%.2s' is not known; known are \\r \\n \\t "
					 "\\e \\\\ \\xHH, and \\c at the end",
				value, text);
		text_add_bytes(&plain, &character, 1);
	}
	if (enter)
		text_add(&plain, "\r");
	*ret_text = text_take(&plain);
	return NULL;
}

struct error *replies_read(const struct strings *values, struct replies *ret_replies)
{
	*ret_replies = (struct replies){.sent = xcalloc(values->count, sizeof(bool))};
	for (size_t i = 0; i < values->count; i++) {
		const char *value = values->items[i];
		const char *middle = strstr(value, separator);
		auto_free char *regex = NULL;
		char *text = NULL;

		if (!middle)
			return error_new("--send='%s' has no '%s' between a regular expression and "
					 "what is sent",
				value, separator);
		regex = xstrndup(value, (size_t)(middle - value));
		TRY(patterns_add(&ret_replies->patterns, "--send", regex));
		TRY(unescape(value, middle + strlen(separator), &text));
		strings_add_owned(&ret_replies->texts, text);
	}
	return NULL;
}

const char *replies_find(struct replies *replies, const char *line, size_t *from)
{
	for (size_t i = 0; i < replies->patterns.count; i++) {
		if (replies->sent[i] || !pattern_finds(&replies->patterns.items[i], line, from))
			continue;
		replies->sent[i] = true;
		return replies->texts.items[i];
	}
	return NULL;
}

void replies_clear(struct replies *replies)
{
	patterns_clear(&replies->patterns);
	strings_clear(&replies->texts);
	free(replies->sent);
	*replies = (struct replies){0};
}
