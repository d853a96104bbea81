/* SPDX-License-Identifier: MIT */
/* plan/recorded: a VM keeps the firmware that its variables were made with, and says so. */
#include "plan/recorded.h"

#include <string.h>

#include "made_up.h"

#define STORE "/state/vm_VARS.fd"

/* A host whose choice has become A; the VM's store was made with B, which is there as well. */
static void drifted(struct made_up *made)
{
	made_descriptor(made, "40-a.json", "/fw/A.fd", "/fw/AV.fd");
	made_descriptor(made, "50-b.json", "/fw/B.fd", "/fw/BV.fd");
	made_store(made, STORE);
	made_record(made, "/fw/B.fd");
}

static void the_recorded_firmware_is_kept_and_said(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_string_equal(made->plan->firmware.descriptor, "50-b.json");
	assert_int_equal(made->plan->nvram.action, NVRAM_KEEP);
	assert_int_equal(made->plan->warnings.count, 1);
	assert_string_equal(made->plan->warnings.items[0],
		"firmware: this host's choice is now '/fw/A.fd'; the VM keeps '/fw/B.fd', which "
		"its variables were made with (--reset-nvram changes over)");
}

static void the_argument_names_the_recorded_firmware(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	assert_string_equal(argument_of(planned(made), "-blockdev"),
		"{\"driver\":\"file\",\"filename\":\"/fw/B.fd\","
		"\"node-name\":\"pflash0-storage\",\"read-only\":true}");
}

static void without_a_drift_nothing_is_said(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->host.records[0]->code.path = made_text(made, "/fw/A.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void another_name_of_the_same_file_is_no_drift(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made_link(made, "/fw/LINK.fd", made_code(made, "/fw/A.fd"));
	made->host.records[0]->code.path = made_text(made, "/fw/LINK.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void recorded_firmware_that_is_gone_is_refused_with_both_ways_on(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made_code(made, "/fw/B.fd")->error_number = 2;
	assert_plan_refused(made,
		"vm.xml:5: the VM's variables were made with firmware '/fw/B.fd', which cannot be "
		"kept (no descriptor and no known pair names it, and what it needs is not "
		"recorded); --firmware=/fw/A.fd goes on with that one and the same variables, "
		"--reset-nvram begins with new ones");
}

/* What the descriptor of B said, which is gone; so is B's template. */
static void only_the_record_knows(struct made_up *made, const char *features)
{
	made_descriptor(made, "40-a.json", "/fw/A.fd", "/fw/AV.fd");
	made_code(made, "/fw/B.fd");
	made_store(made, STORE);
	made_record(made, "/fw/B.fd");
	made->host.records[0]->code_format = IMAGE_FORMAT_RAW;
	made->host.records[0]->features = made_text(made, features);
}

static void code_that_no_descriptor_names_any_more_is_kept_whole(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "acpi-s3,secure-boot,requires-smm");
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_int_equal(made->plan->firmware.source, FIRMWARE_SOURCE_EXPLICIT);
	assert_int_equal(made->plan->firmware.interface, FIRMWARE_INTERFACE_UEFI);
	assert_int_equal(made->plan->firmware.mode, FIRMWARE_MODE_SPLIT);
	assert_int_equal(made->plan->firmware.features.count, 3);
	assert_true(made->plan->firmware.secure);
	assert_true(made->plan->firmware.smm);
	assert_true(made->plan->firmware.read_only);
	assert_int_equal(made->plan->nvram.action, NVRAM_KEEP);
	assert_int_equal(made->plan->warnings.count, 1);
}

static void code_without_features_is_kept_without_smm(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "");
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_int_equal(made->plan->firmware.features.count, 0);
	assert_false(made->plan->firmware.secure);
	assert_false(made->plan->firmware.smm);
}

static void what_the_spec_asks_of_recorded_code_still_counts(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "secure-boot,requires-smm");
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_plan_refused(made,
		"vm.xml:5: the VM's variables were made with firmware '/fw/B.fd', which cannot be "
		"kept (feature 'secure-boot' is present, wanted no); --firmware=/fw/A.fd goes on "
		"with that one and the same variables, --reset-nvram begins with new ones");
}

static void recorded_code_that_is_gone_is_refused_by_name(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "");
	made_code(made, "/fw/B.fd")->error_number = 2;
	assert_plan_refused(made,
		"vm.xml:5: the VM's variables were made with firmware '/fw/B.fd', which cannot be "
		"kept ('/fw/B.fd': No such file or directory); --firmware=/fw/A.fd goes on with "
		"that one and the same variables, --reset-nvram begins with new ones");
}

static void short_arm_code_that_is_kept_is_padded(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	only_the_record_knows(made, "");
	made_code(made, "/fw/B.fd")->virtual_size_bytes = 2 << 20;
	assert_int_equal(planned(made)->firmware.pad_bytes, ARM_FLASH_BYTES);
}

/* The host's package is gone or another, and offers nothing. */
static void recorded_code_is_kept_where_the_host_offers_none(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "");
	made->host.descriptor_count = 0;
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_null(made->candidates.fix);
	assert_int_equal(made->plan->warnings.count, 1);
	assert_string_equal(made->plan->warnings.items[0],
		"firmware: this host offers none for the VM any more; it keeps '/fw/B.fd', which "
		"its variables were made with");
	made_code(made, "/fw/B.fd")->error_number = 2;
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2\n"
		"  no descriptor in /usr/share/qemu/firmware or /etc/qemu/firmware\n"
		"  fix: install UEFI firmware: apt install ovmf; or name the files with "
		"--firmware=CODE:VARS");
}

