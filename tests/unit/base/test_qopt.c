/* SPDX-License-Identifier: MIT */
/* base/qopt: no value can add an option of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/qopt.h"

static void options_are_joined_by_commas(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_word(&option, "virtio-blk-pci");
	qopt_add(&option, "drive", "disk0-format");
	qopt_flag(&option, "share-rw", true);
	qopt_flag(&option, "write-cache", false);
	qopt_addf(&option, "bootindex", "%u", 1U);
	assert_string_equal(option.bytes,
		"virtio-blk-pci,drive=disk0-format,share-rw=on,write-cache=off,bootindex=1");
}

static void the_first_option_has_no_comma_before_it(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_add(&option, "guest", "vm");
	assert_string_equal(option.bytes, "guest=vm");
	qopt_word(&option, "server");
	assert_string_equal(option.bytes, "guest=vm,server");
}

static void commas_are_doubled(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_add(&option, "guest", ",a,b,,");
	qopt_addf(&option, "file", "%s,%d", "x,y", 3);
	assert_string_equal(option.bytes, "guest=,,a,,b,,,,,file=x,,y,,3");
}

static void commas_of_a_word_are_doubled(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_word(&option, "pc,accel=kvm");
	assert_string_equal(option.bytes, "pc,,accel=kvm");
}

static void every_other_byte_stays(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_add(&option, "guest", "-a=b \"c\" 'd'\n\\%s%n\xff:{}");
	assert_string_equal(option.bytes, "guest=-a=b \"c\" 'd'\n\\%s%n\xff:{}");
}

static void an_empty_value_is_still_a_value(void **state)
{
	auto_text struct text option = {0};

	(void)state;
	qopt_add(&option, "a", "");
	qopt_add(&option, "b", "1");
	assert_string_equal(option.bytes, "a=,b=1");
}

/* What QEMU's parser does with a value (util/qemu-option.c, get_opt_value). */
static char *read_as_qemu(const char *option)
{
	struct text value = {0};
	const char *c = strchr(option, '=') + 1;

	for (; *c; c++) {
		if (c[0] == ',' && c[1] != ',')
			break;
		if (c[0] == ',')
			c++;
		text_add_bytes(&value, c, 1);
	}
	assert_string_equal(c, "");
	return text_take(&value);
}

static void qemu_reads_the_same_value_back(void **state)
{
	static const char *const values[] = {"vm", "a,b", ",", ",,", "a,accel=kvm", "=,=", "x,"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
		auto_text struct text option = {0};
		auto_free char *read = NULL;

		qopt_add(&option, "guest", values[i]);
		read = read_as_qemu(option.bytes);
		assert_string_equal(read, values[i]);
	}
}

/* QEMU takes what is before the first "=" for a key, unless a comma comes before that. */
static void a_first_value_with_an_equals_sign_says_its_key(void **state)
{
	struct text plain = {0};
	struct text equals = {0};
	auto_free char *first = NULL;
	auto_free char *second = NULL;

	(void)state;
	qopt_first(&plain, "vnc", "unix:/a,b");
	qopt_first(&equals, "vnc", "unix:/a=b,c");
	first = text_take(&plain);
	second = text_take(&equals);
	assert_string_equal(first, "unix:/a,,b");
	assert_string_equal(second, "vnc=unix:/a=b,,c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_value_with_an_equals_sign_says_its_key),
		cmocka_unit_test(options_are_joined_by_commas),
		cmocka_unit_test(the_first_option_has_no_comma_before_it),
		cmocka_unit_test(commas_are_doubled),
		cmocka_unit_test(commas_of_a_word_are_doubled),
		cmocka_unit_test(every_other_byte_stays),
		cmocka_unit_test(an_empty_value_is_still_a_value),
		cmocka_unit_test(qemu_reads_the_same_value_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
