/* SPDX-License-Identifier: MIT */
/* test_request: times and numbers of slipway test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "options.h"
#include "test_request.h"

static void times_have_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t milliseconds;
	} times[] = {{"90", 90000}, {"90s", 90000}, {"2m", 120000}, {"1h", 3600000},
		{"1h30m", 5400000}, {"1m30s500ms", 90500}, {"500ms", 500}, {"366h", 1317600000}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(times); i++) {
		uint64_t milliseconds = 0;

		assert_null(test_duration_read("--timeout", times[i].text, &milliseconds));
		assert_int_equal(milliseconds, times[i].milliseconds);
	}
}

static void what_is_no_time_is_refused_by_option(void **state)
{
	static const char *const times[] = {"", "0", "0s", "s", "-1", "1.5s", "2 m", "2x", "1d",
		"99999999999999999999", "9000h", "1h9000h", "2m30", "18446744073709551615ms"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(times); i++) {
		uint64_t milliseconds = 7;
		auto_error struct error *error =
			test_duration_read("--silence", times[i], &milliseconds);

		if (!error)
			fail_msg("'%s' was taken for a time", times[i]);
		assert_non_null(strstr(error->text, "--silence='"));
		assert_int_equal(milliseconds, 7);
	}
}

static void defaults_are_what_the_manual_says(void **state)
{
	const struct options options = {0};
	struct test_request request = {0};

	(void)state;
	assert_null(test_request_read(&options, &request));
	assert_int_equal(request.timeout_ms, 0);
	assert_int_equal(request.silence_ms, 0);
	assert_int_equal(request.reboots, 0);
	assert_int_equal(request.success_exit, -1);
	assert_int_equal(request.jobs, 1);
}

static void numbers_have_limits(void **state)
{
	const struct options most = {.success_exit = "255", .test = {.jobs = "1024"}};
	const struct options bad[] = {{.success_exit = "256"}, {.success_exit = "-1"},
		{.test = {.jobs = "0"}}, {.test = {.reboots = "many"}}};
	struct test_request request = {0};

	(void)state;
	assert_null(test_request_read(&most, &request));
	assert_int_equal(request.success_exit, 255);
	assert_int_equal(request.jobs, 1024);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		auto_error struct error *error = test_request_read(&bad[i], &request);

		assert_non_null(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_units),
		cmocka_unit_test(what_is_no_time_is_refused_by_option),
		cmocka_unit_test(defaults_are_what_the_manual_says),
		cmocka_unit_test(numbers_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