static void reset_changes_over(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->options.reset_nvram = true;
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->nvram.action, NVRAM_RESET);
	assert_int_equal(made->plan->warnings.count, 0);
}

static void who_names_a_file_has_decided(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->options.firmware = FIRMWARE_OPTION_FILES;
	made->options.firmware_path = "/fw/A.fd";
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	made->options.firmware = FIRMWARE_OPTION_AUTO;
	made_loader(made, "/fw/A.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void a_store_without_a_record_follows_the_host(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->host.records[0] = NULL;
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

/* A VM of the same name has its store where slipway puts it; this one's was named. */
static void the_record_of_another_store_does_not_count(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/mine/vm_VARS.fd";
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	made->options.nvram_path = STORE;
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	made->options.nvram = NVRAM_OPTION_AUTO;
	made->spec.firmware.nvram.source.kind = SPEC_SOURCE_FILE;
	made->spec.firmware.nvram.source.path = made_text(made, "/mine/vm_VARS.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	made->spec.firmware.nvram.source.path = made_text(made, STORE);
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
}

static void an_ephemeral_copy_keeps_the_firmware_of_the_store(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_string_equal(made->plan->nvram.template, STORE);
}

static void add_uefi_vars(struct made_up *made, const char *path, const char *file)
{
	struct descriptor *memory =
		made_memory_descriptor(made, path, file, FIRMWARE_INTERFACE_UEFI);

	memory->uefi_vars = true;
	memory->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	made->host.emulator.uefi_vars = true;
}

static void the_record_beside_a_varstore_counts_where_that_is_named(void **state)
{
	struct made_up *made = *state;

	add_uefi_vars(made, "40-a.json", "/fw/A.fd");
	add_uefi_vars(made, "50-b.json", "/fw/B.fd");
	made_store(made, "/vm/mine.json")->role = FIRMWARE_ROLE_UNKNOWN;
	made_record(made, "/fw/B.fd");
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.path = made_text(made, "/vm/mine.json");
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	made->spec.firmware.varstore.path = made_text(made, "/vm/other.json");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
}

static void a_record_that_names_no_code_is_none(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->host.records[0]->code.path = NULL;
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void a_loader_of_the_owner_does_not_drift(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made_loader(made, "/fw/A.fd");
	made_template(made, "/fw/AV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void who_changes_to_qemus_own_bios_keeps_nothing(void **state)
{
	struct made_up *made = *state;

	drifted(made);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_null(planned(made)->firmware.path);
	assert_int_equal(made->plan->warnings.count, 0);
}

static void what_is_recorded_of_code_must_be_whole(void **state)
{
	struct made_up *made = *state;
	struct record *record;

	only_the_record_knows(made, "");
	record = made->host.records[0];
	record->code_format = IMAGE_FORMAT_UNSET;
	made_plan(made);
	assert_non_null(strstr(made->error->text, "what it needs is not recorded"));
	record->code_format = IMAGE_FORMAT_RAW;
	planned(made);
	record->code.path = made_text(made, "/fw/UNSEEN.fd");
	made_plan(made);
	assert_non_null(strstr(made->error->text, "what it needs is not recorded"));
}

static void empty_words_between_features_are_none(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, ",acpi-s3,,secure-boot,");
	assert_int_equal(planned(made)->firmware.features.count, 2);
	assert_string_equal(made->plan->firmware.features.items[0], "acpi-s3");
	assert_string_equal(made->plan->firmware.features.items[1], "secure-boot");
}

static void smm_that_the_spec_asks_for_is_kept_on(void **state)
{
	struct made_up *made = *state;

	only_the_record_knows(made, "");
	made->spec.smm = CHOICE_YES;
	assert_true(planned(made)->firmware.smm);
	assert_false(made->plan->firmware.secure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(the_recorded_firmware_is_kept_and_said),
		MADE_UP(the_argument_names_the_recorded_firmware),
		MADE_UP(without_a_drift_nothing_is_said),
		MADE_UP(another_name_of_the_same_file_is_no_drift),
		MADE_UP(recorded_firmware_that_is_gone_is_refused_with_both_ways_on),
		MADE_UP(code_that_no_descriptor_names_any_more_is_kept_whole),
		MADE_UP(code_without_features_is_kept_without_smm),
		MADE_UP(what_the_spec_asks_of_recorded_code_still_counts),
		MADE_UP(recorded_code_that_is_gone_is_refused_by_name),
		MADE_UP(short_arm_code_that_is_kept_is_padded),
		MADE_UP(recorded_code_is_kept_where_the_host_offers_none),
		MADE_UP(reset_changes_over),
		MADE_UP(who_names_a_file_has_decided),
		MADE_UP(a_store_without_a_record_follows_the_host),
		MADE_UP(the_record_of_another_store_does_not_count),
		MADE_UP(an_ephemeral_copy_keeps_the_firmware_of_the_store),
		MADE_UP(the_record_beside_a_varstore_counts_where_that_is_named),
		MADE_UP(a_record_that_names_no_code_is_none),
		MADE_UP(a_loader_of_the_owner_does_not_drift),
		MADE_UP(who_changes_to_qemus_own_bios_keeps_nothing),
		MADE_UP(what_is_recorded_of_code_must_be_whole),
		MADE_UP(empty_words_between_features_are_none),
		MADE_UP(smm_that_the_spec_asks_for_is_kept_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
