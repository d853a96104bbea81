/* SPDX-License-Identifier: MIT */
#include "plan/match.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/fit.h"
#include "plan/machine.h"
#include "plan/request.h"

const struct firmware_file *host_file(const struct host *host, const char *path)
{
	for (size_t i = 0; path && i < host->file_count; i++)
		if (strcmp(host->files[i]->path, path) == 0)
			return host->files[i];
	return NULL;
}

bool same_file(const struct firmware_file *a, const struct firmware_file *b)
{
	return a && b && a->error_number == 0 && b->error_number == 0 && a->device == b->device &&
	       a->inode == b->inode;
}

static bool path_is(const struct host *host, const struct firmware_file *file, const char *wanted,
	enum path_match how)
{
	if (!file)
		return false;
	if (strcmp(file->path, wanted) == 0)
		return true;
	return how == PATH_MATCH_SAME_FILE && same_file(file, host_file(host, wanted));
}

/* M1; M2 */
static char *refuse_interface(
	const struct firmware_request *request, const struct descriptor *descriptor)
{
	if (descriptor->interfaces & request->interface)
		return NULL;
	return xasprintf(
		"interface '%s' is not offered", firmware_interface_name(request->interface));
}

static char *refuse_target(
	const struct firmware_request *request, const struct descriptor *descriptor)
{
	bool arch_seen = false;

	for (size_t i = 0; i < descriptor->target_count; i++) {
		const struct descriptor_target *target = &descriptor->targets[i];

		if (target->arch != request->arch)
			continue;
		arch_seen = true;
		for (size_t j = 0; j < target->machines.count; j++)
			if (glob_matches(target->machines.items[j], request->machine))
				return NULL;
	}
	if (arch_seen)
		return xasprintf("machine '%s' is not among its targets", request->machine);
	if (descriptor->target_count == 0)
		return xstrdup("it has no target");
	return xasprintf("architecture is %s, wanted %s", descriptor->targets[0].arch_text,
		arch_name(request->arch));
}

/* M3, M4 */
static char *refuse_paths(const struct host *host, const struct firmware_request *request,
	const struct descriptor *descriptor, enum path_match how)
{
	if (request->loader && !path_is(host, descriptor->executable, request->loader, how))
		return xasprintf("its executable '%s' is not the loader '%s'",
			descriptor->executable->path, request->loader);
	if (request->json_store == CHOICE_YES && !descriptor->uefi_vars)
		return xstrdup("it has no uefi-vars store, and <varstore> was given");
	if (request->json_store == CHOICE_NO && descriptor->uefi_vars)
		return xstrdup("its variables are in a uefi-vars store, and <nvram> was given");
	if (!request->template)
		return NULL;
	if (descriptor->mode != FIRMWARE_MODE_SPLIT && request->json_store != CHOICE_YES)
		return xstrdup("it has no nvram template, and one was given");
	if (!path_is(host, descriptor->template, request->template, how))
		return xasprintf("its nvram template '%s' is not '%s'", descriptor->template->path,
			request->template);
	return NULL;
}

/* M6, M7: yes requires the feature, no forbids it */
static char *refuse_feature(const struct strings *features, const char *feature, enum choice wanted)
{
	bool present = strings_contain(features, feature);

	if (wanted == CHOICE_YES && !present)
		return xasprintf("feature '%s' is absent, wanted yes", feature);
	if (wanted == CHOICE_NO && present)
		return xasprintf("feature '%s' is present, wanted no", feature);
	return NULL;
}

/* M16; a build for confidential guests may still be taken by a plain one, as libvirt does */
static char *refuse_launch_security(
	const struct firmware_request *request, const struct strings *features)
{
	enum { SEV_POLICY_ES = 1 << 2 }; /* AMD SEV API, "Guest Policy Structure", bit 2 */
	static const char *const required[] = {
		[SPEC_LAUNCH_SECURITY_NONE] = NULL,
		[SPEC_LAUNCH_SECURITY_SEV] = "amd-sev",
		[SPEC_LAUNCH_SECURITY_SEV_SNP] = "amd-sev-snp",
		[SPEC_LAUNCH_SECURITY_TDX] = "intel-tdx",
	};
	const char *feature = required[request->launch_security];
	char *reason = feature ? refuse_feature(features, feature, CHOICE_YES) : NULL;

	if (reason || request->launch_security != SPEC_LAUNCH_SECURITY_SEV ||
		!(request->launch_policy & SEV_POLICY_ES))
		return reason;
	return refuse_feature(features, "amd-sev-es", CHOICE_YES);
}

/* Of an automatic choice the next candidate may do; a loader that was named is refused by name,
 * with what the guest would do (firmware.c). */
