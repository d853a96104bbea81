/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "host/emulator_report.h"
#include "support/tempdir.h"

static void directories_are_the_absolute_lines_of_the_answer(void **state)
{
	char *folder = tempdir_make();
	char *emulator = tempdir_path(folder, "qemu");
	auto_strings struct strings found = {0};

	(void)state;
	tempdir_text(folder, "qemu",
		"#!/bin/sh\n[ \"$*\" = \"-L help\" ] && echo /opt/qemu/share && echo relative\n"
		"echo /usr/lib/qemu\n");
	assert_int_equal(chmod(emulator, 0755), 0);
	emulator_data_directories(emulator, &found);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.items[0], "/opt/qemu/share");
	assert_string_equal(found.items[1], "/usr/lib/qemu");
	free(emulator);
	tempdir_remove(folder);
}

static void a_program_that_is_not_there_reports_nothing(void **state)
{
	auto_strings struct strings found = {0};

	(void)state;
	emulator_data_directories("/nowhere/qemu-system-x86_64", &found);
	assert_int_equal(found.count, 0);
}

static void a_device_is_found_by_its_name(void **state)
{
	(void)state;
	/* this program has the name as a text of its own */
	assert_true(emulator_contains("/proc/self/exe", "an-invented-device"));
	assert_false(emulator_contains("/bin/echo", "an-invented-device"));
	assert_false(emulator_contains("/nowhere", "an-invented-device"));
}

static void no_more_is_read_of_an_answer_than_64_kib(void **state)
{
	char *folder = tempdir_make();
	auto_free char *emulator = tempdir_path(folder, "qemu");
	auto_text struct text answer = {0};

	(void)state;
	tempdir_text(folder, "qemu",
		"#!/bin/sh\n[ \"$*\" = '-machine help' ] || exit 1\nwhile :; do echo "
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde; done\n");
	assert_int_equal(chmod(emulator, 0755), 0);
	emulator_machines(emulator, &answer);
	assert_int_equal(answer.length, 65536);
	assert_memory_equal(answer.bytes + 65536 - 64, answer.bytes, 64);
	tempdir_remove(folder);
}

static void what_is_no_binary_contains_nothing(void **state)
{
	char *folder = tempdir_make();
	auto_free char *empty = tempdir_path(folder, "empty");

	(void)state;
	tempdir_text(folder, "empty", "");
	assert_false(emulator_contains(empty, ""));
	assert_false(emulator_contains(folder, "x"));
	tempdir_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directories_are_the_absolute_lines_of_the_answer),
		cmocka_unit_test(a_program_that_is_not_there_reports_nothing),
		cmocka_unit_test(a_device_is_found_by_its_name),
		cmocka_unit_test(no_more_is_read_of_an_answer_than_64_kib),
		cmocka_unit_test(what_is_no_binary_contains_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
