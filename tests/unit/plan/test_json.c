/* SPDX-License-Identifier: MIT */
/* plan/json: whatever stands in a text, QEMU's JSON parser reads the same text back. */
#include "plan/json.h"

#include <json-c/json.h>
#include <string.h>

#include "made_up.h"

static void objects_are_one_line_in_the_order_of_adding(void **state)
{
	struct json_object *object = json_new();
	struct json_object *child = json_new();
	auto_free char *text = NULL;

	(void)state;
	json_add_text(object, "b", "x");
	json_add_bool(object, "a", true);
	json_add_bool(object, "c", false);
	json_add_number(object, "n", -5);
	json_add_null(object, "none");
	json_add_text(child, "type", "inet");
	json_add_object(object, "server", child);
	text = json_take(object);
	assert_string_equal(text, "{\"b\":\"x\",\"a\":true,\"c\":false,\"n\":-5,\"none\":null,"
				  "\"server\":{\"type\":\"inet\"}}");
}

static void an_empty_object_is_an_object(void **state)
{
	auto_free char *text = json_take(json_new());

	(void)state;
	assert_string_equal(text, "{}");
}

static void slashes_stay_readable(void **state)
{
	struct json_object *object = json_new();
	auto_free char *text = NULL;

	(void)state;
	json_add_text(object, "filename", "/usr/share/OVMF/OVMF_CODE_4M.fd");
	text = json_take(object);
	assert_string_equal(text, "{\"filename\":\"/usr/share/OVMF/OVMF_CODE_4M.fd\"}");
}

static void quotes_backslashes_and_control_characters_are_escaped(void **state)
{
	struct json_object *object = json_new();
	auto_free char *text = NULL;

	(void)state;
	json_add_text(object, "filename", "a\"b\\c\nd\te\x01");
	text = json_take(object);
	assert_string_equal(text, "{\"filename\":\"a\\\"b\\\\c\\nd\\te\\u0001\"}");
}

/* No text closes its quotes: a second member is never read. */
static void a_text_reads_back_as_itself(void **state)
{
	static const char *const texts[] = {"", "\"", "\\", "\\\"", "\",\"x\":\"", "%s%n", ",",
		"-x", "{}", "a\nb\r\tc", "ü€𝄞", "'"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct json_object *object = json_new();
		struct json_object *read;
		auto_free char *text = NULL;

		json_add_text(object, "filename", texts[i]);
		text = json_take(object);
		assert_null(strchr(text, '\n'));
		read = json_tokener_parse(text);
		assert_non_null(read);
		assert_int_equal(json_object_object_length(read), 1);
		assert_string_equal(
			json_object_get_string(json_object_object_get(read, "filename")), texts[i]);
		json_object_put(read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_one_line_in_the_order_of_adding),
		cmocka_unit_test(an_empty_object_is_an_object),
		cmocka_unit_test(slashes_stay_readable),
		cmocka_unit_test(quotes_backslashes_and_control_characters_are_escaped),
		cmocka_unit_test(a_text_reads_back_as_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
