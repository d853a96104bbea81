/* SPDX-License-Identifier: MIT */
/* act/companion_end: what is thrown away is gone in the end, and so is everybody. */
#include <sys/syscall.h>

#include "act/companion_end.h"
#include "unit/act/companion_stage.h"
#include "support/child.h"
#include "support/refuse.h"

static void what_is_thrown_away_is_gone_with_the_program(void **state)
{
	struct stage *stage = *state;
	auto_free char *above = tempdir_path(stage->folder, "above");
	auto_free char *setup = xasprintf(": >'%s/file'", stage->state);
	auto_free char *look = xasprintf("ls '%s' >&9", stage->state);
	auto_free char *said = NULL;
	pid_t pid;

	stage->companion.directory = stage->state;
	stage->companion.throw_away = true;
	stage->companion.own_fd = 9;
	shell(&stage->companion.setup, setup);
	shell(&stage->companion.argv, look);
	assert_null(start(stage, &pid));
	said = said_to_qemu();
	assert_string_equal(said, "file\n");
	wait_for(pid); /* the keeper */
	assert_int_equal(access(stage->state, F_OK), -1);
	assert_int_equal(access(above, F_OK), -1);
}

static void a_keeper_whose_setup_fails_says_why_and_leaves_nothing(void **state)
{
	struct stage *stage = *state;

	stage->companion.directory = stage->state;
	stage->companion.throw_away = true;
	shell(&stage->companion.setup, "echo reason >&2; exit 1");
	shell(&stage->companion.argv, "");
	refuses(stage, "line 5: 'sh' failed: reason");
	assert_int_equal(access(stage->state, F_OK), -1);
}

static void a_keeper_that_is_told_to_end_ends_its_program(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;
	pid_t pid;

	stage->companion.directory = stage->state;
	stage->companion.throw_away = true;
	stage->companion.own_fd = 9;
	shell(&stage->companion.argv, "echo ready >&9; exec sleep 100");
	assert_null(start(stage, &pid));
	(void)kill(pid, SIGTERM);
	said = said_to_qemu(); /* to its end: the program is gone */
	wait_for(pid);
	assert_int_equal(access(stage->state, F_OK), -1);
}

static void all_end_by_themselves_or_are_ended(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;
	pid_t pid;

	stage->companion.own_fd = 9;
	shell(&stage->companion.argv,
		"trap '' TERM; echo deaf >&9; exec 9>&-; while :; do sleep 1; done");
	assert_null(start(stage, &pid));
	said = said_to_qemu();
	assert_string_equal(said, "deaf\n");
	companions_end(&pid, 1);
	assert_int_equal(kill(pid, 0), -1);
}

static void a_keeper_of_a_directory_removes_it_at_its_end(void **state)
{
	struct stage *stage = *state;
	pid_t keeper = 0;

	tempdir_directory(stage->folder, "above");
	tempdir_directory(stage->folder, "above/state");
	tempdir_text(stage->folder, "above/state/socket", "");
	assert_null(keeper_start(stage->state, &keeper));
	assert_int_equal(access(stage->state, F_OK), 0);
	(void)kill(keeper, SIGTERM);
	wait_for(keeper);
	assert_int_equal(access(stage->state, F_OK), -1);
}

struct keeper_case {
	struct stage *stage;
	struct refusal refusal;
	const char *text;
};

static char *keeper_refused(void *argument)
{
	const struct keeper_case *refused = argument;
	pid_t keeper;

	calls_refuse(&refused->refusal, 1);
	return keeper_start(refused->stage->state, &keeper)->text;
}

static void what_is_missing_for_a_keeper_is_an_error(void **state)
{
	struct keeper_case cases[] = {
		{*state, {SYS_pipe2, EMFILE, 0, 0}, "pipe: Too many open files"},
		{*state, {SYS_clone, EAGAIN, 0, 0},
			"cannot start another process: Resource temporarily unavailable"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *said = child_answer(keeper_refused, &cases[i]);

		assert_string_equal(said, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(what_is_thrown_away_is_gone_with_the_program),
		ON_STAGE(a_keeper_whose_setup_fails_says_why_and_leaves_nothing),
		ON_STAGE(a_keeper_that_is_told_to_end_ends_its_program),
		ON_STAGE(all_end_by_themselves_or_are_ended),
		ON_STAGE(a_keeper_of_a_directory_removes_it_at_its_end),
		ON_STAGE(what_is_missing_for_a_keeper_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
