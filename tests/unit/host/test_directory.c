/* SPDX-License-Identifier: MIT */
/* Rules D1 to D5 of the descriptor directories, and what libvirt gets wrong about them. */
#include "directories.h"

#include <sys/stat.h>

static void d1_a_more_specific_directory_replaces_by_file_name(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-a.json");
	stage_descriptor(stage, USR "50-b.json");
	stage_descriptor(stage, ETC "50-b.json");
	stage_descriptor(stage, USR "50-c.json");
	stage_descriptor(stage, ETC "50-c.json");
	stage_descriptor(stage, HOME "/qemu/firmware/50-c.json");
	stage->request.config_directory = HOME;
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 3);
	assert_string_equal(host->descriptors[0].path, USR "50-a.json");
	assert_string_equal(host->descriptors[1].path, ETC "50-b.json");
	assert_string_equal(host->descriptors[2].path, HOME "/qemu/firmware/50-c.json");
	assert_int_equal(count_notes(&host->notes, "is replaced by"), 3);
}

static void d1_the_users_directory_is_read_only_when_it_is_given(void **state)
{
	struct stage *stage = *state;

	stage_descriptor(stage, HOME "/qemu/firmware/50-c.json");
	assert_int_equal(stage_survey(stage)->descriptor_count, 0);
	stage->request.config_directory = HOME;
	assert_int_equal(stage_survey(stage)->descriptor_count, 1);
}

static void d1_root_does_not_read_another_users_directory(void **state)
{
	struct stage *stage = *state;
	char *folder = tempdir_path(stage->folder, HOME "/qemu/firmware");
	const struct host *host;

	stage_descriptor(stage, HOME "/qemu/firmware/50-c.json");
	stage->request.config_directory = HOME;
	stage->request.privileged = true;
	if (geteuid() == 0) {
		assert_int_equal(stage_survey(stage)->descriptor_count, 1);
		assert_int_equal(chown(folder, 65534, 65534), 0);
	}
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(count_notes(&host->notes, "another user than root can change it"), 1);
	free(folder);
}

static void d1_root_does_not_read_what_others_can_write(void **state)
{
	struct stage *stage = *state;
	char *folder = tempdir_path(stage->folder, HOME "/qemu/firmware");
	const struct host *host;

	stage_descriptor(stage, HOME "/qemu/firmware/50-c.json");
	stage->request.config_directory = HOME;
	stage->request.privileged = true;
	assert_int_equal(chmod(folder, 0775), 0);
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(count_notes(&host->notes, "another user than root can change it"), 1);
	free(folder);
}

static void d1_root_does_not_read_below_another_users_configuration(void **state)
{
	struct stage *stage = *state;
	char *folder = tempdir_path(stage->folder, HOME);

	if (geteuid() != 0) {
		free(folder);
		skip_because("only root can give a folder away");
	}
	stage_descriptor(stage, HOME "/qemu/firmware/50-c.json");
	stage->request.config_directory = HOME;
	stage->request.privileged = true;
	assert_int_equal(chown(folder, 65534, 65534), 0);
	assert_int_equal(stage_survey(stage)->descriptor_count, 0);
	free(folder);
}

static void d1_missing_directories_are_fine(void **state)
{
	const struct host *host = stage_survey(*state);

	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(host->notes.count, 0);
}

static void d1_a_file_in_the_place_of_a_directory_is_a_note(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, "/etc/qemu/firmware", "not a directory");
	stage_descriptor(stage, USR "50-a.json");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 1);
	assert_int_equal(count_notes(&host->notes, "'/etc/qemu/firmware' is not read"), 1);
}

static void d2_names_with_a_leading_dot_do_not_count(void **state)
{
	struct stage *stage = *state;

	stage_descriptor(stage, USR ".50-a.json");
	assert_int_equal(stage_survey(stage)->descriptor_count, 0);
}

