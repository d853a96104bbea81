/* SPDX-License-Identifier: MIT */
/* Which descriptors of the directories, and besides them, are in the list. */
#include "stage.h"

#define USR "/usr/share/qemu/firmware/"

static void d2_a_descriptor_of_another_name_counts(void **state)
{
	struct stage *stage = *state;

	stage_descriptor(stage, USR "50-firmware");
	stage_descriptor(stage, USR "60-firmware.json");
	assert_int_equal(stage_survey(stage)->descriptor_count, 2);
	assert_string_equal(stage->host->descriptors[0].path, USR "50-firmware");
}

static void d2_a_readme_is_a_note_and_no_broken_descriptor(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, USR "README", "Put descriptors here.\n");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 0);
	assert_int_equal(count_notes(&host->notes, "README' is skipped: its name does not"), 1);
}

static void the_directory_beside_the_emulator_stands_behind_all_others(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	stage_descriptor(stage, "/no/such/prefix/share/qemu/firmware/10-first.json");
	stage_descriptor(stage, "/no/such/prefix/share/qemu/firmware/50-a.json");
	stage_descriptor(stage, USR "50-a.json");
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 2);
	assert_string_equal(host->descriptors[0].path, USR "50-a.json");
	assert_string_equal(
		host->descriptors[1].path, "/no/such/prefix/share/qemu/firmware/10-first.json");
}

static void named_descriptors_are_read_besides(void **state)
{
	struct stage *stage = *state;
	auto_strings struct strings paths = {0};
	const struct host *host;

	stage_descriptor(stage, "/home/u/my~");
	stage_descriptor(stage, "/etc/qemu/firmware/50-a.json");
	strings_add(&paths, "/etc/qemu/firmware/50-a.json");
	strings_add(&paths, "/home/u/my~");
	strings_add(&paths, "/home/u/gone.json");
	stage->request.descriptor_paths = &paths;
	host = stage_survey(stage);
	assert_int_equal(host->descriptor_count, 3);
	assert_string_equal(host->descriptors[1].path, "/home/u/my~");
	assert_int_equal(host->descriptors[1].state, DESCRIPTOR_USABLE);
	assert_int_equal(host->descriptors[2].state, DESCRIPTOR_UNREADABLE);
}

/* Debian 12's own directory; one of its descriptors names a file that no package has. */
static void debians_directory_is_read(void **state)
{
	struct stage *stage = *state;
	const struct descriptor *descriptor;

	if (access("/usr/share/qemu/firmware/60-edk2-x86_64.json", F_OK) != 0 ||
		access("/etc/debian_version", F_OK) != 0)
		skip_because("Debian's ovmf is not installed");
	close(stage->request.root_fd);
	stage->request.root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	stage->request.root_path = "/";
	descriptor = find_descriptor(
		stage_survey(stage), "/usr/share/qemu/firmware/60-edk2-x86_64.json");
	assert_non_null(descriptor);
	assert_int_equal(descriptor->state, DESCRIPTOR_USABLE);
	assert_int_equal(descriptor->executable->role, FIRMWARE_ROLE_CODE);
	assert_int_equal(descriptor->template->role, FIRMWARE_ROLE_VARIABLES);
	assert_string_equal(descriptor->executable->host_path, descriptor->executable->path);
	for (size_t i = 0; i < stage->host->descriptor_count; i++)
		assert_int_not_equal(stage->host->descriptors[i].state, DESCRIPTOR_UNREADABLE);
}

/* libvirt's own test descriptors, where the optional folder is; states that its tests rely on. */
static void libvirts_descriptors_are_read(void **state)
{
	struct stage *stage = *state;
	const char *source = getenv("SRCDIR");
	auto_free char *root =
		xasprintf("%s/../shared/corpus/libvirt-firmware", source ? source : ".");
	const char *usr = "/usr/share/qemu/firmware/";
	int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t usable = 0;

	if (fd < 0)
		free_pointer(&root); /* skipping jumps over the scope's end */
	if (fd < 0)
		skip_because("../shared/corpus is not there");
	close(stage->request.root_fd);
	stage->request.root_fd = fd;
	stage->request.root_path = root;
	for (size_t i = 0; i < stage_survey(stage)->descriptor_count; i++) {
		const struct descriptor *descriptor = &stage->host->descriptors[i];

		usable += descriptor->state == DESCRIPTOR_USABLE;
		assert_int_not_equal(descriptor->state, DESCRIPTOR_UNSUPPORTED);
		if (strcmp(descriptor->path + strlen(usr), "92-masked.json") == 0)
			assert_int_equal(descriptor->state, DESCRIPTOR_MASKED);
		if (strcmp(descriptor->path + strlen(usr), "93-invalid.json") == 0)
			assert_int_equal(descriptor->state, DESCRIPTOR_UNREADABLE);
	}
	assert_true(usable >= 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(d2_a_descriptor_of_another_name_counts),
		stage_test(d2_a_readme_is_a_note_and_no_broken_descriptor),
		stage_test(the_directory_beside_the_emulator_stands_behind_all_others),
		stage_test(named_descriptors_are_read_besides),
		stage_test(debians_directory_is_read),
		stage_test(libvirts_descriptors_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
