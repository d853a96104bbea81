/* SPDX-License-Identifier: MIT */
#include "plan/request.h"

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/machine.h"
#include "plan/plan.h"

/* libvirt, QF:qemuFirmwareMatchDomain: firmware= decides, else the loader's type (rom, pflash). */
static enum firmware_interface spec_interface(const struct spec_firmware *firmware)
{
	if (firmware->kind == SPEC_FIRMWARE_BIOS)
		return FIRMWARE_INTERFACE_BIOS;
	if (firmware->kind == SPEC_FIRMWARE_EFI)
		return FIRMWARE_INTERFACE_UEFI;
	if (!firmware->loader.path)
		return FIRMWARE_INTERFACE_NONE;
	return firmware->loader.type == SPEC_LOADER_PFLASH ? FIRMWARE_INTERFACE_UEFI
							   : FIRMWARE_INTERFACE_BIOS;
}

/*
 * libvirt gives a new definition the first match of any format and looks for raw alone in one that
 * exists (its releases before 9.2 knew only raw); the XML does not say which it is. One that states
 * features, that there is no SMM (for the machine or the loader), or a store is taken for an
 * existing one: raw first, then any.
 */
static bool reads_like_existing(const struct spec *spec)
{
	const struct spec_firmware *firmware = &spec->firmware;

	return firmware->secure_boot != CHOICE_UNSET || firmware->enrolled_keys != CHOICE_UNSET ||
	       spec->smm == CHOICE_NO || firmware->loader.secure == CHOICE_NO ||
	       firmware->nvram.source.kind != SPEC_SOURCE_NONE;
}

static void take_spec(const struct spec *spec, struct firmware_request *request)
{
	const struct spec_firmware *firmware = &spec->firmware;
	const struct spec_nvram *nvram = &firmware->nvram;

	request->interface = spec_interface(firmware);
	request->automatic = firmware->kind != SPEC_FIRMWARE_UNSET;
	request->loader = firmware->loader.path;
	request->loader_type = firmware->loader.type;
	request->readonly = firmware->loader.readonly;
	request->secure = firmware->loader.secure;
	request->stateless = firmware->loader.stateless;
	request->loader_format = firmware->loader.format;
	/* libvirt, virDomainLoaderDefParseXMLLoader: a store's format without a loader asks for
	 * firmware of that format */
	if (request->loader_format == IMAGE_FORMAT_UNSET && !firmware->loader.present)
		request->loader_format = nvram->format;
	request->template = nvram->template ? nvram->template : firmware->varstore.template;
	request->template_format = nvram->template_format;
	if (firmware->varstore.present)
		request->json_store = CHOICE_YES;
	else if (nvram->source.kind != SPEC_SOURCE_NONE)
		request->json_store = CHOICE_NO;
	request->line = firmware->loader.present ? firmware->loader.line : firmware->line;
}

/* --firmware=… takes the place of <os firmware=…>, <loader> and the template. */
static void take_option(const struct plan_options *options, struct firmware_request *request)
{
	static const enum firmware_interface interfaces[] = {
		[FIRMWARE_OPTION_UEFI] = FIRMWARE_INTERFACE_UEFI,
		[FIRMWARE_OPTION_BIOS] = FIRMWARE_INTERFACE_BIOS,
		[FIRMWARE_OPTION_NONE] = FIRMWARE_INTERFACE_NONE,
		[FIRMWARE_OPTION_DESCRIPTOR] = FIRMWARE_INTERFACE_UEFI,
		[FIRMWARE_OPTION_FILES] = FIRMWARE_INTERFACE_UEFI,
	};
	bool files = options->firmware == FIRMWARE_OPTION_FILES;
	bool descriptor = options->firmware == FIRMWARE_OPTION_DESCRIPTOR;

	if (options->firmware == FIRMWARE_OPTION_AUTO)
		return;
	request->interface = interfaces[options->firmware];
	request->automatic = !files;
	request->prefer_raw = false;
	request->descriptor = descriptor ? options->firmware_path : NULL;
	request->loader = files ? options->firmware_path : NULL;
	request->loader_type = files ? SPEC_LOADER_PFLASH : SPEC_LOADER_UNSET;
	request->readonly = files ? CHOICE_YES : CHOICE_UNSET;
	request->secure = CHOICE_UNSET;
	request->stateless = CHOICE_UNSET;
	request->loader_format = IMAGE_FORMAT_UNSET;
	request->template = files ? options->firmware_vars : NULL;
	request->template_format = IMAGE_FORMAT_UNSET;
	request->json_store = CHOICE_UNSET;
	request->line = 0;
}

