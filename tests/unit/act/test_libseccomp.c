/* SPDX-License-Identifier: MIT */
/* act/libseccomp: loaded when the first filter is made, and missed with a word. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/filter.h"
#include "act/libseccomp.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

static struct error *build(struct filter **ret_filter)
{
	auto_strings struct strings policies = {NULL, 0};

	strings_add(&policies, "base");
	strings_add(&policies, "tcg");
	strings_add(&policies, "mem-lock"); /* no filter of these is there ready-made */
	strings_add(&policies, "9p");
	return filter_build(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), ret_filter);
}

static char *built(void *argument)
{
	struct filter *filter = NULL;
	struct error *error;

	if (argument)
		calls_refuse(argument, 1);
	error = build(&filter);
	return error ? error->text : xasprintf("%d", filter->count > 100);
}

static void a_filter_is_made_with_it(void **state)
{
	auto_free char *said = child_answer(built, NULL);

	(void)state;
	assert_string_equal(said, "1");
}

static void a_machine_without_it_is_told(void **state)
{
	struct refusal refusal = {SYS_openat, ENOENT, 0, 0};
	auto_free char *said = child_answer(built, &refusal);

	(void)state;
#ifndef LIBSECCOMP_SONAME
	skip(); /* it is part of the program */
#endif
	assert_ptr_equal(strstr(said, "system call filter: cannot load libseccomp: "), said);
}

static char *loaded_later(void *argument)
{
	struct refusal refusal = {SYS_openat, ENOENT, 0, 0};

	(void)argument;
	if (!libseccomp_load())
		calls_refuse(&refusal, 1);
	return xasprintf("%d", libseccomp_load() == NULL);
}

static void it_is_loaded_once(void **state)
{
	auto_free char *said = child_answer(loaded_later, NULL);

	(void)state;
	assert_string_equal(said, "1");
}

/* The library is there, and this call fails; `value` -1 stands for the descriptor that comes next.
 */
static char *built_without(void *argument)
{
	struct refusal refusal = *(const struct refusal *)argument;
	int next = dup(STDIN_FILENO);

	(void)close(next);
	if (refusal.value == UINT32_MAX)
		refusal.value = (uint32_t)next;
	return libseccomp_load() ? xstrdup("no library") : built(&refusal);
}

static void what_a_filter_is_written_to_may_be_missing(void **state)
{
	static const struct {
		struct refusal refusal;
		const char *text;
	} cases[] = {
		{{SYS_memfd_create, EMFILE, 0, 0}, "memory for the filter: Too many open files"},
		{{SYS_write, ENOSPC, 1, UINT32_MAX}, "libseccomp: export of the filter: "},
		{{SYS_newfstatat, EIO, 1, UINT32_MAX}, "unexpected size"},
		{{SYS_pread64, EIO, 0, 0}, "short read"},
		{{SYS_seccomp, EINVAL, 0, 0}, "libseccomp: filter for this host: Invalid argument"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *said = child_answer(built_without, (void *)&cases[i].refusal);

		if (strncmp(said, "system call filter: ", 20) != 0 || !strstr(said, cases[i].text))
			fail_msg("wanted '%s', got '%s'", cases[i].text, said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_is_made_with_it),
		cmocka_unit_test(a_machine_without_it_is_told),
		cmocka_unit_test(it_is_loaded_once),
		cmocka_unit_test(what_a_filter_is_written_to_may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
