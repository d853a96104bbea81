/* SPDX-License-Identifier: MIT */
/* act/child: a program with three pipes and sockets of its own, or why there is none. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/child.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

#define SOCKET_NUMBER 41
#define READ_MOST 256

static struct error *start(const char *path, const char *script, struct child *ret_child)
{
	const struct confine_request confine = {.mode = SANDBOX_OFF};
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	const struct child_request request = {
		.confine = &confine,
		.path = path,
		.argv = argv,
		.envp = argv + 3,
		.socket_numbers = {SOCKET_NUMBER},
		.socket_count = 1,
	};

	return child_start(&request, ret_child);
}

/* All that arrives until the other end is closed. */
static char *read_all(int fd)
{
	char *text = xcalloc(READ_MOST + 1, 1);
	size_t length = 0;
	ssize_t got;

	(void)fcntl(fd, F_SETFL, 0);
	while (length < READ_MOST && (got = read(fd, text + length, READ_MOST - length)) > 0)
		length += (size_t)got;
	return text;
}

static void the_pipes_are_the_childs_standard_three(void **state)
{
	struct child child;
	auto_free char *output = NULL;
	auto_free char *words = NULL;

	(void)state;
	assert_null(start("/bin/sh", "read -r line; echo got $line; echo words >&2", &child));
	assert_int_equal(write(child.input_fd, "text\n", 5), 5);
	output = read_all(child.output_fd);
	assert_string_equal(output, "got text\n");
	words = read_all(child.words_fd);
	assert_string_equal(words, "words\n");
	child_clear(&child);
	assert_int_equal(child.pid, 0);
	assert_int_equal(child.sockets[0], -1);
}

static void a_socket_has_its_number(void **state)
{
	struct child child;
	auto_free char *output = NULL;

	(void)state;
	assert_null(start("/bin/sh",
		"test -S /proc/self/fd/41 && echo socket; test -e /proc/self/fd/100 || echo no "
		"more",
		&child));
	output = read_all(child.output_fd);
	assert_string_equal(output, "socket\nno more\n");
	child_clear(&child);
}

/* Waits until it has ended: its output is closed before. */
static void end_of(struct child *child, int *ret_status, int *ret_signal)
{
	free(read_all(child->output_fd));
	while (!child_has_ended(child, ret_status, ret_signal))
		(void)usleep(1000);
}

static void its_status_or_its_signal_is_told_once(void **state)
{
	struct child child;
	int status = -1, signal = -1;

	(void)state;
	assert_null(start("/bin/sh", "exit 7", &child));
	end_of(&child, &status, &signal);
	assert_int_equal(status, 7);
	assert_int_equal(signal, 0);
	assert_false(child_has_ended(&child, &status, &signal));
	child_signal(&child, SIGKILL); /* nobody's */
	child_clear(&child);
	assert_null(start("/bin/sh", "exec sleep 100", &child));
	assert_false(child_has_ended(&child, &status, &signal));
	child_signal(&child, SIGUSR1);
	end_of(&child, &status, &signal);
	assert_int_equal(status, 0);
	assert_int_equal(signal, SIGUSR1);
	child_clear(&child);
}

static void a_child_that_is_forgotten_is_killed(void **state)
{
	struct child child;
	pid_t pid;

	(void)state;
	assert_null(start("/bin/sh", "exec sleep 100", &child));
	pid = child.pid;
	child_clear(&child);
	assert_int_equal(kill(pid, 0), -1);
}

static void signals_are_as_if_nobody_had_touched_them(void **state)
{
	sigset_t usr1, before;
	struct child child;
	int status, signal;

	(void)state;
	(void)sigemptyset(&usr1);
	(void)sigaddset(&usr1, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &usr1, &before);
	assert_null(start("/bin/sh", "kill -USR1 $$; exit 3", &child));
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	end_of(&child, &status, &signal);
	assert_int_equal(signal, SIGUSR1);
	child_clear(&child);
}

static void what_cannot_be_executed_is_told_with_its_status(void **state)
{
	struct child child;
	auto_error struct error *error = start("/nonexistent/qemu", "", &child);

	(void)state;
	assert_int_equal(error->status, ERROR_STATUS_NOT_FOUND);
	assert_non_null(strstr(error->text, "emulator '/nonexistent/qemu': No such file"));
	assert_int_equal(child.pid, 0);
	assert_int_equal(child.output_fd, -1);
}

struct refused {
	struct refusal refusals[2];
	const char *text;
};

static char *start_refused(void *argument)
{
	const struct refused *refused = argument;
	struct child child;
	struct error *error;

	calls_refuse(refused->refusals, refused->refusals[1].call ? 2 : 1);
	error = start("/bin/sh", "echo executed", &child);
	if (error)
		return error->text;
	child_clear(&child);
	return xstrdup("it was started");
}

static void what_is_missing_for_a_child_is_an_error(void **state)
{
	static const struct refused cases[] = {
		{{{SYS_pipe2, EMFILE, 0, 0}}, "pipe: Too many open files"},
		{{{SYS_socketpair, EMFILE, 0, 0}}, "socket: Too many open files"},
		{{{SYS_fcntl, EINVAL, 2, F_SETFL}}, "pipe: Invalid argument"},
		{{{SYS_clone, EAGAIN, 0, 0}, {SYS_clone3, EAGAIN, 0, 0}},
			"cannot start another process: Resource"},
		{{{SYS_pidfd_open, EMFILE, 0, 0}}, "pidfd_open: Too many open files"},
		/* in the child */
		{{{SYS_prctl, EINVAL, 1, PR_SET_PDEATHSIG}}, "death signal: Invalid argument"},
		{{{SYS_getppid, 0, 0, 0}}, "slipway has ended meanwhile"},
		{{{SYS_fcntl, EMFILE, 2, F_DUPFD_CLOEXEC}}, "descriptor: Too many open files"},
		{{{SYS_dup2, EBUSY, 2, 1}}, "descriptor 1: Device or resource busy"},
		{{{SYS_dup2, EBUSY, 2, SOCKET_NUMBER}}, "descriptor 41: Device or resource busy"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *said = child_answer(start_refused, (void *)&cases[i]);

		if (!strstr(said, cases[i].text))
			fail_msg("wanted '%s', got '%s'", cases[i].text, said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pipes_are_the_childs_standard_three),
		cmocka_unit_test(a_socket_has_its_number),
		cmocka_unit_test(its_status_or_its_signal_is_told_once),
		cmocka_unit_test(a_child_that_is_forgotten_is_killed),
		cmocka_unit_test(signals_are_as_if_nobody_had_touched_them),
		cmocka_unit_test(what_cannot_be_executed_is_told_with_its_status),
		cmocka_unit_test(what_is_missing_for_a_child_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
