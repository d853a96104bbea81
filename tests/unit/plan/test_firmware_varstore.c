/* SPDX-License-Identifier: MIT */
/* plan/firmware: <varstore> is for firmware that keeps its variables in QEMU's uefi-vars device. */
#include "plan/firmware.h"

#include "made_up.h"

#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

/* Flash first, as descriptors of uefi-vars builds stand last on every host that has them. */
static void flash_and_memory(struct made_up *made)
{
	struct descriptor *memory;

	made_descriptor(made, "50-flash.json", CODE, VARS);
	memory = made_memory_descriptor(
		made, "90-qemuvars.json", "/fw/OVMF.qemuvars.fd", FIRMWARE_INTERFACE_UEFI);
	memory->uefi_vars = true;
	memory->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made->host.emulator.uefi_vars = true;
}

static void a_varstore_is_for_firmware_with_uefi_vars(void **state)
{
	struct made_up *made = *state;

	flash_and_memory(made);
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.path = made_text(made, "/vm/mine.json");
	assert_string_equal(planned(made)->firmware.path, "/fw/OVMF.qemuvars.fd");
	assert_string_equal(made->plan->nvram.path, "/vm/mine.json");
	assert_string_equal(made->plan->nvram.template, "/fw/vars.json");
	assert_string_equal(made->plan->candidates.items[0].reason,
		"it has no uefi-vars store, and <varstore> was given");
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	made->host.descriptor_count = 1;
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2\n"
		"  50-flash.json: it has no uefi-vars store, and <varstore> was given\n"
		"  /fw/P.fd: it has no uefi-vars store, and <varstore> was given\n"
		"  fix: let the spec ask for what one of these has, or install UEFI firmware: apt "
		"install ovmf; or name the files with --firmware=CODE:VARS");
}

static void a_varstores_template_is_the_descriptors(void **state)
{
	struct made_up *made = *state;

	flash_and_memory(made);
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.template = made_text(made, "/fw/vars.json");
	assert_string_equal(planned(made)->firmware.path, "/fw/OVMF.qemuvars.fd");
	made->spec.firmware.varstore.template = made_text(made, "/fw/other.json");
	made_file(made, "/fw/other.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made_plan(made);
	assert_non_null(made->error);
	assert_string_equal(made->candidates.items[1].reason,
		"its nvram template '/fw/vars.json' is not '/fw/other.json'");
}

static void an_nvram_is_no_uefi_vars_store(void **state)
{
	struct made_up *made = *state;

	flash_and_memory(made);
	made->host.descriptors[0].state = DESCRIPTOR_MASKED;
	made->host.descriptors[0].problem = made_text(made, "hidden");
	made->spec.firmware.nvram.present = true;
	made->spec.firmware.nvram.source.kind = SPEC_SOURCE_FILE;
	made->spec.firmware.nvram.source.path = made_text(made, "/vm/VARS.fd");
	made_plan(made);
	assert_non_null(made->error);
	assert_string_equal(made->candidates.items[1].reason,
		"its variables are in a uefi-vars store, and <nvram> was given");
}

static void flash_is_no_varstore(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *store;

	flash_and_memory(made);
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.path = made_text(made, "/vm/mine.json");
	made->spec.firmware.varstore.line = 8;
	store = made_store(made, "/vm/mine.json");
	store->role = FIRMWARE_ROLE_VARIABLES;
	assert_plan_refused(made,
		"vm.xml:8: nvram '/vm/mine.json' is flash, and a uefi-vars store is JSON: QEMU "
		"would "
		"refuse it; --reset-nvram makes a new one from /fw/vars.json and keeps the old one "
		"beside it");
	store->role = FIRMWARE_ROLE_UNKNOWN;
	assert_int_equal(planned(made)->nvram.action, NVRAM_KEEP);
	store->size_bytes = 0;
	store->role = FIRMWARE_ROLE_BLANK;
	assert_int_equal(planned(made)->nvram.action, NVRAM_KEEP);
}

static void a_rom_that_was_named_may_have_a_varstore(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made_loader(made, "/my/OVMF.fd");
	made_code(made, "/my/OVMF.fd")->virtual_size_bytes = 4 << 20;
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.line = 8;
	made->spec.firmware.varstore.template = made_text(made, "/my/vars.json");
	made_file(made, "/my/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made->host.emulator.uefi_vars = true;
	assert_true(planned(made)->firmware.uefi_vars);
	assert_int_equal(made->plan->firmware.interface, FIRMWARE_INTERFACE_UEFI);
	assert_string_equal(made->plan->nvram.template, "/my/vars.json");
	made->spec.firmware.varstore.template = NULL;
	assert_plan_refused(made,
		"vm.xml:8: no template is known for the store of '/my/OVMF.fd', and "
		"'/state/vm_VARS.json' does not exist; give <varstore template=…>");
	made->spec.firmware.loader.type = SPEC_LOADER_PFLASH;
	assert_plan_refused(made,
		"vm.xml:6: <varstore> is for firmware in memory, and loader '/my/OVMF.fd' is "
		"flash; write type='rom', or <nvram> in its place");
}

/* --firmware takes the place of what the spec says of firmware; a block device or server that was
 * meant for flash is no JSON file. */
static void an_nvram_elsewhere_is_no_store_of_firmware_with_uefi_vars(void **state)
{
	static const enum spec_source_kind kinds[] = {SPEC_SOURCE_NETWORK, SPEC_SOURCE_BLOCK};
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	flash_and_memory(made);
	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "90-qemuvars.json";
	source->protocol = made_text(made, "nbd");
	source->path = made_text(made, "/dev/vg/vars");
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		source->kind = kinds[i];
		assert_int_equal(planned(made)->nvram.action, NVRAM_CREATE);
		assert_string_equal(made->plan->nvram.path, "/state/vm_VARS.json");
		assert_true(made->plan->nvram.json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_varstore_is_for_firmware_with_uefi_vars),
		MADE_UP(a_varstores_template_is_the_descriptors),
		MADE_UP(an_nvram_is_no_uefi_vars_store),
		MADE_UP(flash_is_no_varstore),
		MADE_UP(a_rom_that_was_named_may_have_a_varstore),
		MADE_UP(an_nvram_elsewhere_is_no_store_of_firmware_with_uefi_vars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