static bool has_smm(const struct firmware_request *request)
{
	return !arch_is_x86(request->arch) || !request->automatic || request->loader ||
	       machine_board(request->machine) == BOARD_Q35;
}

/* M8 */
static char *refuse_smm(const struct firmware_request *request, const struct strings *features)
{
	if (!strings_contain(features, "requires-smm"))
		return request->secure == CHOICE_YES
			       ? xstrdup("feature 'requires-smm' is absent, and the loader is "
					 "wanted with secure='yes'")
			       : NULL;
	if (!has_smm(request))
		return xasprintf("feature 'requires-smm' is present, and machine '%s' has no SMM",
			request->machine);
	if (request->smm == CHOICE_NO)
		return xstrdup("feature 'requires-smm' is present, and <smm> is off");
	if (request->secure == CHOICE_NO)
		return xstrdup("feature 'requires-smm' is present, and the loader is wanted with "
			       "secure='no'");
	return NULL;
}

/* M5 to M8, M16 */
char *features_refusal(const struct firmware_request *request, const struct strings *features)
{
	const struct {
		const char *feature;
		enum choice wanted;
	} asked[] = {
		{"acpi-s3", request->acpi_s3 ? CHOICE_YES : CHOICE_UNSET},
		{"acpi-s4", request->acpi_s4 ? CHOICE_YES : CHOICE_UNSET},
		{"secure-boot", request->secure_boot},
		{"enrolled-keys", request->enrolled_keys},
	};

	char *reason;

	for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
		reason = refuse_feature(features, asked[i].feature, asked[i].wanted);
		if (reason)
			return reason;
	}
	reason = refuse_launch_security(request, features);
	return reason ? reason : refuse_smm(request, features);
}

static bool format_is_usable(enum image_format format)
{
	return format == IMAGE_FORMAT_RAW || format == IMAGE_FORMAT_QCOW2;
}

/* M10 to M14; combined builds are reached by naming their descriptor */
static char *refuse_flash(
	const struct firmware_request *request, const struct descriptor *descriptor)
{
	if (request->loader_type == SPEC_LOADER_ROM)
		return xstrdup("its device is flash, and the loader is wanted with type='rom'");
	if (!request->descriptor && request->stateless == CHOICE_YES &&
		descriptor->mode != FIRMWARE_MODE_STATELESS)
		return xasprintf(
			"mode is %s, wanted stateless", firmware_mode_name(descriptor->mode));
	if (!request->descriptor && request->stateless != CHOICE_YES &&
		descriptor->mode != FIRMWARE_MODE_SPLIT)
		return xasprintf("mode is %s, wanted split; --firmware=%s chooses it",
			firmware_mode_name(descriptor->mode), descriptor->path);
	if (request->readonly == CHOICE_NO)
		return xstrdup("the loader is wanted with readonly='no', and its executable is "
			       "shared by all VMs");
	if (!format_is_usable(descriptor->executable_format))
		return xasprintf("executable's format '%s' is neither raw nor qcow2",
			descriptor->executable_format_text);
	if (request->loader_format != IMAGE_FORMAT_UNSET &&
		request->loader_format != descriptor->executable_format)
		return xasprintf("format is %s, wanted %s",
			image_format_name(descriptor->executable_format),
			image_format_name(request->loader_format));
	if (descriptor->mode == FIRMWARE_MODE_SPLIT &&
		!format_is_usable(descriptor->template_format))
		return xasprintf("nvram template's format '%s' is neither raw nor qcow2",
			descriptor->template_format_text);
	return NULL;
}

static char *refuse_memory(const struct firmware_request *request)
{
	if (request->loader_type == SPEC_LOADER_PFLASH)
		return xstrdup("its device is memory, and the loader is wanted with type='pflash'");
	if (request->readonly == CHOICE_NO)
		return xstrdup("its device is memory, and the loader is wanted with readonly='no'");
	return NULL;
}

/* M9 to M15 */
static char *refuse_device(
	const struct firmware_request *request, const struct descriptor *descriptor)
{
	if (descriptor->device == FIRMWARE_DEVICE_FLASH)
		return refuse_flash(request, descriptor);
	if (descriptor->device == FIRMWARE_DEVICE_MEMORY)
		return refuse_memory(request);
	if (descriptor->device == FIRMWARE_DEVICE_KERNEL)
		return NULL;
	return xasprintf("device '%s' is not supported", firmware_device_name(descriptor->device));
}

