/* SPDX-License-Identifier: MIT */
/*
 * Tables that the guest's firmware shows: SMBIOS, files of fw_cfg, ACPI tables.
 */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

#define OEM_STRINGS 11

static void add_smbios_table(
	const struct arguments *arguments, const struct spec_smbios_table *table)
{
	struct text option = {0};

	qopt_addf(&option, "type", "%u", table->type);
	for (size_t i = 0; i < table->entry_count; i++)
		qopt_add(&option, table->type == OEM_STRINGS ? "value" : table->entries[i].name,
			table->entries[i].value);
	add_option(&arguments->plan->argv, "-smbios", text_take(&option));
}

/* The tables count only where <os> says so, as in libvirt. */
static void add_smbios(const struct arguments *arguments)
{
	const struct spec_smbios *smbios = &arguments->spec->smbios;

	if (!text_equal(smbios->mode, "sysinfo"))
		return;
	for (size_t i = 0; i < smbios->table_count; i++)
		add_smbios_table(arguments, &smbios->tables[i]);
}

static void add_fwcfg(const struct arguments *arguments, const struct spec_fwcfg *file)
{
	struct text option = {0};

	qopt_add(&option, "name", file->name);
	add_text(&option, "string", file->text);
	add_text(&option, "file", file->file);
	add_option(&arguments->plan->argv, "-fw_cfg", text_take(&option));
	cage_file(arguments->plan, file->file, false);
}

/* A SLIC table gets its name from QEMU; a raw one is whole (libvirt, qemuBuildACPICommandLine). */
static void add_acpi_table(const struct arguments *arguments, const struct spec_acpi_table *table)
{
	struct text option = {0};

	if (text_equal(table->type, "slic"))
		qopt_add(&option, "sig", "SLIC");
	add_text(&option, "file", table->path);
	add_option(&arguments->plan->argv, "-acpitable", text_take(&option));
	cage_file(arguments->plan, table->path, false);
}

void add_tables(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	add_smbios(arguments);
	for (size_t i = 0; i < spec->fwcfg_count; i++)
		add_fwcfg(arguments, &spec->fwcfgs[i]);
	for (size_t i = 0; i < spec->acpi_table_count; i++)
		add_acpi_table(arguments, &spec->acpi_tables[i]);
}
