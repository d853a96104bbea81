/* SPDX-License-Identifier: MIT */
/* plan/match: each rule of libvirt's decision on one descriptor, by its id, and what a pair says. */
#include "plan/match.h"

#include "made_up.h"

#define PLAIN "/usr/share/qemu/firmware/60-plain.json"
#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, PLAIN, CODE, VARS);
}

/* The answer to the spec as it stands now, by names alone. */
static void assert_descriptor(
	struct made_up *made, const struct descriptor *descriptor, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(
		descriptor_refusal(&made->host, request, descriptor, PATH_MATCH_LITERAL), wanted);
}

static void assert_same_file(
	struct made_up *made, const struct descriptor *descriptor, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(
		descriptor_refusal(&made->host, request, descriptor, PATH_MATCH_SAME_FILE), wanted);
}

static void a_plain_descriptor_fits(void **state)
{
	struct made_up *made = *state;

	assert_descriptor(made, plain(made), NULL);
}

static void a_broken_descriptor_is_refused_with_its_problem(void **state)
{
	static const enum descriptor_state states[] = {
		DESCRIPTOR_UNREADABLE, DESCRIPTOR_UNSUPPORTED, DESCRIPTOR_MASKED};
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		struct descriptor *descriptor = plain(made);

		descriptor->state = states[i];
		descriptor->problem = made_text(made, "it is broken");
		assert_descriptor(made, descriptor, "it is broken");
	}
}

static void m1_the_interface_must_be_offered(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces = FIRMWARE_INTERFACE_BIOS;
	assert_descriptor(made, descriptor, "interface 'uefi' is not offered");
}

static void m1_the_interface_may_stand_anywhere(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces |= FIRMWARE_INTERFACE_BIOS | FIRMWARE_INTERFACE_SVSM;
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_descriptor(made, descriptor, NULL);
}

static void m1_the_loaders_type_says_the_interface(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, CODE);
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_descriptor(made, descriptor, "interface 'bios' is not offered");
}

static void m1_uboot_and_openfirmware_are_never_wanted(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces = FIRMWARE_INTERFACE_UBOOT | FIRMWARE_INTERFACE_OPENFIRMWARE;
	assert_descriptor(made, descriptor, "interface 'uefi' is not offered");
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_descriptor(made, descriptor, "interface 'bios' is not offered");
}

static void m2_the_architecture_must_be_a_target(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->targets[0].arch = ARCH_I386;
	descriptor->targets[0].arch_text = made_text(made, "i386");
	assert_descriptor(made, descriptor, "architecture is i386, wanted x86_64");
}

static void m2_a_later_target_counts_too(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->targets[1] = descriptor->targets[0];
	descriptor->targets[0] = (struct descriptor_target){
		.arch = ARCH_I386, .arch_text = made_text(made, "i386")};
	descriptor->target_count = 2;
	assert_descriptor(made, descriptor, NULL);
}

static void m2_the_machine_must_be_a_target_of_that_architecture(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "pc-i440fx-*");
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
	/* the right machine of another architecture does not help */
	descriptor->targets[1] = (struct descriptor_target){
		.arch = ARCH_I386, .arch_text = made_text(made, "i386")};
	strings_add(&descriptor->targets[1].machines, "pc-q35-*");
	descriptor->target_count = 2;
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
}

static void m2_any_of_the_globs_may_match(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "microvm");
	strings_add(&descriptor->targets[0].machines, "pc-q35-9.?");
	assert_descriptor(made, descriptor, NULL);
}

static void m2_an_alias_is_matched_by_its_canonical_name(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "q35");
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
	made->spec.machine = made_text(made, "pc-q35-2.11");
	strings_add(&descriptor->targets[0].machines, "pc-q35-2.*");
	assert_descriptor(made, descriptor, NULL);
}

