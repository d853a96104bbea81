/* SPDX-License-Identifier: MIT */
/* plan/firmware: a loader that stands for itself, and what is never written. */
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

static void l4_an_unknown_loader_is_raw_and_its_template_must_be_given(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_template(made, "/my/VARS.fd");
	assert_int_equal(planned(made)->firmware.source, FIRMWARE_SOURCE_EXPLICIT);
	assert_int_equal(made->plan->firmware.format, IMAGE_FORMAT_RAW);
	assert_int_equal(made->plan->firmware.mode, FIRMWARE_MODE_SPLIT);
	assert_string_equal(made->plan->nvram.template, "/my/VARS.fd");
	assert_false(made->plan->firmware.smm);
	made->spec.smm = CHOICE_YES;
	made->spec.firmware.nvram.template_format = IMAGE_FORMAT_RAW;
	assert_true(planned(made)->firmware.smm);
	assert_false(made->plan->firmware.secure);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_RAW);
	made->spec.firmware.nvram.template = NULL;
	assert_plan_refused(made,
		"vm.xml:6: no nvram template is known for loader '/my/CODE.fd', and "
		"'/state/vm_VARS.fd' does not exist; give <nvram template=…> or "
		"--firmware=CODE:VARS, or use a loader that a descriptor or a known pair names "
		"(slipway firmware lists them)");
}

static void l4_an_unknown_loader_may_say_its_format(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_template(made, "/my/VARS.fd");
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	made_plan(made);
	assert_non_null(made->error);
	assert_non_null(strstr(made->error->text, "vm.xml:6: loader '/my/CODE.fd' is said to be "
						  "qcow2 and is not: QEMU would refuse it"));
	made_code(made, "/my/CODE.fd")->format = IMAGE_FORMAT_QCOW2;
	assert_int_equal(planned(made)->firmware.format, IMAGE_FORMAT_QCOW2);
}

static void p3_a_loader_without_a_type_is_a_rom(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *rom;

	/* a descriptor and a pair that would fit are not even looked at */
	plain(made);
	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	made->spec.firmware.loader.type = SPEC_LOADER_UNSET;
	rom = made_code(made, CODE);
	rom->virtual_size_bytes = 262144;
	assert_int_equal(planned(made)->firmware.source, FIRMWARE_SOURCE_EXPLICIT);
	assert_int_equal(made->plan->firmware.device, FIRMWARE_DEVICE_MEMORY);
	assert_int_equal(made->plan->candidates.count, 0);
	assert_string_equal(argument_of(made->plan, "-bios"), CODE);
}

static void f1_a_rom_loader_stands_for_itself(void **state)
{
	struct made_up *made = *state;

	made_memory_descriptor(made, "20-bios.json", "/fw/bios.bin", FIRMWARE_INTERFACE_BIOS);
	made_loader(made, "/fw/bios.bin");
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_int_equal(planned(made)->firmware.source, FIRMWARE_SOURCE_EXPLICIT);
	assert_int_equal(made->plan->firmware.interface, FIRMWARE_INTERFACE_BIOS);
	assert_string_equal(argument_of(made->plan, "-bios"), "/fw/bios.bin");
}

static void f1_nothing_asked_is_nothing_passed(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_int_equal(planned(made)->firmware.source, FIRMWARE_SOURCE_DEFAULT);
	assert_int_equal(made->plan->firmware.interface, FIRMWARE_INTERFACE_BIOS);
	assert_null(made->plan->firmware.path);
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
	assert_int_equal(made->plan->candidates.count, 0);
	assert_null(argument_of(made->plan, "-bios"));
	assert_null(argument_of(made->plan, "-blockdev"));
	assert_false(made->plan->firmware.smm);
	made->spec.smm = CHOICE_YES;
	assert_true(planned(made)->firmware.smm);
}

static void f1_a_virt_board_has_no_firmware_of_its_own(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_int_equal(planned(made)->firmware.interface, FIRMWARE_INTERFACE_NONE);
}

static void a_loader_that_is_not_there_is_refused_with_the_package(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_code(made, "/my/CODE.fd")->error_number = ENOENT;
	assert_plan_refused(made,
		"vm.xml:6: loader '/my/CODE.fd': No such file or directory; install UEFI "
		"firmware: apt install ovmf; or name the files with --firmware=CODE:VARS");
}

