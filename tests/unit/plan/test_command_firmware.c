/* SPDX-License-Identifier: MIT */
/* plan/command_firmware: the firmware that a command line without any is given. */
#include "plan/command_firmware.h"

#include "made_line.h"

#define CODE "/usr/share/OVMF/OVMF_CODE_4M.fd"
#define VARS "/usr/share/OVMF/OVMF_VARS_4M.fd"

static void firmware_is_added_when_it_is_asked_for(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	made_pair(line->made, CODE, VARS);
	add_word(line, "-S");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	plan = line_plan(line);
	assert_string_equal(plan->firmware.path, CODE);
	assert_string_equal(plan->firmware.open_path, CODE);
	assert_string_equal(plan->argv.items[1], "-S");
	assert_string_equal(
		argument_of(plan, "-machine"), "pflash0=pflash0-format,pflash1=pflash1-format");
	assert_null(argument_of(plan, "-global"));
	line->made->options.below_root = true;
	assert_string_equal(line_plan(line)->firmware.open_path, "/root" CODE);
}

static void secure_boot_brings_smm_and_flash_that_only_smm_writes(void **state)
{
	struct line *line = *state;
	struct firmware_pair *pair = made_pair(line->made, CODE, VARS);
	const struct plan *plan;

	pair->secure_boot = pair->requires_smm = pair->enrolled_keys = true;
	line->made->options.secure_boot = CHOICE_YES; /* asks for UEFI, too */
	plan = line_plan(line);
	assert_string_equal(plan->firmware.path, CODE);
	assert_string_equal(argument_of(plan, "-machine"),
		"pflash0=pflash0-format,pflash1=pflash1-format,smm=on");
	assert_string_equal(
		argument_of(plan, "-global"), "driver=cfi.pflash01,property=secure,value=on");
}

static void firmware_in_memory_is_a_bios(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	made_memory_descriptor(line->made, "60.json", "/fw/OVMF.fd", FIRMWARE_INTERFACE_UEFI);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan = line_plan(line);
	assert_string_equal(argument_of(plan, "-bios"), "/fw/OVMF.fd");
	assert_null(argument_of(plan, "-machine"));
	assert_int_equal(plan->nvram.action, NVRAM_NONE);
}

static void firmware_in_memory_with_variables_has_its_device_and_no_flash(void **state)
{
	struct line *line = *state;
	struct descriptor *descriptor;
	const struct plan *plan;

	descriptor = made_memory_descriptor(
		line->made, "60.json", "/fw/OVMF.fd", FIRMWARE_INTERFACE_UEFI);
	descriptor->uefi_vars = true;
	descriptor->template = made_file(line->made, "/fw/vars.json", 100, FIRMWARE_ROLE_UNKNOWN);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan = line_plan(line);
	assert_string_equal(argument_of(plan, "-bios"), "/fw/OVMF.fd");
	assert_string_equal(
		device_of(plan, "uefi-vars-x64"), "uefi-vars-x64,jsonfile=/state/vm_VARS.json");
	assert_null(argument_of(plan, "-machine"));
}

static void combined_firmware_is_one_flash(void **state)
{
	struct line *line = *state;
	struct descriptor *descriptor = made_descriptor(line->made, "60.json", CODE, VARS);

	descriptor->mode = FIRMWARE_MODE_COMBINED;
	descriptor->executable->role = FIRMWARE_ROLE_UNIFIED;
	line->made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	line->made->options.firmware_path = "60.json";
	assert_string_equal(argument_of(line_plan(line), "-machine"), "pflash0=pflash0-format");
	assert_true(line->made->plan->nvram.combined);
}

static void the_emulators_own_bios_needs_no_argument(void **state)
{
	struct line *line = *state;

	line->made->options.firmware = FIRMWARE_OPTION_BIOS;
	assert_null(line_plan(line)->firmware.path);
	assert_int_equal(line->made->plan->argv.count, 1);
}

static void a_store_in_the_home_that_libvirt_removes_is_said(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	line->made->options.nvram = NVRAM_OPTION_PATH;
	line->made->options.nvram_path = "/var/lib/vm.fd";
	assert_int_equal(line_plan(line)->warnings.count, 0);
	line->made->options.nvram_path = "/var/lib/libvirt/qemu/domain-1-vm/vm_VARS.fd";
	assert_warning(line_plan(line), "nvram: libvirt removes "
					"'/var/lib/libvirt/qemu/domain-1-vm/vm_VARS.fd'");
}

static void what_cannot_be_had_is_refused_as_beside_a_spec(void **state)
{
	struct line *line = *state;
	struct plan_options *options = &line->made->options;

	options->firmware = FIRMWARE_OPTION_UEFI;
	assert_line_refused(line, "no UEFI firmware for x86_64");
	options->firmware = FIRMWARE_OPTION_BIOS;
	options->secure_boot = CHOICE_YES;
	assert_line_refused(line, "--secure-boot=yes needs UEFI firmware");
	options->firmware = FIRMWARE_OPTION_UEFI;
	options->secure_boot = CHOICE_UNSET;
	made_pair(line->made, CODE, VARS);
	made_store(line->made, "/state/vm_VARS.fd")->virtual_size_bytes = VARS_2M_BYTES;
	assert_line_refused(line, "'/state/vm_VARS.fd' is a 2M store");
}

static void a_store_over_a_protocol_that_qemu_does_not_know_is_refused(void **state)
{
	struct line *line = *state;
	struct spec_source *source = &line->spec.firmware.nvram.source;

	made_pair(line->made, CODE, VARS);
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(line->made, "rbd");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_line_refused(line, "nvram over 'rbd' is not supported");
}

static void a_kernel_of_its_own_gets_firmware_that_is_asked_for(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	line->spec.kernel = made_text(line->made, "/vmlinuz");
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_null(line_plan(line)->firmware.path);
	assert_string_equal(line->made->plan->notes.items[0],
		"firmware: the command line boots a kernel of its own");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_string_equal(line_plan(line)->firmware.path, CODE);
}

static void descriptors_give_way_to_the_callers(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	line->made->options.fd_shift = 20;
	assert_string_equal(argument_of(line_plan(line), "-add-fd"), "fd=50,set=50,opaque=nvram");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(firmware_is_added_when_it_is_asked_for),
		LINE(secure_boot_brings_smm_and_flash_that_only_smm_writes),
		LINE(firmware_in_memory_is_a_bios),
		LINE(firmware_in_memory_with_variables_has_its_device_and_no_flash),
		LINE(combined_firmware_is_one_flash),
		LINE(the_emulators_own_bios_needs_no_argument),
		LINE(a_store_in_the_home_that_libvirt_removes_is_said),
		LINE(what_cannot_be_had_is_refused_as_beside_a_spec),
		LINE(a_store_over_a_protocol_that_qemu_does_not_know_is_refused),
		LINE(a_kernel_of_its_own_gets_firmware_that_is_asked_for),
		LINE(descriptors_give_way_to_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
