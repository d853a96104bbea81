/* SPDX-License-Identifier: MIT */
/*
 * QEMU's command line, a word a line, and the plan of it on a host that has nothing; and the text
 * as one option's value, in both of QEMU's forms. Promised: reading never fails; each key has a
 * value; every path that may be opened is absolute; there is a plan or a reason.
 */
#include "emulate.h"
#include "fuzz/fuzz.h"
#include "fuzz/stage.h"
#include "launch.h"
#include "spec/argv.h"
#include "spec/argv_reader.h"
#include "spec/spec.h"

static void look_at_value(const char *text)
{
	auto_argv_values struct argv_values values = {0};
	auto_argv_values struct argv_values implied = {0};

	if (argv_values_read(text, NULL, &values))
		PROMISE(values.keys.count == values.values.count);
	if (argv_values_read(text, "driver", &implied))
		PROMISE(implied.keys.count == implied.values.count);
}

static void look_at_spec(const struct spec *spec)
{
	const struct spec_command *command = &spec->command;

	PROMISE(command->present);
	for (size_t i = 0; i < command->access_count; i++)
		PROMISE(command->accesses[i].path[0] == '/');
	for (size_t i = 0; i < command->need_count; i++)
		PROMISE(command->needs[i].because);
}

static void plan_it(const struct strings *words)
{
	const struct command_line line = {.words = words->items};
	auto_launch struct launch launch = {0};
	auto_error struct error *error = NULL;

	error = command_prepare(&stage_of_the_run()->options, &line, &launch);
	PROMISE(!error == (launch.plan != NULL));
	look_at_spec(launch.spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_free char *text = input_text(bytes, size);
	const char *rest = text;
	auto_strings struct strings words = {0};
	char *line;

	look_at_value(text);
	strings_add(&words, stage_of_the_run()->emulator);
	while ((line = take_line(&rest)))
		strings_add_owned(&words, line);
	for (size_t i = 0; i < words.count; i++)
		if (strcmp(words.items[i], "-readconfig") == 0)
			return 0; /* files of this machine are no part of the input */
	(void)argv_is_probe(words.items + 1);
	plan_it(&words);
	return 0;
}
