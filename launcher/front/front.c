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

/* The whole program: beside this one, as it was built or installed; else where it was meant to be.
 */
static char *find_whole(const char *self)
{
	auto_free char *directory = self ? path_directory(self) : NULL;
	auto_free char *beside = directory ? xasprintf("%s/%s", directory, whole_beside) : NULL;

	return beside && access(beside, X_OK) == 0 ? steal(&beside) : xstrdup(whole_place);
}

/* Comes back only with the status of a failure. */
static int hand_over(const char *self, const char *whole, char **argv)
{
	auto_error struct error *error = NULL;

	if (self)
		(void)setenv(OPTIONS_FRONT, self, 1);
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
static bool serve(
	const struct options *options, char **argv, bool by_name, struct error **ret_error)
{
	const struct command_line line = {.words = argv, .by_name = true};
	struct launch launch = {0}; /* not freed: this process ends, or becomes another program */

	if (by_name && argv_is_probe(argv + 1))
		*ret_error = command_pass_through(options, &line);
	else if (wants_library(options))
		return false;
	else if ((by_name || options->command == COMMAND_EXEC) && command_take(options, &launch))
		*ret_error = command_start(options, &launch);
	else if (!by_name && options->command == COMMAND_RUN && run_take(options, &launch))
		*ret_error = launch_start(options, &launch);
	else
		return false;
	return true;
}

/* `argv` may be in another order afterwards. */
static bool try_to_serve(int argc, char **argv, const char *whole, int *ret_status)
{
	bool by_name = argc > 0 && emulator_has_name(argv[0]);
	struct options options = {0};
	struct error *error = by_name ? options_from_environment(argv, &options)
				      : options_read(argc, argv, &options);
	bool served = false;

	options.program = whole;
	if (!error)
		served = serve(&options, argv, by_name, &error);
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
	auto_free char *self = path_of_program();
	auto_free char *whole = find_whole(self);
	auto_free char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	int status = ERROR_STATUS_REFUSED;

	memcpy(words, argv, (size_t)argc * sizeof(*words));
	return try_to_serve(argc, words, whole, &status) ? status : hand_over(self, whole, argv);
}
