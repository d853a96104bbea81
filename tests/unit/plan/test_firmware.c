/* SPDX-License-Identifier: MIT */
/* plan/firmware: what follows from a descriptor or a pair (E1 to E7, L3, L5), and V8. */
#include "plan/firmware.h"

#include <errno.h>
#include <string.h>

#include "made_up.h"

#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, "60-plain.json", CODE, VARS);
}

static void e1_flash_is_read_only_with_path_and_format_of_the_descriptor(void **state)
{
	struct made_up *made = *state;
	const struct plan_firmware *firmware;

	plain(made);
	firmware = &planned(made)->firmware;
	assert_int_equal(firmware->source, FIRMWARE_SOURCE_DESCRIPTOR);
	assert_string_equal(firmware->descriptor, "60-plain.json");
	assert_int_equal(firmware->interface, FIRMWARE_INTERFACE_UEFI);
	assert_int_equal(firmware->device, FIRMWARE_DEVICE_FLASH);
	assert_int_equal(firmware->mode, FIRMWARE_MODE_SPLIT);
	assert_string_equal(firmware->path, CODE);
	assert_int_equal(firmware->format, IMAGE_FORMAT_RAW);
	assert_true(firmware->read_only);
	assert_false(firmware->smm);
	assert_false(firmware->secure);
	assert_int_equal(firmware->pad_bytes, 0);
}

static void e1_the_descriptors_format_is_kept(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->executable->format = IMAGE_FORMAT_QCOW2;
	descriptor->executable_format = IMAGE_FORMAT_QCOW2;
	assert_int_equal(planned(made)->firmware.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_RAW);
}

static void e2_template_and_its_format_are_the_descriptors(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	made->spec.firmware.nvram.template_format = IMAGE_FORMAT_RAW;
	assert_string_equal(planned(made)->nvram.template, VARS);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_QCOW2);
}

static void e3_firmware_that_requires_smm_turns_it_on(void **state)
{
	struct made_up *made = *state;

	strings_add(&plain(made)->features, "requires-smm");
	assert_true(planned(made)->firmware.smm);
	assert_true(made->plan->firmware.secure);
}

static void e3_other_firmware_takes_smm_as_the_spec_says(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->spec.smm = CHOICE_YES;
	assert_true(planned(made)->firmware.smm);
	assert_false(made->plan->firmware.secure);
	made->spec.smm = CHOICE_NO;
	assert_false(planned(made)->firmware.smm);
}

static void e4_the_features_are_recorded(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "acpi-s3");
	strings_add(&descriptor->features, "secure-boot");
	planned(made);
	assert_int_equal(made->plan->firmware.features.count, 2);
	assert_string_equal(made->plan->firmware.features.items[0], "acpi-s3");
	assert_string_equal(made->plan->firmware.features.items[1], "secure-boot");
}

static void e6_memory_is_a_bios_without_a_store(void **state)
{
	struct made_up *made = *state;
	const struct plan_firmware *firmware;

	made_memory_descriptor(made, "20-bios.json", "/fw/bios.bin", FIRMWARE_INTERFACE_BIOS);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	firmware = &planned(made)->firmware;
	assert_int_equal(firmware->interface, FIRMWARE_INTERFACE_BIOS);
	assert_int_equal(firmware->device, FIRMWARE_DEVICE_MEMORY);
	assert_int_equal(firmware->mode, FIRMWARE_MODE_NONE);
	assert_string_equal(firmware->path, "/fw/bios.bin");
	assert_int_equal(firmware->format, IMAGE_FORMAT_RAW);
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
}

static void e7_kernel_firmware_takes_the_kernels_place(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "20-kernel.json", "/fw/kernel.bin", FIRMWARE_INTERFACE_UEFI);

	descriptor->device = FIRMWARE_DEVICE_KERNEL;
	assert_int_equal(planned(made)->firmware.device, FIRMWARE_DEVICE_KERNEL);
	assert_string_equal(argument_of(made->plan, "-kernel"), "/fw/kernel.bin");
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
}

static void stateless_firmware_keeps_nothing(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->mode = FIRMWARE_MODE_STATELESS;
	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.stateless = CHOICE_YES;
	assert_int_equal(planned(made)->firmware.mode, FIRMWARE_MODE_STATELESS);
	assert_true(made->plan->firmware.read_only);
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
}

