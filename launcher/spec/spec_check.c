/* SPDX-License-Identifier: MIT */
/*
 * What cannot work by the XML alone. The rules are libvirt's (src/conf/domain_validate.c,
 * virDomainDefOSValidate; src/qemu/qemu_validate.c), so that what libvirt would not define is not
 * started here either; the words are slipway's.
 */
#include "spec/read.h"

#include "spec/field.h"

/* UEFI is asked for: by name, or as a file for flash. */
static bool wants_uefi(const struct spec_firmware *firmware)
{
	return firmware->kind == SPEC_FIRMWARE_EFI ||
	       (firmware->kind == SPEC_FIRMWARE_UNSET && firmware->loader.present &&
		       firmware->loader.type == SPEC_LOADER_PFLASH);
}

static bool has_nvram(const struct spec_firmware *firmware)
{
	return firmware->nvram.present && firmware->nvram.source.kind != SPEC_SOURCE_NONE;
}

/* <os firmware=…>: slipway chooses. */
static void check_automatic(struct places *places, const struct spec_firmware *firmware)
{
	if (firmware->enrolled_keys == CHOICE_YES && firmware->secure_boot == CHOICE_NO)
		place_wrong(places, firmware->enrolled_keys_line,
			"feature 'enrolled-keys' is wanted and 'secure-boot' (line %d) is not; "
			"keys "
			"are of use to secure boot only: set both to yes, or enrolled-keys to no",
			firmware->secure_boot_line);
	if (firmware->kind == SPEC_FIRMWARE_EFI)
		return;
	if (has_nvram(firmware) || firmware->nvram.template)
		place_wrong(places, firmware->nvram.line,
			"<nvram> with firmware='bios'; a BIOS keeps no variables, write "
			"firmware='efi' or leave <nvram> out");
	if (firmware->loader.stateless == CHOICE_NO)
		place_wrong(places, firmware->loader.line,
			"stateless='no' with firmware='bios'; a BIOS keeps no variables");
}

/* The firmware is a file that <loader> names. */
static void check_manual(struct places *places, const struct spec_firmware *firmware)
{
	const struct spec_loader *loader = &firmware->loader;
	int line = loader->present ? loader->line : firmware->nvram.line;

	if (firmware->secure_boot_line > 0 || firmware->enrolled_keys_line > 0)
		place_wrong(places,
			firmware->secure_boot_line > 0 ? firmware->secure_boot_line
						       : firmware->enrolled_keys_line,
			"a firmware <feature> without <os firmware='efi'>; features choose among "
			"firmware, and there is no choice without it");
	if ((loader->present || firmware->nvram.present) && !loader->path)
		place_wrong(places, line,
			"%s; write <os firmware='efi'> to have a firmware chosen, or name the file "
			"in <loader>",
			loader->present ? "<loader> without a path" : "<nvram> without a <loader>");
	if (loader->stateless == CHOICE_NO && loader->type != SPEC_LOADER_PFLASH)
		place_wrong(places, loader->line,
			"stateless='no' needs type='pflash'; only flash keeps variables");
}

static void check_stateless(struct places *places, const struct spec_firmware *firmware)
{
	if (firmware->loader.stateless != CHOICE_YES)
		return;
	if (firmware->nvram.template)
		place_wrong(places, firmware->nvram.line,
			"template of <nvram> with a <loader> that is stateless; leave one of them "
			"out");
	if (has_nvram(firmware))
		place_wrong(places, firmware->nvram.line,
			"<nvram> with a <loader> that is stateless, which keeps no variables; "
			"leave "
			"one of them out");
}

/* UEFI gives the guest its ACPI tables; libvirt demands them together where one needs the other. */
static void check_acpi(struct places *places, const struct spec *spec)
{
	const struct spec_firmware *firmware = &spec->firmware;
	bool uefi = wants_uefi(firmware);

	if (uefi && spec->acpi != CHOICE_YES && arch_is_x86(spec->arch))
		place_wrong(places, spec->features.line > 0 ? spec->features.line : firmware->line,
			"UEFI needs ACPI on %s; add <acpi/> to <features>", arch_name(spec->arch));
	if (!uefi && spec->acpi == CHOICE_YES && spec->arch == ARCH_AARCH64)
		place_wrong(places, spec->acpi_line,
			"ACPI needs UEFI on aarch64; write <os firmware='efi'>, or leave <acpi/> "
			"out");
}

static bool machine_is_q35(const char *machine)
{
	return text_equal(machine, "q35") || text_starts_with(machine, "pc-q35-");
}

static void check_secure(struct places *places, const struct spec *spec)
{
	const struct spec_loader *loader = &spec->firmware.loader;

	if (loader->secure != CHOICE_YES)
		return;
	if (spec->arch != ARCH_X86_64 && spec->arch != ARCH_UNKNOWN)
		place_wrong(places, loader->line,
			"secure='yes' on %s; SMM protects variables on x86_64 only",
			arch_name(spec->arch));
	else if (spec->machine && !machine_is_q35(spec->machine))
		place_wrong(places, loader->line,
			"secure='yes' needs SMM, which only the machine 'q35' has for it");
	else if (spec->firmware.kind == SPEC_FIRMWARE_UNSET && spec->smm != CHOICE_YES)
		place_wrong(places, loader->line,
			"secure='yes' needs SMM; add <smm state='on'/> to <features>");
}

static void check_kernel(struct places *places, const struct spec *spec)
{
	const char *lonely = spec->initrd ? "<initrd>" : spec->cmdline ? "<cmdline>" : NULL;

	if (lonely && !spec->kernel)
		place_wrong(places, spec->firmware.line, "%s without <kernel>", lonely);
}

void check_firmware(struct places *places, const struct spec *spec)
{
	const struct spec_firmware *firmware = &spec->firmware;

	if (firmware->kind == SPEC_FIRMWARE_UNSET)
		check_manual(places, firmware);
	else
		check_automatic(places, firmware);
	check_stateless(places, firmware);
	check_acpi(places, spec);
	check_secure(places, spec);
	check_kernel(places, spec);
	if (firmware->varstore.present && firmware->nvram.present)
		place_wrong(places, firmware->varstore.line,
			"<varstore> and <nvram> (line %d); firmware keeps its variables in one of "
			"them",
			firmware->nvram.line);
}
