/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "spec/argv_reader.h"

/* Up to the next comma; a doubled one is one that belongs to the value (QEMU util/keyval.c). */
static const char *take_part(const char *text, struct text *part)
{
	while (*text) {
		if (*text == ',' && text[1] != ',')
			return text + 1;
		if (*text == ',')
			text++;
		text_add_bytes(part, text, 1);
		text++;
	}
	return text;
}

static void add_part(struct argv_values *values, const char *part, const char *implied)
{
	const char *equals = strchr(part, '=');

	if (equals) {
		strings_add_owned(&values->keys, xstrndup(part, (size_t)(equals - part)));
		strings_add(&values->values, equals + 1);
	} else if (implied) {
		strings_add(&values->keys, implied);
		strings_add(&values->values, part);
	} else {
		bool negated = text_starts_with(part, "no") && part[2] != '\0';

		/* QEMU's old spelling: "server" for server=on, "nowait" for wait=off */
		strings_add(&values->keys, part);
		strings_add(&values->values, "on");
		if (negated) {
			strings_add(&values->keys, part + 2);
			strings_add(&values->values, "off");
		}
	}
}

bool argv_values_read(const char *text, const char *implied, struct argv_values *ret_values)
{
	*ret_values = (struct argv_values){0};
	if (text[0] == '{')
		return argv_json_read(text, ret_values);
	while (*text) {
		struct text part = {0};
		auto_free char *whole = NULL;

		text = take_part(text, &part);
		whole = text_take(&part);
		add_part(ret_values, whole, implied);
		implied = NULL;
	}
	return true;
}

void argv_values_clear(struct argv_values *values)
{
	strings_clear(&values->keys);
	strings_clear(&values->values);
}

const char *argv_value(const struct argv_values *values, const char *key)
{
	for (size_t i = values->keys.count; i > 0; i--)
		if (strcmp(values->keys.items[i - 1], key) == 0)
			return values->values.items[i - 1];
	return NULL;
}

bool argv_is_on(const struct argv_values *values, const char *key)
{
	const char *value = argv_value(values, key);

	return text_equal(value, "on") || text_equal(value, "yes") || text_equal(value, "true") ||
	       text_equal(value, "y");
}

bool argv_is_off(const struct argv_values *values, const char *key)
{
	const char *value = argv_value(values, key);

	return text_equal(value, "off") || text_equal(value, "no") || text_equal(value, "false") ||
	       text_equal(value, "n");
}
