/* SPDX-License-Identifier: MIT */
#include "base/qopt.h"

#include <stdarg.h>
#include <string.h>

#include "base/memory.h"

static void qopt_add_escaped(struct text *option, const char *value)
{
	for (const char *c = value; *c; c++)
		text_add_bytes(option, *c == ',' ? ",," : c, *c == ',' ? 2 : 1);
}

void qopt_word(struct text *option, const char *word)
{
	if (option->length > 0)
		text_add(option, ",");
	qopt_add_escaped(option, word);
}

void qopt_first(struct text *option, const char *key, const char *value)
{
	if (strchr(value, '='))
		qopt_add(option, key, value);
	else
		qopt_word(option, value);
}

void qopt_add(struct text *option, const char *key, const char *value)
{
	if (option->length > 0)
		text_add(option, ",");
	text_add(option, key);
	text_add(option, "=");
	qopt_add_escaped(option, value);
}

void qopt_addf(struct text *option, const char *key, const char *format, ...)
{
	auto_free char *value = NULL;
	va_list values;

	va_start(values, format);
	value = xvasprintf(format, values);
	va_end(values);
	qopt_add(option, key, value);
}

void qopt_flag(struct text *option, const char *key, bool value)
{
	qopt_add(option, key, value ? "on" : "off");
}
