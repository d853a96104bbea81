/* SPDX-License-Identifier: MIT */
/* base/number: the whole text or an error, never a wrapped number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/number.h"

static uint64_t parsed(const char *text)
{
	uint64_t number = 77;

	assert_null(number_parse(text, 0, UINT64_MAX, &number));
	return number;
}

static void assert_refused(const char *text, uint64_t least, uint64_t most, const char *words)
{
	uint64_t number = 77;
	auto_error struct error *error = number_parse(text, least, most, &number);

	assert_non_null(error);
	assert_string_equal(error->text, words);
	assert_int_equal(number, 77);
}

static void decimal_numbers_are_read(void **state)
{
	(void)state;
	assert_int_equal(parsed("0"), 0);
	assert_int_equal(parsed("42"), 42);
	assert_true(parsed("18446744073709551615") == UINT64_MAX);
}

static void white_space_around_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(parsed(" \t\r\n42 \t\r\n"), 42);
}

static void a_leading_zero_is_no_octal_number(void **state)
{
	(void)state;
	assert_int_equal(parsed("010"), 10);
}

static void what_is_no_number_is_an_error(void **state)
{
	static const char *const texts[] = {
		"", " ", "x", "1x", "1 2", "1.5", "0x10", "-1", "+1", " -1", "1e3", "\v1", "٣"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_free char *words = xasprintf("'%s' is not a number", texts[i]);

		assert_refused(texts[i], 0, UINT64_MAX, words);
	}
}

static void the_range_is_inclusive(void **state)
{
	uint64_t number = 0;

	(void)state;
	assert_null(number_parse("2", 2, 4, &number));
	assert_int_equal(number, 2);
	assert_null(number_parse("4", 2, 4, &number));
	assert_int_equal(number, 4);
	assert_refused("1", 2, 4, "'1' is not between 2 and 4");
	assert_refused("5", 2, 4, "'5' is not between 2 and 4");
}

static void numbers_do_not_wrap(void **state)
{
	(void)state;
	assert_refused("18446744073709551616", 0, UINT64_MAX,
		"'18446744073709551616' is not between 0 and 18446744073709551615");
	assert_refused("99999999999999999999999999", 0, UINT64_MAX,
		"'99999999999999999999999999' is not between 0 and 18446744073709551615");
}

static uint64_t parsed_any_base(const char *text)
{
	uint64_t number = 77;

	assert_null(number_parse_any_base(text, 0, UINT64_MAX, &number));
	return number;
}

static void hexadecimal_numbers_are_read_where_allowed(void **state)
{
	(void)state;
	assert_int_equal(parsed_any_base("0x10"), 16);
	assert_int_equal(parsed_any_base(" 0XfF "), 255);
	assert_int_equal(parsed_any_base("10"), 10);
	assert_int_equal(parsed_any_base("010"), 10);
	assert_true(parsed_any_base("0xffffffffffffffff") == UINT64_MAX);
}

static void hexadecimal_numbers_must_be_whole(void **state)
{
	static const char *const texts[] = {"0x", "0xg", "0x1g", "x10", "-0x1", "0x 1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		uint64_t number = 77;
		auto_error struct error *error =
			number_parse_any_base(texts[i], 0, UINT64_MAX, &number);

		assert_non_null(error);
		assert_int_equal(number, 77);
	}
}

static void hexadecimal_numbers_do_not_wrap(void **state)
{
	uint64_t number = 77;
	auto_error struct error *error =
		number_parse_any_base("0x10000000000000000", 0, UINT64_MAX, &number);

	(void)state;
	assert_non_null(error);
	assert_int_equal(number, 77);
}

struct unit_wanted {
	const char *name;
	uint64_t bytes;
};

/* libvirt's table, with its traps: KB is a thousand, k and K are 1024 */
static const struct unit_wanted units[] = {
	{"b", 1},
	{"byte", 1},
	{"bytes", 1},
	{"KB", 1000},
	{"k", 1024},
	{"K", 1024},
	{"KiB", 1024},
	{"MB", 1000000},
	{"M", 1048576},
	{"MiB", 1048576},
	{"GB", 1000000000},
	{"G", 1073741824},
	{"GiB", 1073741824},
	{"TB", 1000000000000},
	{"T", 1099511627776},
	{"TiB", 1099511627776},
	{"PB", 1000000000000000},
	{"P", 1125899906842624},
	{"PiB", 1125899906842624},
	{"EB", 1000000000000000000},
	{"E", 1152921504606846976},
	{"EiB", 1152921504606846976},
	{"gIb", 1073741824},
};

static void units_are_libvirts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
		uint64_t bytes = 0;

		assert_true(unit_bytes(units[i].name, &bytes));
		assert_true(bytes == units[i].bytes);
	}
}

static void other_units_are_unknown(void **state)
{
	static const char *const names[] = {"", "KiBi", "Z", "ZiB", "kibibytes", " k", "k "};
	uint64_t bytes = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		assert_false(unit_bytes(names[i], &bytes));
	assert_int_equal(bytes, 77);
}

static void sizes_multiply(void **state)
{
	uint64_t bytes = 0;

	(void)state;
	assert_null(size_multiply(3, 1024, &bytes));
	assert_int_equal(bytes, 3072);
	assert_null(size_multiply(UINT64_MAX, 1, &bytes));
	assert_true(bytes == UINT64_MAX);
	assert_null(size_multiply(0, UINT64_MAX, &bytes));
	assert_int_equal(bytes, 0);
}

static void sizes_do_not_wrap(void **state)
{
	uint64_t bytes = 77;
	auto_error struct error *error = size_multiply(16, UINT64_C(1) << 60, &bytes);

	(void)state;
	assert_non_null(error);
	assert_string_equal(
		error->text, "16 × 1152921504606846976 bytes is more than 64 bits hold");
	assert_int_equal(bytes, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_numbers_are_read),
		cmocka_unit_test(white_space_around_is_allowed),
		cmocka_unit_test(a_leading_zero_is_no_octal_number),
		cmocka_unit_test(what_is_no_number_is_an_error),
		cmocka_unit_test(the_range_is_inclusive),
		cmocka_unit_test(numbers_do_not_wrap),
		cmocka_unit_test(hexadecimal_numbers_are_read_where_allowed),
		cmocka_unit_test(hexadecimal_numbers_must_be_whole),
		cmocka_unit_test(hexadecimal_numbers_do_not_wrap),
		cmocka_unit_test(units_are_libvirts),
		cmocka_unit_test(other_units_are_unknown),
		cmocka_unit_test(sizes_multiply),
		cmocka_unit_test(sizes_do_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
