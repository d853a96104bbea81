/* SPDX-License-Identifier: MIT */
/*
 * Text that grows, lists of texts, and the argument vector: every text a room builds is made here
 * or by xasprintf, so no fixed buffer can be too short.
 */
#ifndef SLIPWAY_BASE_TEXT_H
#define SLIPWAY_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* A text under construction; zero-initialised is empty. `bytes` is NULL or ends with NUL. */
struct text {
	char *bytes; /* owned */
	size_t length;
	size_t room;
};

void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *more, size_t length);
void text_addf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Takes the finished text out ("" when nothing was added); the caller frees it. */
char *text_take(struct text *text) MUST_USE;
void text_clear(struct text *text);
#define auto_text CLEANUP(text_clear)

/* A list of owned texts; zero-initialised is empty. `items` always has a NULL behind the last. */
struct strings {
	char **items;
	size_t count;
};

void strings_add(struct strings *strings, const char *text);
void strings_addf(struct strings *strings, const char *format, ...) PRINTF_LIKE(2, 3);
/* The three as one; for the dozens that each start makes, which printf would take longer for. */
void strings_add_joined(
	struct strings *strings, const char *start, const char *middle, const char *end);
/* Takes ownership of `text`. */
void strings_add_owned(struct strings *strings, char *text);
bool strings_contain(const struct strings *strings, const char *text);
/* Adds a text that is not in the list yet. */
void strings_add_once(struct strings *strings, const char *text);
void strings_clear(struct strings *strings);
#define auto_strings CLEANUP(strings_clear)

/* NULL-safe equality: two NULLs are equal. */
bool text_equal(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/*
 * `text` as one word of a POSIX shell: unchanged where no character needs it, else in single
 * quotes. The caller frees it.
 */
char *text_shell_quoted(const char *text) MUST_USE;

/*
 * `text` with '?' in place of each control character, line ends and those of U+0080 to U+009F too,
 * which terminals obey as they do ESC sequences. The caller frees it.
 */
char *text_printable(const char *text) MUST_USE;

#endif
