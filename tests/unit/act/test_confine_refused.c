/* SPDX-License-Identifier: MIT */
/* act/confine, act/landlock, act/exec_once: each step that the kernel refuses ends the start with a
 * word, and the program is not executed. */
#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/confine.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

#define CALL_CREATE_RULESET 444
#define CALL_ADD_RULE 445
#define CALL_RESTRICT_SELF 446
#define CALL_CLOSE_RANGE 436
#define CREATE_RULESET_VERSION 1

static const struct path_rule paths[] = {{.path = (char *)"/usr", .directory = true}};
static const struct port_rule ports[] = {{.port = 5900, .listen = true}};

/* What is refused, and what the user is told. */
struct refused_case {
	struct refusal refusals[2];
	const char *text;
	enum filter_default otherwise;
	int words_fd;
	const char *directory;
};

static struct error *filter_of(enum filter_default otherwise, struct filter **ret_filter)
{
	auto_strings struct strings policies = {NULL, 0};

	strings_add(&policies, "base");
	strings_add(&policies, "user-network");
	return filter_build(&policies, otherwise, filter_host_arch(), ret_filter);
}

/* In a child: what confine_and_exec said; the program, if it is executed, says "executed". */
static char *confine(void *argument)
{
	const struct refused_case *refused = argument;
	auto_filter struct filter *filter = NULL;
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"echo executed >&2", NULL};
	struct error *error = filter_of(refused->otherwise, &filter);
	const struct confine_request request = {
		.mode = refused->otherwise == FILTER_DEFAULT_LOG ? SANDBOX_LOG : SANDBOX_ON,
		.filter = filter,
		.paths = paths,
		.path_count = ARRAY_COUNT(paths),
		.ports = ports,
		.port_count = ARRAY_COUNT(ports),
		.limit_listen = true,
		.close_fds = true,
		.drop_capabilities = true,
		.lock_memory = true,
		.words_fd = refused->words_fd,
		.directory = refused->directory,
	};

	if (error)
		return error->text;
	calls_refuse(refused->refusals, refused->refusals[1].call ? 2 : 1);
	error = confine_and_exec(&request, "/bin/sh", argv, argv + 3);
	return error->text;
}

static void check(const struct refused_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *said = child_answer(confine, (void *)&cases[i]);

		if (!strstr(said, cases[i].text))
			fail_msg("wanted '%s', got '%s'", cases[i].text, said);
	}
}

