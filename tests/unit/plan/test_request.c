/* SPDX-License-Identifier: MIT */
/* plan/request: what spec and options together ask of the firmware. */
#include "plan/request.h"

#include "made_up.h"

static void f1_nothing_asked_is_qemus_own_firmware(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_NONE);
	/* <loader> without a path */
	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.type = SPEC_LOADER_PFLASH;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_NONE);
}

static void firmware_says_interface_and_automatic_choice(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request = made_request(made);

	assert_int_equal(request->interface, FIRMWARE_INTERFACE_UEFI);
	assert_true(request->automatic);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	request = made_request(made);
	assert_int_equal(request->interface, FIRMWARE_INTERFACE_BIOS);
	assert_true(request->automatic);
}

static void m1_the_loaders_type_says_the_interface_without_firmware(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made_loader(made, "/fw/CODE.fd");
	request = made_request(made);
	assert_int_equal(request->interface, FIRMWARE_INTERFACE_UEFI);
	assert_false(request->automatic);
	assert_string_equal(request->loader, "/fw/CODE.fd");
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_BIOS);
	made->spec.firmware.loader.type = SPEC_LOADER_UNSET;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_BIOS);
}

static void the_spec_is_carried_over_part_by_part(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made_loader(made, "/fw/CODE.fd");
	made_template(made, "/fw/VARS.fd");
	made->spec.firmware.loader.secure = CHOICE_YES;
	made->spec.firmware.loader.stateless = CHOICE_NO;
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	made->spec.firmware.nvram.template_format = IMAGE_FORMAT_RAW;
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	made->spec.firmware.secure_boot = CHOICE_YES;
	made->spec.smm = CHOICE_YES;
	request = made_request(made);
	assert_int_equal(request->loader_type, SPEC_LOADER_PFLASH);
	assert_int_equal(request->readonly, CHOICE_YES);
	assert_int_equal(request->secure, CHOICE_YES);
	assert_int_equal(request->stateless, CHOICE_NO);
	assert_int_equal(request->loader_format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(request->template, "/fw/VARS.fd");
	assert_int_equal(request->template_format, IMAGE_FORMAT_RAW);
	assert_int_equal(request->enrolled_keys, CHOICE_NO);
	assert_int_equal(request->secure_boot, CHOICE_YES);
	assert_int_equal(request->smm, CHOICE_YES);
	assert_int_equal(request->arch, ARCH_X86_64);
	assert_string_equal(request->machine, "pc-q35-9.2");
	assert_string_equal(request->file, "vm.xml");
	assert_int_equal(request->line, 6);
}

static void without_a_loader_the_line_is_that_of_os(void **state)
{
	assert_int_equal(made_request(*state)->line, 5);
}

static void without_a_machine_the_default_is_made_canonical(void **state)
{
	struct made_up *made = *state;

	made->spec.machine = NULL;
	assert_string_equal(made_request(made)->machine, "pc-i440fx-9.2");
}

/* P1: an existing definition is looked up among raw firmware first */
static void p1_what_reads_like_an_existing_domain_prefers_raw(void **state)
{
	struct made_up *made = *state;
	struct spec_firmware *firmware = &made->spec.firmware;

	assert_false(made_request(made)->prefer_raw);
	firmware->secure_boot = CHOICE_NO;
	assert_true(made_request(made)->prefer_raw);
	firmware->secure_boot = CHOICE_UNSET;
	firmware->enrolled_keys = CHOICE_YES;
	assert_true(made_request(made)->prefer_raw);
	firmware->enrolled_keys = CHOICE_UNSET;
	made->spec.smm = CHOICE_NO;
	assert_true(made_request(made)->prefer_raw);
	made->spec.smm = CHOICE_YES;
	assert_false(made_request(made)->prefer_raw);
	made->spec.smm = CHOICE_UNSET;
	firmware->loader.secure = CHOICE_NO;
	assert_true(made_request(made)->prefer_raw);
	firmware->loader.secure = CHOICE_YES;
	assert_false(made_request(made)->prefer_raw);
	firmware->loader.secure = CHOICE_UNSET;
	firmware->nvram.source.kind = SPEC_SOURCE_FILE;
	assert_true(made_request(made)->prefer_raw);
	firmware->nvram.source.kind = SPEC_SOURCE_NETWORK;
	assert_true(made_request(made)->prefer_raw);
}

static void p1_a_format_that_was_said_is_the_format(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.secure_boot = CHOICE_NO;
	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	assert_false(made_request(made)->prefer_raw);
	made->spec.firmware.loader.format = IMAGE_FORMAT_UNSET;
	made->spec.firmware.loader.present = false;
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	assert_false(made_request(made)->prefer_raw);
}

static void p1_a_manual_loader_is_compared_by_its_path_alone(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/fw/CODE.fd");
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_false(made_request(made)->prefer_raw);
}

static void option_uefi_replaces_what_the_spec_says(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made_loader(made, "/fw/CODE.fd");
	made_template(made, "/fw/VARS.fd");
	made->spec.firmware.loader.secure = CHOICE_YES;
	made->spec.firmware.loader.stateless = CHOICE_YES;
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	made->spec.firmware.nvram.template_format = IMAGE_FORMAT_QCOW2;
	made->options.firmware = FIRMWARE_OPTION_UEFI;
	request = made_request(made);
	assert_int_equal(request->interface, FIRMWARE_INTERFACE_UEFI);
	assert_true(request->automatic);
	assert_null(request->loader);
	assert_null(request->template);
	assert_int_equal(request->loader_type, SPEC_LOADER_UNSET);
	assert_int_equal(request->readonly, CHOICE_UNSET);
	assert_int_equal(request->secure, CHOICE_UNSET);
	assert_int_equal(request->stateless, CHOICE_UNSET);
	assert_int_equal(request->loader_format, IMAGE_FORMAT_UNSET);
	assert_int_equal(request->template_format, IMAGE_FORMAT_UNSET);
	assert_false(request->prefer_raw);
	assert_int_equal(request->line, 0);
}

static void option_bios_and_none_replace_it_too(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.secure_boot = CHOICE_NO;
	made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_false(made_request(made)->prefer_raw);
	made->options.firmware = FIRMWARE_OPTION_BIOS;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_BIOS);
	made->options.firmware = FIRMWARE_OPTION_NONE;
	assert_int_equal(made_request(made)->interface, FIRMWARE_INTERFACE_NONE);
}