static void a_loader_that_is_not_there_is_refused_with_its_newer_name(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS);
	made_loader(made, "/my/CODE.fd");
	made_code(made, "/my/CODE.fd")->error_number = ENOENT;
	assert_plan_refused(made,
		"vm.xml:6: loader '/my/CODE.fd': No such file or directory; this host's build "
		"of that kind is '/fw/CODE.fd' (4M family): "
		"--firmware=/fw/CODE.fd:/fw/VARS.fd, or put it into the spec");
}

static void a_rom_that_is_not_there_is_refused_with_qemus_own(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/bios.bin");
	made_code(made, "/my/bios.bin")->error_number = ENOENT;
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_plan_refused(made,
		"vm.xml:6: loader '/my/bios.bin': No such file or directory; leave <loader> out "
		"to get QEMU's own BIOS");
}

static void n0_a_stateless_loader_needs_no_template(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made->spec.firmware.loader.stateless = CHOICE_YES;
	assert_int_equal(planned(made)->firmware.mode, FIRMWARE_MODE_STATELESS);
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
}

static void n0_the_owners_own_unified_file_is_written_in_place(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *both;

	made_loader(made, "/my/BOTH.fd");
	made->spec.firmware.loader.readonly = CHOICE_NO;
	both = made_code(made, "/my/BOTH.fd");
	both->role = FIRMWARE_ROLE_UNIFIED;
	assert_int_equal(planned(made)->firmware.mode, FIRMWARE_MODE_COMBINED);
	assert_false(made->plan->firmware.read_only);
	assert_int_equal(made->plan->nvram.action, NVRAM_NONE);
}

static void a_loader_is_writable_unless_it_says_readonly(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/BOTH.fd");
	made->spec.firmware.loader.readonly = CHOICE_UNSET;
	made_code(made, "/my/BOTH.fd")->role = FIRMWARE_ROLE_UNIFIED;
	assert_false(planned(made)->firmware.read_only);
}

static void a_known_pair_is_read_only_whatever_was_left_unsaid(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	made->spec.firmware.loader.readonly = CHOICE_UNSET;
	assert_true(planned(made)->firmware.read_only);
	assert_string_equal(made->plan->nvram.template, VARS);
}

static void code_is_never_writable(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made->spec.firmware.loader.readonly = CHOICE_UNSET;
	assert_plan_refused(made,
		"vm.xml:6: loader '/my/CODE.fd' is in no descriptor and no known pair, and "
		"without readonly='yes' the guest would write into it; say readonly='yes' and "
		"give <nvram template=…>, or use --firmware=CODE:VARS");
}

static void files_of_the_distribution_are_never_writable(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/usr/share/OVMF/OVMF.fd");
	made->spec.firmware.loader.readonly = CHOICE_NO;
	made_code(made, "/usr/share/OVMF/OVMF.fd")->role = FIRMWARE_ROLE_UNIFIED;
	assert_plan_refused(made,
		"vm.xml:6: loader '/usr/share/OVMF/OVMF.fd' is not this VM's own, and with "
		"readonly='no' the guest would write into it; say readonly='yes', or name a copy "
		"that holds firmware and variables");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(l4_an_unknown_loader_is_raw_and_its_template_must_be_given),
		MADE_UP(l4_an_unknown_loader_may_say_its_format),
		MADE_UP(p3_a_loader_without_a_type_is_a_rom),
		MADE_UP(f1_a_rom_loader_stands_for_itself),
		MADE_UP(f1_nothing_asked_is_nothing_passed),
		MADE_UP(f1_a_virt_board_has_no_firmware_of_its_own),
		MADE_UP(a_loader_that_is_not_there_is_refused_with_the_package),
		MADE_UP(a_loader_that_is_not_there_is_refused_with_its_newer_name),
		MADE_UP(a_rom_that_is_not_there_is_refused_with_qemus_own),
		MADE_UP(n0_a_stateless_loader_needs_no_template),
		MADE_UP(n0_the_owners_own_unified_file_is_written_in_place),
		MADE_UP(a_loader_is_writable_unless_it_says_readonly),
		MADE_UP(a_known_pair_is_read_only_whatever_was_left_unsaid),
		MADE_UP(code_is_never_writable),
		MADE_UP(files_of_the_distribution_are_never_writable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
