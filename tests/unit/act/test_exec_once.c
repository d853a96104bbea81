/* SPDX-License-Identifier: MIT */
/* act/exec_once: one exec, in place, and none after it, by both ways. */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/exec_once.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

/* What the child does when the program could not be executed. */
#define NOT_EXECUTED 99
#define WORDS_MOST 65536

typedef struct error *exec_function(
	const struct filter *filter, const char *path, char *const argv[], char *const envp[]);

/* The second way first: what it leaves is nothing for the first. */
static exec_function *const ways[] = {exec_once_last_byte, exec_once};

static struct filter *make_filter_that(const char *second, enum filter_default otherwise)
{
	auto_strings struct strings policies = {NULL, 0};
	struct filter *filter = NULL;

	strings_add(&policies, "base");
	strings_add(&policies, second);
	assert_null(filter_build(&policies, otherwise, filter_host_arch(), &filter));
	return filter;
}

static struct filter *make_filter(const char *second)
{
	return make_filter_that(second, FILTER_DEFAULT_POLICY);
}

static void child(exec_function *way, const struct filter *filter, const char *script)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	char *const envp[] = {(char *)"HERE=there", NULL};
	struct error *error = NULL;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		error = way(filter, "/bin/sh", argv, envp);
	(void)error;
	_exit(NOT_EXECUTED);
}

/* Runs a shell script in the cage; its wait status. */
static int run(exec_function *way, const struct filter *filter, const char *script)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0)
		child(way, filter, script);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Where the witness of the next child writes. */
static struct exec_words said = {-1, false};

static struct error *exec_with_a_witness(
	const struct filter *filter, const char *path, char *const argv[], char *const envp[])
{
	return exec_witnessed(filter, &said, path, argv, envp);
}

/* Runs a script with a witness; what it said, which the caller frees, when all have ended. */
static char *run_witnessed(const struct filter *filter, const char *script, int *ret_status)
{
	char *words = xcalloc(WORDS_MOST, 1);
	size_t length = 0;
	ssize_t got;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	said = (struct exec_words){ends[1], filter->otherwise == FILTER_DEFAULT_LOG};
	*ret_status = run(exec_with_a_witness, filter, script);
	(void)close(ends[1]);
	while ((got = read(ends[0], words + length, WORDS_MOST - 1 - length)) > 0)
		length += (size_t)got;
	(void)close(ends[0]);
	return words;
}

static int exit_status(int status)
{
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void the_program_runs_with_its_arguments_and_environment(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++)
		assert_int_equal(
			exit_status(run(ways[i], filter, "test \"$HERE\" = there && exit 42")), 42);
}

/* "exec" of a shell that cannot: 126 and 127 are what POSIX gives it. */
static void nothing_is_executed_after_it(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		int status = exit_status(run(ways[i], filter, "exec 2>/dev/null; exec /bin/true"));

		assert_in_range(status, 126, 127);
	}
}

static void nothing_is_forked_after_it(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++)
		assert_int_not_equal(
			exit_status(run(ways[i], filter, "exec 2>/dev/null; (:); exit 0")), 0);
}

static void the_process_stays_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		auto_filter struct filter *filter = make_filter("tcg");
		int ends[2];
		char text[32] = {0};
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			(void)dup2(ends[1], STDOUT_FILENO);
			child(ways[i], filter, "echo $$");
		}
		assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
		assert_int_equal(strtol(text, NULL, 10), pid);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		(void)close(ends[0]);
		(void)close(ends[1]);
	}
}

/* No thread, no listener and no descriptor of the launcher is left behind: the shell's own
 * descriptors are what /proc shows. */
static void nothing_of_the_launcher_stays(void **state)
{
	static const char script[] = "set -- /proc/$$/task/*; test $# = 1 || exit 3;"
				     "for fd in 3 4 5 6 7 8 9; do "
				     "test -e /proc/$$/fd/$fd && exit 4; done; exit 0";
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0) {
			for (int fd = 3; fd < 64; fd++)
				(void)close(fd);
			child(ways[i], filter, script);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(exit_status(status), 0);
	}
}

/* It names what was denied, with the policy that would allow it, and ends with the program: the
 * end of its pipe is read. */
