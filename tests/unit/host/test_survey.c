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
		cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