/* libvirt never reaches this mode (M10 and M11 exclude each other) */
static void combined_firmware_is_a_private_writable_copy(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->mode = FIRMWARE_MODE_COMBINED;
	descriptor->executable->role = FIRMWARE_ROLE_UNIFIED;
	descriptor->template = NULL;
	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "60-plain.json";
	assert_int_equal(planned(made)->firmware.mode, FIRMWARE_MODE_COMBINED);
	assert_int_equal(made->plan->nvram.action, NVRAM_CREATE);
	assert_true(made->plan->nvram.combined);
	assert_int_equal(made->plan->nvram.size_bytes, 0);
	assert_string_equal(made->plan->nvram.template, CODE);
	assert_string_equal(made->plan->nvram.path, "/state/vm_VARS.fd");
}

static void uefi_vars_firmware_needs_the_device(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "90-qemuvars.json", "/fw/OVMF.qemuvars.fd", FIRMWARE_INTERFACE_UEFI);

	descriptor->uefi_vars = true;
	descriptor->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	assert_plan_refused(made,
		"vm.xml:5: firmware '/fw/OVMF.qemuvars.fd' keeps its variables in QEMU's uefi-vars "
		"device, which '/usr/bin/qemu' has not (QEMU 10.0 brought it); use a "
		"newer QEMU with --emulator, or firmware of another descriptor");
	made->host.emulator.status = ERROR_STATUS_NOT_FOUND; /* what it has is not known */
	assert_true(planned(made)->firmware.uefi_vars);
}

static void uefi_vars_firmware_keeps_a_json_store(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_memory_descriptor(
		made, "90-qemuvars.json", "/fw/OVMF.qemuvars.fd", FIRMWARE_INTERFACE_UEFI);

	descriptor->uefi_vars = true;
	descriptor->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made->host.emulator.uefi_vars = true;
	assert_true(planned(made)->firmware.uefi_vars);
	assert_true(made->plan->nvram.json);
	assert_string_equal(made->plan->nvram.path, "/state/vm_VARS.json");
	assert_string_equal(made->plan->nvram.template, "/fw/vars.json");
}

static void short_arm_firmware_is_padded_in_a_copy(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor;

	made_virt(made, ARCH_AARCH64);
	descriptor = plain(made);
	assert_int_equal(planned(made)->firmware.pad_bytes, 0);
	descriptor->executable->size_bytes = 2097152;
	descriptor->executable->virtual_size_bytes = 2097152;
	assert_int_equal(planned(made)->firmware.pad_bytes, ARM_FLASH_BYTES);
	assert_true(made->plan->code_by_fd);
}

static void l3_a_pair_is_read_only_flash_with_its_template(void **state)
{
	struct made_up *made = *state;
	const struct plan_firmware *firmware;

	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	firmware = &planned(made)->firmware;
	assert_int_equal(firmware->source, FIRMWARE_SOURCE_FALLBACK);
	assert_null(firmware->descriptor);
	assert_int_equal(firmware->mode, FIRMWARE_MODE_SPLIT);
	assert_true(firmware->read_only);
	assert_int_equal(firmware->format, IMAGE_FORMAT_RAW);
	assert_string_equal(made->plan->nvram.template, VARS);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_RAW);
}

static void a_pairs_format_is_that_of_both_files(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->format = IMAGE_FORMAT_QCOW2;
	pair->code->format = IMAGE_FORMAT_QCOW2;
	pair->vars->format = IMAGE_FORMAT_QCOW2;
	assert_int_equal(planned(made)->firmware.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_QCOW2);
}

static void l3_a_template_that_was_given_is_kept(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	made_template(made, "/my/VARS.fd");
	assert_string_equal(planned(made)->nvram.template, "/my/VARS.fd");
}

static void l5_a_pair_sets_no_smm_for_a_loader_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->secure_boot = true;
	pair->requires_smm = true;
	made_loader(made, CODE);
	planned(made);
	assert_false(made->plan->firmware.secure);
	assert_false(made->plan->firmware.smm);
	made->spec.firmware.loader.secure = CHOICE_YES;
	made->spec.smm = CHOICE_YES;
	assert_true(planned(made)->firmware.secure);
	assert_true(made->plan->firmware.smm);
}

static void an_automatic_choice_of_a_pair_is_whole(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->secure_boot = true;
	pair->requires_smm = true;
	pair->enrolled_keys = true;
	assert_true(planned(made)->firmware.secure);
	assert_true(made->plan->firmware.smm);
	assert_int_equal(made->plan->firmware.features.count, 3);
	assert_true(strings_contain(&made->plan->firmware.features, "secure-boot"));
	assert_true(strings_contain(&made->plan->firmware.features, "enrolled-keys"));
	assert_true(strings_contain(&made->plan->firmware.features, "requires-smm"));
}

