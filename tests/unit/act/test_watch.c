/* SPDX-License-Identifier: MIT */
/* act/watch: a shell in QEMU's place is watched to its end. tests/integration/watch.sh has the
 * rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/watch.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

/* What every test asks for; the rest is the test's. */
struct asked {
	struct strings expect, forbid, send;
	struct confine_request confine;
	const char *argv[4];
	struct watch_request request;
};

static void asked_clear(struct asked *asked)
{
	strings_clear(&asked->expect);
	strings_clear(&asked->forbid);
	strings_clear(&asked->send);
}

static void ask(struct asked *asked, const char *script)
{
	static char *const environment[] = {NULL};

	asked->confine.mode = SANDBOX_OFF;
	asked->argv[0] = "sh";
	asked->argv[1] = "-c";
	asked->argv[2] = script;
	asked->request = (struct watch_request){
		.confine = &asked->confine,
		.path = "/bin/sh",
		.argv = (char *const *)asked->argv,
		.envp = environment,
		.name = "shell",
		.judge = {.expect = &asked->expect, .forbid = &asked->forbid, .send = &asked->send},
		.verdict = {.timeout_ms = 20000, .success_exit = -1},
		.ready_listener = -1,
		.screenshot_fd = -1,
		.form = CONSOLE_OFF,
		.console_fd = -1,
		.log_fd = -1,
		.words_fd = -1,
		.progress_fd = -1,
	};
}

static void the_status_and_the_last_lines_are_told(void **state)
{
	CLEANUP(asked_clear) struct asked asked = {0};
	auto_watch_result struct watch_result result = {0};

	(void)state;
	ask(&asked, "echo one; echo two; echo wrong >&2; exit 3");
	assert_null(watch_run(&asked.request, &result));
	assert_int_equal(result.status, 1);
	assert_string_equal(result.words, "QEMU ended with status 3; its last words: wrong; last "
					  "console line: \"two\"");
	assert_int_equal(result.tail.count, 2);
	assert_string_equal(result.tail.items[0], "one");
	assert_int_equal(result.console_lines, 2);
	assert_int_equal(result.console_bytes, 8);
}

static void what_cannot_be_executed_is_an_error(void **state)
{
	CLEANUP(asked_clear) struct asked asked = {0};
	auto_watch_result struct watch_result result = {0};
	auto_error struct error *error = NULL;

	(void)state;
	ask(&asked, "");
	asked.request.path = "/nonexistent/qemu";
	error = watch_run(&asked.request, &result);
	assert_non_null(error);
	assert_int_equal(error->status, ERROR_STATUS_NOT_FOUND);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* and no child is left */
}

/* A connection that says READY=1 in its last line, which has no end, as sd_notify(3) sends it. */
static pid_t notify_later(const struct sockaddr_un *address, const char *message)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 ||
			write(fd, message, strlen(message)) < 0)
			_exit(1);
		_exit(0);
	}
	return pid;
}

/* The status of a test whose guest sends the messages, each in a connection. */
static int status_after(const char *const *messages, size_t count)
{
	CLEANUP(asked_clear) struct asked asked = {0};
	auto_watch_result struct watch_result result = {0};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_fd int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char *folder = tempdir_make();
	auto_free char *path = xasprintf("%s/notify", folder);

	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 8), 0);
	for (size_t i = 0; i < count; i++) {
		int status = 1;

		assert_int_equal(waitpid(notify_later(&address, messages[i]), &status, 0) > 0, 1);
		assert_int_equal(status, 0);
	}
	ask(&asked, "exec sleep 100");
	asked.request.ready_listener = listener;
	asked.request.verdict.ready = true;
	asked.request.verdict.timeout_ms = 1500;
	assert_null(watch_run(&asked.request, &result));
	tempdir_remove(folder);
	return result.status;
}

static void a_notice_makes_the_guest_ready(void **state)
{
	static const char *const messages[] = {"STATUS=Booting\nX_SYSTEMD_UNIT_ACTIVE=a.service",
		"READY=1\nSTATUS=Startup finished", "STATUS=late"};
	static const char *const bare[] = {"STATUS=x\nREADY=1"};

	(void)state;
	assert_int_equal(status_after(messages, 3), 0);
	assert_int_equal(status_after(bare, 1), 0);
}

static void other_notices_do_not(void **state)
{
	static const char *const messages[] = {"STATUS=READY=1", "READY=0\nREADY=11", ""};

	(void)state;
	assert_int_equal(status_after(messages, 3), 124);
}

static void signals_and_masks_are_given_back(void **state)
{
	CLEANUP(asked_clear) struct asked asked = {0};
	auto_watch_result struct watch_result result = {0};
	struct sigaction action = {0};
	sigset_t mask;

	(void)state;
	ask(&asked, "exit 0");
	assert_null(watch_run(&asked.request, &result));
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
	assert_int_equal(sigismember(&mask, SIGTERM), 0);
	assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
	assert_ptr_equal(action.sa_handler, SIG_DFL);
}

/* Blocked and ignored signals are inherited across exec, where nobody expects them. */
static void the_child_has_the_usual_signals(void **state)
{
	CLEANUP(asked_clear) struct asked asked = {0};
	auto_watch_result struct watch_result result = {0};

	(void)state;
	ask(&asked, "grep -E '^Sig(Blk|Ign):' /proc/self/status");
	assert_null(watch_run(&asked.request, &result));
	assert_int_equal(result.tail.count, 2);
	assert_string_equal(result.tail.items[0], "SigBlk:\t0000000000000000");
	/* 32 and 33 are the C library's own, and no program can change them back */
	assert_int_equal(strtoull(result.tail.items[1] + strlen("SigIgn:\t"), NULL, 16) &
				 ~UINT64_C(0x180000000),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_and_the_last_lines_are_told),
		cmocka_unit_test(what_cannot_be_executed_is_an_error),
		cmocka_unit_test(a_notice_makes_the_guest_ready),
		cmocka_unit_test(other_notices_do_not),
		cmocka_unit_test(signals_and_masks_are_given_back),
		cmocka_unit_test(the_child_has_the_usual_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
