/* SPDX-License-Identifier: MIT */
/* act/capabilities: none is left, and the user stays. */
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/capabilities.h"

static int some_are_left(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets) != 0)
		return 2;
	for (int i = 0; i < 2; i++) {
		if (sets[i].effective || sets[i].permitted || sets[i].inheritable)
			return 1;
	}
	return 0;
}

static void none_is_left_and_the_user_stays(void **state)
{
	uid_t user = geteuid();
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		if (capabilities_drop() || some_are_left() != 0 || geteuid() != user)
			_exit(1);
		_exit(prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 0 || user != 0 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void dropping_twice_is_no_error(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(capabilities_drop() || capabilities_drop() ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_is_left_and_the_user_stays),
		cmocka_unit_test(dropping_twice_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