static void a_limit_that_cannot_be_set_is_an_error(void **state)
{
	static const struct refused_case cases[] = {
		{{{SYS_prlimit64, EPERM, 2, RLIMIT_NOFILE}}, "sandbox: limit of open files", 0, 0,
			NULL},
		{{{SYS_prlimit64, EPERM, 2, RLIMIT_CORE}}, "sandbox: limit of core dumps", 0, 0,
			NULL},
		{{{SYS_prlimit64, EPERM, 2, RLIMIT_MEMLOCK}}, "sandbox: limit of locked memory", 0,
			0, NULL},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static void landlock_that_fails_is_no_reason_to_go_without(void **state)
{
	static const struct refused_case cases[] = {
		{{{CALL_CREATE_RULESET, ENOMEM, 3, CREATE_RULESET_VERSION}},
			"sandbox: cannot find out whether there is Landlock: Cannot allocate "
			"memory",
			0, 0, NULL},
		{{{CALL_CREATE_RULESET, EMFILE, 3, 0}}, "sandbox: Landlock ruleset", 0, 0, NULL},
		{{{CALL_ADD_RULE, ENOMEM, 2, 1}}, "sandbox: Landlock rule for '/usr'", 0, 0, NULL},
		{{{CALL_ADD_RULE, ENOMEM, 2, 2}}, "sandbox: Landlock rule for TCP port 5900", 0, 0,
			NULL},
		{{{CALL_RESTRICT_SELF, E2BIG, 0, 0}}, "sandbox: Landlock", 0, 0, NULL},
		{{{SYS_openat, EACCES, 0, 0}}, "sandbox: '/usr' for the sandbox", 0, 0, NULL},
	};

	(void)state;
	if (landlock_abi() < 4)
		skip();
	check(cases, ARRAY_COUNT(cases));
}

static void a_cage_that_does_not_close_is_an_error(void **state)
{
	static const struct refused_case cases[] = {
		{{{SYS_prctl, EINVAL, 1, PR_SET_NO_NEW_PRIVS}}, "sandbox: no_new_privs", 0, 0,
			NULL},
		{{{SYS_prctl, EINVAL, 1, PR_SET_NO_NEW_PRIVS}}, "sandbox: no_new_privs",
			FILTER_DEFAULT_LOG, 0, NULL},
		{{{SYS_seccomp, ENOMEM, 1, SECCOMP_SET_MODE_FILTER}},
			"system call filter: Cannot allocate memory", FILTER_DEFAULT_POLICY, 0,
			NULL},
		{{{SYS_seccomp, ENOMEM, 1, SECCOMP_SET_MODE_FILTER}},
			"system call filter: Cannot allocate memory", FILTER_DEFAULT_LOG, 0, NULL},
		{{{SYS_pipe2, EMFILE, 0, 0}}, "pipe: Too many open files", FILTER_DEFAULT_SEEN, 2,
			NULL},
		{{{SYS_clone, EAGAIN, 0, 0}, {SYS_clone3, ENOSYS, 0, 0}}, "thread",
			FILTER_DEFAULT_POLICY, 0, NULL},
		{{{SYS_clone, EAGAIN, 0, 0}}, "cannot start another process", FILTER_DEFAULT_SEEN,
			2, NULL},
		{{{SYS_chdir, EACCES, 0, 0}}, "working directory '/'", FILTER_DEFAULT_POLICY, 0,
			"/"},
		{{{SYS_execve, ENOMEM, 0, 0}}, "emulator '/bin/sh': Cannot allocate memory",
			FILTER_DEFAULT_POLICY, 0, NULL},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static void capabilities_that_stay_are_an_error(void **state)
{
	/* root's are dropped, and an ordinary user is asked whether there are any */
	const struct refused_case cases[] = {
		{{{geteuid() == 0 ? SYS_capset : SYS_capget, EPERM, 0, 0}}, "sandbox: capabilities",
			0, 0, NULL},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static char *checked(void *argument)
{
	static const struct refusal none = {SYS_seccomp, EINVAL, 1, SECCOMP_GET_ACTION_AVAIL};
	struct strings notes = {NULL, 0};
	struct error *error;
	int found;

	(void)argument;
	calls_refuse(&none, 1);
	error = confine_check(SANDBOX_ON, &found, &notes);
	return error ? error->text : NULL;
}

static void a_kernel_without_filters_is_refused_with_the_way_out(void **state)
{
	auto_free char *said = child_answer(checked, NULL);

	(void)state;
	assert_non_null(strstr(said, "this kernel cannot filter system calls"));
	assert_non_null(strstr(said, "--sandbox=off"));
}

/* What confine_check says where Landlock's version is answered with errno `argument`. */
static char *checked_landlock(void *argument)
{
	const struct refusal refusal = {CALL_CREATE_RULESET, *(int *)argument, 0, 0};
	struct strings notes = {NULL, 0};
	struct error *error;
	int found;

	calls_refuse(&refusal, 1);
	error = confine_check(SANDBOX_ON, &found, &notes);
	if (error)
		return error->text;
	error = confine_check(SANDBOX_REQUIRE, &found, &notes);
	return xasprintf("%s | %s", notes.items[0], error ? error->text : "nothing");
}

static void a_kernel_without_landlock_is_noted_and_refused_where_all_is_required(void **state)
{
	int absent[] = {ENOSYS, EOPNOTSUPP, EPERM};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(absent); i++) {
		auto_free char *said = child_answer(checked_landlock, &absent[i]);

		assert_ptr_equal(strstr(said, "this kernel has no Landlock"), said);
		assert_non_null(strstr(said, "| --sandbox=require: this kernel has no Landlock"));
	}
}

static void a_landlock_that_does_not_answer_is_an_error(void **state)
{
	int number = ENOMEM;
	auto_free char *said = child_answer(checked_landlock, &number);

	(void)state;
	assert_string_equal(
		said, "cannot find out whether there is Landlock: Cannot allocate memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_that_cannot_be_set_is_an_error),
		cmocka_unit_test(landlock_that_fails_is_no_reason_to_go_without),
		cmocka_unit_test(a_cage_that_does_not_close_is_an_error),
		cmocka_unit_test(capabilities_that_stay_are_an_error),
		cmocka_unit_test(a_kernel_without_filters_is_refused_with_the_way_out),
		cmocka_unit_test(
			a_kernel_without_landlock_is_noted_and_refused_where_all_is_required),
		cmocka_unit_test(a_landlock_that_does_not_answer_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
