/* SPDX-License-Identifier: MIT */
#include "plan/plan_pack.h"

static const char *const accelerators[] = {"tcg", "kvm"};

bool plan_is_repeatable(const struct plan *plan)
{
	return !plan->of_this_moment && plan->overlay_count == 0 && plan->opening_count == 0 &&
	       plan->companion_count == 0 && plan->nvram.action != NVRAM_RESET;
}

/* A name of ours that a plan borrows. */
static void pack_accelerator(struct pack *pack, struct plan *plan)
{
	uint64_t kvm = plan->accel && plan->accel[0] == 'k';

	pack_number(pack, &kvm);
	plan->accel = accelerators[kvm == 1];
}

static void pack_firmware(struct pack *pack, struct plan_firmware *firmware)
{
	PACK_VALUE(pack, firmware->source);
	pack_text(pack, &firmware->descriptor);
	PACK_VALUE(pack, firmware->interface);
	PACK_VALUE(pack, firmware->device);
	PACK_VALUE(pack, firmware->mode);
	pack_text(pack, &firmware->path);
	pack_text(pack, &firmware->open_path);
	PACK_VALUE(pack, firmware->format);
	PACK_VALUE(pack, firmware->read_only);
	pack_strings(pack, &firmware->features);
	PACK_VALUE(pack, firmware->smm);
	PACK_VALUE(pack, firmware->secure);
	PACK_VALUE(pack, firmware->uefi_vars);
	PACK_VALUE(pack, firmware->pad_bytes);
}

static void pack_nvram(struct pack *pack, struct plan_nvram *nvram)
{
	PACK_VALUE(pack, nvram->action);
	pack_text(pack, &nvram->path);
	PACK_VALUE(pack, nvram->format);
	pack_text(pack, &nvram->template);
	pack_text(pack, &nvram->template_open);
	PACK_VALUE(pack, nvram->template_format);
	PACK_VALUE(pack, nvram->size_bytes);
	PACK_VALUE(pack, nvram->make_directory);
	PACK_VALUE(pack, nvram->combined);
	PACK_VALUE(pack, nvram->json);
}

static void pack_sandbox(struct pack *pack, struct plan_sandbox *sandbox)
{
	PACK_VALUE(pack, sandbox->mode);
	pack_strings(pack, &sandbox->policies);
	pack_items(pack, &sandbox->paths, &sandbox->path_count, sizeof(*sandbox->paths));
	for (size_t i = 0; i < sandbox->path_count; i++) {
		struct path_rule *rule = &sandbox->paths[i];

		pack_text(pack, &rule->path);
		PACK_VALUE(pack, rule->write);
		PACK_VALUE(pack, rule->directory);
		PACK_VALUE(pack, rule->device);
		PACK_VALUE(pack, rule->made);
		PACK_VALUE(pack, rule->sockets);
	}
	pack_items(pack, &sandbox->ports, &sandbox->port_count, sizeof(*sandbox->ports));
	for (size_t i = 0; i < sandbox->port_count; i++) {
		PACK_VALUE(pack, sandbox->ports[i].port);
		PACK_VALUE(pack, sandbox->ports[i].listen);
	}
	PACK_VALUE(pack, sandbox->any_listen);
	PACK_VALUE(pack, sandbox->any_connect);
}

void plan_pack(struct pack *pack, struct plan *plan)
{
	pack_text(pack, &plan->name);
	PACK_VALUE(pack, plan->arch);
	pack_text(pack, &plan->machine);
	pack_accelerator(pack, plan);
	pack_text(pack, &plan->emulator);
	pack_firmware(pack, &plan->firmware);
	pack_nvram(pack, &plan->nvram);
	pack_strings(pack, &plan->argv);
	pack_strings(pack, &plan->environment);
	pack_sandbox(pack, &plan->sandbox);
	PACK_VALUE(pack, plan->fd_shift);
	pack_text(pack, &plan->runtime_directory);
	pack_items(pack, &plan->cpus, &plan->cpu_count, sizeof(*plan->cpus));
	for (size_t i = 0; i < plan->cpu_count; i++)
		PACK_VALUE(pack, plan->cpus[i]);
	pack_strings(pack, &plan->warnings);
	PACK_VALUE(pack, plan->nvram_by_fd);
	PACK_VALUE(pack, plan->code_by_fd);
}