char *descriptor_refusal(const struct host *host, const struct firmware_request *request,
	const struct descriptor *descriptor, enum path_match how)
{
	char *reason;

	if (descriptor->state != DESCRIPTOR_USABLE)
		return xstrdup(descriptor->problem);
	if (request->descriptor && strcmp(request->descriptor, descriptor->path) != 0)
		return xasprintf("--firmware names '%s'", request->descriptor);
	reason = refuse_interface(request, descriptor);
	if (!reason)
		reason = refuse_target(request, descriptor);
	if (!reason)
		reason = refuse_paths(host, request, descriptor, how);
	if (!reason)
		reason = features_refusal(request, &descriptor->features);
	if (!reason)
		reason = refuse_device(request, descriptor);
	return reason ? reason : descriptor_misfit(request, descriptor);
}

static bool pair_board_fits(enum arch arch, enum board board)
{
	if (arch_is_x86(arch))
		return board == BOARD_Q35 || board == BOARD_I440FX;
	return board == BOARD_VIRT;
}

/* What a descriptor would say in its targets and features, a pair says in its columns. */
static char *refuse_pair_kind(
	const struct firmware_request *request, const struct firmware_pair *pair)
{
	if (request->descriptor)
		return xasprintf("--firmware names '%s'", request->descriptor);
	if (request->interface != FIRMWARE_INTERFACE_UEFI)
		return xasprintf("interface '%s' is not offered",
			firmware_interface_name(request->interface));
	if (pair->arch != ARCH_UNKNOWN && pair->arch != request->arch)
		return xasprintf("architecture is %s, wanted %s", arch_name(pair->arch),
			arch_name(request->arch));
	if (!pair_board_fits(request->arch, machine_board(request->machine)))
		return xasprintf("machine '%s' is not among its targets", request->machine);
	if (request->launch_security != SPEC_LAUNCH_SECURITY_NONE)
		return xstrdup("it is not known to support launchSecurity");
	if (request->acpi_s3 || request->acpi_s4)
		return xasprintf("feature 'acpi-%s' is not known of it, wanted yes",
			request->acpi_s3 ? "s3" : "s4");
	if (request->stateless == CHOICE_YES)
		return xstrdup("mode is split, wanted stateless");
	if (request->json_store == CHOICE_YES)
		return xstrdup("it has no uefi-vars store, and <varstore> was given");
	if (request->readonly == CHOICE_NO)
		return xstrdup("the loader is wanted with readonly='no', and its CODE is shared by "
			       "all VMs");
	if (request->loader_type == SPEC_LOADER_ROM)
		return xstrdup("its device is flash, and the loader is wanted with type='rom'");
	return NULL;
}

static char *refuse_pair_features(
	const struct firmware_request *request, const struct firmware_pair *pair)
{
	const struct {
		const char *feature;
		bool present;
		enum choice wanted;
	} features[] = {
		{"secure-boot", pair->secure_boot, request->secure_boot},
		{"enrolled-keys", pair->enrolled_keys, request->enrolled_keys},
	};

	/* what qemu.conf names says nothing about itself: only an automatic choice asks */
	if (!request->automatic && pair->source == PAIR_QEMU_CONF)
		return NULL;
	for (size_t i = 0; i < ARRAY_COUNT(features); i++)
		if ((features[i].wanted == CHOICE_YES && !features[i].present) ||
			(features[i].wanted == CHOICE_NO && features[i].present))
			return xasprintf("feature '%s' is %s, wanted %s", features[i].feature,
				features[i].present ? "present" : "absent",
				features[i].wanted == CHOICE_YES ? "yes" : "no");
	if (pair->requires_smm && !has_smm(request))
		return xasprintf("feature 'requires-smm' is present, and machine '%s' has no SMM",
			request->machine);
	if (request->automatic && pair->requires_smm &&
		(request->smm == CHOICE_NO || request->secure == CHOICE_NO))
		return xstrdup("feature 'requires-smm' is present, and SMM is off");
	if (request->automatic && !pair->requires_smm && request->secure == CHOICE_YES)
		return xstrdup("feature 'requires-smm' is absent, and the loader is wanted with "
			       "secure='yes'");
	return NULL;
}

char *pair_refusal(const struct host *host, const struct firmware_request *request,
	const struct firmware_pair *pair, enum path_match how)
{
	char *reason = refuse_pair_kind(request, pair);

	if (!reason && request->loader && !path_is(host, pair->code, request->loader, how))
		reason = xasprintf("it is not the loader '%s'", request->loader);
	/* libvirt: a template that the owner gave wins over the pair's when the loader was named */
	if (!reason && request->template && request->automatic &&
		!path_is(host, pair->vars, request->template, how))
		reason = xasprintf("its nvram template is not '%s'", request->template);
	if (!reason && request->loader_format != IMAGE_FORMAT_UNSET &&
		request->loader_format != pair->format)
		reason = xasprintf("format is %s, wanted %s", image_format_name(pair->format),
			image_format_name(request->loader_format));
	if (!reason)
		reason = refuse_pair_features(request, pair);
	return reason ? reason : pair_misfit(request, pair);
}
