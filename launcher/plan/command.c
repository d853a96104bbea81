/* SPDX-License-Identifier: MIT */
#include "plan/command.h"

#include <stdlib.h>

#include "base/memory.h"
#include "host/host.h"
#include "plan/cage.h"
#include "plan/cage_command.h"
#include "plan/command_firmware.h"
#include "plan/machine.h"
#include "plan/openings.h"
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

/* A tap that is made before QEMU is confined takes the place of each helper. */
static void serve_bridges(const struct spec_command *command, struct plan *plan)
{
	for (size_t i = 0; i < command->bridge_count; i++) {
		const struct spec_bridge *bridge = &command->bridges[i];
		struct opening *tap = add_opening(plan, OPENING_TAP, 0);
		char **word = &plan->argv.items[bridge->word + 1]; /* behind the emulator */

		tap->bridge = xstrdup(bridge->bridge);
		tap->helper = xstrdup(bridge->helper);
		strings_addf(&plan->notes,
			"network: '%s' needs a helper, which is served before QEMU is confined: a "
			"tap on bridge '%s' as descriptor %d",
			*word, bridge->bridge, tap->fd);
		free(*word);
		*word = xasprintf(
			"tap,fd=%d%s%s", tap->fd, bridge->others[0] ? "," : "", bridge->others);
	}
}

struct error *plan_command(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));

	*ret_candidates = (struct candidates){0};
	begin(spec, host, options, plan);
	if (options->sandbox != SANDBOX_OFF) /* else QEMU itself can start the helper */
		serve_bridges(&spec->command, plan);
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