static void option_auto_is_what_the_spec_says(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/fw/CODE.fd");
	made->options.firmware = FIRMWARE_OPTION_AUTO;
	assert_string_equal(made_request(made)->loader, "/fw/CODE.fd");
}

static void option_files_is_a_read_only_flash_with_its_template(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made->options.firmware = FIRMWARE_OPTION_FILES;
	made->options.firmware_path = "/my/CODE.fd";
	made->options.firmware_vars = "/my/VARS.fd";
	request = made_request(made);
	assert_false(request->automatic);
	assert_string_equal(request->loader, "/my/CODE.fd");
	assert_int_equal(request->loader_type, SPEC_LOADER_PFLASH);
	assert_int_equal(request->readonly, CHOICE_YES);
	assert_string_equal(request->template, "/my/VARS.fd");
}

static void option_descriptor_is_an_automatic_choice_of_one(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made_loader(made, "/fw/CODE.fd");
	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "/my/fw.json";
	request = made_request(made);
	assert_true(request->automatic);
	assert_string_equal(request->descriptor, "/my/fw.json");
	assert_null(request->loader);
}

static void option_secure_boot_yes_requires_both_features(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made->spec.firmware.secure_boot = CHOICE_NO;
	made->options.secure_boot = CHOICE_YES;
	request = made_request(made);
	assert_int_equal(request->secure_boot, CHOICE_YES);
	assert_int_equal(request->enrolled_keys, CHOICE_YES);
}

static void option_secure_boot_no_forbids_the_one(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made->spec.firmware.secure_boot = CHOICE_YES;
	made->spec.firmware.enrolled_keys = CHOICE_YES;
	made->options.secure_boot = CHOICE_NO;
	request = made_request(made);
	assert_int_equal(request->secure_boot, CHOICE_NO);
	assert_int_equal(request->enrolled_keys, CHOICE_UNSET);
}

static void option_secure_boot_auto_is_what_the_spec_says(void **state)
{
	struct made_up *made = *state;
	const struct firmware_request *request;

	made->spec.firmware.secure_boot = CHOICE_YES;
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	request = made_request(made);
	assert_int_equal(request->secure_boot, CHOICE_YES);
	assert_int_equal(request->enrolled_keys, CHOICE_NO);
}

