/* SPDX-License-Identifier: MIT */
/* test_result, junit: a result goes from one process to another, and into a file, unharmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "junit.h"
#include "support/tempdir.h"
#include "test_result.h"

static void fill(struct test_result *result)
{
	result->spec = xstrdup("a \"b\" <&>.xml");
	result->name = xstrdup("vm");
	result->status = 124;
	result->words = xstrdup("timeout after 1 s; last console line: \"<&>\"");
	result->duration_ms = 1234;
	strings_add(&result->tail, "]]> \303\244");
	strings_add(&result->tail, "");
	strings_add(&result->notes, "note");
	result->firmware_tail = true;
	result->console_bytes = UINT64_MAX;
	result->expected = 3;
	result->seen = 2;
	result->resets = 1;
	result->screenshot = xstrdup("/a.png");
}

static void a_result_is_read_as_it_was_written(void **state)
{
	auto_test_result struct test_result from = {0}, to = {0};
	auto_text struct text bytes = {0};

	(void)state;
	fill(&from);
	test_result_write(&from, &bytes);
	assert_null(test_result_read(bytes.bytes, bytes.length, &to));
	assert_string_equal(to.spec, from.spec);
	assert_string_equal(to.words, from.words);
	assert_int_equal(to.status, 124);
	assert_int_equal(to.tail.count, 2);
	assert_string_equal(to.tail.items[0], from.tail.items[0]);
	assert_string_equal(to.notes.items[0], "note");
	assert_true(to.firmware_tail);
	assert_false(to.ready);
	assert_true(to.console_bytes == UINT64_MAX);
	assert_int_equal(to.expected * 100 + to.seen * 10 + to.resets, 321);
	assert_null(to.console_log);
	assert_string_equal(to.screenshot, "/a.png");
}

static void half_a_result_is_none(void **state)
{
	auto_test_result struct test_result from = {0};
	auto_text struct text bytes = {0};

	(void)state;
	fill(&from);
	test_result_write(&from, &bytes);
	for (size_t length = 0; length < bytes.length; length++) {
		auto_test_result struct test_result to = {0};
		auto_error struct error *error = test_result_read(bytes.bytes, length, &to);

		assert_non_null(error);
		assert_null(to.spec);
	}
}

static void outcomes_are_told_by_status(void **state)
{
	static const struct {
		int status;
		const char *outcome;
	} outcomes[] = {{0, "passed"}, {1, "failed"}, {124, "failed"}, {125, "error"},
		{126, "error"}, {127, "error"}, {137, "failed"}, {159, "failed"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++) {
		const struct test_result result = {.status = outcomes[i].status};

		assert_string_equal(test_result_outcome(&result), outcomes[i].outcome);
	}
}

static void junit_escapes_and_counts(void **state)
{
	static const char *const wanted[] = {"<testsuites name=\"slipway\" tests=\"2\" "
					     "failures=\"1\" errors=\"0\" time=\"2.000\">",
		"classname=\"a &quot;b&quot; &lt;&amp;&gt;.xml\" time=\"1.234\"",
		"<failure message=\"timeout after 1 s; last console line: "
		"&quot;&lt;&amp;&gt;&quot;\" "
		"type=\"timeout\">",
		"]]&gt; \303\244\n"};
	char *folder = tempdir_make();
	auto_free char *path = xasprintf("%s/junit.xml", folder);
	auto_free char *bytes = NULL;
	struct test_result items[2] = {{0}, {.spec = (char *)"s", .name = (char *)"n"}};
	const struct test_results results = {items, 2};
	struct stat status;
	size_t size = 0;

	(void)state;
	fill(&items[0]);
	assert_null(junit_write(path, &results, 2000));
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_null(file_read(fd, path, 65536, &bytes, &size));
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		if (!strstr(bytes, wanted[i]))
			fail_msg("'%s' is not in:\n%s", wanted[i], bytes);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	test_result_clear(&items[0]);
	tempdir_remove(folder);
}

static void a_report_that_cannot_be_written_is_an_error(void **state)
{
	const struct test_results none = {0};
	auto_error struct error *error = junit_write("/nonexistent/junit.xml", &none, 0);

	(void)state;
	assert_non_null(error);
	assert_non_null(strstr(error->text, "--junit: cannot write '/nonexistent/junit.xml'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_read_as_it_was_written),
		cmocka_unit_test(half_a_result_is_none),
		cmocka_unit_test(outcomes_are_told_by_status),
		cmocka_unit_test(junit_escapes_and_counts),
		cmocka_unit_test(a_report_that_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