static void m2_without_targets_nothing_fits(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->target_count = 0;
	assert_descriptor(made, descriptor, "it has no target");
	descriptor->target_count = 1;
	strings_clear(&descriptor->targets[0].machines);
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
}

static void m3_a_named_loader_must_be_the_executable(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, CODE);
	assert_descriptor(made, descriptor, NULL);
	made_loader(made, "/fw/OTHER.fd");
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/OTHER.fd'");
}

static void m3_a_named_loader_narrows_an_automatic_choice(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, "/fw/OTHER.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/OTHER.fd'");
}

static void m3_other_names_of_a_file_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_link(made, "/fw/LINK.fd", descriptor->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/LINK.fd'");
	assert_same_file(made, descriptor, NULL);
}

static void m4_a_named_template_must_be_the_descriptors(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_template(made, VARS);
	assert_descriptor(made, descriptor, NULL);
	made_template(made, "/fw/OTHER.fd");
	assert_descriptor(
		made, descriptor, "its nvram template '/fw/VARS.fd' is not '/fw/OTHER.fd'");
}

static void m4_a_template_wants_split_mode(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_template(made, VARS);
	descriptor->mode = FIRMWARE_MODE_STATELESS;
	descriptor->template = NULL;
	assert_descriptor(
		made, descriptor, "it has no nvram template, and one was given");
	assert_descriptor(made,
		made_memory_descriptor(made, "60-m.json", "/fw/M.fd", FIRMWARE_INTERFACE_UEFI),
		"it has no nvram template, and one was given");
}

static void m4_other_names_of_a_template_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_link(made, "/fw/LINK.fd", descriptor->template);
	made_template(made, "/fw/LINK.fd");
	assert_descriptor(
		made, descriptor, "its nvram template '/fw/VARS.fd' is not '/fw/LINK.fd'");
	assert_same_file(made, descriptor, NULL);
}

static void m5_suspend_to_memory_requires_acpi_s3(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_mem = CHOICE_YES;
	assert_descriptor(made, descriptor, "feature 'acpi-s3' is absent, wanted yes");
	strings_add(&descriptor->features, "acpi-s3");
	assert_descriptor(made, descriptor, NULL);
}

static void m5_suspend_to_disk_requires_acpi_s4(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	strings_add(&descriptor->features, "acpi-s3");
	assert_descriptor(made, descriptor, "feature 'acpi-s4' is absent, wanted yes");
	strings_add(&descriptor->features, "acpi-s4");
	assert_descriptor(made, descriptor, NULL);
}

static void m5_no_suspend_is_no_constraint(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_mem = CHOICE_NO;
	made->spec.firmware.suspend_to_disk = CHOICE_NO;
	strings_add(&descriptor->features, "acpi-s3");
	strings_add(&descriptor->features, "acpi-s4");
	assert_descriptor(made, descriptor, NULL);
}

static void m6_secure_boot_yes_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.secure_boot = CHOICE_YES;
	assert_descriptor(made, descriptor, "feature 'secure-boot' is absent, wanted yes");
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, NULL);
}

static void m6_secure_boot_no_forbids_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, "feature 'secure-boot' is present, wanted no");
}

static void m6_secure_boot_unsaid_takes_either(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, NULL);
}

static void m7_enrolled_keys_yes_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.enrolled_keys = CHOICE_YES;
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, "feature 'enrolled-keys' is absent, wanted yes");
	strings_add(&descriptor->features, "enrolled-keys");
	assert_descriptor(made, descriptor, NULL);
}

static void m7_enrolled_keys_no_forbids_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.enrolled_keys = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "enrolled-keys");
	assert_descriptor(made, descriptor, "feature 'enrolled-keys' is present, wanted no");
}

static void m8_smm_off_refuses_firmware_that_requires_it(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.smm = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor, "feature 'requires-smm' is present, and <smm> is off");
	made->spec.smm = CHOICE_YES;
	assert_descriptor(made, descriptor, NULL);
	made->spec.smm = CHOICE_UNSET;
	assert_descriptor(made, descriptor, NULL);
}

