/* SPDX-License-Identifier: MIT */
/* The whole survey: what is looked at where, and that nothing on a host makes it fail. */
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static void an_empty_host_is_a_host(void **state)
{
	const struct host *host = stage_survey(*state);

	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(host->pair_count, 0);
	assert_true(host->absent_pairs.count > 0);
	assert_int_equal(host->emulator.status, ERROR_STATUS_NOT_FOUND);
	assert_int_equal(host->notes.count, 0);
}

static void without_firmware_nothing_of_it_is_read(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	tempdir_text(stage->folder, "/usr/share/OVMF/OVMF_CODE.fd", "x");
	stage->request.firmware = false;
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(host->pair_count, 0);
	assert_int_equal(host->file_count, 0);
}

static void asked_files_keep_their_order_and_share_the_table(void **state)
{
	struct stage *stage = *state;
	auto_strings struct strings paths = {0};
	const struct host *host;

	strings_add(&paths, "/fw/VARS.fd");
	strings_add(&paths, "/fw/CODE.fd");
	strings_add(&paths, "/fw/VARS.fd");
	tempdir_text(stage->folder, "/fw/CODE.fd", "x");
	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	stage->request.paths = &paths;
	host = stage_survey(stage);
	assert_int_equal(host->asked_count, 3);
	assert_string_equal(host->asked[0]->path, "/fw/VARS.fd");
	assert_int_equal(host->asked[0]->error_number, ENOENT);
	assert_ptr_equal(host->asked[0], host->asked[2]);
	assert_int_equal(host->asked[1]->error_number, 0);
	assert_ptr_equal(host->descriptors[0].executable, host->asked[1]);
	assert_ptr_equal(host->descriptors[0].template, host->asked[0]);
}

static void stores_are_looked_up_at_the_top(void **state)
{
	struct stage *stage = *state;
	auto_strings struct strings stores = {0};
	char *path = tempdir_path(stage->folder, "store.fd");
	const struct host *host;

	tempdir_zeros(stage->folder, "store.fd", 131072);
	strings_add(&stores, path);
	strings_add(&stores, "/store.fd");
	stage->request.store_paths = &stores;
	host = stage_survey(stage);
	assert_int_equal(host->store_count, 2);
	assert_int_equal(host->stores[0]->error_number, 0);
	assert_int_equal(host->stores[0]->size_bytes, 131072);
	assert_string_equal(host->stores[0]->host_path, path);
	assert_int_equal(host->stores[1]->error_number, ENOENT);
	assert_int_equal(host->notes.count, 0);
	free(path);
}

/* The failure that libvirt calls "unable to find any master var store": the loader's file has
 * another name than the pair's CODE, which is a link to it. */
static void a_loader_and_the_pairs_link_to_it_are_one_file(void **state)
{
	static const char loader[] = "/usr/share/edk2/aarch64/QEMU_EFI-silent-pflash.raw";
	struct stage *stage = *state;
	auto_strings struct strings paths = {0};
	const struct firmware_pair *pair = NULL;
	const struct host *host;

	tempdir_text(stage->folder, loader, "code");
	tempdir_link(stage->folder, "/usr/share/AAVMF/AAVMF_CODE.fd",
		"../edk2/aarch64/QEMU_EFI-silent-pflash.raw");
	tempdir_text(stage->folder, "/usr/share/AAVMF/AAVMF_VARS.fd", "vars");
	strings_add(&paths, loader);
	stage->request.paths = &paths;
	stage->request.arch = ARCH_AARCH64;
	host = stage_survey(stage);
	for (size_t i = 0; i < host->pair_count; i++)
		if (strcmp(host->pairs[i].code->path, "/usr/share/AAVMF/AAVMF_CODE.fd") == 0)
			pair = &host->pairs[i];
	assert_non_null(pair);
	assert_true(pair->libvirt_active);
	assert_ptr_not_equal(pair->code, host->asked[0]);
	assert_int_equal(pair->code->device, host->asked[0]->device);
	assert_int_equal(pair->code->inode, host->asked[0]->inode);
}

static void a_host_full_of_traps_is_surveyed(void **state)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
	struct stage *stage = *state;
	const struct host *host;

	tempdir_fifo(stage->folder, "/usr/share/qemu/firmware/10-fifo.json");
	tempdir_link(stage->folder, "/usr/share/qemu/firmware/11-gone.json", "/gone");
	tempdir_text(stage->folder, "/usr/share/qemu/firmware/12-deep.json", deep);
	tempdir_zeros(stage->folder, "/usr/share/qemu/firmware/13-huge.json", UINT64_C(1) << 40);
	tempdir_write(stage->folder, "/usr/share/qemu/firmware/14-nul.json", "{}\0", 3);
	tempdir_text(stage->folder, "/usr/share/qemu/firmware/15-utf8.json", "{\"\xff\": 1}");
	stage_descriptor(stage, "/usr/share/qemu/firmware/50-good.json");
	tempdir_fifo(stage->folder, "/fw/CODE.fd");
	tempdir_fifo(stage->folder, "/usr/share/OVMF/OVMF_CODE.fd");
	tempdir_directory(stage->folder, "/usr/share/OVMF/OVMF_VARS.fd");
	tempdir_fifo(stage->folder, "/etc/libvirt/qemu.conf");
	tempdir_fifo(stage->folder, "/etc/os-release");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 5);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(host->descriptors[i].state, DESCRIPTOR_UNREADABLE);
	assert_int_equal(host->descriptors[4].state, DESCRIPTOR_USABLE);
	assert_false(host->descriptors[4].executable->regular);
}

