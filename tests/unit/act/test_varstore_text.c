/* SPDX-License-Identifier: MIT */
/* act/varstore_text: bytes of a store as text that is fit to print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/varstore_text.h"
#include "base/memory.h"

static void assert_name(const char *utf16, size_t size_bytes, const char *wanted)
{
	auto_free char *name = name_text((const unsigned char *)utf16, size_bytes);

	assert_string_equal(name, wanted);
}

static void numbers_are_little_endian(void **state)
{
	static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};

	(void)state;
	assert_int_equal(little_endian(bytes, 1), 1);
	assert_int_equal(little_endian(bytes, 2), 0x201);
	assert_int_equal(little_endian(bytes, 8), 0x0807060504030201);
	assert_int_equal(little_endian(bytes, 0), 0);
}

static void a_guids_first_groups_are_turned_round(void **state)
{
	static const unsigned char global[] = {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa,
		0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};
	auto_free char *text = guid_text(global);

	(void)state;
	assert_string_equal(text, "8be4df61-93ca-11d2-aa0d-00e098032b8c");
}

static void names_become_utf8(void **state)
{
	(void)state;
	assert_name("P\0K\0\0\0x\0", 8, "PK");
	assert_name("", 0, "");
	assert_name("P\0K\0", 4, "PK"); /* without NUL */
	assert_name("P\0K", 3, "P");    /* half a unit */
	assert_name("\xe4\0", 2, "\xc3\xa4");
	assert_name("\xac\x20", 2, "\xe2\x82\xac");
	assert_name("\x3d\xd8\x00\xde", 4, "\xf0\x9f\x98\x80");
}

static void what_a_terminal_could_obey_is_replaced(void **state)
{
	(void)state;
	assert_name("\x1b\0[\0", 4, "\xef\xbf\xbd[");
	assert_name("\n\0", 2, "\xef\xbf\xbd");
	assert_name("\x7f\0", 2, "\xef\xbf\xbd");
	assert_name("\x9b\0", 2, "\xef\xbf\xbd"); /* CSI in one byte */
}

static void half_surrogates_are_replaced(void **state)
{
	(void)state;
	assert_name("\x3d\xd8", 2, "\xef\xbf\xbd");
	assert_name("\x3d\xd8P\0", 4, "\xef\xbf\xbdP");
	assert_name("\x00\xde", 2, "\xef\xbf\xbd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(a_guids_first_groups_are_turned_round),
		cmocka_unit_test(names_become_utf8),
		cmocka_unit_test(what_a_terminal_could_obey_is_replaced),
		cmocka_unit_test(half_surrogates_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
