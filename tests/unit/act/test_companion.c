/* SPDX-License-Identifier: MIT */
/* act/companion: shells in the place of swtpm and its like, and what can go wrong at their start.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "unit/act/companion_stage.h"
#include "support/child.h"
#include "support/refuse.h"

static void a_program_has_its_end_and_its_environment_and_nothing_else(void **state)
{
	struct stage *stage = *state;
	int other = fcntl(STDIN_FILENO, F_DUPFD, 60);
	auto_free char *said = NULL;
	pid_t pid;

	shell(&stage->companion.argv,
		"read -r line <&9;"
		" test -e /proc/self/fd/60 || echo shut >&9; echo $WORD $line >&9");
	stage->companion.own_fd = 9;
	assert_true(other >= 60);
	assert_null(start(stage, &pid));
	assert_int_equal(write(OURS, "asked\n", 6), 6);
	said = said_to_qemu();
	assert_string_equal(said, "shut\ngiven asked\n");
	wait_for(pid);
	(void)close(other);
}

static void what_is_not_installed_is_named_with_its_package(void **state)
{
	struct stage *stage = *state;

	strings_add(&stage->companion.argv, "no-such-program");
	refuses(stage, "line 5: 'no-such-program' is not there; install the package swtpm");
	strings_clear(&stage->companion.argv);
	strings_add(&stage->companion.argv, "/nowhere/program");
	refuses(stage, "line 5: '/nowhere/program' is not there; install the package swtpm");
	strings_clear(&stage->companion.argv);
	stage->surroundings.search_path = NULL;
	shell(&stage->companion.argv, "");
	refuses(stage, "line 5: 'sh' is not there; install the package swtpm");
	stage->surroundings.search_path = "/bin";
	strings_add(&stage->companion.setup, "no-such-setup");
	refuses(stage, "line 5: 'no-such-setup' is not there; install the package swtpm");
}

static void a_path_is_taken_as_it_is(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;
	pid_t pid;

	strings_add(&stage->companion.argv, "/bin/sh");
	strings_add(&stage->companion.argv, "-c");
	strings_add(&stage->companion.argv, "echo here >&9");
	stage->companion.own_fd = 9;
	assert_null(start(stage, &pid));
	said = said_to_qemu();
	assert_string_equal(said, "here\n");
	wait_for(pid);
}

static void the_state_is_prepared_first(void **state)
{
	struct stage *stage = *state;
	struct stat status;
	auto_free char *said = NULL;
	auto_free char *made = tempdir_path(stage->folder, "above/state/made");
	auto_free char *setup = xasprintf("echo quiet; : >'%s'", made);
	auto_free char *look = xasprintf("test -e '%s' && echo prepared >&9", made);
	pid_t pid;

	stage->companion.directory = stage->state;
	stage->companion.own_fd = 9;
	shell(&stage->companion.setup, setup);
	shell(&stage->companion.argv, look);
	assert_null(start(stage, &pid));
	said = said_to_qemu();
	assert_string_equal(said, "prepared\n");
	wait_for(pid);
	assert_int_equal(stat(stage->state, &status), 0); /* what is kept */
	assert_int_equal(status.st_mode & 07777, 0700);
}

static void a_failed_setup_says_why_in_one_line(void **state)
{
	struct stage *stage = *state;

	shell(&stage->companion.argv, "");
	shell(&stage->companion.setup, "echo one >&2; echo >&2; echo two >&2; exit 3");
	refuses(stage, "line 5: 'sh' failed: one; two");
	strings_clear(&stage->companion.setup);
	shell(&stage->companion.setup, "exit 3");
	refuses(stage, "line 5: 'sh' failed: it says nothing");
}

static void a_state_that_cannot_be_made_is_an_error(void **state)
{
	struct stage *stage = *state;
	pid_t pid = 0;
	auto_error struct error *error = NULL;

	tempdir_text(stage->folder, "above", "");
	stage->companion.directory = stage->state;
	shell(&stage->companion.argv, "");
	error = start(stage, &pid);
	assert_ptr_equal(strstr(error->text, "line 5: tpm: cannot make '"), error->text);
}

static void one_that_forks_is_ready_when_its_first_process_has_ended(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;
	pid_t pid;

	stage->companion.forks = true;
	stage->companion.own_fd = 9;
	shell(&stage->companion.argv, "(read -r line <&9; echo $line >&9) & exit 0");
	assert_null(start(stage, &pid));
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(write(OURS, "later\n", 6), 6);
	said = said_to_qemu();
	assert_string_equal(said, "later\n");
}

