/* SPDX-License-Identifier: MIT */
/* plan/match: what is asked of flash and memory, formats and modes (M9 to M15). */
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

static void m9_flash_is_no_rom(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_descriptor(
		made, descriptor, "its device is flash, and the loader is wanted with type='rom'");
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
	assert_descriptor(made, descriptor, "executable's format 'vmdk' is neither raw nor qcow2");
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
	struct descriptor *descriptor =
		made_memory_descriptor(made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

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
	struct descriptor *descriptor =
		made_memory_descriptor(made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	made->spec.firmware.loader.readonly = CHOICE_NO;
	assert_descriptor(made, descriptor,
		"its device is memory, and the loader is wanted with readonly='no'");
	made->spec.firmware.loader.readonly = CHOICE_YES;
	assert_descriptor(made, descriptor, NULL);
}

static void m15_memory_answers_stateless_and_formats_alike(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor =
		made_memory_descriptor(made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

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
	struct descriptor *descriptor =
		made_memory_descriptor(made, "50-rom.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);

	made_loader(made, "/fw/OTHER.fd");
	made->spec.firmware.loader.type = SPEC_LOADER_UNSET;
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_descriptor(
		made, descriptor, "its executable '/fw/ROM.fd' is not the loader '/fw/OTHER.fd'");
}

static void igvm_is_refused_by_name(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->device = FIRMWARE_DEVICE_IGVM;
	assert_descriptor(made, descriptor, "device 'igvm' is not supported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		MADE_UP(igvm_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
