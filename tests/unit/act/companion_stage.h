/* SPDX-License-Identifier: MIT */
/* A shell in the place of swtpm and its like, with folders for its state: for the tests of
 * act/companion and act/companion_end. */
#ifndef SLIPWAY_TESTS_UNIT_ACT_COMPANION_STAGE_H
#define SLIPWAY_TESTS_UNIT_ACT_COMPANION_STAGE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/companion.h"
#include "base/memory.h"
#include "support/tempdir.h"

#define OURS 80
#define THEIRS 90
#define SAID_MOST 256

struct stage {
	char *folder;
	char *state; /* the companion's directory, in one of its own */
	struct companion companion;
	struct companion_surroundings surroundings;
};

static char *const environment[] = {(char *)"WORD=given", NULL};

static inline int set_up(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->state = tempdir_path(stage->folder, "above/state");
	stage->surroundings = (struct companion_surroundings){
		.search_path = "/nowhere::relative:/bin:/usr/bin",
		.directory = stage->folder,
		.environment = environment,
	};
	stage->companion = (struct companion){
		.name = "tpm",
		.package = "swtpm",
		.line = 5,
		.fd = OURS,
		.own_fd = THEIRS,
	};
	*state = stage;
	return 0;
}

static inline int tear_down(void **state)
{
	struct stage *stage = *state;

	strings_clear(&stage->companion.setup);
	strings_clear(&stage->companion.argv);
	tempdir_remove(stage->folder);
	free(stage->state);
	free(stage);
	return 0;
}

static inline void shell(struct strings *argv, const char *script)
{
	strings_add(argv, "sh");
	strings_add(argv, "-c");
	strings_add(argv, script);
}

/* All that the program says to QEMU's end, which is closed then. */
static inline char *said_to_qemu(void)
{
	char *text = xcalloc(SAID_MOST + 1, 1);
	size_t length = 0;
	ssize_t got;

	while (length < SAID_MOST && (got = read(OURS, text + length, SAID_MOST - length)) > 0)
		length += (size_t)got;
	(void)close(OURS);
	return text;
}

static inline void wait_for(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
}

static inline struct error *start(const struct stage *stage, pid_t *ret_pid)
{
	return companion_start(&stage->companion, &stage->surroundings, ret_pid);
}

static inline void refuses(const struct stage *stage, const char *wanted)
{
	pid_t pid = 0;
	auto_error struct error *error = start(stage, &pid);

	assert_non_null(error);
	assert_string_equal(error->text, wanted);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	assert_int_equal(fcntl(OURS, F_GETFD), -1);
}

#define ON_STAGE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
