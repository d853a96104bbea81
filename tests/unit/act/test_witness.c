/* SPDX-License-Identifier: MIT */
/* act/witness: what is said of a denied call. test_exec_once has it at work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "act/witness.h"
#include "base/memory.h"

static char *words_of(int number, uint64_t first, uint64_t second, bool lets_run)
{
	const struct seccomp_data call = {.nr = number, .args = {first, second}};

	return witness_words(&call, lets_run);
}

static void the_call_and_its_arguments_are_named(void **state)
{
	auto_free char *words = words_of(SYS_socket, AF_INET, SOCK_STREAM, true);

	(void)state;
	assert_non_null(strstr(words, "QEMU called 'socket' (0x2, 0x1, 0x0)"));
	assert_non_null(strstr(words, "--sandbox=log let it run"));
}

static void only_policies_that_allow_these_arguments_are_named(void **state)
{
	auto_free char *stream = words_of(SYS_socket, AF_INET, SOCK_STREAM, false);
	auto_free char *vsock = words_of(SYS_socket, AF_VSOCK, SOCK_STREAM, false);

	(void)state;
	assert_non_null(strstr(stream, "'user-network' (user networking: interface type='user'"));
	assert_null(strstr(stream, "'tap'"));
	assert_non_null(strstr(vsock, "no policy allows it"));
	assert_non_null(strstr(vsock, "ENOSYS"));
}

static void what_no_policy_has_is_said_so(void **state)
{
	auto_free char *words = words_of(SYS_ptrace, 0, 0, true);

	(void)state;
	assert_non_null(strstr(words, "'ptrace'"));
	assert_non_null(strstr(words, "no policy allows it"));
}

static void a_call_without_a_name_is_a_number(void **state)
{
	auto_free char *words = words_of(4000, 0, 0, true);

	(void)state;
	assert_non_null(strstr(words, "'4000'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_call_and_its_arguments_are_named),
		cmocka_unit_test(only_policies_that_allow_these_arguments_are_named),
		cmocka_unit_test(what_no_policy_has_is_said_so),
		cmocka_unit_test(a_call_without_a_name_is_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