static void d2_directories_and_fifos_are_skipped_with_a_note(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_directory(stage->folder, USR "10-directory.json");
	tempdir_fifo(stage->folder, USR "20-fifo.json");
	stage_descriptor(stage, USR "50-a.json");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 1);
	assert_int_equal(
		count_notes(&host->notes, "10-directory.json' is skipped: it is a direc"), 1);
	assert_int_equal(count_notes(&host->notes, "20-fifo.json' is skipped: it is a FIFO"), 1);
}

static void d2_links_are_followed_and_stay_below_the_root(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, "/opt/descriptor");
	tempdir_link(stage->folder, ETC "50-absolute.json", "/opt/descriptor");
	tempdir_link(stage->folder, ETC "51-relative.json", "../../../opt/descriptor");
	tempdir_link(stage->folder, ETC "52-far.json", "../../../../../../../opt/descriptor");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(host->descriptors[i].state, DESCRIPTOR_USABLE);
}

static void backup_files_are_noted_and_not_read(void **state)
{
	static const char *const names[] = {
		"50-a.json~",
		"50-a.json.bak",
		"50-a.json.orig",
		"50-a.json.rpmsave",
		"50-a.json.rpmnew",
		"50-a.json.dpkg-old",
		"50-a.json.dpkg-dist",
		"50-a.json.pacsave",
	};
	struct stage *stage = *state;
	const struct host *host;

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *path = xasprintf(USR "%s", names[i]);

		stage_descriptor(stage, path);
		free(path);
	}
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(count_notes(&host->notes, "a backup file's name"), ARRAY_COUNT(names));
}

static void d3_a_dangling_link_is_skipped_with_a_note(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_link(stage->folder, ETC "50-a.json", "/no/such/file");
	tempdir_link(stage->folder, ETC "50-loop.json", "50-loop.json");
	stage_descriptor(stage, USR "50-a.json");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 1);
	assert_string_equal(host->descriptors[0].path, USR "50-a.json");
	assert_int_equal(host->descriptors[0].state, DESCRIPTOR_USABLE);
	assert_int_equal(count_notes(&host->notes, ETC "50-a.json' is skipped"), 1);
	assert_int_equal(count_notes(&host->notes, "dangling"), 1);
	assert_int_equal(count_notes(&host->notes, ETC "50-loop.json' is skipped"), 1);
}

static void d4_names_are_sorted_by_their_bytes_over_all_directories(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "20-a.json");
	stage_descriptor(stage, ETC "100-a.json");
	stage_descriptor(stage, USR "b.json");
	stage_descriptor(stage, ETC "C.json");
	stage_descriptor(stage, ETC "30-a.json");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 5);
	assert_string_equal(host->descriptors[0].path, ETC "100-a.json");
	assert_string_equal(host->descriptors[1].path, USR "20-a.json");
	assert_string_equal(host->descriptors[2].path, ETC "30-a.json");
	assert_string_equal(host->descriptors[3].path, ETC "C.json");
	assert_string_equal(host->descriptors[4].path, USR "b.json");
}

static void d4_a_broken_file_replaces_a_good_one(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-a.json");
	tempdir_text(stage->folder, ETC "50-a.json", "{");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 1);
	assert_string_equal(host->descriptors[0].path, ETC "50-a.json");
	assert_int_equal(host->descriptors[0].state, DESCRIPTOR_UNREADABLE);
}

static void d5_an_empty_file_masks_every_less_specific_one(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-a.json");
	stage_descriptor(stage, ETC "50-a.json");
	tempdir_text(stage->folder, HOME "/qemu/firmware/50-a.json", "");
	stage->request.config_directory = HOME;
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 2);
	expect_masked(host, USR "50-a.json", "'" HOME "/qemu/firmware/50-a.json'");
	expect_masked(host, ETC "50-a.json", "'" HOME "/qemu/firmware/50-a.json'");
}