/* yes: Secure Boot that enforces; no: a build without it; auto: what the spec says. */
static void take_secure_boot(const struct plan_options *options, const struct spec *spec,
	struct firmware_request *request)
{
	request->secure_boot = spec->firmware.secure_boot;
	request->enrolled_keys = spec->firmware.enrolled_keys;
	if (options->secure_boot == CHOICE_UNSET)
		return;
	request->secure_boot = options->secure_boot;
	request->enrolled_keys = options->secure_boot == CHOICE_YES ? CHOICE_YES : CHOICE_UNSET;
}

struct error *firmware_request_make(const struct spec *spec, const struct plan_options *options,
	const struct host *host, struct firmware_request *ret_request)
{
	const struct spec_nvram *nvram = &spec->firmware.nvram;
	struct firmware_request request = {
		.acpi_s3 = spec->firmware.suspend_to_mem == CHOICE_YES,
		.acpi_s4 = spec->firmware.suspend_to_disk == CHOICE_YES,
		.smm = spec->smm,
		.launch_security = spec->firmware.launch_security,
		.launch_policy = spec->firmware.launch_policy,
		.arch = spec->arch,
		.machine = machine_canonical(
			host, spec->machine ? spec->machine : machine_default(spec->arch)),
		.file = spec->path,
	};

	take_spec(spec, &request);
	request.prefer_raw = request.automatic && reads_like_existing(spec) &&
			     request.loader_format == IMAGE_FORMAT_UNSET;
	take_option(options, &request);
	take_secure_boot(options, spec, &request);
	request.store_is_local = options->nvram != NVRAM_OPTION_AUTO || options->ephemeral ||
				 nvram->source.kind != SPEC_SOURCE_NETWORK;
	if (options->secure_boot == CHOICE_YES && request.interface != FIRMWARE_INTERFACE_UEFI)
		return error_new("--secure-boot=yes needs UEFI firmware, but %s asks for %s; add "
				 "--firmware=uefi or <os firmware='efi'>",
			spec->path,
			request.interface == FIRMWARE_INTERFACE_BIOS ? "a BIOS" : "no firmware");
	*ret_request = request;
	return NULL;
}

static void add_choice(struct text *text, enum choice choice, const char *feature)
{
	if (choice != CHOICE_UNSET)
		text_addf(text, "%s '%s'", choice == CHOICE_YES ? " with" : " without", feature);
}

char *firmware_request_text(const struct firmware_request *request)
{
	struct text text = {0};

	text_addf(&text, "%s firmware for %s %s",
		request->interface == FIRMWARE_INTERFACE_BIOS ? "BIOS" : "UEFI",
		arch_name(request->arch), request->machine);
	add_choice(&text, request->secure_boot, "secure-boot");
	add_choice(&text, request->enrolled_keys, "enrolled-keys");
	add_choice(&text, request->acpi_s3 ? CHOICE_YES : CHOICE_UNSET, "acpi-s3");
	add_choice(&text, request->acpi_s4 ? CHOICE_YES : CHOICE_UNSET, "acpi-s4");
	if (request->stateless == CHOICE_YES)
		text_add(&text, ", stateless");
	if (request->smm == CHOICE_NO)
		text_add(&text, ", smm off");
	if (request->loader_format != IMAGE_FORMAT_UNSET)
		text_addf(&text, ", format %s", image_format_name(request->loader_format));
	if (request->loader)
		text_addf(&text, ", loader '%s'", request->loader);
	if (request->template)
		text_addf(&text, ", nvram template '%s'", request->template);
	return text_take(&text);
}
