/* SPDX-License-Identifier: MIT */
/* base/error: a text that is complete when it is printed, and what goes with it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"

static void a_refusal_has_its_words_and_nothing_else(void **state)
{
	auto_error struct error *error = error_new("no %s for '%s'", "firmware", "vm");

	(void)state;
	assert_string_equal(error->text, "no firmware for 'vm'");
	assert_null(error->file);
	assert_int_equal(error->line, 0);
	assert_int_equal(error->number, 0);
	assert_int_equal(error->status, 125);
}

static void a_place_stands_before_the_words(void **state)
{
	auto_error struct error *error = error_at("vm.xml", 7, "unknown element '%s'", "tpm");

	(void)state;
	assert_string_equal(error->text, "vm.xml:7: unknown element 'tpm'");
	assert_string_equal(error->file, "vm.xml");
	assert_int_equal(error->line, 7);
	assert_int_equal(error->number, 0);
	assert_int_equal(error->status, ERROR_STATUS_REFUSED);
}

static void a_file_without_a_line_has_no_number(void **state)
{
	auto_error struct error *error = error_at("vm.xml", 0, "cut off");

	(void)state;
	assert_string_equal(error->text, "vm.xml: cut off");
	assert_string_equal(error->file, "vm.xml");
	assert_int_equal(error->line, 0);
}

static void the_file_name_is_a_copy(void **state)
{
	auto_free char *name = xstrdup("vm.xml");
	auto_error struct error *error = error_at(name, 1, "x");

	(void)state;
	name[0] = '?';
	assert_string_equal(error->file, "vm.xml");
}

static void a_system_error_ends_with_what_the_system_says(void **state)
{
	auto_error struct error *error = error_system(ENOENT, "cannot open '%s'", "/x");
	auto_free char *wanted = xasprintf("cannot open '/x': %s", strerror(ENOENT));

	(void)state;
	assert_string_equal(error->text, wanted);
	assert_int_equal(error->number, ENOENT);
	assert_null(error->file);
	assert_int_equal(error->status, ERROR_STATUS_REFUSED);
}

static void percent_signs_in_values_stay(void **state)
{
	auto_error struct error *error = error_at("50%s.xml", 1, "%s", "100%n");

	(void)state;
	error = error_while(error, "%s", "%d");
	error = error_hint(error, "%s", "%x");
	assert_string_equal(error->text, "%d: 50%s.xml:1: 100%n; %x");
}

static void the_status_can_be_another(void **state)
{
	auto_error struct error *error =
		error_with_status(error_new("'%s' is not there", "qemu"), ERROR_STATUS_NOT_FOUND);

	(void)state;
	assert_int_equal(error->status, 127);
	error = error_with_status(error, ERROR_STATUS_CANNOT_EXECUTE);
	assert_int_equal(error->status, 126);
	assert_string_equal(error->text, "'qemu' is not there");
}

static void what_was_being_done_comes_first(void **state)
{
	auto_error struct error *error = error_system(EACCES, "cannot open '/x'");
	auto_free char *wanted =
		xasprintf("vm: reading '/y': cannot open '/x': %s", strerror(EACCES));

	(void)state;
	error = error_while(error, "reading '%s'", "/y");
	error = error_while(error, "vm");
	assert_string_equal(error->text, wanted);
	assert_int_equal(error->number, EACCES);
}

static void the_way_out_comes_last(void **state)
{
	auto_error struct error *error = error_at("vm.xml", 3, "no firmware");

	(void)state;
	error = error_hint(error, "install '%s'", "ovmf");
	assert_string_equal(error->text, "vm.xml:3: no firmware; install 'ovmf'");
	assert_int_equal(error->line, 3);
	assert_string_equal(error->file, "vm.xml");
}

static void no_error_stays_no_error(void **state)
{
	(void)state;
	assert_null(error_while(NULL, "reading"));
	assert_null(error_hint(NULL, "look"));
	assert_null(error_with_status(NULL, ERROR_STATUS_NOT_FOUND));
	error_free(NULL);
}

static void a_freed_variable_holds_nothing(void **state)
{
	struct error *error = error_at("vm.xml", 1, "x");

	(void)state;
	error_free_pointer(&error);
	assert_null(error);
	error_free_pointer(&error);
}

static struct error *counted(int *calls, struct error *error)
{
	(*calls)++;
	return error;
}

static struct error *two_steps(int *calls, struct error *first)
{
	TRY(counted(calls, first));
	TRY(counted(calls, NULL));
	return NULL;
}

static void try_stops_at_an_error_and_hands_it_on(void **state)
{
	struct error *first = error_new("first");
	auto_error struct error *got = NULL;
	int calls = 0;

	(void)state;
	got = two_steps(&calls, first);
	assert_ptr_equal(got, first);
	assert_int_equal(calls, 1);
}

static void try_goes_on_without_one(void **state)
{
	int calls = 0;

	(void)state;
	assert_null(two_steps(&calls, NULL));
	assert_int_equal(calls, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_has_its_words_and_nothing_else),
		cmocka_unit_test(a_place_stands_before_the_words),
		cmocka_unit_test(a_file_without_a_line_has_no_number),
		cmocka_unit_test(the_file_name_is_a_copy),
		cmocka_unit_test(a_system_error_ends_with_what_the_system_says),
		cmocka_unit_test(percent_signs_in_values_stay),
		cmocka_unit_test(the_status_can_be_another),
		cmocka_unit_test(what_was_being_done_comes_first),
		cmocka_unit_test(the_way_out_comes_last),
		cmocka_unit_test(no_error_stays_no_error),
		cmocka_unit_test(a_freed_variable_holds_nothing),
		cmocka_unit_test(try_stops_at_an_error_and_hands_it_on),
		cmocka_unit_test(try_goes_on_without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