static void one_that_forks_may_fail(void **state)
{
	struct stage *stage = *state;

	stage->companion.forks = true;
	shell(&stage->companion.argv, "echo no address >&2; exit 1");
	refuses(stage, "line 5: 'tpm' failed: no address");
}

static void a_listener_is_connected_and_has_no_name(void **state)
{
	struct stage *stage = *state;
	auto_free char *name = NULL;
	int listens = 0;
	socklen_t length = sizeof(listens);
	pid_t pid;

	stage->companion.socket = COMPANION_LISTEN;
	stage->companion.own_fd = 9;
	shell(&stage->companion.argv, "test -S /proc/self/fd/9");
	assert_null(start(stage, &pid));
	assert_int_equal(getsockopt(OURS, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length), 0);
	assert_int_equal(listens, 0);
	name = xasprintf("%s/companion-%d", stage->folder, (int)getpid());
	assert_int_equal(access(name, F_OK), -1);
	(void)close(OURS);
	wait_for(pid);
}

static void a_listener_needs_a_name_that_is_short_enough(void **state)
{
	struct stage *stage = *state;
	char folder[200];
	pid_t pid;
	auto_error struct error *absent = NULL;
	auto_error struct error *error = NULL;

	memset(folder, 'a', sizeof(folder) - 1);
	folder[0] = '/';
	folder[sizeof(folder) - 1] = '\0';
	stage->companion.socket = COMPANION_LISTEN;
	shell(&stage->companion.argv, "");
	stage->surroundings.directory = folder;
	error = start(stage, &pid);
	assert_non_null(strstr(error->text, "is too long for the name of a socket"));
	stage->surroundings.directory = "/nowhere";
	absent = start(stage, &pid);
	assert_non_null(strstr(absent->text, "socket '/nowhere/companion-"));
}

struct refused {
	struct stage *stage;
	struct refusal refusals[2];
	bool listens, throws_away, has_setup;
	const char *text;
};

static char *start_refused(void *argument)
{
	struct refused *refused = argument;
	struct stage *stage = refused->stage;
	pid_t pid;
	struct error *error;

	stage->companion.socket = refused->listens ? COMPANION_LISTEN : COMPANION_PAIR;
	stage->companion.throw_away = refused->throws_away;
	stage->companion.directory = stage->state;
	shell(&stage->companion.argv, "exit 0");
	if (refused->has_setup)
		shell(&stage->companion.setup, "exit 0");
	calls_refuse(refused->refusals, refused->refusals[1].call ? 2 : 1);
	error = start(stage, &pid);
	return error ? error->text : xstrdup("it was started");
}

static void what_is_missing_for_a_companion_is_an_error(void **state)
{
	const struct refusal no_fork = {SYS_clone, EAGAIN, 0, 0};
	struct refused cases[] = {
		{*state, {{SYS_socketpair, EMFILE, 0, 0}}, false, false, false, "socket: Too many"},
		{*state, {{SYS_socket, EMFILE, 0, 0}}, true, false, false, "socket: Too many"},
		{*state, {{SYS_listen, EADDRINUSE, 0, 0}}, true, false, false, "socket '"},
		{*state, {{SYS_connect, EADDRINUSE, 0, 0}}, true, false, false, "socket '"},
		{*state, {no_fork}, false, false, false, "cannot start '/bin/sh': Resource"},
		{*state, {no_fork}, false, false, true, "cannot start '/bin/sh': Resource"},
		{*state, {no_fork}, false, true, false, "cannot start '/bin/sh': Resource"},
		{*state, {{SYS_pipe2, EMFILE, 0, 0}}, false, true, false, "pipe: Too many"},
		{*state, {{SYS_dup2, EMFILE, 2, OURS}}, false, false, false,
			"descriptor 80: Too many"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *said = child_answer(start_refused, &cases[i]);

		if (strncmp(said, cases[i].text, strlen(cases[i].text)) != 0)
			fail_msg("%zu: wanted '%s', got '%s'", i, cases[i].text, said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(a_program_has_its_end_and_its_environment_and_nothing_else),
		ON_STAGE(what_is_not_installed_is_named_with_its_package),
		ON_STAGE(a_path_is_taken_as_it_is),
		ON_STAGE(the_state_is_prepared_first),
		ON_STAGE(a_failed_setup_says_why_in_one_line),
		ON_STAGE(a_state_that_cannot_be_made_is_an_error),
		ON_STAGE(one_that_forks_is_ready_when_its_first_process_has_ended),
		ON_STAGE(one_that_forks_may_fail),
		ON_STAGE(a_listener_is_connected_and_has_no_name),
		ON_STAGE(a_listener_needs_a_name_that_is_short_enough),
		ON_STAGE(what_is_missing_for_a_companion_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
