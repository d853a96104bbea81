/* SPDX-License-Identifier: MIT */
/* act/descriptors: which ones an exec would leave open. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/descriptors.h"

static int flags(int fd)
{
	return fcntl(fd, F_GETFD);
}

static void all_are_closed_but_the_kept_and_the_standard_ones(void **state)
{
	int high = fcntl(STDIN_FILENO, F_DUPFD, 200);
	int low = fcntl(STDIN_FILENO, F_DUPFD, 10);
	int kept[] = {fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 150),
		fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 50)};

	(void)state;
	assert_true(high >= 200 && low >= 10 && kept[0] >= 150 && kept[1] >= 50);
	assert_null(descriptors_close_on_exec(kept, 2));
	assert_int_equal(flags(high), FD_CLOEXEC);
	assert_int_equal(flags(low), FD_CLOEXEC);
	assert_int_equal(flags(kept[0]), 0);
	assert_int_equal(flags(kept[1]), 0);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		assert_int_equal(flags(fd), 0);
	(void)close(high);
	(void)close(low);
	(void)close(kept[0]);
	(void)close(kept[1]);
}

static void a_kept_one_that_is_not_open_is_named(void **state)
{
	const int kept = 777;
	struct error *error = descriptors_close_on_exec(&kept, 1);

	(void)state;
	assert_non_null(error);
	assert_int_equal(error->number, EBADF);
	assert_non_null(strstr(error->text, "777"));
	error_free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_closed_but_the_kept_and_the_standard_ones),
		cmocka_unit_test(a_kept_one_that_is_not_open_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
