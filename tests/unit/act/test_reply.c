/* SPDX-License-Identifier: MIT */
/* act/reply: what --send means, and that each of its texts is sent once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "act/reply.h"
#include "base/memory.h"

static void sends(const char *text, const char *wanted)
{
	auto_free char *value = xasprintf("login: => %s", text);
	auto_strings struct strings values = {NULL, 0};
	struct replies replies;
	size_t from = 0;

	strings_add(&values, value);
	assert_null(replies_read(&values, &replies));
	assert_string_equal(replies_find(&replies, "login: ", &from), wanted);
	replies_clear(&replies);
}

static void refuses(const char *value, const char *wanted)
{
	auto_strings struct strings values = {NULL, 0};
	struct replies replies;
	auto_error struct error *error = NULL;

	strings_add(&values, value);
	error = replies_read(&values, &replies);
	assert_non_null(error);
	if (!strstr(error->text, wanted))
		fail_msg("wanted '%s', got '%s'", wanted, error->text);
	replies_clear(&replies);
}

static void enter_is_added_unless_it_must_not(void **state)
{
	(void)state;
	sends("root", "root\r");
	sends("", "\r");
	sends("root\\c", "root");
	sends("\\c", "");
}

static void escapes_are_their_characters(void **state)
{
	(void)state;
	sends("a\\r\\n\\t\\e\\\\b\\c", "a\r\n\t\033\\b");
	sends("\\x41\\x7e\\xC3\\xa9\\x0a\\xFf\\c", "A~\xc3\xa9\n\xff");
	sends("a => b\\c", "a => b"); /* the first separator counts */
}

static void what_is_no_escape_is_named(void **state)
{
	static const char *const wrong[][2] = {{"a => \\q", "'\\q' is not known"},
		{"a => \\", "'\\' is not known"}, {"a => \\x", "'\\x' is not known"},
		{"a => \\x4", "'\\x' is not known"}, {"a => \\x4g", "'\\x' is not known"},
		{"a => \\xg4", "'\\x' is not known"}, {"a => \\x00", "'\\x' is not known"},
		{"a => \\cb", "'\\c' is not known"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
		refuses(wrong[i][0], wrong[i][1]);
}

static void both_parts_are_needed(void **state)
{
	(void)state;
	refuses("login:", "has no ' => ' between a regular expression and what is sent");
	refuses("login:=>root", "has no ' => '");
	refuses("( => root", "--send");
}

static void each_is_sent_once_and_in_any_order(void **state)
{
	auto_strings struct strings values = {NULL, 0};
	struct replies replies;
	size_t from = 0;

	(void)state;
	strings_add(&values, "login: => root\\c");
	strings_add(&values, "word: => secret\\c");
	assert_null(replies_read(&values, &replies));
	assert_null(replies_find(&replies, "nothing", &from));
	assert_string_equal(replies_find(&replies, "Password: login: ", &from), "root");
	assert_int_equal(from, strlen("Password: login:"));
	assert_null(replies_find(&replies, "Password: login: ", &from)); /* behind the match */
	from = 0;
	assert_string_equal(replies_find(&replies, "Password: login: ", &from), "secret");
	from = 0;
	assert_null(replies_find(&replies, "Password: login: ", &from));
	replies_clear(&replies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_is_added_unless_it_must_not),
		cmocka_unit_test(escapes_are_their_characters),
		cmocka_unit_test(what_is_no_escape_is_named),
		cmocka_unit_test(both_parts_are_needed),
		cmocka_unit_test(each_is_sent_once_and_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
