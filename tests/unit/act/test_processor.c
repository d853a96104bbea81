/* SPDX-License-Identifier: MIT */
/* act/processor: one processor for a moment, and all of them again behind it. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/processor.h"

static cpu_set_t allowed(void)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	return set;
}

static void one_is_kept_and_all_are_given_back(void **state)
{
	cpu_set_t before = allowed(), kept, after;
	struct processor_stay stay;

	(void)state;
	processor_keep(&stay);
	kept = allowed();
	assert_null(processor_let_go(&stay));
	after = allowed();
	assert_int_equal(stay.kept, CPU_COUNT(&before) > 1);
	assert_int_equal(CPU_COUNT(&kept), 1);
	assert_true(CPU_EQUAL(&before, &after));
}

/* Who was restricted before is so again, though all processors were asked for. */
static void a_restriction_is_given_back(void **state)
{
	cpu_set_t before = allowed(), after;
	struct processor_stay stay = {.kept = true};

	(void)state;
	CPU_ZERO(&stay.before);
	CPU_SET((size_t)sched_getcpu(), &stay.before);
	assert_int_equal(sched_setaffinity(0, sizeof(stay.before), &stay.before), 0);
	assert_null(processor_let_go(&stay));
	after = allowed();
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_true(CPU_EQUAL(&stay.before, &after));
}

/* As with taskset(1): nothing to keep, and nothing is widened. */
static void on_one_processor_nothing_changes(void **state)
{
	cpu_set_t before = allowed(), after, one;
	struct processor_stay stay;

	(void)state;
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	processor_keep(&stay);
	assert_null(processor_let_go(&stay));
	after = allowed();
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_false(stay.kept);
	assert_true(CPU_EQUAL(&one, &after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_kept_and_all_are_given_back),
		cmocka_unit_test(a_restriction_is_given_back),
		cmocka_unit_test(on_one_processor_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
