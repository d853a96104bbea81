/* SPDX-License-Identifier: MIT */
/* act/last_byte: the descriptor that cannot come back and the path that can be nothing. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/last_byte.h"

typedef int check_function(const struct last_byte *last);

/* In a child: the limit of this process shall stay. */
static int in_child(check_function *check)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct last_byte last;

		_exit(last_byte_prepare("/bin/sh", &last) ? 99 : check(&last));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Nothing can be mapped behind the byte, so no longer path can begin there. */
static int look_behind(const struct last_byte *last)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *behind = (void *)(uintptr_t)(last->address + 1);

	if ((last->address + 1) % page != 0 || *(const char *)(uintptr_t)last->address != '\0')
		return 1;
	return mmap(behind, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
			       MAP_FAILED
		       ? 0
		       : 2;
}

static void the_byte_is_the_last_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(look_behind), 0);
}

static int look_at_the_limit(const struct last_byte *last)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur != limit.rlim_max)
		return 1;
	if (limit.rlim_max != (rlim_t)last->fd || last->fd >= 65536)
		return 2;
	return fcntl(last->fd, F_GETFD) == FD_CLOEXEC ? 0 : 3;
}

static void the_descriptor_lies_at_the_limit(void **state)
{
	(void)state;
	assert_int_equal(in_child(look_at_the_limit), 0);
}

static int try_to_bring_it_back(const struct last_byte *last)
{
	(void)close(last->fd);
	if (dup2(STDIN_FILENO, last->fd) >= 0 || errno != EBADF)
		return 1;
	return fcntl(STDIN_FILENO, F_DUPFD, last->fd) >= 0 || errno != EINVAL ? 2 : 0;
}

static void the_descriptor_cannot_come_back(void **state)
{
	(void)state;
	assert_int_equal(in_child(try_to_bring_it_back), 0);
}

static void what_is_not_there_is_an_error(void **state)
{
	struct last_byte last;
	struct error *error = last_byte_prepare("/nonexistent/qemu", &last);

	(void)state;
	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
	error_free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_byte_is_the_last_one),
		cmocka_unit_test(the_descriptor_lies_at_the_limit),
		cmocka_unit_test(the_descriptor_cannot_come_back),
		cmocka_unit_test(what_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
