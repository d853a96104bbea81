/* SPDX-License-Identifier: MIT */
#include "plan/firmware.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/choose.h"
#include "plan/equivalent.h"
#include "plan/fit.h"
#include "plan/machine.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/request.h"

void plan_firmware_set_code(
	const struct firmware_file *code, enum image_format format, struct plan_firmware *firmware)
{
	firmware->path = xstrdup(code->path);
	firmware->open_path = xstrdup(code->host_path);
	firmware->format = format;
	firmware->read_only = true;
}

/* The name that the owner wrote stays the name that QEMU is given, also where a candidate was found
 * by another name of the same file. */
static const struct firmware_file *named_code(const struct host *host,
	const struct firmware_request *request, const struct firmware_file *found)
{
	return request->loader ? host_file(host, request->loader) : found;
}

static void take_descriptor(const struct host *host, const struct firmware_request *request,
	const struct descriptor *descriptor, struct firmware_files *files,
	struct plan_firmware *firmware)
{
	firmware->source = FIRMWARE_SOURCE_DESCRIPTOR;
	firmware->descriptor = xstrdup(descriptor->path);
	firmware->interface = request->interface;
	firmware->device = descriptor->device;
	firmware->mode = descriptor->mode;
	plan_firmware_set_code(named_code(host, request, descriptor->executable),
		descriptor->device == FIRMWARE_DEVICE_FLASH ? descriptor->executable_format
							    : IMAGE_FORMAT_RAW,
		firmware);
	for (size_t i = 0; i < descriptor->features.count; i++)
		strings_add(&firmware->features, descriptor->features.items[i]);
	firmware->secure = strings_contain(&descriptor->features, "requires-smm");
	firmware->smm = firmware->secure || request->smm == CHOICE_YES;
	files->code = descriptor->executable;
	files->template = descriptor->template;
	files->template_format = descriptor->template_format;
	firmware->uefi_vars = descriptor->uefi_vars;
	if (descriptor->uefi_vars)
		files->template_format = IMAGE_FORMAT_RAW;
	if (descriptor->mode == FIRMWARE_MODE_COMBINED) {
		/* the whole file is the VM's own: a private copy, written by the guest */
		files->template = descriptor->executable;
		files->template_format = descriptor->executable_format;
	}
}

/* libvirt never sets SMM or secure from a pair when the loader was named (L5); an automatic choice
 * of a build that needs SMM is slipway's own and must be whole. */
static void take_pair(const struct host *host, const struct firmware_request *request,
	const struct firmware_pair *pair, struct firmware_files *files,
	struct plan_firmware *firmware)
{
	bool secure = request->automatic && pair->requires_smm;

	firmware->source = FIRMWARE_SOURCE_FALLBACK;
	firmware->interface = FIRMWARE_INTERFACE_UEFI;
	firmware->device = FIRMWARE_DEVICE_FLASH;
	firmware->mode = FIRMWARE_MODE_SPLIT;
	plan_firmware_set_code(named_code(host, request, pair->code), pair->format, firmware);
	if (pair->secure_boot)
		strings_add(&firmware->features, "secure-boot");
	if (pair->enrolled_keys)
		strings_add(&firmware->features, "enrolled-keys");
	if (pair->requires_smm)
		strings_add(&firmware->features, "requires-smm");
	firmware->secure = secure || request->secure == CHOICE_YES;
	firmware->smm = secure || request->smm == CHOICE_YES;
	files->code = pair->code;
	files->template = pair->vars;
	files->template_format = pair->format;
	if (request->template) {
		files->template = host_file(host, request->template);
		files->template_format = request->template_format;
	}
}

static struct error *refuse_loader(
	const struct host *host, const struct firmware_request *request, const char *reason)
{
	struct error *error = error_at(request->file, request->line, "loader %s", reason);
	auto_free char *hint = NULL;
	auto_free char *package = NULL;

	if (host_file(host, request->loader)->error_number == 0)
		return error; /* it is there, and the reason says what is wrong with it */
	if (request->interface != FIRMWARE_INTERFACE_UEFI)
		return error_hint(error, "leave <loader> out to get QEMU's own BIOS");
	hint = equivalent_hint(host, request->arch, request->loader);
	if (hint)
		return error_hint(error, "%s", hint);
	package = firmware_package_hint(host, request);
	return error_hint(error, "%s", package);
}

