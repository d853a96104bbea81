/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static struct error *error_make(char *text)
{
	struct error *error = xcalloc(1, sizeof(*error));

	error->text = text;
	error->status = ERROR_STATUS_REFUSED;
	return error;
}

struct error *error_new(const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	text = xvasprintf(format, values);
	va_end(values);
	return error_make(text);
}

struct error *error_at(const char *file, int line, const char *format, ...)
{
	auto_free char *what = NULL;
	struct error *error;
	va_list values;

	va_start(values, format);
	what = xvasprintf(format, values);
	va_end(values);
	error = error_make(line > 0 ? xasprintf("%s:%d: %s", file, line, what)
				    : xasprintf("%s: %s", file, what));
	error->file = xstrdup(file);
	error->line = line;
	return error;
}

struct error *error_system(int number, const char *format, ...)
{
	auto_free char *what = NULL;
	struct error *error;
	va_list values;

	va_start(values, format);
	what = xvasprintf(format, values);
	va_end(values);
	error = error_make(xasprintf("%s: %s", what, strerror(number)));
	error->number = number;
	return error;
}

struct error *error_with_status(struct error *error, enum error_status status)
{
	if (error)
		error->status = status;
	return error;
}

/* Puts `text` in the place of the error's text, which it was made from. */
static void error_set_text(struct error *error, char *text)
{
	free(error->text);
	error->text = text;
}

struct error *error_while(struct error *error, const char *format, ...)
{
	auto_free char *doing = NULL;
	va_list values;

	if (!error)
		return NULL;
	va_start(values, format);
	doing = xvasprintf(format, values);
	va_end(values);
	error_set_text(error, xasprintf("%s: %s", doing, error->text));
	return error;
}

struct error *error_hint(struct error *error, const char *format, ...)
{
	auto_free char *hint = NULL;
	va_list values;

	if (!error)
		return NULL;
	va_start(values, format);
	hint = xvasprintf(format, values);
	va_end(values);
	error_set_text(error, xasprintf("%s; %s", error->text, hint));
	return error;
}

void error_free(struct error *error)
{
	if (!error)
		return;
	free(error->text);
	free(error->file);
	free(error);
}

void error_free_pointer(struct error **error)
{
	error_free(*error);
	*error = NULL;
}
