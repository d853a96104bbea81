/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <stdlib.h>

#include "plan/choose.h"
#include "plan/openings.h"
#include "plan/recorded.h"

void candidates_forget_items(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].path);
		free(candidates->items[i].reason);
	}
	free(candidates->items);
	candidates->items = NULL;
	candidates->count = 0;
}

void candidates_clear(struct candidates *candidates)
{
	candidates_forget_items(candidates);
	free(candidates->wanted);
	free(candidates->fix);
	strings_clear(&candidates->absent);
	*candidates = (struct candidates){0};
}

void plan_firmware_clear(struct plan *plan)
{
	free(plan->firmware.descriptor);
	free(plan->firmware.path);
	free(plan->firmware.open_path);
	strings_clear(&plan->firmware.features);
	plan->firmware = (struct plan_firmware){0};
}

static void nvram_clear(struct plan_nvram *nvram)
{
	free(nvram->path);
	free(nvram->template);
	free(nvram->template_open);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->name);
	free(plan->machine);
	free(plan->emulator);
	plan_firmware_clear(plan);
	nvram_clear(&plan->nvram);
	candidates_clear(&plan->candidates);
	openings_clear(plan);
	free(plan->runtime_directory);
	free(plan->cpus);
	strings_clear(&plan->argv);
	strings_clear(&plan->environment);
	strings_clear(&plan->sandbox.policies);
	for (size_t i = 0; i < plan->sandbox.path_count; i++)
		free(plan->sandbox.paths[i].path);
	free(plan->sandbox.paths);
	free(plan->sandbox.ports);
	for (size_t i = 0; i < plan->overlay_count; i++)
		free(plan->overlays[i].path);
	free(plan->overlays);
	strings_clear(&plan->warnings);
	strings_clear(&plan->notes);
	free(plan);
}

void plan_free_pointer(struct plan **plan)
{
	plan_free(*plan);
	*plan = NULL;
}