/* A loader that no descriptor and no pair knows: it stands for itself. */
static struct error *take_explicit(const struct host *host, const struct firmware_request *request,
	struct firmware_files *files, struct plan_firmware *firmware)
{
	const struct firmware_file *code = host_file(host, request->loader);
	bool flash = request->loader_type == SPEC_LOADER_PFLASH;
	enum image_format format = request->loader_format == IMAGE_FORMAT_UNSET
					   ? IMAGE_FORMAT_RAW
					   : request->loader_format;
	auto_free char *reason = NULL;

	reason = flash ? code_misfit(request->arch, code, format)
		       : memory_misfit(request->arch, code);
	if (reason)
		return refuse_loader(host, request, reason);
	firmware->source = FIRMWARE_SOURCE_EXPLICIT;
	firmware->interface = request->interface;
	firmware->device = flash ? FIRMWARE_DEVICE_FLASH : FIRMWARE_DEVICE_MEMORY;
	plan_firmware_set_code(code, format, firmware);
	firmware->secure = request->secure == CHOICE_YES;
	firmware->smm = request->smm == CHOICE_YES;
	files->code = code;
	files->template = request->template ? host_file(host, request->template) : NULL;
	files->template_format = request->template_format;
	if (request->json_store == CHOICE_YES && flash)
		return error_at(request->file, request->line,
			"<varstore> is for firmware in memory, and loader '%s' is flash; write "
			"type='rom', or <nvram> in its place",
			code->path);
	if (request->json_store == CHOICE_YES) {
		firmware->uefi_vars = true;
		firmware->interface = FIRMWARE_INTERFACE_UEFI;
	}
	if (!flash)
		return NULL;
	if (request->stateless == CHOICE_YES)
		firmware->mode = FIRMWARE_MODE_STATELESS;
	else if (request->readonly == CHOICE_YES)
		firmware->mode = FIRMWARE_MODE_SPLIT;
	else
		firmware->mode = FIRMWARE_MODE_COMBINED;
	firmware->read_only = firmware->mode != FIRMWARE_MODE_COMBINED;
	return NULL;
}

/* QEMU would map the file writable. Distributions' files are shared by all VMs, and CODE has no
 * variables in it. */
static struct error *refuse_writable_code(
	const struct firmware_request *request, const struct firmware_files *files)
{
	if (files->code->role != FIRMWARE_ROLE_CODE &&
		!text_starts_with(files->code->path, "/usr/"))
		return NULL;
	if (request->readonly == CHOICE_NO)
		return error_at(request->file, request->line,
			"loader '%s' is not this VM's own, and with readonly='no' the guest would "
			"write into it; say readonly='yes', or name a copy that holds firmware and "
			"variables",
			files->code->path);
	return error_at(request->file, request->line,
		"loader '%s' is in no descriptor and no known pair, and without readonly='yes' the "
		"guest would write into it; say readonly='yes' and give <nvram template=…>, or use "
		"--firmware=CODE:VARS",
		files->code->path);
}

/* edk2 OvmfPkg: a build with SMM_REQUIRE waits for ever for an SMI that never comes. */
static struct error *refuse_half_secure(
	const struct firmware_request *request, const struct plan_firmware *firmware)
{
	enum board board = machine_board(request->machine);
	bool needs_smm = strings_contain(&firmware->features, "requires-smm") || firmware->secure;

	if (!needs_smm)
		return NULL;
	if (board != BOARD_Q35)
		return error_at(request->file, request->line,
			"firmware '%s' requires SMM, which machine '%s' has not: the guest would "
			"hang "
			"without a word; use machine='q35', or firmware without secure-boot",
			firmware->path, request->machine);
	if (request->smm == CHOICE_NO)
		return error_at(request->file, request->line,
			"firmware '%s' requires SMM, and <smm state='off'/> turns it off: the "
			"guest "
			"would hang without a word; use <smm state='on'/>, or firmware without "
			"secure-boot",
			firmware->path);
	return NULL;
}

