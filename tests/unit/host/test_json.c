/* SPDX-License-Identifier: MIT */
/* JSON that a descriptor may not be: each is refused with its place. */
#include "stage.h"

#include "host/json.h"

static void expect_error(const char *bytes, size_t size, const char *wanted)
{
	struct json_object *value = NULL;
	auto_error struct error *error = json_parse("f", bytes, size, &value);

	if (!error)
		json_object_put(value);
	assert_non_null(error);
	if (!strstr(error->text, wanted))
		print_message("got: %s\n", error->text);
	assert_non_null(strstr(error->text, wanted));
}

static void expect_text_error(const char *text, const char *wanted)
{
	expect_error(text, strlen(text), wanted);
}

static void expect_good(const char *text)
{
	struct json_object *value = NULL;
	auto_error struct error *error = json_parse("f", text, strlen(text), &value);

	if (error)
		print_message("got: %s\n", error->text);
	assert_null(error);
	json_object_put(value);
}

static void strict_json_is_read(void **state)
{
	(void)state;
	expect_good("{\"a\": [1, 2.5, true, null, \"x\\\"\\\\:\"], \"b:\": {}}\n\n");
	expect_good(" [] ");
	expect_good("{\"\\u00e4\": \"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"}");
}

static void what_is_no_strict_json_is_refused(void **state)
{
	(void)state;
	expect_text_error("", "not JSON: it ends too early");
	expect_text_error("{\"a\": 1,\n \"b\": [", "f:2: not JSON: it ends too early");
	expect_text_error("{\"a\": 1,}", "f:1: not JSON");
	expect_text_error("{\"a\": 1}\n// done", "text behind the JSON value");
	expect_text_error("/* comment */ {}", "not JSON");
	expect_text_error("{'a': 1}", "not JSON");
	expect_text_error("{a: 1}", "not JSON");
	expect_text_error("{\"a\": 'x:y'}", "f:1: not JSON");
	expect_text_error("{\"a\":\n NaN}", "f:2: not JSON");
	expect_text_error("{\"a\": \"x\ny\"}", "f:1: not JSON");
	expect_text_error("{} {}", "f:1: text behind the JSON value");
	expect_text_error("\xef\xbb\xbf{}", "not JSON");
}

static void nesting_has_a_limit(void **state)
{
	enum { DEPTH = 100000 };
	char *text = xcalloc(DEPTH + 1, 1);

	(void)state;
	memset(text, '[', DEPTH);
	expect_text_error(text, "not JSON: nesting too deep");
	free(text);
	expect_good("[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]");
}

static void nuls_are_refused(void **state)
{
	static const char inside[] = "{\"a\":\n \"x\0y\"}";
	static const char behind[] = "{}\0";

	(void)state;
	expect_error(inside, sizeof(inside) - 1, "f:2: holds a NUL");
	expect_error(behind, sizeof(behind) - 1, "f:1: holds a NUL");
}

static void what_is_no_utf8_is_refused(void **state)
{
	static const char *const broken[] = {
		"\"\x80\"",             /* continuation alone */
		"\"\xc3\"",             /* cut off by the quote */
		"\"\xc0\xaf\"",         /* longer form than needed */
		"\"\xe0\x80\xaf\"",     /* the same in three bytes */
		"\"\xf0\x80\x80\xaf\"", /* and in four */
		"\"\xed\xa0\x80\"",     /* half a surrogate pair */
		"\"\xf4\x90\x80\x80\"", /* beyond U+10FFFF */
		"\"\xff\"",             /* never */
		"\"\xe2\x82x\"",        /* cut off by another character */
		"\"\xe2\x82\xc0\"",     /* by the beginning of another */
		"\"\xf0\x9f\x98x\"",    /* the same in its fourth byte */
		"\"a\xe2\x82",          /* cut off by the end */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(broken); i++)
		expect_text_error(broken[i], "f:1: not UTF-8");
	expect_error("\"\xe2\x82\xac", 3, "f:1: not UTF-8"); /* the size counts, not the NUL */
}

static void two_members_of_one_name_are_refused(void **state)
{
	(void)state;
	expect_text_error("{\"a\": 1, \"a\": 2}", "two members of the same name");
	expect_text_error("{\"a\": 1, \"\\u0061\": 2}", "two members of the same name");
	expect_text_error("[{\"x\": {\"y\": [{\"b\": 1, \"b\": 1}]}}]", "two members");
	expect_text_error("{\"a\": {\"c\": 1, \"d\": 2}, \"a\": {}}", "two members");
	expect_good("{\"a\": {\"a\": {\"a\": \"::\"}}, \"b\": \"\\\":\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_json_is_read),
		cmocka_unit_test(what_is_no_strict_json_is_refused),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(nuls_are_refused),
		cmocka_unit_test(what_is_no_utf8_is_refused),
		cmocka_unit_test(two_members_of_one_name_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