static void v8_firmware_that_requires_smm_needs_q35(void **state)
{
	struct made_up *made = *state;

	strings_add(&plain(made)->features, "requires-smm");
	made_loader(made, CODE);
	made->spec.machine = made_text(made, "pc");
	assert_plan_refused(made,
		"vm.xml:6: firmware '/fw/CODE.fd' requires SMM, which machine 'pc-i440fx-9.2' "
		"has not: the guest would hang without a word; use machine='q35', or firmware "
		"without secure-boot");
}

static void v8_a_pair_that_requires_smm_needs_q35(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS)->requires_smm = true;
	made_loader(made, CODE);
	made->spec.machine = made_text(made, "pc");
	assert_plan_refused(made,
		"vm.xml:6: firmware '/fw/CODE.fd' requires SMM, which machine 'pc-i440fx-9.2' "
		"has not: the guest would hang without a word; use machine='q35', or firmware "
		"without secure-boot");
}

static void v8_a_named_loader_that_requires_smm_is_refused_with_smm_off(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS)->requires_smm = true;
	made_loader(made, CODE);
	made->spec.smm = CHOICE_NO;
	assert_plan_refused(made,
		"vm.xml:6: firmware '/fw/CODE.fd' requires SMM, and <smm state='off'/> turns it "
		"off: the guest would hang without a word; use <smm state='on'/>, or firmware "
		"without secure-boot");
}

static void v8_a_secure_loader_of_no_known_kind_needs_q35_too(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_template(made, "/my/VARS.fd");
	made->spec.firmware.loader.secure = CHOICE_YES;
	made->spec.smm = CHOICE_YES;
	assert_true(planned(made)->firmware.secure);
	made->spec.machine = made_text(made, "pc");
	assert_plan_refused(made,
		"vm.xml:6: firmware '/my/CODE.fd' requires SMM, which machine 'pc-i440fx-9.2' "
		"has not: the guest would hang without a word; use machine='q35', or firmware "
		"without secure-boot");
}

static void v8_does_not_concern_arm(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor;

	made_virt(made, ARCH_AARCH64);
	descriptor = plain(made);
	strings_add(&descriptor->features, "secure-boot");
	strings_add(&descriptor->features, "enrolled-keys");
	assert_false(planned(made)->firmware.secure);
	assert_false(made->plan->firmware.smm);
	made_pair(made, "/fw/P.fd", "/fw/PV.fd")->requires_smm = true;
	made_loader(made, "/fw/P.fd");
	made->spec.smm = CHOICE_NO;
	assert_string_equal(planned(made)->firmware.path, "/fw/P.fd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(e1_flash_is_read_only_with_path_and_format_of_the_descriptor),
		MADE_UP(e1_the_descriptors_format_is_kept),
		MADE_UP(e2_template_and_its_format_are_the_descriptors),
		MADE_UP(e3_firmware_that_requires_smm_turns_it_on),
		MADE_UP(e3_other_firmware_takes_smm_as_the_spec_says),
		MADE_UP(e4_the_features_are_recorded),
		MADE_UP(e6_memory_is_a_bios_without_a_store),
		MADE_UP(e7_kernel_firmware_takes_the_kernels_place),
		MADE_UP(stateless_firmware_keeps_nothing),
		MADE_UP(combined_firmware_is_a_private_writable_copy),
		MADE_UP(uefi_vars_firmware_needs_the_device),
		MADE_UP(uefi_vars_firmware_keeps_a_json_store),
		MADE_UP(short_arm_firmware_is_padded_in_a_copy),
		MADE_UP(l3_a_pair_is_read_only_flash_with_its_template),
		MADE_UP(a_pairs_format_is_that_of_both_files),
		MADE_UP(l3_a_template_that_was_given_is_kept),
		MADE_UP(l5_a_pair_sets_no_smm_for_a_loader_that_was_named),
		MADE_UP(an_automatic_choice_of_a_pair_is_whole),
		MADE_UP(v8_firmware_that_requires_smm_needs_q35),
		MADE_UP(v8_a_pair_that_requires_smm_needs_q35),
		MADE_UP(v8_a_named_loader_that_requires_smm_is_refused_with_smm_off),
		MADE_UP(v8_a_secure_loader_of_no_known_kind_needs_q35_too),
		MADE_UP(v8_does_not_concern_arm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
