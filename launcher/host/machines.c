/* SPDX-License-Identifier: MIT */
#include "host/machines.h"

#include "base/memory.h"
#include "host/machine_report.h"

/*
 * Only QEMU itself knows its newest version of a machine. Where it cannot be asked: descriptors
 * speak of versions by globs ("pc-q35-*", "virt-*", "virt*"), which any version fits, so one of a
 * recent QEMU stands for all. riscv64 and loongarch64 have one unversioned "virt" (QEMU
 * hw/riscv/virt.c, hw/loongarch/virt.c).
 */
#define VERSION "10.0"

static const struct {
	enum arch arch;
	const char *alias;
	const char *canonical;
} aliases[] = {
	{ARCH_X86_64, "q35", "pc-q35-" VERSION},
	{ARCH_X86_64, "pc", "pc-i440fx-" VERSION},
	{ARCH_X86_64, "microvm", "microvm"},
	{ARCH_I386, "q35", "pc-q35-" VERSION},
	{ARCH_I386, "pc", "pc-i440fx-" VERSION},
	{ARCH_I386, "microvm", "microvm"},
	{ARCH_AARCH64, "virt", "virt-" VERSION},
	{ARCH_ARM, "virt", "virt-" VERSION},
	{ARCH_RISCV64, "virt", "virt"},
	{ARCH_LOONGARCH64, "virt", "virt"},
};

static void take_table(enum arch arch, struct host *host)
{
	for (size_t i = 0; i < ARRAY_COUNT(aliases); i++) {
		struct machine_alias *machine;

		if (aliases[i].arch != arch)
			continue;
		machine = array_push(&host->machines, &host->machine_count, sizeof(*machine));
		machine->alias = xstrdup(aliases[i].alias);
		machine->canonical = xstrdup(aliases[i].canonical);
	}
}

void machines_list(const struct survey_request *request, struct host *host)
{
	if (request->machines)
		machine_report_take(request, host);
	host->machines_from_emulator = host->machine_count > 0;
	if (!host->machines_from_emulator)
		take_table(request->arch, host);
}
