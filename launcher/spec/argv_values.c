/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "spec/argv_reader.h"

/* Up to the next comma and behind it; a doubled one is one that belongs to the value. */
static const char *take_value(const char *text, char **ret_value)
{
	struct text value = {0};

	while (*text && (*text != ',' || text[1] == ',')) {
		if (*text == ',')
			text++;
		text_add_bytes(&value, text, 1);
		text++;
	}
	*ret_value = text_take(&value);
	return *text ? text + 1 : text;
}

/* QEMU's old spelling: "server" for server=on, "nowait" for wait=off. */
static void add_flag(struct argv_values *values, const char *text, size_t length)
{
	char *key = xstrndup(text, length);
	bool negated = text_starts_with(key, "no") && key[2] != '\0';

	strings_add_owned(&values->keys, key);
	strings_add(&values->values, "on");
	if (negated) {
		strings_add(&values->keys, key + 2);
		strings_add(&values->values, "off");
	}
}

/* One part, as get_opt_name_value of QEMU's util/qemu-option.c: commas in a key end it, and "=" in
 * a value is the value's. */
static const char *take_part(const char *text, const char *implied, struct argv_values *values)
{
	size_t length = strcspn(text, "=,");
	char *value;

	if (text[length] != '=' && !implied) {
		add_flag(values, text, length);
		return text[length] ? text + length + 1 : text + length;
	}
	if (text[length] == '=') {
		strings_add_owned(&values->keys, xstrndup(text, length));
		text += length + 1;
	} else {
		strings_add(&values->keys, implied);
	}
	text = take_value(text, &value);
	strings_add_owned(&values->values, value);
	return text;
}

bool argv_values_read(const char *text, const char *implied, struct argv_values *ret_values)
{
	*ret_values = (struct argv_values){0};
	if (text[0] == '{')
		return argv_json_read(text, ret_values);
	for (; *text; implied = NULL)
		text = take_part(text, implied, ret_values);
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
