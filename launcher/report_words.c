/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void report_words(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		auto_free char *line = xstrndup(text, length);
		auto_free char *printable = text_printable(line);

		fprintf(stderr, "slipway: %s\n", printable);
		text += length;
		if (*text == '\n')
			text++;
	}
}

void report_error(const struct error *error)
{
	report_words(error->text);
}

void report_warnings(const struct strings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++)
		report_words(warnings->items[i]);
}