static void m8_secure_no_refuses_firmware_that_requires_smm(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.secure = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor,
		"feature 'requires-smm' is present, and the loader is wanted with secure='no'");
}

static void m8_secure_yes_refuses_other_firmware(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.secure = CHOICE_YES;
	assert_descriptor(made, descriptor,
		"feature 'requires-smm' is absent, and the loader is wanted with secure='yes'");
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor, NULL);
}

static void m9_flash_is_no_rom(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_descriptor(made, descriptor,
		"its device is flash, and the loader is wanted with type='rom'");
	made->spec.firmware.loader.type = SPEC_LOADER_PFLASH;
	assert_descriptor(made, descriptor, NULL);
}

static void m10_stateless_yes_wants_stateless_mode(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.stateless = CHOICE_YES;
	assert_descriptor(made, descriptor, "mode is split, wanted stateless");
	descriptor->mode = FIRMWARE_MODE_COMBINED;
	assert_descriptor(made, descriptor, "mode is combined, wanted stateless");
	descriptor->mode = FIRMWARE_MODE_STATELESS;
	assert_descriptor(made, descriptor, NULL);
}

static void m10_otherwise_only_split_mode_is_chosen(void **state)
{
	static const enum choice unsaid_or_no[] = {CHOICE_UNSET, CHOICE_NO};
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	for (size_t i = 0; i < ARRAY_COUNT(unsaid_or_no); i++) {
		made->spec.firmware.loader.stateless = unsaid_or_no[i];
		descriptor->mode = FIRMWARE_MODE_SPLIT;
		assert_descriptor(made, descriptor, NULL);
		descriptor->mode = FIRMWARE_MODE_STATELESS;
		assert_descriptor(made, descriptor,
			"mode is stateless, wanted split; --firmware=" PLAIN " chooses it");
		descriptor->mode = FIRMWARE_MODE_COMBINED;
		assert_descriptor(made, descriptor,
			"mode is combined, wanted split; --firmware=" PLAIN " chooses it");
	}
}

static void m10_a_descriptor_that_was_named_may_have_any_mode(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = PLAIN;
	descriptor->mode = FIRMWARE_MODE_COMBINED;
	assert_descriptor(made, descriptor, NULL);
	descriptor->mode = FIRMWARE_MODE_STATELESS;
	assert_descriptor(made, descriptor, NULL);
}

static void a_descriptor_that_was_not_named_is_refused(void **state)
{
	struct made_up *made = *state;

	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "/home/vm/my.json";
	assert_descriptor(made, plain(made), "--firmware names '/home/vm/my.json'");
}

static void m11_readonly_no_is_never_fulfilled_by_shared_files(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.readonly = CHOICE_NO;
	assert_descriptor(made, descriptor,
		"the loader is wanted with readonly='no', and its executable is shared by all "
		"VMs");
	descriptor->mode = FIRMWARE_MODE_COMBINED;
	assert_descriptor(made, descriptor,
		"mode is combined, wanted split; --firmware=" PLAIN " chooses it");
}

static void m12_the_executables_format_must_be_raw_or_qcow2(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->executable_format = IMAGE_FORMAT_VMDK;
	descriptor->executable_format_text = made_text(made, "vmdk");
	assert_descriptor(
		made, descriptor, "executable's format 'vmdk' is neither raw nor qcow2");
	descriptor->executable_format = IMAGE_FORMAT_UNKNOWN;
	descriptor->executable_format_text = made_text(made, "blkdebug");
	assert_descriptor(
		made, descriptor, "executable's format 'blkdebug' is neither raw nor qcow2");
}

static void m13_a_named_format_must_be_the_executables(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.format = IMAGE_FORMAT_RAW;
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	assert_descriptor(made, descriptor, "format is raw, wanted qcow2");
}

