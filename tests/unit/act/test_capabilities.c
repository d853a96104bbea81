/* SPDX-License-Identifier: MIT */
/* act/capabilities: none is left, none comes back, and the user stays. */
#include <linux/capability.h>
#include <linux/securebits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* The status of a child that runs `body`. */
static int in_child(int (*body)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool may_set_securebits(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
	struct __user_cap_data_struct sets[2];

	return syscall(SYS_capget, &header, sets) == 0 &&
	       (sets[0].effective & (1U << CAP_SETPCAP)) != 0;
}

static int drop_and_look(void)
{
	uid_t user = geteuid();

	return capabilities_drop() || some_are_left() != 0 || geteuid() != user;
}

static void none_is_left_and_the_user_stays(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_and_look), 0);
}

#define ROOT_IS_NOBODY (SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_CAP_AMBIENT_RAISE)
#define LOCKED(bits) ((bits) | (bits) << 1)

/* 8 bits are what may be known here; newer kernels have others. */
static int securebits_after_the_drop(void)
{
	return capabilities_drop() ? 0 : prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) & 0xff;
}

static void root_is_nobody_and_stays_that(void **state)
{
	(void)state;
	if (!may_set_securebits())
		skip();
	assert_int_equal(in_child(securebits_after_the_drop), LOCKED(ROOT_IS_NOBODY));
}

static int drop_with_a_locked_bit(void)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED, 0, 0, 0) != 0)
		return 0;
	return securebits_after_the_drop();
}

/* The kernel refuses all bits where a locked one is missing among them. */
static void the_bits_of_before_stay(void **state)
{
	(void)state;
	if (!may_set_securebits())
		skip();
	assert_int_equal(
		in_child(drop_with_a_locked_bit), LOCKED(ROOT_IS_NOBODY) | SECBIT_KEEP_CAPS_LOCKED);
}

static int drop_and_execute(void)
{
	char *const argv[] = {(char *)"sh", (char *)"-c",
		(char *)"while read -r key set; do case $key in CapPrm:|CapEff:|CapAmb:) "
			"test $set = 0000000000000000 || exit 1 ;; esac; done </proc/self/status",
		NULL};

	if (!capabilities_drop())
		(void)execv("/bin/sh", argv);
	return 2;
}

static int drop_and_execute_without_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? 3 : drop_and_execute();
}

static void none_comes_back_by_an_exec(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_and_execute_without_new_privileges), 0);
}

/* An exec without no_new_privs gives root all that the bounding set has, but for the securebits. */
static void root_gains_none_by_an_exec(void **state)
{
	(void)state;
	if (geteuid() == 0 && !may_set_securebits())
		skip();
	assert_int_equal(in_child(drop_and_execute), 0);
}

static int drop_twice(void)
{
	if (capabilities_drop())
		return 1;
	return capabilities_drop() ? 2 : 0;
}

static void dropping_twice_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_twice), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_is_left_and_the_user_stays),
		cmocka_unit_test(root_is_nobody_and_stays_that),
		cmocka_unit_test(the_bits_of_before_stay),
		cmocka_unit_test(none_comes_back_by_an_exec),
		cmocka_unit_test(root_gains_none_by_an_exec),
		cmocka_unit_test(dropping_twice_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
