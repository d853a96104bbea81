/* SPDX-License-Identifier: MIT */
/* plan/arguments_flash: variables that are not in flash, but in QEMU's uefi-vars device. */
#include "made_up.h"
#include "plan/arguments.h"

static void in_memory(struct made_up *made)
{
	struct descriptor *memory = made_memory_descriptor(
		made, "90-qemuvars.json", "/fw/OVMF.qemuvars.fd", FIRMWARE_INTERFACE_UEFI);

	memory->uefi_vars = true;
	memory->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made->host.emulator.uefi_vars = true;
}

static void variables_are_in_a_file_of_the_devices(void **state)
{
	struct made_up *made = *state;

	in_memory(made);
	assert_string_equal(device_of(planned(made), "uefi-vars-x64"),
		"uefi-vars-x64,jsonfile=/state/vm_VARS.json");
	assert_false(made->plan->nvram_by_fd);
	assert_null(argument_of(made->plan, "-blockdev"));
}

static void variables_that_are_thrown_away_are_in_a_file_without_a_name(void **state)
{
	struct made_up *made = *state;

	in_memory(made);
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_string_equal(
		device_of(planned(made), "uefi-vars-x64"), "uefi-vars-x64,jsonfile=/dev/fdset/30");
	assert_string_equal(argument_of(made->plan, "-add-fd"), "fd=30,set=30,opaque=nvram");
	assert_true(made->plan->nvram_by_fd);
}

static void boards_of_arm_have_a_device_of_their_own(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	in_memory(made);
	assert_string_equal(device_of(planned(made), "uefi-vars-sysbus"),
		"uefi-vars-sysbus,jsonfile=/state/vm_VARS.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(variables_are_in_a_file_of_the_devices),
		MADE_UP(variables_that_are_thrown_away_are_in_a_file_without_a_name),
		MADE_UP(boards_of_arm_have_a_device_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
