/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "host/host.h"
#include "plan/firmware.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/store.h"

/* What was asked of a store that there is not. */
static char *idle_option(const struct store_question *ask)
{
	bool named = ask->options->nvram == NVRAM_OPTION_PATH;

	if (ask->options->only_store || (!named && !ask->options->reset_nvram))
		return NULL;
	return xasprintf("nvram: this VM's firmware keeps no variables; %s%s has no effect",
		named ? "--nvram=" : "--reset-nvram", named ? ask->options->nvram_path : "");
}

/* What the guest will find: its store, which a copy that is gone afterwards may begin with too, or
 * what a new one is made from. Both were seen to fit, or the store would be refused. */
static const struct firmware_file *source_of(
	const struct store_question *ask, const struct plan_nvram *nvram)
{
	const struct firmware_file *store = NULL;

	if (nvram->action == NVRAM_KEEP)
		store = store_file(ask->host, nvram->path);
	else if (nvram->action == NVRAM_EPHEMERAL)
		store = store_file(ask->host, nvram->template);
	return store ? store : ask->files->template;
}

/* OVMF finds out whether its flash can be written by probing a byte of the store, and takes nothing
 * but zeros for memory: it boots, and keeps the variables in RAM (edk2
 * OvmfPkg/QemuFlashFvbServicesRuntimeDxe, QemuFlashDetected; seen with OVMF 2022.11). Boards of
 * fixed flash format such a store. */
char *store_warning(const struct store_question *ask, const struct plan_nvram *nvram)
{
	const struct firmware_file *file = source_of(ask, nvram);

	if (nvram->action == NVRAM_NONE)
		return idle_option(ask);
	if (!arch_is_x86(ask->request->arch) || nvram->json || !file ||
		nvram->action == NVRAM_NETWORK || file->role != FIRMWARE_ROLE_BLANK)
		return NULL;
	return xasprintf("nvram: '%s' is nothing but zeros: the guest will boot and forget every "
			 "variable; use the template that belongs to the firmware",
		file->path);
}