/* P4: the format of a store asks for firmware of that format, where no loader is there */
static void p4_a_stores_format_stands_for_the_loaders(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.nvram.present = true;
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	assert_descriptor(made, descriptor, "format is raw, wanted qcow2");
	made->spec.firmware.loader.present = true;
	assert_descriptor(made, descriptor, NULL);
}

static void m14_a_split_template_must_be_raw_or_qcow2(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->template_format = IMAGE_FORMAT_VDI;
	descriptor->template_format_text = made_text(made, "vdi");
	assert_descriptor(
		made, descriptor, "nvram template's format 'vdi' is neither raw nor qcow2");
}

static void m14_the_store_may_have_another_format_than_the_template(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	assert_descriptor(made, descriptor, NULL);
}

static void m15_memory_is_no_flash(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.type = SPEC_LOADER_PFLASH;
	assert_descriptor(made, descriptor,
		"its device is memory, and the loader is wanted with type='pflash'");
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_descriptor(made, descriptor, NULL);
}

static void m15_memory_is_read_only(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	made->spec.firmware.loader.readonly = CHOICE_NO;
	assert_descriptor(made, descriptor,
		"its device is memory, and the loader is wanted with readonly='no'");
	made->spec.firmware.loader.readonly = CHOICE_YES;
	assert_descriptor(made, descriptor, NULL);
}

static void m15_memory_answers_stateless_and_formats_alike(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.stateless = CHOICE_YES;
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.stateless = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
}

static void m15_memory_is_compared_with_a_named_loader(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	made_loader(made, "/fw/OTHER.fd");
	made->spec.firmware.loader.type = SPEC_LOADER_UNSET;
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_descriptor(
		made, descriptor, "its executable '/fw/ROM.fd' is not the loader '/fw/OTHER.fd'");
}

static void m16_sev_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	made->spec.firmware.launch_policy = 1;
	assert_descriptor(made, descriptor, "feature 'amd-sev' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_sev_with_es_policy_requires_both_features(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	made->spec.firmware.launch_policy = 0x5;
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, "feature 'amd-sev-es' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev-es");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_sev_snp_requires_its_own_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV_SNP;
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, "feature 'amd-sev-snp' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev-snp");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_tdx_requires_its_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_TDX;
	assert_descriptor(made, descriptor, "feature 'intel-tdx' is absent, wanted yes");
	strings_add(&descriptor->features, "intel-tdx");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_a_confidential_build_may_run_a_plain_vm(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "amd-sev");
	strings_add(&descriptor->features, "amd-sev-snp");
	assert_descriptor(made, descriptor, NULL);
}

static void igvm_is_refused_by_name(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->device = FIRMWARE_DEVICE_IGVM;
	assert_descriptor(made, descriptor, "device 'igvm' is not supported");
}

static void verbose_builds_are_chosen_like_others(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "verbose-static");
	strings_add(&descriptor->features, "verbose-dynamic");
	assert_descriptor(made, descriptor, NULL);
}

static void what_matches_must_also_be_there(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->executable->error_number = 2;
	assert_descriptor(made, descriptor, "'/fw/CODE.fd': No such file or directory");
}

/* ---- one file ----------------------------------------------------------------------------------- */

static void one_file_has_one_device_and_inode(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");
	struct firmware_file *link = made_link(made, "/fw/B.fd", file);

	assert_true(same_file(file, link));
	link->device++;
	assert_false(same_file(file, link));
	link->device--;
	link->inode++;
	assert_false(same_file(file, link));
}

static void what_could_not_be_opened_is_no_file(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");
	struct firmware_file *link = made_link(made, "/fw/B.fd", file);

	assert_false(same_file(file, NULL));
	assert_false(same_file(NULL, file));
	file->error_number = 13;
	assert_false(same_file(file, link));
	assert_false(same_file(link, file));
}

