/* SPDX-License-Identifier: MIT */
#include "cmd.h"
#include "launch.h"
#include "options.h"

struct error *cmd_run(const struct options *options, int *ret_status)
{
	auto_launch struct launch launch = {0};
	const char *spec_path = NULL;

	if (options->dry_run)
		return cmd_plan(options, ret_status);
	TRY(one_operand(options, "SPEC.xml", &spec_path));
	TRY(launch_prepare(options, spec_path, &launch));
	return launch_start(options, &launch);
}