/* firmware='bios' where no descriptor of this host offers a BIOS for the guest (Debian packages
 * none): QEMU's own is what the owner means, unless something more was said of it. */
static bool bios_is_qemus_own(const struct host *host, const struct firmware_request *request)
{
	if (request->interface != FIRMWARE_INTERFACE_BIOS || !request->automatic ||
		!arch_is_x86(request->arch))
		return false;
	if (request->loader || request->template || request->acpi_s3 || request->acpi_s4 ||
		request->readonly != CHOICE_UNSET || request->stateless == CHOICE_NO ||
		request->secure != CHOICE_UNSET || request->loader_type == SPEC_LOADER_PFLASH)
		return false;
	for (size_t i = 0; i < host->descriptor_count; i++)
		if (host->descriptors[i].interfaces & FIRMWARE_INTERFACE_BIOS)
			return false;
	return true;
}

struct error *refuse_missing_device(const struct host *host, const struct firmware_request *request,
	const struct plan_firmware *firmware)
{
	if (!firmware->uefi_vars || host->emulator.status != 0 || host->emulator.uefi_vars)
		return NULL;
	return error_at(request->file, request->line,
		"firmware '%s' keeps its variables in QEMU's uefi-vars device, which '%s' has not "
		"(QEMU 10.0 brought it); use a newer QEMU with --emulator, or firmware of another "
		"descriptor",
		firmware->path, host->emulator.path);
}

struct error *decide_firmware(const struct host *host, const struct firmware_request *request,
	struct candidates *ret_candidates, struct firmware_files *ret_files,
	struct plan_firmware *ret_firmware)
{
	struct firmware_choice choice = {0};

	*ret_files = (struct firmware_files){0};
	ret_firmware->source = FIRMWARE_SOURCE_DEFAULT;
	ret_firmware->smm = request->smm == CHOICE_YES;
	ret_firmware->interface =
		arch_is_x86(request->arch) ? FIRMWARE_INTERFACE_BIOS : FIRMWARE_INTERFACE_NONE;
	if (request->interface == FIRMWARE_INTERFACE_NONE)
		return NULL;
	ret_candidates->wanted = firmware_request_text(request);
	/* libvirt, P3: a loader without a type is compared with nothing and ends as -bios */
	if (request->automatic || request->loader_type == SPEC_LOADER_PFLASH)
		TRY(firmware_choose(host, request, ret_candidates, &choice));
	if (choice.descriptor)
		take_descriptor(host, request, choice.descriptor, ret_files, ret_firmware);
	else if (choice.pair)
		take_pair(host, request, choice.pair, ret_files, ret_firmware);
	else if (bios_is_qemus_own(host, request))
		return NULL;
	else if (request->automatic)
		return firmware_not_found(host, request, ret_candidates);
	else
		TRY(take_explicit(host, request, ret_files, ret_firmware));
	if (ret_firmware->source == FIRMWARE_SOURCE_EXPLICIT && !ret_firmware->read_only)
		TRY(refuse_writable_code(request, ret_files));
	if (ret_firmware->device == FIRMWARE_DEVICE_FLASH && arch_flash_bytes(request->arch) > 0 &&
		ret_files->code->virtual_size_bytes < arch_flash_bytes(request->arch))
		ret_firmware->pad_bytes = arch_flash_bytes(request->arch);
	return arch_is_x86(request->arch) ? refuse_half_secure(request, ret_firmware) : NULL;
}

bool firmware_keeps_variables(const struct plan_firmware *firmware)
{
	if (firmware->device != FIRMWARE_DEVICE_FLASH)
		return firmware->uefi_vars;
	/* else a combined file is the owner's own, and is written in place */
	return firmware->mode == FIRMWARE_MODE_SPLIT ||
	       (firmware->mode == FIRMWARE_MODE_COMBINED && firmware->read_only);
}
