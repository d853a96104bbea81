/* SPDX-License-Identifier: MIT */
/*
 * Escaping, there and back: the input's lines as values of QEMU options, words of a shell, strings
 * of JSON. Promised: what comes back is what went in, and nothing beside it.
 */
#include <json-c/json.h>

#include "act/utf8.h"
#include "base/qopt.h"
#include "base/words.h"
#include "fuzz/fuzz.h"
#include "plan/json.h"
#include "spec/argv_reader.h"

static void through_an_option(const struct strings *values)
{
	auto_text struct text option = {0};
	auto_argv_values struct argv_values read = {0};

	qopt_word(&option, "device");
	for (size_t i = 0; i < values->count; i++)
		qopt_add(&option, i % 2 ? "key" : "file", values->items[i]);
	PROMISE(argv_values_read(option.bytes, "driver", &read));
	PROMISE(read.keys.count == values->count + 1);
	PROMISE(strcmp(read.keys.items[0], "driver") == 0);
	PROMISE(strcmp(read.values.items[0], "device") == 0);
	for (size_t i = 0; i < values->count; i++) {
		PROMISE(strcmp(read.keys.items[i + 1], i % 2 ? "key" : "file") == 0);
		PROMISE(strcmp(read.values.items[i + 1], values->items[i]) == 0);
	}
}

static void through_a_shell(const struct strings *values)
{
	auto_text struct text line = {0};
	auto_strings struct strings words = {0};

	for (size_t i = 0; i < values->count; i++) {
		auto_free char *quoted = text_shell_quoted(values->items[i]);

		text_addf(&line, "%s%s", i ? " " : "", quoted);
	}
	PROMISE(!words_split(line.bytes, &words));
	PROMISE(words.count == values->count);
	for (size_t i = 0; i < words.count; i++)
		PROMISE(strcmp(words.items[i], values->items[i]) == 0);
}

/* What slipway writes into JSON comes from XML or from its own options, and is UTF-8 there. */
static bool is_utf8(const char *text)
{
	struct utf8 utf8 = {0};

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if ((byte >= 0x80 || utf8_is_inside(&utf8)) && utf8_take(&utf8, byte).bad)
			return false;
	}
	return !utf8_is_inside(&utf8);
}

static void through_json(const char *value)
{
	struct json_object *written = json_new();
	struct json_object *read;
	struct json_object *member = NULL;
	auto_free char *text = NULL;

	json_add_text(written, "driver", "file");
	json_add_text(written, "filename", value);
	json_add_bool(written, "read-only", true);
	text = json_take(written);
	PROMISE(!strchr(text, '\n'));
	read = json_tokener_parse(text);
	PROMISE(read && json_object_object_length(read) == 3);
	PROMISE(json_object_object_get_ex(read, "filename", &member));
	PROMISE(strcmp(json_object_get_string(member), value) == 0);
	json_object_put(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_free char *text = input_text(bytes, size);
	const char *rest = text;
	auto_strings struct strings values = {0};
	auto_strings struct strings words = {0};
	auto_error struct error *error = words_split(text, &words);
	char *line;

	PROMISE(!error || words.count == 0);
	while ((line = take_line(&rest)))
		strings_add_owned(&values, line);
	if (values.count == 0)
		return 0;
	through_an_option(&values);
	through_a_shell(&values);
	if (words.count > 0)
		through_a_shell(&words);
	for (size_t i = 0; i < values.count; i++)
		if (is_utf8(values.items[i]))
			through_json(values.items[i]);
	return 0;
}
