/* SPDX-License-Identifier: MIT */
/* base/file: parts of paths, and who closes a file descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"

static void closing_forgets_the_number(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int number = fd;

	(void)state;
	assert_true(fd >= 0);
	fd_close(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(number, F_GETFD), -1);
	fd_close(&fd);
}

static void a_stolen_fd_stays_open(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int number = fd_steal(&fd);

	(void)state;
	assert_int_equal(fd, -1);
	assert_return_code(fcntl(number, F_GETFD), errno);
	close(number);
}

static void the_last_part_of_a_path_is_its_base(void **state)
{
	(void)state;
	assert_string_equal(path_base("/usr/share/x.json"), "x.json");
	assert_string_equal(path_base("x.json"), "x.json");
	assert_string_equal(path_base("/x"), "x");
	assert_string_equal(path_base("/usr/"), "");
}

static void the_rest_of_a_path_is_its_directory(void **state)
{
	static const char *const paths[][2] = {
		{"/usr/share/x", "/usr/share"},
		{"a/b", "a"},
		{"x", "."},
		{"/x", "/"},
		{"/", "/"},
		{"", "."},
		{"/usr/", "/usr"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		auto_free char *directory = path_directory(paths[i][0]);

		assert_string_equal(directory, paths[i][1]);
	}
}

static void absolute_paths_stay_and_relative_ones_get_the_directory(void **state)
{
	auto_free char *absolute = path_absolute("/home/vm", "/disk.img");
	auto_free char *relative = path_absolute("/home/vm", "disk.img");

	(void)state;
	assert_string_equal(absolute, "/disk.img");
	assert_string_equal(relative, "/home/vm/disk.img");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_forgets_the_number),
		cmocka_unit_test(a_stolen_fd_stays_open),
		cmocka_unit_test(the_last_part_of_a_path_is_its_base),
		cmocka_unit_test(the_rest_of_a_path_is_its_directory),
		cmocka_unit_test(absolute_paths_stay_and_relative_ones_get_the_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
