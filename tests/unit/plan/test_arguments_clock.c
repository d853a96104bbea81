/* SPDX-License-Identifier: MIT */
/* plan/arguments_clock: dates that are made of the time of the start, which is told here. */
#include "made_up.h"

#define NOW_S 1700000000 /* 2023-11-14T22:13:20 in UTC */

static void assert_clock(struct made_up *made, const char *offset, const char *adjustment,
	const char *basis, const char *wanted)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.clock.offset = made_text(made, offset);
	made->spec.clock.adjustment = adjustment ? made_text(made, adjustment) : NULL;
	made->spec.clock.basis = basis ? made_text(made, basis) : NULL;
	assert_string_equal(argument_of(planned(made), "-rtc"), wanted);
}

static void a_variable_clock_is_the_time_of_the_start(void **state)
{
	struct made_up *made = *state;

	made->options.now_s = NOW_S;
	assert_clock(made, "variable", NULL, NULL, "base=2023-11-14T22:13:20");
	assert_clock(made, "variable", "reset", "utc", "base=2023-11-14T22:13:20");
	assert_clock(made, "variable", "3600", NULL, "base=2023-11-14T23:13:20");
	assert_clock(made, "variable", "-20", "utc", "base=2023-11-14T22:13:00");
}

static void a_local_clock_is_ahead_as_the_host_is(void **state)
{
	struct made_up *made = *state;

	made->options.now_s = NOW_S;
	made->options.local_ahead_s = 7200;
	assert_clock(made, "variable", NULL, "localtime", "base=2023-11-15T00:13:20");
	assert_clock(made, "variable", NULL, "utc", "base=2023-11-14T22:13:20");
	assert_clock(made, "localtime", "60", NULL, "base=2023-11-15T00:14:20");
	assert_clock(made, "localtime", NULL, NULL, "base=localtime");
}

static void a_clock_that_is_adjusted_is_a_date(void **state)
{
	struct made_up *made = *state;

	made->options.now_s = NOW_S;
	assert_clock(made, "utc", "-20", NULL, "base=2023-11-14T22:13:00");
	assert_clock(made, "utc", NULL, NULL, "base=utc");
}

static void no_clock_is_before_1970(void **state)
{
	struct made_up *made = *state;

	made->options.now_s = 10;
	assert_clock(made, "variable", "-9", NULL, "base=1970-01-01T00:00:01");
	assert_clock(made, "variable", "-20", NULL, "base=1970-01-01T00:00:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_variable_clock_is_the_time_of_the_start),
		MADE_UP(a_local_clock_is_ahead_as_the_host_is),
		MADE_UP(a_clock_that_is_adjusted_is_a_date),
		MADE_UP(no_clock_is_before_1970),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
