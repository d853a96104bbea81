/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "base/file.h"
#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const kind_names[] = {"", "bios", "efi", NULL};
static const char *const loader_type_names[] = {"", "rom", "pflash", NULL};
static const char *const boot_names[] = {"hd", "cdrom", "network", "fd", NULL};

static const struct field spec_fields[] = {
	FIELD("os/type@machine", struct spec, machine),
	FIELD_LINE("os/type", struct spec, machine_line),
	FIELD("os/kernel", struct spec, kernel),
	FIELD_LINE("os/kernel", struct spec, kernel_line),
	FIELD("os/initrd", struct spec, initrd),
	FIELD_AS("os/cmdline", FIELD_KIND_EXACT, struct spec, cmdline),
	FIELD("os/dtb", struct spec, dtb),
	FIELD_CHOICE("os/bootmenu@enable", struct spec, boot_menu),
	FIELD("os/bootmenu@timeout", struct spec, boot_menu_timeout_ms),
	FIELD_CHOICE("os/bios@useserial", struct spec, bios_serial),
	FIELD("os/bios@rebootTimeout", struct spec, bios_reboot_timeout_ms),
};

static const struct field firmware_fields[] = {
	FIELD_LINE("os", struct spec_firmware, line),
	FIELD_NAME("os@firmware", struct spec_firmware, kind, kind_names),
	FIELD_CHOICE("pm/suspend-to-mem@enabled", struct spec_firmware, suspend_to_mem),
	FIELD_CHOICE("pm/suspend-to-disk@enabled", struct spec_firmware, suspend_to_disk),
};

static const struct field loader_fields[] = {
	FIELD("", struct spec_loader, present),
	FIELD_LINE("", struct spec_loader, line),
	FIELD("", struct spec_loader, path),
	FIELD_NAME("@type", struct spec_loader, type, loader_type_names),
	FIELD_CHOICE("@readonly", struct spec_loader, readonly),
	FIELD_CHOICE("@secure", struct spec_loader, secure),
	FIELD_CHOICE("@stateless", struct spec_loader, stateless),
	FIELD_FORMAT("@format", struct spec_loader, format),
};

static const struct field nvram_fields[] = {
	FIELD_LINE("", struct spec_nvram, line),
	FIELD_FORMAT("@format", struct spec_nvram, format),
	FIELD("@template", struct spec_nvram, template),
	FIELD_FORMAT("@templateFormat", struct spec_nvram, template_format),
};

static const struct field varstore_fields[] = {
	FIELD_LINE("", struct spec_varstore, line),
	FIELD("@path", struct spec_varstore, path),
	FIELD("@template", struct spec_varstore, template),
};

/* <nvram>PATH</nvram>, or since libvirt 8.5 <nvram type='file'><source file='PATH'/></nvram>. */
static void read_nvram(struct places *places, xmlNode *element, struct spec_nvram *nvram)
{
	auto_free char *type = attribute_value(element, "type");
	auto_free char *text = element ? element_text(element) : NULL;

	if (!element)
		return;
	nvram->present = true;
	FIELDS_READ(places, element, nvram_fields, nvram);
	if (type && text)
		place_wrong(places, nvram->line,
			"<nvram> has a type= and a path as its text; put the path into <source>");
	if (type) {
		read_source(places, type, element_child(element, "source"), &nvram->source);
	} else if (text) {
		nvram->source.kind = SPEC_SOURCE_FILE;
		nvram->source.line = nvram->line;
		nvram->source.path = steal(&text);
	}
}

static void read_firmware_features(
	struct places *places, xmlNode *os, struct spec_firmware *firmware)
{
	for (xmlNode *feature = element_at(os, "firmware/feature"); feature;
		feature = element_next(feature)) {
		auto_free char *name = attribute_value(feature, "name");
		bool keys = text_equal(name, "enrolled-keys");
		enum choice *choice = keys ? &firmware->enrolled_keys : &firmware->secure_boot;
		int *line = keys ? &firmware->enrolled_keys_line : &firmware->secure_boot_line;
		auto_free char *enabled = attribute_value(feature, "enabled");

		if (!name || !enabled) {
			report_missing(places, feature, "attributes 'name' and 'enabled'");
			continue;
		}
		if (*line > 0)
			place_wrong(places, element_line(feature),
				"second <feature name='%s'>, the first is in line %d", name, *line);
		*choice = text_equal(enabled, "yes") ? CHOICE_YES : CHOICE_NO;
		*line = element_line(feature);
	}
}

static void read_boot(struct places *places, xmlNode *os, struct spec *spec)
{
	struct boot {
		enum spec_boot_device device;
	};
	static const struct field boot_fields[] = {
		FIELD_NAME("@dev", struct boot, device, boot_names),
	};

	for (xmlNode *boot = element_child(os, "boot"); boot; boot = element_next(boot)) {
		enum spec_boot_device *device =
			array_push(&spec->boot, &spec->boot_count, sizeof(*device));

		if (!xmlHasProp(boot, (const xmlChar *)"dev"))
			report_missing(places, boot, "attribute 'dev'");
		FIELDS_READ(places, boot, boot_fields, device);
	}
}

/* QEMU's binaries are named by what they emulate. */
static enum arch arch_of_emulator(const char *emulator)
{
	static const char prefix[] = "qemu-system-";
	const char *name = emulator ? path_base(emulator) : "";

	return text_starts_with(name, prefix) ? arch_from_name(name + sizeof(prefix) - 1)
					      : ARCH_UNKNOWN;
}

static void read_arch(struct places *places, xmlNode *type, struct spec *spec)
{
	auto_free char *arch = attribute_value(type, "arch");
	auto_free char *shown_arch = NULL;

	if (!arch) {
		spec->arch = arch_of_emulator(spec->emulator);
		return;
	}
	spec->arch = arch_from_name(arch);
	spec->arch_line = element_line(type);
	if (spec->arch != ARCH_UNKNOWN)
		return;
	shown_arch = shown(arch);
	place_wrong(places, spec->arch_line,
		"architecture '%s' is not supported; it can be x86_64, i686, aarch64, armv7l, "
		"riscv64 or loongarch64",
		shown_arch);
}

void read_os(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *os = element_child(domain, "os");
	xmlNode *type = element_child(os, "type");
	auto_free char *type_text = type ? element_text(type) : NULL;
	xmlNode *varstore = element_child(os, "varstore");

	spec->bios_reboot_timeout_ms = -2;
	FIELDS_READ(places, domain, spec_fields, spec);
	FIELDS_READ(places, domain, firmware_fields, &spec->firmware);
	FIELDS_READ(places, element_child(os, "loader"), loader_fields, &spec->firmware.loader);
	FIELDS_READ(places, varstore, varstore_fields, &spec->firmware.varstore);
	spec->firmware.varstore.present = varstore != NULL;
	read_nvram(places, element_child(os, "nvram"), &spec->firmware.nvram);
	read_firmware_features(places, os, &spec->firmware);
	read_boot(places, os, spec);
	read_arch(places, type, spec);
	if (!type_text)
		report_missing(places, os ? os : domain,
			os ? "<type>hvm</type>" : "<os><type>hvm</type></os>");
}

void clear_os(struct spec *spec)
{
	FIELDS_CLEAR(spec_fields, spec);
	FIELDS_CLEAR(loader_fields, &spec->firmware.loader);
	FIELDS_CLEAR(nvram_fields, &spec->firmware.nvram);
	FIELDS_CLEAR(varstore_fields, &spec->firmware.varstore);
	clear_source(&spec->firmware.nvram.source);
	free(spec->boot);
}
