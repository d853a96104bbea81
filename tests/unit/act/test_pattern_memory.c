/* SPDX-License-Identifier: MIT */
/* act/pattern: a line that cannot be looked through for want of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/pattern.h"
#include "base/memory.h"
#include "support/sanitized.h"

/* From here on there is no memory, not even a word. */
static void use_up_memory(void)
{
	const struct rlimit none = {0, 0};
	void *volatile last;

	if (setrlimit(RLIMIT_AS, &none) != 0)
		_exit(97);
	for (size_t bytes = 1u << 20; bytes > 0; bytes /= 2)
		do
			last = malloc(bytes);
		while (last);
}

/* 0: found, 1: not found, or as memory_exhausted ends it. */
static int ending_without_memory(void)
{
	struct patterns patterns = {0};
	size_t from = 0;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (patterns_add(&patterns, "--forbid", "b+a") != NULL)
			_exit(98);
		use_up_memory();
		_exit(pattern_finds(&patterns.items[0], "aba", &from) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void want_of_memory_is_no_answer(void **state)
{
	(void)state;
	if (SANITIZED)
		skip();
	assert_int_equal(ending_without_memory(), MEMORY_EXIT_STATUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(want_of_memory_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