static void a_witness_names_what_is_denied(void **state)
{
	auto_filter struct filter *filter = make_filter_that("tcg", FILTER_DEFAULT_SEEN);
	auto_free char *words = NULL;
	int status;

	(void)state;
	words = run_witnessed(filter, "umask 022; umask 022; exit 8", &status);
	assert_int_equal(exit_status(status), 8);
	assert_non_null(strstr(words, "slipway: sandbox: QEMU called 'umask' (0x"));
	assert_non_null(strstr(words, "'daemonize' (-daemonize"));
	assert_null(strstr(strstr(words, "'umask'") + 1, "'umask'"));
	assert_null(strstr(words, "'execve'"));
}

static void nothing_is_executed_under_a_witness(void **state)
{
	auto_filter struct filter *filter = make_filter_that("tcg", FILTER_DEFAULT_SEEN);
	auto_free char *words = NULL;
	int status;

	(void)state;
	words = run_witnessed(filter, "exec 2>/dev/null; exec /bin/true", &status);
	assert_in_range(exit_status(status), 126, 127);
	assert_non_null(strstr(words, "'execve'"));
}

static void a_witness_of_the_log_lets_it_run(void **state)
{
	auto_filter struct filter *filter = make_filter_that("tcg", FILTER_DEFAULT_LOG);
	auto_free char *words = NULL;
	int status;

	(void)state;
	words = run_witnessed(filter, "exec /bin/true", &status);
	assert_int_equal(exit_status(status), 0);
	assert_non_null(strstr(words, "--sandbox=log let it run"));
	assert_non_null(strstr(words, "'spawn'"));
}

static void handle(int number)
{
	(void)number;
}

/* A process that sends a bounded number of signals: a timer could fire faster than a loaded machine
 * gets on, for ever. */
static void pester(pid_t victim)
{
	if (fork() != 0)
		return;
	/* The number of one that is gone may be another's. */
	for (int i = 0; i < 700 && getppid() == victim; i++) {
		(void)kill(victim, SIGALRM);
		(void)sched_yield();
	}
	_exit(0);
}

/* The wait status of a child; one that never ends fails the test. */
static int end_of(pid_t pid)
{
	const struct sigaction interrupt = {.sa_handler = handle};
	int status = 0;
	pid_t ended;

	(void)sigaction(SIGALRM, &interrupt, NULL);
	(void)alarm(30);
	ended = waitpid(pid, &status, 0);
	(void)alarm(0);
	if (ended != pid) {
		(void)kill(pid, SIGKILL);
		fail_msg("the exec still waits for its answer");
	}
	return status;
}

/* A signal that arrives while the exec waits for its answer makes it ask again, and one that comes
 * right with the answer throws that away: about one round in a hundred. */
static void pester_each(exec_function *way, const struct filter *filter, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0) {
			struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};

			(void)sigaction(SIGALRM, &action, NULL);
			pester(getpid());
			child(way, filter, "exit 7");
		}
		status = end_of(pid);
		/* Ended by one of them, once executed, or by its own exit. */
		assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGALRM
						: WEXITSTATUS(status) == 7);
	}
}

static void signals_do_not_stop_it(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	pester_each(exec_once, filter, 500);
}

static void signals_do_not_stop_a_witness(void **state)
{
	auto_filter struct filter *filter = make_filter_that("tcg", FILTER_DEFAULT_SEEN);

	(void)state;
	said = (struct exec_words){STDERR_FILENO, false};
	pester_each(exec_with_a_witness, filter, 100);
}

/* slipway under slipway, or in a container that intercepts calls: a listener exists already. */
static void the_second_way_serves_where_somebody_listens(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");
	pid_t pid;
	int status;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
		const struct sock_fprog program = {1, &allow};

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) < 0)
			_exit(NOT_EXECUTED - 1);
		child(exec_once, filter, "exec 2>/dev/null; exec /bin/true");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_in_range(exit_status(status), 126, 127);
}

