/* SPDX-License-Identifier: MIT */
/* act/landlock: what is there is what the kernel says, and nothing else means that it is not. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include <cmocka.h>

#include "act/landlock.h"
#include "base/memory.h"
#include "support/child.h"

#define CALL_LANDLOCK_CREATE_RULESET 444

/* From here on the kernel's answer is this error. */
static bool answer_with(int number)
{
	struct sock_filter instructions[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, CALL_LANDLOCK_CREATE_RULESET},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (unsigned int)number},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	const struct sock_fprog program = {4, instructions};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* What is found when the kernel answers with *argument. */
static char *found(void *argument)
{
	const int *number = argument;
	auto_error struct error *error = NULL;
	int abi = -1;

	if (!answer_with(*number))
		return xstrdup("no filter");
	error = landlock_find(&abi);
	return error ? xstrdup(error->text) : xasprintf("version %d", abi);
}

static void these_answers_are_that_there_is_none(void **state)
{
	int numbers[] = {ENOSYS, EOPNOTSUPP, EPERM};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		auto_free char *text = child_answer(found, &numbers[i]);

		assert_string_equal(text, "version 0");
	}
}

static void another_answer_is_an_error(void **state)
{
	int number = EIO;
	auto_free char *text = child_answer(found, &number);

	(void)state;
	assert_string_equal(text, "cannot find out whether there is Landlock: Input/output error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_answers_are_that_there_is_none),
		cmocka_unit_test(another_answer_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
