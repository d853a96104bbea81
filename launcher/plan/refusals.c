/* SPDX-License-Identifier: MIT */
#include "plan/refusals.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"

/* Takes `what`. A value in it cannot add a line to the message. */
static void add(struct refusals *refusals, int line, char *what)
{
	struct refusal *refusal = array_push(&refusals->items, &refusals->count, sizeof(*refusal));

	refusal->line = line;
	refusal->what = text_printable(what);
	free(what);
}

void refuse(struct refusals *refusals, int line, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	add(refusals, line, xvasprintf(format, values));
	va_end(values);
}

void refuse_part(struct refusals *refusals, int line, const char *format, ...)
{
	char *what;
	auto_free char *printable = NULL;
	va_list values;

	va_start(values, format);
	what = xvasprintf(format, values);
	va_end(values);
	if (!refusals->lenient) {
		add(refusals, line, what);
		return;
	}
	printable = text_printable(what);
	strings_addf(refusals->warnings, "%s:%d: %s", refusals->path, line, printable);
	free(what);
}

void refuse_error(struct refusals *refusals, int line, struct error *error)
{
	if (error)
		refuse(refusals, line, "%s", error->text);
	error_free(error);
}

/* By line; places of one line stay in the order they were found. */
static void sort(struct refusals *refusals)
{
	for (size_t i = 1; i < refusals->count; i++) {
		struct refusal refusal = refusals->items[i];
		size_t at = i;

		for (; at > 0 && refusals->items[at - 1].line > refusal.line; at--)
			refusals->items[at] = refusals->items[at - 1];
		refusals->items[at] = refusal;
	}
}

struct error *refusals_error(struct refusals *refusals)
{
	auto_text struct text text = {0};

	if (refusals->count == 0)
		return NULL;
	sort(refusals);
	for (size_t i = 1; i < refusals->count; i++)
		text_addf(&text, "\n%s:%d: %s", refusals->path, refusals->items[i].line,
			refusals->items[i].what);
	return error_at(refusals->path, refusals->items[0].line, "%s%s", refusals->items[0].what,
		text.bytes ? text.bytes : "");
}

void refusals_clear(struct refusals *refusals)
{
	for (size_t i = 0; i < refusals->count; i++)
		free(refusals->items[i].what);
	free(refusals->items);
	*refusals = (struct refusals){0};
}