static const char good_record[] = "created=20260131T120000Z\ncode=/fw/CODE.fd\nend\n";

/* The note, or NULL, that a record of this text beside a store makes; stage->host has the rest. */
static void survey_record(struct stage *stage, const char *text)
{
	auto_strings struct strings stores = {0};
	auto_free char *store = tempdir_path(stage->folder, "store.fd");

	tempdir_zeros(stage->folder, "store.fd", 1024);
	if (text)
		tempdir_text(stage->folder, "store.fd.slipway", text);
	else
		tempdir_directory(stage->folder, "store.fd.slipway");
	strings_add(&stores, store);
	stage->request.store_paths = &stores;
	(void)stage_survey(stage);
	stage->request.store_paths = NULL;
}

static bool has_file(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->file_count; i++)
		if (strcmp(host->files[i]->path, path) == 0)
			return true;
	return false;
}

static void the_record_beside_a_store_names_a_file_to_look_at(void **state)
{
	struct stage *stage = *state;

	survey_record(stage, good_record);
	assert_non_null(stage->host->records[0]);
	assert_string_equal(stage->host->records[0]->created, "20260131T120000Z");
	assert_true(has_file(stage->host, "/fw/CODE.fd"));
	assert_int_equal(stage->host->notes.count, 0);
	survey_record(stage, "created=20260131T120000Z\nend\n");
	assert_non_null(stage->host->records[0]);
	assert_false(has_file(stage->host, "/fw/CODE.fd"));
}

static void a_record_that_is_none_is_a_note(void **state)
{
	struct stage *stage = *state;

	survey_record(stage, "created=20260131T120000Z\n");
	assert_null(stage->host->records[0]);
	assert_int_equal(stage->host->notes.count, 1);
	assert_int_equal(count_notes(&stage->host->notes, "/store.fd.slipway"), 1);
}

static void a_folder_in_the_place_of_a_record_is_a_note(void **state)
{
	struct stage *stage = *state;

	survey_record(stage, NULL);
	assert_null(stage->host->records[0]);
	assert_int_equal(count_notes(&stage->host->notes, "is not a regular file"), 1);
}

/* An emulator that knows where its firmware is; the host is at "/" and yet the stage. */
static void add_emulator(struct stage *stage, const char *text)
{
	char *path = tempdir_path(stage->folder, "bin/qemu-system-x86_64");

	tempdir_text(stage->folder, "bin/qemu-system-x86_64", text);
	assert_int_equal(chmod(path, 0755), 0);
	stage->request.emulator = path;
	stage->request.root_path = "/";
	tempdir_text(stage->folder, "/opt/q/edk2-x86_64-code.fd", "code");
	tempdir_text(stage->folder, "/opt/q/edk2-i386-vars.fd", "vars");
}

static void forget_emulator(struct stage *stage)
{
	free((char *)(uintptr_t)stage->request.emulator);
	stage->request.emulator = NULL;
}

#define ANSWERS "#!/bin/sh\necho /opt/q\n"

static void the_emulator_is_asked_where_no_firmware_is_found(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	add_emulator(stage, ANSWERS);
	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	stage->request.arch = ARCH_I386;
	tempdir_text(stage->folder, "/opt/q/edk2-i386-code.fd", "code");
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 1);
	assert_int_equal(host->pairs[0].source, PAIR_EMULATOR);
	assert_string_equal(host->pairs[0].code->path, "/opt/q/edk2-i386-code.fd");
	forget_emulator(stage);
}

static void the_emulator_is_not_asked_what_is_known(void **state)
{
	static const char igvm[] =
		"{\"interface-types\": [\"uefi\"], \"mapping\": {\"device\": \"igvm\", "
		"\"filename\": \"/i\"}, \"targets\": [{\"architecture\": \"x86_64\", "
		"\"machines\": []}], \"features\": []}";
	struct stage *stage = *state;

	add_emulator(stage, ANSWERS);
	stage->request.root_path = stage->folder; /* an image's QEMU may not run here */
	assert_int_equal(stage_survey(stage)->pair_count, 0);
	stage->request.root_path = "/";
	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	assert_int_equal(stage_survey(stage)->descriptors[0].state, DESCRIPTOR_USABLE);
	assert_int_equal(stage->host->pair_count, 0);
	tempdir_text(stage->folder, "/etc/qemu/firmware/50-a.json", "{}");
	assert_int_equal(stage_survey(stage)->pair_count, 1);
	tempdir_text(stage->folder, "/etc/qemu/firmware/50-a.json", igvm);
	assert_int_equal(stage_survey(stage)->pair_count, 1);
	assert_int_equal(stage->host->descriptors[0].target_count, 1);
	tempdir_text(stage->folder, "/usr/share/OVMF/OVMF_CODE.fd", "code");
	tempdir_text(stage->folder, "/usr/share/OVMF/OVMF_VARS.fd", "vars");
	assert_int_equal(stage_survey(stage)->pair_count, 1);
	assert_int_equal(stage->host->pairs[0].source, PAIR_BUILT_IN);
	forget_emulator(stage);
}

