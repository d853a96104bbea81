/* SPDX-License-Identifier: MIT */
/* host/mark: slipway knows its own kind, of whichever version. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/mark.h"
#include "support/tempdir.h"

static bool marked(const char *path)
{
	int fd = open(path, O_RDONLY);
	bool result;

	assert_true(fd >= 0);
	result = has_mark(fd);
	close(fd);
	return result;
}

static void this_program_has_it(void **state)
{
	(void)state;
	assert_true(marked("/proc/self/exe"));
}

static void other_programs_have_it_not(void **state)
{
	(void)state;
	assert_false(marked("/bin/sh"));
	assert_false(marked("/dev/null"));
}

static void its_text_in_another_file_is_no_mark(void **state)
{
	char *folder = tempdir_make();
	char *path = tempdir_path(folder, "text");

	(void)state;
	tempdir_text(folder, "text", "\177ELF slipway slipway slipway");
	assert_false(marked(path));
	tempdir_remove(folder);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_program_has_it),
		cmocka_unit_test(other_programs_have_it_not),
		cmocka_unit_test(its_text_in_another_file_is_no_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