static void option_secure_boot_yes_without_uefi_is_refused(void **state)
{
	struct made_up *made = *state;

	made->options.secure_boot = CHOICE_YES;
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_plan_refused(made,
		"--secure-boot=yes needs UEFI firmware, but vm.xml asks for a BIOS; add "
		"--firmware=uefi or <os firmware='efi'>");
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_plan_refused(made,
		"--secure-boot=yes needs UEFI firmware, but vm.xml asks for no firmware; add "
		"--firmware=uefi or <os firmware='efi'>");
}

static void suspend_counts_only_when_it_is_enabled(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.suspend_to_mem = CHOICE_NO;
	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	assert_false(made_request(made)->acpi_s3);
	assert_true(made_request(made)->acpi_s4);
}

static void a_store_on_the_network_is_not_local(void **state)
{
	struct made_up *made = *state;

	assert_true(made_request(made)->store_is_local);
	made->spec.firmware.nvram.source.kind = SPEC_SOURCE_FILE;
	assert_true(made_request(made)->store_is_local);
	made->spec.firmware.nvram.source.kind = SPEC_SOURCE_NETWORK;
	assert_false(made_request(made)->store_is_local);
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_true(made_request(made)->store_is_local);
}

static void assert_text(struct made_up *made, const char *wanted)
{
	auto_free char *text = firmware_request_text(made_request(made));

	assert_string_equal(text, wanted);
}

static void a_request_in_words_says_everything_that_narrows(void **state)
{
	struct made_up *made = *state;

	assert_text(made, "UEFI firmware for x86_64 pc-q35-9.2");
	made->spec.smm = CHOICE_YES;
	assert_text(made, "UEFI firmware for x86_64 pc-q35-9.2");
	made->spec.firmware.secure_boot = CHOICE_YES;
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	made->spec.firmware.suspend_to_mem = CHOICE_YES;
	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	made->spec.smm = CHOICE_NO;
	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.path = made_text(made, "/fw/CODE.fd");
	made->spec.firmware.loader.stateless = CHOICE_YES;
	made->spec.firmware.loader.format = IMAGE_FORMAT_RAW;
	made_template(made, "/fw/VARS.fd");
	assert_text(made, "UEFI firmware for x86_64 pc-q35-9.2 with 'secure-boot' without "
			  "'enrolled-keys' with 'acpi-s3' with 'acpi-s4', stateless, smm off, "
			  "format raw, loader '/fw/CODE.fd', nvram template '/fw/VARS.fd'");
}

static void a_bios_request_says_so(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	made->spec.machine = made_text(made, "pc");
	assert_text(made, "BIOS firmware for x86_64 pc-i440fx-9.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(f1_nothing_asked_is_qemus_own_firmware),
		MADE_UP(firmware_says_interface_and_automatic_choice),
		MADE_UP(m1_the_loaders_type_says_the_interface_without_firmware),
		MADE_UP(the_spec_is_carried_over_part_by_part),
		MADE_UP(without_a_loader_the_line_is_that_of_os),
		MADE_UP(without_a_machine_the_default_is_made_canonical),
		MADE_UP(p1_what_reads_like_an_existing_domain_prefers_raw),
		MADE_UP(p1_a_format_that_was_said_is_the_format),
		MADE_UP(p1_a_manual_loader_is_compared_by_its_path_alone),
		MADE_UP(option_uefi_replaces_what_the_spec_says),
		MADE_UP(option_bios_and_none_replace_it_too),
		MADE_UP(option_auto_is_what_the_spec_says),
		MADE_UP(option_files_is_a_read_only_flash_with_its_template),
		MADE_UP(option_descriptor_is_an_automatic_choice_of_one),
		MADE_UP(option_secure_boot_yes_requires_both_features),
		MADE_UP(option_secure_boot_no_forbids_the_one),
		MADE_UP(option_secure_boot_auto_is_what_the_spec_says),
		MADE_UP(option_secure_boot_yes_without_uefi_is_refused),
		MADE_UP(suspend_counts_only_when_it_is_enabled),
		MADE_UP(a_store_on_the_network_is_not_local),
		MADE_UP(a_request_in_words_says_everything_that_narrows),
		MADE_UP(a_bios_request_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