/* The descriptor of the second way lies above the limit and cannot come back. */
static void the_second_way_lowers_the_limit(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");
	struct rlimit limit;
	char text[32] = {0};
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_max > 65536)
		limit.rlim_max = 65536;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		child(exec_once_last_byte, filter, "ulimit -Hn");
	}
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	assert_int_equal(strtoul(text, NULL, 10), limit.rlim_max - 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void spawn_executes_as_often_as_it_likes(void **state)
{
	auto_filter struct filter *filter = make_filter("spawn");

	(void)state;
	assert_int_equal(exit_status(run(exec_once, filter, "/bin/true && exec /bin/true")), 0);
}

static void what_is_not_there_is_127(void **state)
{
	int fd;
	auto_error struct error *error = exec_check(NULL, "/nonexistent/qemu", &fd);

	(void)state;
	assert_non_null(error);
	assert_int_equal(error->status, ERROR_STATUS_NOT_FOUND);
	assert_non_null(strstr(error->text, "'/nonexistent/qemu'"));
	assert_non_null(strstr(error->text, "--emulator"));
}

static void what_cannot_be_executed_is_126(void **state)
{
	char *folder = tempdir_make();
	auto_free char *plain = tempdir_path(folder, "qemu");
	auto_free char *fifo = tempdir_path(folder, "fifo");

	(void)state;
	tempdir_text(folder, "qemu", "text");
	tempdir_fifo(folder, "fifo");
	const char *const paths[] = {folder, plain, fifo};

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		int fd;
		auto_error struct error *error = exec_check(NULL, paths[i], &fd);

		assert_non_null(error);
		assert_int_equal(error->status, ERROR_STATUS_CANNOT_EXECUTE);
	}
	tempdir_remove(folder);
}

static void a_script_is_refused_and_named(void **state)
{
	char *folder = tempdir_make();
	auto_free char *script = tempdir_path(folder, "qemu-wrapper");
	auto_filter struct filter *filter = make_filter("tcg");
	auto_filter struct filter *spawn = make_filter("spawn");
	auto_error struct error *error = NULL;
	int fd;

	(void)state;
	tempdir_text(folder, "qemu-wrapper", "#!/bin/sh\nexec qemu-system-x86_64 \"$@\"\n");
	assert_int_equal(chmod(script, 0755), 0);
	error = exec_check(filter, script, &fd);
	assert_non_null(error);
	assert_int_equal(error->status, ERROR_STATUS_CANNOT_EXECUTE);
	assert_non_null(strstr(error->text, script));
	assert_non_null(strstr(error->text, "is a script"));
	assert_non_null(strstr(error->text, "--sandbox=off"));
	assert_null(exec_check(NULL, script, &fd));
	assert_int_equal(fd, -1);
	assert_null(exec_check(spawn, script, &fd));
	assert_int_equal(fd, -1);
	tempdir_remove(folder);
}

static void what_was_looked_at_is_handed_over(void **state)
{
	auto_filter struct filter *filter = make_filter("tcg");
	auto_fd int fd = -1;

	(void)state;
	assert_null(exec_check(filter, "/bin/true", &fd));
	assert_true(fd > STDERR_FILENO);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

/* A file that the kernel does not take after the filter is loaded: an error comes back, by both
 * ways, and nothing hangs. */
static void a_failed_exec_comes_back(void **state)
{
	char *folder = tempdir_make();
	auto_free char *junk = tempdir_path(folder, "qemu");
	auto_filter struct filter *filter = make_filter("tcg");

	(void)state;
	tempdir_text(folder, "qemu", "neither a script nor ELF");
	assert_int_equal(chmod(junk, 0755), 0);
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0) {
			char *const argv[] = {junk, NULL};
			struct error *error = NULL;

			if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
				error = ways[i](filter, junk, argv, argv + 1);
			_exit(error && error->number == ENOEXEC ? (int)error->status : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(exit_status(status), ERROR_STATUS_CANNOT_EXECUTE);
	}
	tempdir_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_runs_with_its_arguments_and_environment),
		cmocka_unit_test(nothing_is_executed_after_it),
		cmocka_unit_test(nothing_is_forked_after_it),
		cmocka_unit_test(the_process_stays_the_same),
		cmocka_unit_test(nothing_of_the_launcher_stays),
		cmocka_unit_test(a_witness_names_what_is_denied),
		cmocka_unit_test(nothing_is_executed_under_a_witness),
		cmocka_unit_test(a_witness_of_the_log_lets_it_run),
		cmocka_unit_test(signals_do_not_stop_it),
		cmocka_unit_test(signals_do_not_stop_a_witness),
		cmocka_unit_test(the_second_way_serves_where_somebody_listens),
		cmocka_unit_test(the_second_way_lowers_the_limit),
		cmocka_unit_test(spawn_executes_as_often_as_it_likes),
		cmocka_unit_test(what_is_not_there_is_127),
		cmocka_unit_test(what_cannot_be_executed_is_126),
		cmocka_unit_test(a_script_is_refused_and_named),
		cmocka_unit_test(what_was_looked_at_is_handed_over),
		cmocka_unit_test(a_failed_exec_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
