/* SPDX-License-Identifier: MIT */
/* act/qmp_message: QEMU's messages, read strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/qmp_message.h"
#include "base/memory.h"
#include "base/text.h"

static bool read_text(const char *text, struct qmp_message *message)
{
	return qmp_message_read(text, strlen(text), message);
}

static void the_greeting_is_known(void **state)
{
	auto_qmp_message struct qmp_message message = {0};

	(void)state;
	assert_true(read_text("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, "
			      "\"major\": 7}, \"package\": \"Debian 1:7.2\"}, \"capabilities\": "
			      "[\"oob\"]}}\r",
		&message));
	assert_int_equal(message.kind, QMP_GREETING);
}

static void events_have_reasons(void **state)
{
	auto_qmp_message struct qmp_message message = {0};

	(void)state;
	assert_true(read_text("{\"timestamp\": {\"seconds\": 1, \"microseconds\": -2.5e+3}, "
			      "\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": "
			      "\"guest-shutdown\"}}",
		&message));
	assert_int_equal(message.kind, QMP_EVENT);
	assert_string_equal(message.event, "SHUTDOWN");
	assert_string_equal(message.reason, "guest-shutdown");
	assert_true(message.guest);
}

static void the_guest_is_not_guessed(void **state)
{
	auto_qmp_message struct qmp_message message = {0};

	(void)state;
	assert_true(read_text("{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": false}, \"guest\": "
			      "true}",
		&message));
	assert_false(message.guest);
	assert_null(message.reason);
}

static void answers_and_refusals_have_ids(void **state)
{
	auto_qmp_message struct qmp_message answer = {0};
	auto_qmp_message struct qmp_message refusal = {0};

	(void)state;
	assert_true(read_text("{\"return\": {\"status\": \"internal-error\", \"running\": false}, "
			      "\"id\": \"query-status\"}",
		&answer));
	assert_int_equal(answer.kind, QMP_RETURN);
	assert_string_equal(answer.status, "internal-error");
	assert_string_equal(answer.id, "query-status");
	assert_true(read_text("{\"id\": \"screendump\", \"error\": {\"class\": \"GenericError\", "
			      "\"desc\": \"there is \\\"no\\\" \\u0041\\u00e4\\/\"}}",
		&refusal));
	assert_int_equal(refusal.kind, QMP_ERROR);
	assert_string_equal(refusal.description, "there is \"no\" A?/");
}

static void inner_members_are_not_taken_for_outer_ones(void **state)
{
	auto_qmp_message struct qmp_message message = {0};

	(void)state;
	assert_true(read_text("{\"return\": {\"event\": \"SHUTDOWN\", \"error\": 1, \"id\": "
			      "\"x\"}}",
		&message));
	assert_int_equal(message.kind, QMP_RETURN);
	assert_null(message.event);
	assert_null(message.id);
}

static void what_is_not_one_object_is_no_message(void **state)
{
	static const char *const lines[] = {"", "x", "[]", "\"a\"", "{", "{\"a\"}", "{\"a\":}",
		"{\"a\": 1", "{\"a\": 1,}", "{\"a\": 1} 2", "{\"a\": tru}", "{\"a\": \"\\x\"}",
		"{\"a\": \"\\u12g4\"}", "{\"a\": \"b}", "{\"a\": [1 2]}", "{'a': 1}",
		"{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true", "{\"a\": \"\t\"}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		struct qmp_message message;

		if (read_text(lines[i], &message))
			fail_msg("'%s' was taken for a message", lines[i]);
		assert_null(message.event);
	}
}

static void an_event_has_a_name(void **state)
{
	struct qmp_message message;

	(void)state;
	assert_true(read_text("{\"event\": {\"reason\": \"\"}, \"data\": {}}", &message));
	assert_int_equal(message.kind, QMP_OTHER);
	qmp_message_clear(&message);
}

static void depth_and_zeros_are_no_danger(void **state)
{
	auto_text struct text deep = {0};
	struct qmp_message message;

	(void)state;
	text_add(&deep, "{\"a\": ");
	for (int i = 0; i < 100000; i++)
		text_add(&deep, "[");
	assert_false(qmp_message_read(deep.bytes, deep.length, &message));
	assert_false(qmp_message_read("{\"a\": \0}", 8, &message));
	assert_false(qmp_message_read("{\"a\": \"\\\0\"}", 11, &message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_greeting_is_known),
		cmocka_unit_test(events_have_reasons),
		cmocka_unit_test(the_guest_is_not_guessed),
		cmocka_unit_test(answers_and_refusals_have_ids),
		cmocka_unit_test(inner_members_are_not_taken_for_outer_ones),
		cmocka_unit_test(what_is_not_one_object_is_no_message),
		cmocka_unit_test(an_event_has_a_name),
		cmocka_unit_test(depth_and_zeros_are_no_danger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
