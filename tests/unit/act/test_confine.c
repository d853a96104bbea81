/* SPDX-License-Identifier: MIT */
/* act/confine: what is true of a process in the cage, as /proc and the process itself say. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/confine.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#define NOT_EXECUTED 99

struct cage {
	struct filter *filter;
	struct confine_request request;
};

/* What a shell needs, and /proc to look at itself. */
static const struct path_rule paths[] = {
	{.path = (char *)"/usr", .directory = true},
	{.path = (char *)"/bin", .directory = true},
	{.path = (char *)"/lib", .directory = true},
	{.path = (char *)"/lib64", .directory = true},
	{.path = (char *)"/etc/ld.so.cache"},
	{.path = (char *)"/proc", .directory = true},
	{.path = (char *)"/dev/null", .write = true},
};

static int set_up(void **state)
{
	auto_strings struct strings policies = {NULL, 0};
	struct cage *cage = xcalloc(1, sizeof(*cage));

	strings_add(&policies, "base");
	strings_add(&policies, "musl"); /* dup2, for the redirections of a shell */
	assert_null(
		filter_build(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), &cage->filter));
	cage->request = (struct confine_request){
		.mode = SANDBOX_ON,
		.filter = cage->filter,
		.paths = paths,
		.path_count = ARRAY_COUNT(paths),
		.close_fds = true,
		.drop_capabilities = true,
	};
	*state = cage;
	return 0;
}

static int tear_down(void **state)
{
	struct cage *cage = *state;

	filter_free(cage->filter);
	free(cage);
	return 0;
}

/* The caller has low soft limits, which the cage is to raise. */
static void lower_limit(int resource)
{
	struct rlimit limit;

	(void)getrlimit(resource, &limit);
	limit.rlim_cur = 128;
	(void)setrlimit(resource, &limit);
}

static int run(const struct cage *cage, const char *script)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct error *error = NULL;

		lower_limit(RLIMIT_NOFILE);
		lower_limit(RLIMIT_MEMLOCK);
		error = confine_and_exec(&cage->request, "/bin/sh", argv, argv + 3);
		_exit(error ? NOT_EXECUTED : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Whether a line of /proc/self/status has that value; the shell reads it without starting anything.
 */
#define STATUS(name, value)                                                                        \
	"while read -r key rest; do case \"$key$rest\" in " name ":" value                         \
	") exit 0 ;; esac; done </proc/self/status; exit 1"

static void the_process_gains_no_privileges(void **state)
{
	assert_int_equal(run(*state, STATUS("NoNewPrivs", "1")), 0);
}

/* The thread that answers the exec is bound to a processor for a moment; QEMU is not. */
static void every_processor_may_be_used(void **state)
{
	auto_free char *script = NULL;
	auto_text struct text allowed = {0};
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen("/proc/self/status", "re");

	assert_non_null(file);
	while (getline(&line, &size, file) > 0)
		if (strncmp(line, "Cpus_allowed:", strlen("Cpus_allowed:")) == 0)
			text_addf(&allowed, "%.*s", (int)strcspn(line + 14, "\n"), line + 14);
	free(line);
	(void)fclose(file);
	assert_true(allowed.length > 0);
	script = xasprintf(STATUS("Cpus_allowed", "%s"), allowed.bytes);
	assert_int_equal(run(*state, script), 0);
}

static void a_filter_is_loaded(void **state)
{
	assert_int_equal(run(*state, STATUS("Seccomp", "2")), 0);
}

static void capabilities_are_gone(void **state)
{
	assert_int_equal(run(*state, STATUS("CapEff", "0000000000000000")), 0);
	assert_int_equal(run(*state, STATUS("CapPrm", "0000000000000000")), 0);
	assert_int_equal(run(*state, STATUS("CapAmb", "0000000000000000")), 0);
}

static void capabilities_stay_when_they_must(void **state)
{
	struct cage *cage = *state;

	if (geteuid() != 0)
		skip();
	cage->request.drop_capabilities = false;
	assert_int_equal(run(cage, STATUS("CapEff", "0000000000000000")), 1);
}

static void core_dumps_are_off(void **state)
{
	assert_int_equal(run(*state, "while read -r line; do case $line in "
				     "'Max core file size'*' 0 '*' 0 '*) exit 0 ;; esac; done "
				     "</proc/self/limits; exit 1"),
		0);
}

static void the_soft_limit_of_files_is_the_hard_one(void **state)
{
	assert_int_equal(run(*state, "while read -r max open files soft hard rest; do "
				     "case $max$open$files in Maxopenfiles) "
				     "test $soft = $hard; exit; esac; done </proc/self/limits; "
				     "exit 9"),
		0);
}

static void memory_may_be_locked_when_it_must(void **state)
{
	struct cage *cage = *state;

	cage->request.lock_memory = true;
	assert_int_equal(run(cage, "while read -r max locked memory soft hard rest; do "
				   "case $max$locked$memory in Maxlockedmemory) "
				   "test $soft = $hard; exit; esac; done "
				   "</proc/self/limits; exit 9"),
		0);
}

static void only_the_kept_descriptors_are_inherited(void **state)
{
	struct cage *cage = *state;
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 60);
	int other = fcntl(STDIN_FILENO, F_DUPFD, 70);
	auto_free char *script =
		xasprintf("test -e /proc/self/fd/%d || exit 1; test -e /proc/self/fd/%d && exit 2; "
			  "test -e /proc/self/fd/0 || exit 3; exit 0",
			kept, other);

	assert_true(kept >= 60 && other >= 70);
	cage->request.keep_fds = &kept;
	cage->request.keep_fd_count = 1;
	assert_int_equal(run(cage, script), 0);
	cage->request.close_fds = false;
	assert_int_equal(run(cage, script), 2); /* the others stay as they were */
	cage->request.mode = SANDBOX_OFF;
	assert_int_equal(run(cage, script), 2);
	(void)close(kept);
	(void)close(other);
}