static void d5_an_empty_file_that_is_replaced_masks_nothing(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-a.json");
	tempdir_text(stage->folder, ETC "50-a.json", "");
	stage_descriptor(stage, HOME "/qemu/firmware/50-a.json");
	stage->request.config_directory = HOME;
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 1);
	assert_string_equal(host->descriptors[0].path, HOME "/qemu/firmware/50-a.json");
	assert_int_equal(host->descriptors[0].state, DESCRIPTOR_USABLE);
}

static void d5_an_empty_file_alone_is_listed(void **state)
{
	struct stage *stage = *state;

	tempdir_text(stage->folder, ETC "50-a.json", "");
	expect_masked(stage_survey(stage), ETC "50-a.json", "it is empty");
}

static void a_link_to_dev_null_masks_even_where_the_root_has_no_dev(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-a.json");
	stage_descriptor(stage, USR "51-b.json");
	tempdir_link(stage->folder, ETC "50-a.json", "/dev/null");
	tempdir_link(stage->folder, ETC "51-b.json", "../../../../../dev/null");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 2);
	expect_masked(host, USR "50-a.json", "'" ETC "50-a.json'");
	expect_masked(host, USR "51-b.json", "'" ETC "51-b.json'");
}

static void the_null_device_masks(void **state)
{
	struct stage *stage = *state;
	char *device = tempdir_path(stage->folder, ETC "50-a.json");
	char *other = tempdir_path(stage->folder, ETC "51-b.json");
	int made;

	stage_descriptor(stage, USR "50-a.json");
	stage_descriptor(stage, USR "51-b.json");
	tempdir_text(stage->folder, ETC "README", "");
	made = mknod(device, S_IFCHR | 0666, 1 << 8 | 3) == 0 &&
	       mknod(other, S_IFCHR | 0666, 1 << 8 | 5) == 0;
	free(device);
	free(other);
	if (!made)
		skip_because("no right to make device nodes here");
	expect_masked(stage_survey(stage), USR "50-a.json", "'" ETC "50-a.json'");
	assert_int_equal(find_descriptor(stage->host, USR "51-b.json")->state, DESCRIPTOR_USABLE);
	assert_int_equal(count_notes(&stage->host->notes, "51-b.json' is skipped: it is a dev"), 1);
}

static void ten_thousand_files_are_all_there_and_in_order(void **state)
{
	enum { COUNT = 10000 };
	struct stage *stage = *state;
	const struct host *host;

	for (int i = 0; i < COUNT; i++) {
		char *path = xasprintf(USR "%05d.json", (i * 7919) % COUNT);

		tempdir_text(stage->folder, path, "{}");
		free(path);
	}
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, COUNT);
	for (int i = 1; i < COUNT; i++)
		assert_true(strcmp(host->descriptors[i - 1].path, host->descriptors[i].path) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(d1_a_more_specific_directory_replaces_by_file_name),
		stage_test(d1_the_users_directory_is_read_only_when_it_is_given),
		stage_test(d1_root_does_not_read_another_users_directory),
		stage_test(d1_root_does_not_read_what_others_can_write),
		stage_test(d1_root_does_not_read_below_another_users_configuration),
		stage_test(d1_missing_directories_are_fine),
		stage_test(d1_a_file_in_the_place_of_a_directory_is_a_note),
		stage_test(d2_names_with_a_leading_dot_do_not_count),
		stage_test(d2_directories_and_fifos_are_skipped_with_a_note),
		stage_test(d2_links_are_followed_and_stay_below_the_root),
		stage_test(backup_files_are_noted_and_not_read),
		stage_test(d3_a_dangling_link_is_skipped_with_a_note),
		stage_test(d4_names_are_sorted_by_their_bytes_over_all_directories),
		stage_test(d4_a_broken_file_replaces_a_good_one),
		stage_test(d5_an_empty_file_masks_every_less_specific_one),
		stage_test(d5_an_empty_file_that_is_replaced_masks_nothing),
		stage_test(d5_an_empty_file_alone_is_listed),
		stage_test(a_link_to_dev_null_masks_even_where_the_root_has_no_dev),
		stage_test(the_null_device_masks),
		stage_test(ten_thousand_files_are_all_there_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
