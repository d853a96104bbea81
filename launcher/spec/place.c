/* SPDX-License-Identifier: MIT */
#include "spec/place.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* More of a value does not help to find it: the line is said anyway. */
#define SHOWN_BYTES 80

/* Takes `what`. A value in it cannot add a line to the message. */
static void place_add(struct places *places, int line, bool wrong, char *what)
{
	struct place *place = array_push(&places->items, &places->count, sizeof(*place));

	place->line = line;
	place->wrong = wrong;
	place->what = text_printable(what);
	free(what);
}

void place_unsupported(struct places *places, int line, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	place_add(places, line, false, xvasprintf(format, values));
	va_end(values);
}

void place_wrong(struct places *places, int line, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	place_add(places, line, true, xvasprintf(format, values));
	va_end(values);
}

void place_hint(struct places *places, const char *hint)
{
	struct place *place = &places->items[places->count - 1];
	char *what = xasprintf("%s; %s", place->what, hint);

	free(place->what);
	place->what = what;
}

bool places_have_line(const struct places *places, int line)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->items[i].line == line && (places->items[i].wrong || !places->lenient))
			return true;
	return false;
}

static int place_compare(const void *a, const void *b)
{
	const struct place *first = a;
	const struct place *second = b;

	if (first->line != second->line)
		return first->line < second->line ? -1 : 1;
	return strcmp(first->what, second->what);
}

static char *place_text(const struct places *places, const struct place *place)
{
	if (place->line > 0)
		return xasprintf("%s:%d: %s", places->path, place->line, place->what);
	return xasprintf("%s: %s", places->path, place->what);
}

struct error *places_error(struct places *places)
{
	struct error *error = NULL;
	auto_text struct text text = {0};

	if (places->count > 0)
		qsort(places->items, places->count, sizeof(places->items[0]), place_compare);
	for (size_t i = 0; i < places->count; i++) {
		const struct place *place = &places->items[i];
		auto_free char *line = NULL;

		if (places->lenient && !place->wrong)
			continue;
		if (!error)
			error = error_at(places->path, place->line, "%s", place->what);
		line = place_text(places, place);
		text_addf(&text, "%s%s", text.length > 0 ? "\n" : "", line);
	}
	if (error) {
		free(error->text);
		error->text = text_take(&text);
	}
	return error;
}

void places_notes(struct places *places, struct strings *notes)
{
	if (places->count > 0)
		qsort(places->items, places->count, sizeof(places->items[0]), place_compare);
	for (size_t i = 0; i < places->count; i++)
		if (!places->items[i].wrong)
			strings_add_owned(notes, place_text(places, &places->items[i]));
}

void places_clear(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		free(places->items[i].what);
	free(places->items);
	places->items = NULL;
	places->count = 0;
}

char *shown(const char *value)
{
	bool is_cut = strlen(value) > SHOWN_BYTES;
	auto_free char *beginning = xstrndup(value, is_cut ? SHOWN_BYTES : strlen(value));
	auto_free char *printable = NULL;

	/* a cut may not end inside a character */
	for (size_t end = SHOWN_BYTES; is_cut && end > 0 && (beginning[end - 1] & 0x80); end--)
		beginning[end - 1] = '\0';
	printable = text_printable(beginning);
	return xasprintf("%s%s", printable, is_cut ? "..." : "");
}
