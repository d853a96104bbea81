/* SPDX-License-Identifier: MIT */
#include <string.h>

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

/* What the plan makes of the words behind the emulator: they keep their places, and what is added
 * comes behind them. */
static void gather_difference(
	const struct strings *words, const struct plan *plan, struct strings *lines)
{
	struct text added = {0};

	for (size_t i = 1; i < plan->argv.count; i++) {
		auto_free char *word = text_shell_quoted(plan->argv.items[i]);

		if (i >= words->count) {
			text_addf(&added, " %s", word);
		} else if (strcmp(words->items[i], plan->argv.items[i]) != 0) {
			auto_free char *old = text_shell_quoted(words->items[i]);

			strings_addf(lines, "changed: %s", old);
			strings_addf(lines, "     to: %s", word);
		}
	}
	if (added.length > 0)
		strings_addf(lines, "added:%s", added.bytes);
	text_clear(&added);
}

static void gather_sandbox(const struct plan *plan, struct strings *lines)
{
	struct text policies = {0};

	for (size_t i = 0; i < plan->sandbox.policies.count; i++)
		text_addf(&policies, " %s", plan->sandbox.policies.items[i]);
	if (plan->sandbox.mode != SANDBOX_OFF)
		strings_addf(lines, "sandbox:%s", policies.bytes ? policies.bytes : "");
	text_clear(&policies);
}

static void print_plan(
	const struct options *options, const struct strings *words, const struct plan *plan)
{
	auto_strings struct strings lines = {0};

	gather_difference(words, plan, &lines);
	gather_sandbox(plan, &lines);
	if (options->format == OUTPUT_JSON)
		report_plan_json(plan);
	else
		report_plan_shell(plan);
	if (!options->quiet) {
		report_warnings(&lines);
		report_warnings(&plan->warnings);
	}
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
	if (options->dry_run || !command_take(options, &launch))
		TRY(command_prepare(options, &line, &launch));
	if (!options->dry_run)
		return command_start(options, &launch);
	print_plan(options, &words, launch.plan);
	*ret_status = 0;
	return NULL;
}
