/* SPDX-License-Identifier: MIT */
/* act/tail: the last lines that are not blank. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/tail.h"
#include "base/memory.h"

static void blank_lines_are_left_out(void **state)
{
	auto_tail struct tail tail = {0};
	auto_strings struct strings lines = {0};

	(void)state;
	assert_null(tail_last(&tail));
	tail_add(&tail, "one");
	tail_add(&tail, "");
	tail_add(&tail, " \t ");
	assert_string_equal(tail_last(&tail), "one");
	tail_copy(&tail, &lines);
	assert_int_equal(lines.count, 1);
}

static void only_the_last_are_kept_oldest_first(void **state)
{
	auto_tail struct tail tail = {0};
	auto_strings struct strings lines = {0};
	auto_free char *first = xasprintf("line %d", 1000 - TAIL_LINES);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		auto_free char *line = xasprintf("line %d", i);

		tail_add(&tail, line);
	}
	tail_copy(&tail, &lines);
	assert_int_equal(lines.count, TAIL_LINES);
	assert_string_equal(lines.items[0], first);
	assert_string_equal(lines.items[TAIL_LINES - 1], "line 999");
	assert_string_equal(tail_last(&tail), "line 999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blank_lines_are_left_out),
		cmocka_unit_test(only_the_last_are_kept_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