/* What it answers is the directory beside it, where was looked. */
static void the_emulators_own_directory_is_looked_into_once(void **state)
{
	struct stage *stage = *state;
	auto_free char *beside = tempdir_path(stage->folder, "share/qemu");
	auto_free char *text = xasprintf("#!/bin/sh\necho %s\n", beside);
	size_t count;

	add_emulator(stage, text);
	count = stage_survey(stage)->absent_pairs.count;
	tempdir_text(stage->folder, "bin/qemu-system-x86_64", "#!/bin/sh\n");
	assert_int_equal(stage_survey(stage)->absent_pairs.count, count);
	tempdir_text(stage->folder, "bin/qemu-system-x86_64", "#!/bin/sh\necho /elsewhere\n");
	assert_true(stage_survey(stage)->absent_pairs.count > count);
	forget_emulator(stage);
}

static void uefi_vars_is_looked_for_where_it_is_wanted(void **state)
{
	struct stage *stage = *state;

	add_emulator(stage, "#!/bin/sh\n# uefi-vars-x64\n");
	assert_false(stage_survey(stage)->emulator.uefi_vars);
	stage->request.uefi_vars = true;
	assert_true(stage_survey(stage)->emulator.uefi_vars);
	tempdir_text(stage->folder, "bin/qemu-system-x86_64", "#!/bin/sh\n# uefi-var, -vars-\n");
	assert_false(stage_survey(stage)->emulator.uefi_vars);
	forget_emulator(stage);
	stage->request.emulator = "/no/such/qemu";
	assert_false(stage_survey(stage)->emulator.uefi_vars);
}

static void a_caller_of_qemu_brings_its_own_sandbox(void **state)
{
	struct stage *stage = *state;

	add_emulator(stage, "#!/bin/sh\n# libseccomp.so.2\n");
	assert_true(stage_survey(stage)->emulator.seccomp);
	stage->request.called_as = "qemu-system-x86_64";
	assert_false(stage_survey(stage)->emulator.seccomp);
	forget_emulator(stage);
}

/* A descriptor for another architecture is read, and its files are not. */
static void a_brief_look_passes_over_what_cannot_be_chosen(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, "/etc/os-release", "ID=debian\n");
	tempdir_text(stage->folder, "/fw/CODE.fd", "code");
	tempdir_text(stage->folder, "/usr/share/OVMF/OVMF_CODE.fd", "code");
	tempdir_text(stage->folder, "/usr/share/OVMF/OVMF_VARS.fd", "vars");
	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	assert_int_equal(stage_survey(stage)->pair_count, 1);
	assert_int_equal(stage->host->packages, PACKAGE_FAMILY_DEBIAN);
	stage->request.brief = true;
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 0);
	assert_int_equal(host->packages, PACKAGE_FAMILY_UNKNOWN);
	assert_int_equal(host->descriptors[0].executable->error_number, 0);
	stage->request.arch = ARCH_AARCH64;
	host = stage_survey(stage);
	assert_int_equal(host->descriptors[0].state, DESCRIPTOR_USABLE);
	assert_string_equal(host->descriptors[0].executable->path, "/fw/CODE.fd");
	assert_int_equal(host->descriptors[0].executable->error_number, ENOENT);
}

static void freeing_nothing_is_allowed(void **state)
{
	struct host *host = NULL;

	(void)state;
	host_free(NULL);
	host_free_pointer(&host);
	assert_null(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(an_empty_host_is_a_host),
		stage_test(without_firmware_nothing_of_it_is_read),
		stage_test(asked_files_keep_their_order_and_share_the_table),
		stage_test(stores_are_looked_up_at_the_top),
		stage_test(a_loader_and_the_pairs_link_to_it_are_one_file),
		stage_test(a_host_full_of_traps_is_surveyed),
		stage_test(the_record_beside_a_store_names_a_file_to_look_at),
		stage_test(a_record_that_is_none_is_a_note),
		stage_test(a_folder_in_the_place_of_a_record_is_a_note),
		stage_test(the_emulator_is_asked_where_no_firmware_is_found),
		stage_test(the_emulator_is_not_asked_what_is_known),
		stage_test(the_emulators_own_directory_is_looked_into_once),
		stage_test(uefi_vars_is_looked_for_where_it_is_wanted),
		stage_test(a_caller_of_qemu_brings_its_own_sandbox),
		stage_test(a_brief_look_passes_over_what_cannot_be_chosen),
		cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
