/* SPDX-License-Identifier: MIT */
/* act/exec_once, act/last_byte: which ways to the one exec are taken where the kernel lacks
 * another, and that none of them executes anything where its own steps fail. */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/exec_once.h"
#include "act/last_byte.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

#define EXECUTED 7
#define WITH_LISTENER 8 /* SECCOMP_FILTER_FLAG_NEW_LISTENER */
#define FILES_BEYOND 70000
/* The flags of fork(3): CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD. */
#define CLONED_AS_FORK 0x01200011

enum way { WAY_ONCE, WAY_LAST_BYTE, WAY_WITNESSED };

struct start {
	enum way way;
	struct refusal refusals[2];
	const char *text; /* NULL: it is executed */
};

static struct error *go(enum way way, const struct filter *filter)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 7", NULL};
	const struct exec_words words = {.fd = open("/dev/null", O_WRONLY | O_CLOEXEC)};

	switch (way) {
	case WAY_ONCE:
		return exec_once(filter, "/bin/sh", argv, argv + 3);
	case WAY_LAST_BYTE:
		return exec_once_last_byte(filter, "/bin/sh", argv, argv + 3);
	case WAY_WITNESSED:
		return exec_witnessed(filter, &words, "/bin/sh", argv, argv + 3);
	}
	return NULL;
}

static struct error *filter_for(enum way way, struct filter **ret_filter)
{
	auto_strings struct strings policies = {NULL, 0};

	strings_add(&policies, "base");
	return filter_build(&policies,
		way == WAY_WITNESSED ? FILTER_DEFAULT_SEEN : FILTER_DEFAULT_POLICY,
		filter_host_arch(), ret_filter);
}

static char *in_child(void *argument)
{
	const struct start *start = argument;
	struct filter *filter = NULL;
	struct error *error = filter_for(start->way, &filter);
	size_t count = 0;

	if (error)
		return error->text;
	while (count < ARRAY_COUNT(start->refusals) && start->refusals[count].call)
		count++;
	calls_refuse(start->refusals, count);
	return go(start->way, filter)->text;
}

static void check(const struct start *start)
{
	struct child_process child = child_begin(in_child, (void *)start);
	auto_free char *said = child_says(&child);
	int status = child_end(&child);

	if (start->text && !strstr(said, start->text))
		fail_msg("wanted '%s', got '%s'", start->text, said);
	if (!start->text)
		assert_string_equal(said, "");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), start->text ? 0 : EXECUTED);
}

#define NO_LISTENER(number)                                                                        \
	{                                                                                          \
		SYS_seccomp, number, 2, WITH_LISTENER                                              \
	}
#define NO_PLAIN_FILTER                                                                            \
	{                                                                                          \
		SYS_seccomp, ENOMEM, 2, 0                                                          \
	}

static void a_kernel_without_listeners_has_the_second_way(void **state)
{
	static const struct start starts[] = {
		{WAY_ONCE, {NO_LISTENER(EINVAL)}, NULL},
		{WAY_ONCE, {NO_LISTENER(EBUSY)}, NULL},
		{WAY_WITNESSED, {NO_LISTENER(EINVAL)}, NULL},
		{WAY_ONCE, {NO_LISTENER(ENOMEM)}, "system call filter: Cannot allocate memory"},
		{WAY_ONCE, {NO_LISTENER(EINVAL), {SYS_seccomp, ENOMEM, 2, 0}},
			"system call filter: Cannot allocate memory; --sandbox=off"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
		check(&starts[i]);
}

static void each_step_that_fails_is_an_error(void **state)
{
	static const struct start starts[] = {
		{WAY_LAST_BYTE, {NO_PLAIN_FILTER}, "system call filter: Cannot allocate memory"},
		{WAY_LAST_BYTE, {{SYS_execveat, ENOMEM, 0, 0}}, "emulator '/bin/sh': Cannot"},
		{WAY_LAST_BYTE, {{SYS_openat, EACCES, 0, 0}}, "one exec only: '/bin/sh'"},
		{WAY_LAST_BYTE, {{SYS_prlimit64, EPERM, 3, 0}},
			"one exec only: limit of open files"},
		{WAY_LAST_BYTE, {{SYS_prlimit64, EPERM, 4, 0}},
			"one exec only: limit of open files"},
		{WAY_LAST_BYTE, {{SYS_dup3, EMFILE, 0, 0}},
			"one exec only: '/bin/sh' as descriptor"},
		{WAY_LAST_BYTE, {{SYS_mmap, ENOMEM, 2, 4096}},
			"one exec only: the last page of the address space cannot be had"},
		{WAY_LAST_BYTE, {{SYS_mmap, EEXIST, 2, 4096}},
			"one exec only: the last page of the address space cannot be had"},
		{WAY_WITNESSED, {{SYS_write, EIO, 3, sizeof(int)}}, "pipe: Input/output error"},
		{WAY_WITNESSED, {{SYS_seccomp, EINVAL, 1, SECCOMP_GET_NOTIF_SIZES}},
			"system call filter's listener: Invalid argument"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
		check(&starts[i]);
}

static void a_witness_needs_nothing_that_containers_refuse(void **state)
{
	static const struct start start = {WAY_WITNESSED, {{SYS_unshare, EPERM, 0, 0}}, NULL};

	(void)state;
	check(&start);
}

/* Who is to answer the exec cannot: the kernel says that there is no such call. */
static void an_exec_that_nobody_answers_is_none(void **state)
{
	static const struct start starts[] = {
		{WAY_ONCE, {{SYS_ioctl, EIO, 2, (uint32_t)SECCOMP_IOCTL_NOTIF_RECV}},
			"Function not implemented"},
		{WAY_ONCE, {{SYS_ioctl, EIO, 2, (uint32_t)SECCOMP_IOCTL_NOTIF_SEND}},
			"Function not implemented"},
		{WAY_WITNESSED, {{SYS_ioctl, EIO, 2, (uint32_t)SECCOMP_IOCTL_NOTIF_RECV}},
			"Function not implemented"},
		{WAY_WITNESSED, {{SYS_ioctl, EIO, 2, (uint32_t)SECCOMP_IOCTL_NOTIF_SEND}},
			"Function not implemented"},
		{WAY_WITNESSED, {{SYS_poll, EIO, 0, 0}}, "poll: Input/output error"},
		{WAY_WITNESSED, {{SYS_clone, EAGAIN, 1, CLONED_AS_FORK}},
			"the witness of the sandbox has ended"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
		check(&starts[i]);
}

static char *number_under(void *argument)
{
	struct rlimit limit = {.rlim_cur = FILES_BEYOND, .rlim_max = *(const rlim_t *)argument};
	struct last_byte last;
	struct error *error;

	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return xstrdup("no such limit");
	error = last_byte_prepare("/bin/sh", &last);
	return error ? error->text : xasprintf("%d", last.fd);
}

/* A table of descriptors for a higher number would be made, of 8 bytes each. */
static void the_descriptor_is_not_beyond_any_need(void **state)
{
	rlim_t most = FILES_BEYOND;
	auto_free char *said = child_answer(number_under, &most);

	(void)state;
	if (strcmp(said, "no such limit") == 0) {
		free_pointer(&said);
		skip();
	}
	assert_string_equal(said, "65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_without_listeners_has_the_second_way),
		cmocka_unit_test(each_step_that_fails_is_an_error),
		cmocka_unit_test(a_witness_needs_nothing_that_containers_refuse),
		cmocka_unit_test(an_exec_that_nobody_answers_is_none),
		cmocka_unit_test(the_descriptor_is_not_beyond_any_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