static void files_without_a_rule_are_shut(void **state)
{
	if (landlock_abi() == 0)
		skip();
	assert_int_equal(
		run(*state, "read -r line </proc/version || exit 1; "
			    "{ read -r line </etc/passwd; } 2>/dev/null && exit 2; exit 0"),
		0);
}

static void the_log_form_shuts_nothing(void **state)
{
	auto_strings struct strings policies = {NULL, 0};
	auto_filter struct filter *filter = NULL;
	struct cage *cage = *state;
	auto_fd int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 60);
	auto_free char *script = xasprintf("test -e /proc/self/fd/%d", kept);

	strings_add(&policies, "base");
	assert_null(filter_build(&policies, FILTER_DEFAULT_LOG, filter_host_arch(), &filter));
	cage->request.mode = SANDBOX_LOG;
	cage->request.filter = filter;
	cage->request.keep_fds = &kept;
	cage->request.keep_fd_count = 1;
	assert_int_equal(run(cage, script), 0);
	assert_int_equal(
		run(cage, "/bin/true && read -r line </etc/passwd && " STATUS("Seccomp", "2")), 0);
	assert_int_equal(run(cage, STATUS("NoNewPrivs", "1")), 0);
}

static void off_changes_nothing(void **state)
{
	struct cage *cage = *state;

	cage->request.mode = SANDBOX_OFF;
	cage->request.filter = NULL;
	assert_int_equal(run(cage, STATUS("Seccomp", "0")), 0);
	assert_int_equal(run(cage, "/bin/true && read -r line </etc/passwd"), 0);
}

/* A forgotten filter is no open door. */
static void no_filter_is_an_error(void **state)
{
	struct cage *cage = *state;

	cage->request.filter = NULL;
	assert_int_equal(run(cage, "exit 0"), NOT_EXECUTED);
}

static void an_absent_emulator_is_found_before_the_cage_closes(void **state)
{
	const struct cage *cage = *state;
	char *const argv[] = {(char *)"qemu", NULL};
	auto_error struct error *error =
		confine_and_exec(&cage->request, "/nonexistent/qemu", argv, argv + 1);

	assert_non_null(error);
	assert_int_equal(error->status, ERROR_STATUS_NOT_FOUND);
	assert_int_equal(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0, 1);
}

/* The shell itself may be read, its program loader may not. */
static void a_loader_outside_the_paths_is_explained(void **state)
{
	struct cage *cage = *state;
	pid_t pid;
	int status;

	if (landlock_abi() == 0)
		skip();
	cage->request.path_count = 0;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char *const argv[] = {(char *)"sh", NULL};
		struct error *error = confine_and_exec(&cage->request, "/bin/sh", argv, argv + 1);

		_exit(error && strstr(error->text, "--sandbox-path") ? (int)error->status : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), ERROR_STATUS_CANNOT_EXECUTE);
}

static void this_kernel_is_checked(void **state)
{
	auto_strings struct strings on = {NULL, 0};
	auto_strings struct strings none = {NULL, 0};
	auto_strings struct strings gaps = {NULL, 0};
	auto_error struct error *required = NULL;
	int abi = landlock_abi();
	int found = -1;

	(void)state;
	assert_null(confine_check(SANDBOX_ON, &found, &on));
	assert_int_equal(found, abi);
	landlock_gaps(abi, &gaps);
	assert_int_equal(on.count, gaps.count);
	required = confine_check(SANDBOX_REQUIRE, &found, &none);
	assert_int_equal(required != NULL, abi < LANDLOCK_ABI_WANTED);
	assert_null(confine_check(SANDBOX_LOG, &found, &none));
	assert_int_equal(found, 0);
	assert_null(confine_check(SANDBOX_OFF, &found, &none));
	assert_int_equal(none.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_process_gains_no_privileges, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_filter_is_loaded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_processor_may_be_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(capabilities_are_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			capabilities_stay_when_they_must, set_up, tear_down),
		cmocka_unit_test_setup_teardown(core_dumps_are_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_soft_limit_of_files_is_the_hard_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			memory_may_be_locked_when_it_must, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			only_the_kept_descriptors_are_inherited, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_without_a_rule_are_shut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_log_form_shuts_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(off_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_filter_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_absent_emulator_is_found_before_the_cage_closes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_loader_outside_the_paths_is_explained, set_up, tear_down),
		cmocka_unit_test(this_kernel_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
