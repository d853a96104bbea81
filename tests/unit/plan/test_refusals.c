/* SPDX-License-Identifier: MIT */
/* plan/refusals: all places at once, in the order of their lines. */
#include "plan/refusals.h"

#include "made_up.h"

static void nothing_refused_is_no_error(void **state)
{
	auto_refusals struct refusals refusals = {.path = "vm.xml"};

	(void)state;
	assert_null(refusals_error(&refusals));
}

static void all_places_are_named_in_the_order_of_lines(void **state)
{
	auto_refusals struct refusals refusals = {.path = "vm.xml"};
	auto_error struct error *error = NULL;

	(void)state;
	refuse(&refusals, 9, "third");
	refuse(&refusals, 4, "first %d", 1);
	refuse_part(&refusals, 4, "second");
	error = refusals_error(&refusals);
	assert_string_equal(error->text, "vm.xml:4: first 1\nvm.xml:4: second\nvm.xml:9: third");
	assert_int_equal(error->line, 4);
	assert_string_equal(error->file, "vm.xml");
}

static void lenient_reading_warns_of_parts_and_of_nothing_else(void **state)
{
	auto_strings struct strings warnings = {0};
	auto_refusals struct refusals refusals = {
		.path = "vm.xml", .lenient = true, .warnings = &warnings};
	auto_error struct error *error = NULL;

	(void)state;
	refuse_part(&refusals, 7, "a part");
	assert_null(refusals_error(&refusals));
	assert_int_equal(warnings.count, 1);
	assert_string_equal(warnings.items[0], "vm.xml:7: a part");
	refuse(&refusals, 8, "a contradiction");
	error = refusals_error(&refusals);
	assert_non_null(error);
}

static void an_error_is_taken_and_none_is_nothing(void **state)
{
	auto_refusals struct refusals refusals = {.path = "vm.xml"};

	(void)state;
	refuse_error(&refusals, 3, NULL);
	assert_int_equal(refusals.count, 0);
	refuse_error(&refusals, 3, error_new("what"));
	assert_int_equal(refusals.count, 1);
	assert_string_equal(refusals.items[0].what, "what");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_refused_is_no_error),
		cmocka_unit_test(all_places_are_named_in_the_order_of_lines),
		cmocka_unit_test(lenient_reading_warns_of_parts_and_of_nothing_else),
		cmocka_unit_test(an_error_is_taken_and_none_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
