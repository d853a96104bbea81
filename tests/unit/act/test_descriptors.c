/* SPDX-License-Identifier: MIT */
/* act/descriptors: which ones an exec would leave open. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/descriptors.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

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

/* In a child on a kernel before Linux 5.9, or 5.11; argument: the second call that fails, or NULL.
 */
static char *on_an_old_kernel(void *argument)
{
	struct refusal refusals[2] = {{SYS_close_range, ENOSYS, 0, 0}};
	int other = fcntl(STDIN_FILENO, F_DUPFD, 200);
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 50);
	struct error *error;

	if (argument)
		refusals[1] = *(const struct refusal *)argument;
	calls_refuse(refusals, argument ? 2 : 1);
	error = descriptors_close_on_exec(&kept, 1);
	return error ? error->text
		     : xasprintf("%d %d %d", flags(other), flags(kept), flags(STDERR_FILENO));
}

static void an_old_kernel_is_told_of_each(void **state)
{
	auto_free char *said = child_answer(on_an_old_kernel, NULL);

	(void)state;
	assert_string_equal(said, "1 0 0");
}

static void an_old_kernel_without_proc_is_an_error(void **state)
{
	struct refusal no_proc = {SYS_openat, ENOENT, 0, 0};
	auto_free char *said = child_answer(on_an_old_kernel, &no_proc);

	(void)state;
	assert_string_equal(said, "'/proc/self/fd': No such file or directory");
}

/* Which of three are still open; argument: whether close_range is there. */
static char *closed_from(void *argument)
{
	const struct refusal refusal = {SYS_close_range, ENOSYS, 0, 0};
	int says = -1;

	(void)fcntl(STDIN_FILENO, F_DUPFD, 210);
	(void)fcntl(STDIN_FILENO, F_DUPFD, 201);
	says = fcntl(STDIN_FILENO, F_DUPFD, 150);
	if (argument)
		calls_refuse(&refusal, 1);
	descriptors_close_from(says + 1);
	return xasprintf("%d %d %d", flags(says), flags(201), flags(210));
}

static void all_from_one_on_are_closed(void **state)
{
	auto_free char *now = child_answer(closed_from, NULL);
	auto_free char *before = child_answer(closed_from, state);

	assert_string_equal(now, "0 -1 -1");
	assert_string_equal(before, "0 -1 -1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_closed_but_the_kept_and_the_standard_ones),
		cmocka_unit_test(an_old_kernel_is_told_of_each),
		cmocka_unit_test(an_old_kernel_without_proc_is_an_error),
		cmocka_unit_test(all_from_one_on_are_closed),
		cmocka_unit_test(a_kept_one_that_is_not_open_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
