/* SPDX-License-Identifier: MIT */
/*
 * The front: slipway without a library, linked statically with a C library that starts at once. It
 * does what needs no more than that: it carries out the plan of an earlier start, and passes on to
 * QEMU what QEMU is only asked. Everything else, what is wrong with its own words included, is left
 * to the whole program, which is executed in its place before anything was done.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "emulate.h"
#include "front/whole.h"
#include "host/emulator.h"
#include "launch.h"
#include "launch_record.h"
#include "options.h"
#include "report.h"
#include "spec/argv.h"

/* What was called, and what it is the front of; both found when they are needed. */
struct halves {
	char *self, *whole;
};

/* The kernel says by which path this was called (getauxval(3)): where that is no link, a look at
 * /proc, which takes ten times as long, would not say more. */
static const char *find_self(struct halves *halves)
{
	const char *called = (const char *)getauxval(AT_EXECFN);
	struct stat status;

	if (halves->self)
		return halves->self;
	if (called && called[0] == '/' && lstat(called, &status) == 0 && S_ISREG(status.st_mode))
		halves->self = xstrdup(called);
	else
		halves->self = path_of_program();
	return halves->self;
}

/* Beside this one, as it was built or installed; else where it was meant to be, and only there
 * where this has more rights than who called it and chose the path. */
static const char *find_whole(struct halves *halves)
{
	const char *self = find_self(halves);
	auto_free char *directory = self ? path_directory(self) : NULL;
	auto_free char *beside = directory ? xasprintf("%s/%s", directory, whole_beside) : NULL;

	if (!halves->whole)
		halves->whole = beside && !getauxval(AT_SECURE) && access(beside, X_OK) == 0
					? steal(&beside)
					: xstrdup(whole_place);
	return halves->whole;
}

/* Comes back only with the status of a failure. */
static int hand_over(struct halves *halves, char **argv)
{
	const char *whole = find_whole(halves);
	auto_error struct error *error = NULL;

	if (halves->self)
		(void)setenv(OPTIONS_FRONT, halves->self, 1);
	(void)execv(whole, argv);
	error = error_system(
		errno, "cannot execute '%s', which is a part of slipway; install it again", whole);
	report_error(error);
	return ERROR_STATUS_REFUSED;
}

/* Its filter is libseccomp's each time. */
static bool wants_library(const struct options *options)
{
	return options->sandbox == SANDBOX_LOG;
}

static bool run_take(const struct options *options, struct launch *launch)
{
	const char *path = NULL;
	auto_error struct error *error = one_operand(options, "SPEC.xml", &path);

	if (!error)
		error = launch_read_text(path, launch);
	return !error && launch_record_take(options, launch);
}

/* False: this is the whole program's, and nothing was done. True: it was tried, and *ret_error says
 * why it failed. */
static bool start_again(const struct options *options, bool by_name, struct error **ret_error)
{
	static struct launch launch; /* not freed: this process ends, or becomes another program */

	if (wants_library(options))
		return false;
	if (by_name || options->command == COMMAND_EXEC) {
		if (!command_take(options, &launch))
			return false;
		*ret_error = command_start(options, &launch);
	} else {
		if (options->command != COMMAND_RUN || !run_take(options, &launch))
			return false;
		*ret_error = launch_start(options, &launch);
	}
	return true;
}

/* The same for whatever is asked of slipway; `argv` may be in another order afterwards. */
static bool serve(int argc, char **argv, struct halves *halves, int *ret_status)
{
	const struct command_line line = {.words = argv, .by_name = true};
	bool by_name = argc > 0 && emulator_has_name(argv[0]);
	struct options options = {0};
	struct error *error = by_name ? options_from_environment(argv, &options)
				      : options_read(argc, argv, &options);
	bool served = !error;

	if (served && by_name && argv_is_probe(argv + 1)) {
		error = command_pass_through(&options, &line);
	} else if (served) {
		options.program = find_whole(halves);
		served = start_again(&options, by_name, &error);
	}
	if (served) {
		report_error(error);
		*ret_status = (int)error->status;
	}
	error_free(error);
	options_clear(&options);
	return served;
}

int main(int argc, char **argv)
{
	auto_free char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	struct halves halves = {0};
	int status = ERROR_STATUS_REFUSED;

	memcpy(words, argv, (size_t)argc * sizeof(*words));
	if (!serve(argc, words, &halves, &status))
		status = hand_over(&halves, argv);
	free(halves.self);
	free(halves.whole);
	return status;
}
