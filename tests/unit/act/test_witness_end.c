/* SPDX-License-Identifier: MIT */
/* act/witness: it ends with the process that it was started for, whatever became of that. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/witness.h"
#include "base/file.h"

/* A witness that stays would stay for ever. */
#define PATIENCE_MS 60000

static _Noreturn void die_before_there_is_a_listener(void)
{
	struct witness witness;
	auto_error struct error *error = witness_start(STDERR_FILENO, false, &witness);

	if (error)
		_exit(1);
	raise(SIGKILL);
	_exit(2);
}

/* What the dead process had open is closed: who reads to the end of it does not wait. */
static void it_keeps_nothing_of_a_process_that_died(void **state)
{
	struct pollfd end = {.events = POLLIN};
	auto_fd int ours = -1;
	int fds[2];
	int status;
	pid_t pid;
	char byte;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	ours = fds[0];
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		die_before_there_is_a_listener();
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	end.fd = ours;
	assert_int_equal(poll(&end, 1, PATIENCE_MS), 1);
	assert_int_equal(read(ours, &byte, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_keeps_nothing_of_a_process_that_died),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
