/* SPDX-License-Identifier: MIT */
#include "emulate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/emulator.h"
#include "host/emulator_report.h"
#include "host/host.h"
#include "launch.h"
#include "options.h"
#include "plan/command.h"
#include "plan/equivalent.h"
#include "ready.h"
#include "report.h"
#include "spec/argv.h"

/* Under the 1024 descriptors that a process has at least. */
#define FD_SHIFT_MOST 700
#define FD_SHIFT_STEP 10

static bool is_there(const char *path)
{
	return !path || access(path, F_OK) == 0;
}

static bool is_in(const char *directory, const char *name)
{
	auto_free char *path = directory ? xasprintf("%s/%s", directory, name) : NULL;

	return path && is_there(path);
}

/* -L DIRECTORY: where QEMU looks for names without a slash, too. */
static bool in_library(const struct spec_command *command)
{
	for (size_t i = 0; i + 1 < command->words.count; i++)
		if (strcmp(command->words.items[i], "-L") == 0 &&
			is_in(command->words.items[i + 1], command->bios_word))
			return true;
	return false;
}

/*
 * A name without a slash is QEMU's to find. Where nothing of the kind is in the working directory,
 * below -L or in QEMU's own directories, it is a path that is not there.
 */
static void place_bios(const struct emulator *emulator, const char *here, struct spec *spec)
{
	struct spec_command *command = &spec->command;
	auto_free char *usual = emulator_data_directory(emulator);
	auto_strings struct strings directories = {0};

	if (is_there(command->bios_word) || in_library(command) || emulator->status != 0 ||
		is_in(usual, command->bios_word))
		return;
	emulator_data_directories(emulator->path, &directories); /* a start of QEMU */
	for (size_t i = 0; i < directories.count; i++)
		if (is_in(directories.items[i], command->bios_word))
			return;
	if (directories.count > 0)
		command->bios = path_absolute(here, command->bios_word);
}

static bool firmware_is_missing(const struct spec_command *command)
{
	return !is_there(command->flash[0].path) || !is_there(command->flash[1].path) ||
	       !is_there(command->bios);
}

static void firmware_paths(const struct options *options, enum arch arch,
	const struct spec_command *command, struct strings *paths)
{
	const char *const all[] = {command->flash[0].path, command->flash[1].path, command->bios,
		options->firmware_path, options->firmware_vars};

	for (size_t i = 0; i < ARRAY_COUNT(all); i++)
		if (all[i])
			strings_add_once(paths, all[i]);
	if (!is_there(command->bios))
		equivalent_paths(arch, paths);
}

static struct error *survey(const struct options *options, const struct plan_options *decide,
	const struct command_line *line, const struct spec *spec, struct host **ret_host)
{
	auto_fd int root_fd = file_open(options->root, O_PATH | O_DIRECTORY);
	auto_free char *name = emulator_name_behind(line->words[0]);
	auto_strings struct strings paths = {0};
	auto_strings struct strings stores = {0};
	auto_strings struct strings descriptors = {0};
	struct survey_request request = {
		.root_fd = root_fd,
		.root_path = options->root,
		.config_directory = options->config_directory,
		.privileged = options->privileged,
		.paths = &paths,
		.store_paths = &stores,
		.descriptor_paths = &descriptors,
		.images = &spec->command.images,
		.firmware = command_wants_firmware(decide) || firmware_is_missing(&spec->command),
	};

	if (root_fd < 0)
		return error_system(-root_fd, "--root: cannot open '%s'", options->root);
	command_ask_for_emulator(options, line, name, &request);
	request.arch = spec->arch;
	firmware_paths(options, spec->arch, &spec->command, &paths);
	if (options->firmware == FIRMWARE_OPTION_DESCRIPTOR)
		strings_add(&descriptors, options->firmware_path);
	if (command_wants_firmware(decide))
		plan_store_paths(spec, decide, &stores);
	return host_survey(&request, ret_host);
}

static void find_bios(const struct options *options, const struct command_line *line,
	const char *here, struct spec *spec)
{
	auto_free char *name = emulator_name_behind(line->words[0]);
	struct survey_request request = {.root_path = "/"};
	struct emulator emulator = {0};

	if (!spec->command.bios_word || spec->command.bios)
		return;
	command_ask_for_emulator(options, line, name, &request);
	emulator_find(&request, &emulator);
	place_bios(&emulator, here, spec);
	emulator_clear(&emulator);
}

/* The caller's descriptors keep their numbers: those of the plan are moved behind them. */
static int free_fd_shift(const struct spec *spec)
{
	int shift = 0;

	while (shift < FD_SHIFT_MOST && command_numbers_are_taken(shift, &spec->command.words))
		shift += FD_SHIFT_STEP;
	return shift < FD_SHIFT_MOST ? shift : FD_SHIFT_MOST - FD_SHIFT_STEP;
}

struct error *command_prepare(
	const struct options *options, const struct command_line *line, struct launch *launch)
{
	auto_free char *name = emulator_name_behind(line->words[0]);
	auto_free char *here = getcwd(NULL, 0);
	struct plan_options decide = launch_plan_options(options);

	decide.working_directory = here ? here : "/";
	launch->own_arguments = launch->command_line = true;
	launch->spec = spec_read_argv(name, line->words + 1, decide.working_directory);
	launch->spec->arch = command_arch(name);
	decide.fd_shift = free_fd_shift(launch->spec);
	find_bios(options, line, decide.working_directory, launch->spec);
	TRY(survey(options, &decide, line, launch->spec, &launch->host));
	TRY(refuse_emulator(&launch->host->emulator));
	return plan_command(
		launch->spec, launch->host, &decide, &launch->candidates, &launch->plan);
}

static struct error *run(const struct options *options, char **argv)
{
	const struct command_line line = {.words = argv, .by_name = true};
	auto_launch struct launch launch = {0};

	if (argv_is_probe(argv + 1))
		return command_pass_through(options, &line);
	if (!command_take(options, &launch))
		TRY(command_prepare(options, &line, &launch));
	return command_start(options, &launch);
}

int emulate(char **argv)
{
	struct options options = {0};
	struct error *error = options_from_environment(argv, &options);
	int status = ERROR_STATUS_REFUSED;

	if (!error)
		error = run(&options, argv);
	if (error) {
		report_error(error);
		status = (int)error->status;
	}
	error_free(error);
	options_clear(&options);
	return status;
}
