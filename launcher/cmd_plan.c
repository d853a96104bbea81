/* SPDX-License-Identifier: MIT */
#include "cmd.h"
#include "launch.h"
#include "options.h"
#include "report.h"

static void print_plan(enum output_format format, const struct plan *plan)
{
	switch (format) {
	case OUTPUT_TEXT:
		report_plan_text(plan);
		break;
	case OUTPUT_SHELL:
		report_plan_shell(plan);
		break;
	case OUTPUT_JSON:
		report_plan_json(plan);
		break;
	}
}

struct error *cmd_plan(const struct options *options, int *ret_status)
{
	auto_launch struct launch launch = {0};
	const char *spec_path = NULL;
	struct error *error;

	TRY(one_operand(options, "SPEC.xml", &spec_path));
	error = launch_prepare(options, spec_path, &launch);
	if (error && options->format == OUTPUT_JSON)
		report_error_json(error, &launch.candidates);
	if (error)
		return error;
	print_plan(options->dry_run ? OUTPUT_SHELL : options->format, launch.plan);
	*ret_status = 0;
	return NULL;
}