static void files_of_the_host_are_found_by_their_path(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");

	made_code(made, "/fw/B.fd");
	assert_ptr_equal(host_file(&made->host, "/fw/A.fd"), file);
	assert_null(host_file(&made->host, "/fw/C.fd"));
	assert_null(host_file(&made->host, NULL));
}

/* ---- pairs -------------------------------------------------------------------------------------- */

static void assert_pair(
	struct made_up *made, const struct firmware_pair *pair, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(pair_refusal(&made->host, request, pair, PATH_MATCH_LITERAL), wanted);
}

static void a_plain_pair_fits(void **state)
{
	struct made_up *made = *state;

	assert_pair(made, made_pair(made, CODE, VARS), NULL);
}

static void pairs_are_uefi(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_pair(made, pair, "interface 'bios' is not offered");
}

static void a_pair_is_of_one_architecture(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->arch = ARCH_I386;
	assert_pair(made, pair, "architecture is i386, wanted x86_64");
	pair->arch = ARCH_UNKNOWN;
	assert_pair(made, pair, NULL);
}

static void a_pair_is_for_boards_with_flash(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.machine = made_text(made, "microvm");
	assert_pair(made, pair, "machine 'microvm' is not among its targets");
	made->spec.machine = made_text(made, "isapc");
	assert_pair(made, pair, "machine 'isapc' is not among its targets");
	made->spec.machine = made_text(made, "pc");
	assert_pair(made, pair, NULL);
}

static void a_pair_of_virt_boards_is_for_virt_boards(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair;

	made_virt(made, ARCH_AARCH64);
	pair = made_pair(made, CODE, VARS);
	assert_pair(made, pair, NULL);
	made->spec.machine = made_text(made, "sbsa-ref");
	assert_pair(made, pair, "machine 'sbsa-ref' is not among its targets");
}

static void a_pair_promises_no_launch_security_and_no_suspend(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.suspend_to_mem = CHOICE_YES;
	assert_pair(made, pair, "feature 'acpi-s3' is not known of it, wanted yes");
	made->spec.firmware.suspend_to_mem = CHOICE_UNSET;
	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	assert_pair(made, pair, "feature 'acpi-s4' is not known of it, wanted yes");
	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	assert_pair(made, pair, "it is not known to support launchSecurity");
}

static void l1_a_pair_is_not_for_stateless_writable_or_rom_loaders(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);
	struct spec_loader *loader = &made->spec.firmware.loader;

	loader->stateless = CHOICE_YES;
	assert_pair(made, pair, "mode is split, wanted stateless");
	loader->stateless = CHOICE_NO;
	loader->readonly = CHOICE_NO;
	assert_pair(made, pair,
		"the loader is wanted with readonly='no', and its CODE is shared by all VMs");
	loader->readonly = CHOICE_YES;
	loader->type = SPEC_LOADER_ROM;
	assert_pair(made, pair, "its device is flash, and the loader is wanted with type='rom'");
	loader->type = SPEC_LOADER_PFLASH;
	assert_pair(made, pair, NULL);
}

static void l1_a_pair_has_the_format_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, CODE);
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	assert_pair(made, pair, "format is raw, wanted qcow2");
	made->spec.firmware.loader.format = IMAGE_FORMAT_RAW;
	assert_pair(made, pair, NULL);
}

static void l2_the_code_must_be_the_loader(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, "/fw/OTHER.fd");
	assert_pair(made, pair, "it is not the loader '/fw/OTHER.fd'");
	made_loader(made, CODE);
	assert_pair(made, pair, NULL);
}

static void l2_other_names_of_the_code_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_link(made, "/fw/LINK.fd", pair->code);
	made_loader(made, "/fw/LINK.fd");
	assert_pair(made, pair, "it is not the loader '/fw/LINK.fd'");
	assert_reason(pair_refusal(&made->host, made_request(made), pair, PATH_MATCH_SAME_FILE),
		NULL);
}

