/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "cmd.h"
#include "emulate.h"
#include "host/emulator.h"
#include "help.h"
#include "options.h"
#include "report.h"

static struct error *run_command(const struct options *options, int *ret_status)
{
	switch (options->command) {
	case COMMAND_RUN:
		return cmd_run(options, ret_status);
	case COMMAND_PLAN:
		return cmd_plan(options, ret_status);
	case COMMAND_FIRMWARE:
		return cmd_firmware(options, ret_status);
	case COMMAND_TEST:
		return cmd_test(options, ret_status);
	case COMMAND_EXEC:
		return cmd_exec(options, ret_status);
	case COMMAND_DOCTOR:
		return cmd_doctor(options, ret_status);
	case COMMAND_NVRAM:
		return cmd_nvram(options, ret_status);
	case COMMAND_POLICY:
		return cmd_policy(options, ret_status);
	case COMMAND_HELP:
		return cmd_help(options, ret_status);
	case COMMAND_SCREEN:
		help_screen(stdout);
		*ret_status = 0;
		return NULL;
	case COMMAND_VERSION:
		puts("slipway " SLIPWAY_VERSION);
		*ret_status = 0;
		return NULL;
	}
	return error_new("unknown command");
}

/* Says why where it is not: half a plan must not look like one. */
static bool output_is_written(void)
{
	auto_error struct error *error = NULL;

	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	error = error_system(errno, "cannot write the output");
	report_error(error);
	return false;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct error *error;
	int status = ERROR_STATUS_REFUSED;

	/* by a name of QEMU every word is QEMU's */
	if (argc > 0 && emulator_has_name(argv[0]))
		return emulate(argv);
	error = options_read(argc, argv, &options);
	if (!error)
		error = run_command(&options, &status);
	if (error) {
		report_error(error);
		status = (int)error->status;
	}
	error_free(error);
	options_clear(&options);
	return output_is_written() || status != 0 ? status : ERROR_STATUS_REFUSED;
}
