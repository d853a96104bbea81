/* SPDX-License-Identifier: MIT */
#include "base/words.h"

#include <string.h>

/* XCU 2.2.1: a backslash before a newline continues the line, and neither is part of it. */
static bool continues_line(const char *c)
{
	return c[0] == '\\' && c[1] == '\n';
}

static const char *skip_blanks(const char *c)
{
	while (*c) {
		if (continues_line(c))
			c += 2;
		else if (strchr(" \t\n", *c))
			c++;
		else
			break;
	}
	return c;
}

/* Adds what a quoted part holds to `word`; returns the place behind its closing quote, or NULL. */
static const char *take_single_quoted(const char *c, struct text *word)
{
	const char *end = strchr(c, '\'');

	if (end)
		text_add_bytes(word, c, (size_t)(end - c));
	return end ? end + 1 : NULL;
}

static const char *take_double_quoted(const char *c, struct text *word)
{
	while (*c && *c != '"') {
		if (continues_line(c)) {
			c += 2;
			continue;
		}
		if (*c == '\\' && c[1] && strchr("$`\"\\", c[1]))
			c++;
		text_add_bytes(word, c++, 1);
	}
	return *c ? c + 1 : NULL;
}

/* One word from `c` on; returns the place behind it, or NULL for an unfinished quote. */
static const char *take_word(const char *c, struct text *word)
{
	while (c && *c && !strchr(" \t\n", *c)) {
		if (*c == '\'') {
			c = take_single_quoted(c + 1, word);
		} else if (*c == '"') {
			c = take_double_quoted(c + 1, word);
		} else if (continues_line(c)) {
			c += 2;
		} else if (*c == '\\') {
			c = c[1] ? c + 1 : NULL;
			if (c)
				text_add_bytes(word, c++, 1);
		} else {
			text_add_bytes(word, c++, 1);
		}
	}
	return c;
}

struct error *words_split(const char *line, struct strings *words)
{
	auto_strings struct strings found = {0};
	const char *c = skip_blanks(line);

	while (*c) {
		struct text word = {0};

		c = take_word(c, &word);
		strings_add_owned(&found, text_take(&word));
		if (!c)
			return error_new("unfinished quote in '%s'", line);
		c = skip_blanks(c);
	}
	for (size_t i = 0; i < found.count; i++)
		strings_add(words, found.items[i]);
	return NULL;
}