static void l3_a_named_template_wins_over_the_pairs(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, CODE);
	made_template(made, "/fw/OTHER.fd");
	assert_pair(made, pair, NULL);
}

static void an_automatic_choice_takes_only_the_template_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_template(made, "/fw/OTHER.fd");
	assert_pair(made, pair, "its nvram template is not '/fw/OTHER.fd'");
	made_template(made, VARS);
	assert_pair(made, pair, NULL);
}

static void a_pairs_features_are_tri_state_too(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.secure_boot = CHOICE_YES;
	assert_pair(made, pair, "feature 'secure-boot' is absent, wanted yes");
	pair->secure_boot = true;
	assert_pair(made, pair, NULL);
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_pair(made, pair, "feature 'secure-boot' is present, wanted no");
	made->spec.firmware.secure_boot = CHOICE_UNSET;
	made->spec.firmware.enrolled_keys = CHOICE_YES;
	assert_pair(made, pair, "feature 'enrolled-keys' is absent, wanted yes");
	pair->enrolled_keys = true;
	assert_pair(made, pair, NULL);
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	assert_pair(made, pair, "feature 'enrolled-keys' is present, wanted no");
}

static void a_pair_of_qemu_conf_that_was_named_is_not_asked_for_features(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.secure_boot = CHOICE_YES;
	pair->source = PAIR_QEMU_CONF;
	assert_pair(made, pair, "feature 'secure-boot' is absent, wanted yes");
	made_loader(made, CODE);
	assert_pair(made, pair, NULL);
}

static void an_automatic_choice_keeps_pairs_and_smm_together(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->requires_smm = true;
	assert_pair(made, pair, NULL);
	made->spec.smm = CHOICE_NO;
	assert_pair(made, pair, "feature 'requires-smm' is present, and SMM is off");
	made->spec.smm = CHOICE_UNSET;
	made->spec.firmware.loader.secure = CHOICE_NO;
	assert_pair(made, pair, "feature 'requires-smm' is present, and SMM is off");
	made->spec.firmware.loader.secure = CHOICE_YES;
	assert_pair(made, pair, NULL);
	pair->requires_smm = false;
	assert_pair(made, pair,
		"feature 'requires-smm' is absent, and the loader is wanted with secure='yes'");
}

static void a_pair_is_refused_where_a_descriptor_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "/home/vm/my.json";
	assert_pair(made, pair, "--firmware names '/home/vm/my.json'");
}

