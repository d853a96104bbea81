/* SPDX-License-Identifier: MIT */
/* Descriptor directories with sockets, far links, and emulators beside them. */
#include "directories.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "host/directory.h"

static void d2_a_socket_is_skipped_with_a_note(void **state)
{
	struct stage *stage = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_free char *path = tempdir_path(stage->folder, "/etc/qemu/firmware/s");
	auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	tempdir_directory(stage->folder, "/etc/qemu/firmware");
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(
		count_notes(&stage_survey(stage)->notes, "s' is skipped: it is a socket"), 1);
}

/* Not ENOENT, so nothing dangles. */
static void d3_a_link_that_cannot_be_followed_says_why(void **state)
{
	struct stage *stage = *state;
	auto_text struct text far = {0};

	for (int i = 0; i < 300; i++)
		text_add(&far, "/x");
	tempdir_text(stage->folder, "/x", "a file");
	tempdir_link(stage->folder, ETC "50-a.json", far.bytes);
	tempdir_link(stage->folder, ETC "51-b.json", "51-b.json");
	(void)stage_survey(stage);
	assert_int_equal(stage->host->notes.count, 2);
	assert_int_equal(count_notes(&stage->host->notes, "50-a.json' is skipped: Not a dir"), 1);
	assert_int_equal(count_notes(&stage->host->notes, "51-b.json' is skipped: Too many"), 1);
}

static void d5_a_long_link_to_dev_null_masks(void **state)
{
	struct stage *stage = *state;
	auto_text struct text far = {0};

	for (int i = 0; i < 400; i++)
		text_add(&far, "../../");
	text_add(&far, "dev/null");
	stage_descriptor(stage, USR "50-a.json");
	tempdir_link(stage->folder, ETC "50-a.json", far.bytes);
	expect_masked(stage_survey(stage), USR "50-a.json", "'" ETC "50-a.json'");
}

/* Of an emulator in /usr, the directory beside it is the distribution's: it is read once. */
static void the_directory_beside_the_emulator_is_read_last_and_once(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, USR "50-b.json");
	stage->request.emulator = "/usr/bin/no-such-qemu";
	assert_int_equal(stage_survey(stage)->descriptor_count, 1);
	stage_descriptor(stage, "/opt/q/share/qemu/firmware/10-a.json");
	stage_descriptor(stage, "/opt/q/share/qemu/firmware/50-b.json");
	stage_descriptor(stage, ETC "20-c.json");
	stage->request.emulator = "/opt/q/bin/no-such-qemu";
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 3);
	assert_string_equal(host->descriptors[0].path, ETC "20-c.json");
	assert_string_equal(host->descriptors[1].path, USR "50-b.json");
	assert_string_equal(host->descriptors[2].path, "/opt/q/share/qemu/firmware/10-a.json");
}

static void a_relative_emulator_has_nothing_beside_it(void **state)
{
	struct stage *stage = *state;

	stage->request.emulator = "no-such-folder/qemu";
	assert_int_equal(stage_survey(stage)->descriptor_count, 0);
	assert_int_equal(stage->host->emulator.status, ERROR_STATUS_NOT_FOUND);
}

/* The user's configuration leads to another place than where its directory is looked for. */
static void d1_root_does_not_read_where_the_configuration_is_no_folder(void **state)
{
	struct stage *stage = *state;
	struct strings notes = {0};
	auto_strings struct strings looked_at = {0};
	auto_directory_files struct directory_files files = {0};
	const struct search_directory directory = {
		.path = ETC, .owner_path = "/no/such/folder", .root_only = true};

	stage_descriptor(stage, ETC "50-a.json");
	directory_files_find(stage->request.root_fd, &directory, 1, &notes, &looked_at, &files);
	assert_int_equal(files.count, 0);
	assert_int_equal(count_notes(&notes, "another user than root can change it"), 1);
	assert_true(strings_contain(&looked_at, ETC));
	assert_true(strings_contain(&looked_at, "/no/such/folder"));
	strings_clear(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(d2_a_socket_is_skipped_with_a_note),
		stage_test(d3_a_link_that_cannot_be_followed_says_why),
		stage_test(d5_a_long_link_to_dev_null_masks),
		stage_test(the_directory_beside_the_emulator_is_read_last_and_once),
		stage_test(a_relative_emulator_has_nothing_beside_it),
		stage_test(d1_root_does_not_read_where_the_configuration_is_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
