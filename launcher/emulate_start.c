/* SPDX-License-Identifier: MIT */
#include "emulate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/exec_once.h"
#include "act/filter.h"
#include "base/memory.h"
#include "host/emulator.h"
#include "launch.h"
#include "launch_record.h"
#include "options.h"
#include "ready.h"

/* qemu-kvm and kvm run this machine's own instructions. */
enum arch command_arch(const char *name)
{
	static const char prefix[] = "qemu-system-";

	return text_starts_with(name, prefix) ? arch_from_name(name + strlen(prefix))
					      : filter_host_arch();
}

void command_ask_for_emulator(const struct options *options, const struct command_line *line,
	const char *name, struct survey_request *request)
{
	request->arch = command_arch(name);
	request->search_path = options->search_path;
	request->program = options->front;
	if (line->by_name)
		request->called_as = line->words[0];
	request->emulator = line->by_name ? options->emulator : line->words[0];
}

/* No look at anything but the emulator's own place: management programs ask dozens of times. */
struct error *command_pass_through(const struct options *options, const struct command_line *line)
{
	auto_free char *name = emulator_name_behind(line->words[0]);
	struct survey_request request = {.root_path = "/"};
	struct emulator emulator = {0};
	struct error *error;

	command_ask_for_emulator(options, line, name, &request);
	emulator_find(&request, &emulator);
	error = refuse_emulator(&emulator);
	if (!error) {
		size_t count = 0;
		auto_free char **argv = NULL;

		while (line->words[count])
			count++;
		argv = xcalloc(count + 1, sizeof(*argv));
		memcpy(argv, line->words, count * sizeof(*argv));
		argv[0] = emulator.path;
		error = exec_plain(emulator.path, argv, environ);
	}
	emulator_clear(&emulator);
	return error;
}

static bool names_set(const struct strings *words, int number)
{
	auto_free char *set = xasprintf("set=%d", number);

	for (size_t i = 0; words && i < words->count; i++)
		if (strstr(words->items[i], set))
			return true;
	return false;
}

bool command_numbers_are_taken(int shift, const struct strings *words)
{
	static const int numbers[] = {PLAN_NVRAM_FD, PLAN_CODE_FD, PLAN_OPENING_FD,
		PLAN_OPENING_FD + 1, PLAN_OPENING_FD + 2, PLAN_OPENING_FD + 3};

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		if (fcntl(numbers[i] + shift, F_GETFD) >= 0 || names_set(words, numbers[i] + shift))
			return true;
	return false;
}

bool command_take(const struct options *options, struct launch *launch)
{
	launch->command_line = true;
	return !command_numbers_are_taken(0, NULL) && launch_record_take(options, launch);
}

struct error *command_start(const struct options *options, const struct launch *launch)
{
	auto_ready struct ready ready = READY_NONE;
	const struct plan *plan = launch->plan;

	TRY(ready_make(options, launch, &ready));
	launch_record_keep(launch, ready.filter);
	ready.confine.close_fds = false;
	ready.confine.drop_capabilities = false;
	ready.confine.core_dumps = true;
	return confine_and_exec(&ready.confine, plan->emulator, plan->argv.items, environ);
}
