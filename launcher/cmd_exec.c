/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cmd.h"
#include "emulate.h"
#include "launch.h"
#include "options.h"
#include "report.h"
#include "spec/argv.h"

/* The words behind the options or behind "--", then those of QEMU_OPTS. */
static void gather_words(const struct options *options, struct strings *words)
{
	const struct strings *arguments = &options->arguments;

	for (size_t i = 0; i < options->operands.count; i++)
		strings_add(words, options->operands.items[i]);
	for (size_t i = options->environment_arguments; i < arguments->count; i++)
		strings_add(words, arguments->items[i]);
	for (size_t i = 0; words->count > 0 && i < options->environment_arguments; i++)
		strings_add(words, arguments->items[i]);
}

static void print_plan(const struct options *options, const struct plan *plan)
{
	if (options->format == OUTPUT_JSON)
		report_plan_json(plan);
	else
		report_plan_shell(plan);
	if (!options->quiet)
		report_warnings(&plan->warnings);
	if (options->verbose)
		report_warnings(&plan->notes);
}

struct error *cmd_exec(const struct options *options, int *ret_status)
{
	auto_strings struct strings words = {0};
	auto_launch struct launch launch = {0};
	struct command_line line = {0};

	gather_words(options, &words);
	if (words.count == 0)
		return error_new("a QEMU command line is missing: slipway exec [OPTION...] -- "
				 "qemu-system-x86_64 ARGUMENT...");
	line.words = words.items;
	if (!options->dry_run && argv_is_probe(words.items + 1))
		return command_pass_through(options, &line);
	TRY(command_prepare(options, &line, &launch));
	if (!options->dry_run)
		return command_start(options, &launch);
	print_plan(options, launch.plan);
	*ret_status = 0;
	return NULL;
}