static void a_pair_must_also_be_there(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->vars->error_number = 2;
	assert_pair(made, pair, "'/fw/VARS.fd': No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_plain_descriptor_fits),
		MADE_UP(a_broken_descriptor_is_refused_with_its_problem),
		MADE_UP(m1_the_interface_must_be_offered),
		MADE_UP(m1_the_interface_may_stand_anywhere),
		MADE_UP(m1_the_loaders_type_says_the_interface),
		MADE_UP(m1_uboot_and_openfirmware_are_never_wanted),
		MADE_UP(m2_the_architecture_must_be_a_target),
		MADE_UP(m2_a_later_target_counts_too),
		MADE_UP(m2_the_machine_must_be_a_target_of_that_architecture),
		MADE_UP(m2_any_of_the_globs_may_match),
		MADE_UP(m2_an_alias_is_matched_by_its_canonical_name),
		MADE_UP(m2_without_targets_nothing_fits),
		MADE_UP(m3_a_named_loader_must_be_the_executable),
		MADE_UP(m3_a_named_loader_narrows_an_automatic_choice),
		MADE_UP(m3_other_names_of_a_file_are_seen_when_files_are_compared),
		MADE_UP(m4_a_named_template_must_be_the_descriptors),
		MADE_UP(m4_a_template_wants_split_mode),
		MADE_UP(m4_other_names_of_a_template_are_seen_when_files_are_compared),
		MADE_UP(m5_suspend_to_memory_requires_acpi_s3),
		MADE_UP(m5_suspend_to_disk_requires_acpi_s4),
		MADE_UP(m5_no_suspend_is_no_constraint),
		MADE_UP(m6_secure_boot_yes_requires_the_feature),
		MADE_UP(m6_secure_boot_no_forbids_the_feature),
		MADE_UP(m6_secure_boot_unsaid_takes_either),
		MADE_UP(m7_enrolled_keys_yes_requires_the_feature),
		MADE_UP(m7_enrolled_keys_no_forbids_the_feature),
		MADE_UP(m8_smm_off_refuses_firmware_that_requires_it),
		MADE_UP(m8_secure_no_refuses_firmware_that_requires_smm),
		MADE_UP(m8_secure_yes_refuses_other_firmware),
		MADE_UP(m9_flash_is_no_rom),
		MADE_UP(m10_stateless_yes_wants_stateless_mode),
		MADE_UP(m10_otherwise_only_split_mode_is_chosen),
		MADE_UP(m10_a_descriptor_that_was_named_may_have_any_mode),
		MADE_UP(a_descriptor_that_was_not_named_is_refused),
		MADE_UP(m11_readonly_no_is_never_fulfilled_by_shared_files),
		MADE_UP(m12_the_executables_format_must_be_raw_or_qcow2),
		MADE_UP(m13_a_named_format_must_be_the_executables),
		MADE_UP(p4_a_stores_format_stands_for_the_loaders),
		MADE_UP(m14_a_split_template_must_be_raw_or_qcow2),
		MADE_UP(m14_the_store_may_have_another_format_than_the_template),
		MADE_UP(m15_memory_is_no_flash),
		MADE_UP(m15_memory_is_read_only),
		MADE_UP(m15_memory_answers_stateless_and_formats_alike),
		MADE_UP(m15_memory_is_compared_with_a_named_loader),
		MADE_UP(m16_sev_requires_the_feature),
		MADE_UP(m16_sev_with_es_policy_requires_both_features),
		MADE_UP(m16_sev_snp_requires_its_own_feature),
		MADE_UP(m16_tdx_requires_its_feature),
		MADE_UP(m16_a_confidential_build_may_run_a_plain_vm),
		MADE_UP(igvm_is_refused_by_name),
		MADE_UP(verbose_builds_are_chosen_like_others),
		MADE_UP(what_matches_must_also_be_there),
		MADE_UP(one_file_has_one_device_and_inode),
		MADE_UP(what_could_not_be_opened_is_no_file),
		MADE_UP(files_of_the_host_are_found_by_their_path),
		MADE_UP(a_plain_pair_fits),
		MADE_UP(pairs_are_uefi),
		MADE_UP(a_pair_is_of_one_architecture),
		MADE_UP(a_pair_is_for_boards_with_flash),
		MADE_UP(a_pair_of_virt_boards_is_for_virt_boards),
		MADE_UP(a_pair_promises_no_launch_security_and_no_suspend),
		MADE_UP(l1_a_pair_is_not_for_stateless_writable_or_rom_loaders),
		MADE_UP(l1_a_pair_has_the_format_that_was_named),
		MADE_UP(l2_the_code_must_be_the_loader),
		MADE_UP(l2_other_names_of_the_code_are_seen_when_files_are_compared),
		MADE_UP(l3_a_named_template_wins_over_the_pairs),
		MADE_UP(an_automatic_choice_takes_only_the_template_that_was_named),
		MADE_UP(a_pairs_features_are_tri_state_too),
		MADE_UP(a_pair_of_qemu_conf_that_was_named_is_not_asked_for_features),
		MADE_UP(an_automatic_choice_keeps_pairs_and_smm_together),
		MADE_UP(a_pair_is_refused_where_a_descriptor_was_named),
		MADE_UP(a_pair_must_also_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
