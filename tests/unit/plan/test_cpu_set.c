/* SPDX-License-Identifier: MIT */
/* plan/cpu_set: libvirt's way to write sets of numbers. */
#include "plan/cpu_set.h"

#include "made_up.h"

static void a_set_has_its_numbers_and_no_other(void **state)
{
	(void)state;
	assert_true(cpu_set_has("0-3,8", 0));
	assert_true(cpu_set_has("0-3,8", 3));
	assert_true(cpu_set_has("0-3,8", 8));
	assert_false(cpu_set_has("0-3,8", 4));
	assert_false(cpu_set_has("0-3,8", 7));
	assert_false(cpu_set_has("", 0));
}

static void what_comes_later_takes_away(void **state)
{
	(void)state;
	assert_false(cpu_set_has("0-3,^2", 2));
	assert_true(cpu_set_has("0-3, ^2 ,2", 2));
}

static void a_number_beyond_all_is_none(void **state)
{
	(void)state;
	assert_false(cpu_set_has("99999999999999999999", 5));
}

static void ranges_are_as_long_as_can_be(void **state)
{
	struct text option = {0};
	auto_free char *text = NULL;
	auto_error struct error *error = cpu_set_add_ranges("0,1,2,5,^1,7-9", "cpus", &option);

	(void)state;
	assert_null(error);
	text = text_take(&option);
	assert_string_equal(text, "cpus=0,cpus=2,cpus=5,cpus=7-9");
}

static void an_empty_set_is_refused(void **state)
{
	auto_text struct text option = {0};
	auto_error struct error *error = cpu_set_add_ranges("1,^1", "cpus", &option);

	(void)state;
	assert_non_null(error);
	assert_string_equal(error->text, "the set '1,^1' is empty");
}

static void what_is_no_number_ends_the_set(void **state)
{
	(void)state;
	assert_true(cpu_set_has("1,x,2", 1));
	assert_false(cpu_set_has("1,x,2", 2));
	assert_false(cpu_set_has("1-x", 2));
}

static void a_range_ends_with_the_last_number_that_there_is(void **state)
{
	struct text option = {0};
	auto_free char *text = NULL;
	auto_free char *wanted = xasprintf("cpus=%d-%d", CPU_SET_MOST - 2, CPU_SET_MOST - 1);
	auto_free char *set = xasprintf("%d-%d", CPU_SET_MOST - 2, CPU_SET_MOST + 2);
	auto_error struct error *error = cpu_set_add_ranges(set, "cpus", &option);

	(void)state;
	assert_null(error);
	text = text_take(&option);
	assert_string_equal(text, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_has_its_numbers_and_no_other),
		cmocka_unit_test(what_comes_later_takes_away),
		cmocka_unit_test(a_number_beyond_all_is_none),
		cmocka_unit_test(ranges_are_as_long_as_can_be),
		cmocka_unit_test(an_empty_set_is_refused),
		cmocka_unit_test(what_is_no_number_ends_the_set),
		cmocka_unit_test(a_range_ends_with_the_last_number_that_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
