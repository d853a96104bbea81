/* SPDX-License-Identifier: MIT */
/*
 * --expect and --send: the first line of the input is an expression, the second a reply, the others
 * are what a guest wrote. Promised: a match moves on, never behind the line's end.
 *
 * The user's own expression is not hostile, and the C library's compiler of them has no bounds for
 * repetitions of repetitions: inputs with those, or with back references, are left out.
 */
#include "act/pattern.h"
#include "act/reply.h"
#include "fuzz/fuzz.h"

#define EXPRESSION_BYTES_MOST 48

static bool is_tame(const char *expression)
{
	size_t repeated = 0;

	for (const char *c = expression; *c; c++) {
		if (*c == '{' || (*c == '\\' && c[1] >= '1' && c[1] <= '9'))
			return false;
		if (strchr("*+?|(", *c))
			repeated++;
	}
	return strlen(expression) <= EXPRESSION_BYTES_MOST && repeated <= 6;
}

static void look(const struct patterns *patterns, const char *line)
{
	size_t length = strlen(line);
	size_t from = 0;

	while (from < length) {
		size_t before = from;

		if (!pattern_finds(&patterns->items[0], line, &from)) {
			PROMISE(from == before);
			return;
		}
		PROMISE(from >= before && from <= length);
		if (from == before)
			from++;
	}
}

static void answer(const char *expression, const char *text, const char *lines)
{
	auto_strings struct strings values = {0};
	auto_error struct error *error = NULL;
	struct replies replies = {0};
	size_t from = 0;

	strings_addf(&values, "%s => %s", expression, text);
	error = replies_read(&values, &replies);
	if (!error) {
		const char *sent = replies_find(&replies, lines, &from);

		PROMISE(from <= strlen(lines));
		PROMISE(!sent || !replies_find(&replies, lines, &from));
	}
	replies_clear(&replies);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_free char *text = input_text(bytes, size);
	const char *rest = text;
	auto_free char *expression = take_line(&rest);
	auto_free char *reply = take_line(&rest);
	struct patterns patterns = {0};
	auto_error struct error *error = NULL;
	char *line;

	if (!reply || !is_tame(expression))
		return 0;
	answer(expression, reply, rest);
	error = patterns_add(&patterns, "--expect", expression);
	PROMISE(!error == (patterns.count == 1));
	while (!error && (line = take_line(&rest))) {
		look(&patterns, line);
		free(line);
	}
	patterns_clear(&patterns);
	return 0;
}
