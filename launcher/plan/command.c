/* SPDX-License-Identifier: MIT */
#include "plan/command.h"

#include "base/memory.h"
#include "host/host.h"
#include "plan/cage.h"
#include "plan/cage_command.h"
#include "plan/command_firmware.h"
#include "plan/machine.h"
#include "spec/spec.h"

bool command_wants_firmware(const struct plan_options *options)
{
	return options->firmware != FIRMWARE_OPTION_AUTO || options->secure_boot != CHOICE_UNSET ||
	       options->nvram != NVRAM_OPTION_AUTO;
}

static void begin(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	plan->name = xstrdup(spec->name);
	plan->arch = spec->arch;
	plan->machine = xstrdup(spec->machine ? spec->machine : machine_default(spec->arch));
	plan->fd_shift = options->fd_shift;
	plan->accel = spec->command.kvm ? "kvm" : "tcg";
	plan->emulator = xstrdup(host->emulator.path ? host->emulator.path : "qemu");
	strings_add(&plan->argv, plan->emulator);
	for (size_t i = 0; i < spec->command.words.count; i++)
		strings_add(&plan->argv, spec->command.words.items[i]);
}

struct error *plan_command(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));

	*ret_candidates = (struct candidates){0};
	begin(spec, host, options, plan);
	TRY(decide_command_firmware(spec, host, options, ret_candidates, plan));
	decide_cage(spec, options, plan);
	TRY(decide_command_cage(spec, host, options, plan));
	for (size_t i = 0; i < host->notes.count; i++)
		strings_add(&plan->notes, host->notes.items[i]);
	plan->candidates = *ret_candidates;
	*ret_candidates = (struct candidates){0};
	*ret_plan = steal(&plan);
	return NULL;
}
