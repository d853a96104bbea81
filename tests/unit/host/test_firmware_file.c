/* SPDX-License-Identifier: MIT */
/* What a look at a firmware file tells: identity, kind, role and architecture. */
#include "stage.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "host/firmware_file.h"

static struct firmware_file look(struct stage *stage, const char *path)
{
	struct firmware_file file;

	firmware_file_look(stage->request.root_fd, stage->folder, path, &file);
	return file;
}

static void links_give_the_identity_of_their_target(void **state)
{
	struct stage *stage = *state;
	struct firmware_file link, target;

	tempdir_text(stage->folder, "usr/share/target.raw", "x");
	tempdir_link(stage->folder, "usr/share/fw/link.fd", "/usr/share/target.raw");
	link = look(stage, "/usr/share/fw/link.fd");
	target = look(stage, "/usr/share/target.raw");
	assert_int_equal(link.error_number, 0);
	assert_true(link.regular);
	assert_int_equal(link.device, target.device);
	assert_int_equal(link.inode, target.inode);
	assert_string_equal(link.path, "/usr/share/fw/link.fd");
	firmware_file_clear(&link);
	firmware_file_clear(&target);
}

static void the_host_path_leads_to_the_same_file(void **state)
{
	struct stage *stage = *state;
	struct firmware_file plain, link, gone;
	char *wanted = tempdir_path(stage->folder, "usr/share/target.raw");

	tempdir_text(stage->folder, "usr/share/target.raw", "x");
	tempdir_link(stage->folder, "usr/share/link.fd", "/usr/share/target.raw");
	plain = look(stage, "/usr/share/target.raw");
	link = look(stage, "/usr/share/link.fd");
	gone = look(stage, "/usr/gone");
	assert_string_equal(plain.host_path, wanted);
	assert_string_equal(link.host_path, wanted);
	assert_non_null(strstr(gone.host_path, "/usr/gone"));
	assert_memory_equal(gone.host_path, stage->folder, strlen(stage->folder));
	firmware_file_clear(&plain);
	firmware_file_clear(&link);
	firmware_file_clear(&gone);
	free(wanted);
}

static void at_the_top_the_host_path_is_the_path(void **state)
{
	struct stage *stage = *state;
	struct firmware_file file;
	char *path = tempdir_path(stage->folder, "f");
	int top = open("/", O_PATH | O_CLOEXEC);

	tempdir_text(stage->folder, "f", "x");
	firmware_file_look(top, "/", path, &file);
	assert_int_equal(file.error_number, 0);
	assert_string_equal(file.host_path, path);
	firmware_file_clear(&file);
	free(path);
	close(top);
}

static void what_is_not_there_has_its_errno(void **state)
{
	struct stage *stage = *state;
	struct firmware_file file = look(stage, "/no/such/file");

	assert_int_equal(file.error_number, ENOENT);
	assert_string_equal(file.path, "/no/such/file");
	firmware_file_clear(&file);
	tempdir_link(stage->folder, "dangling", "/nowhere");
	file = look(stage, "/dangling");
	assert_int_equal(file.error_number, ENOENT);
	firmware_file_clear(&file);
}

static void other_kinds_of_files_are_not_opened(void **state)
{
	struct stage *stage = *state;
	struct firmware_file file;
	int top = open("/", O_PATH | O_CLOEXEC);

	tempdir_fifo(stage->folder, "fifo");
	file = look(stage, "/fifo");
	assert_int_equal(file.error_number, 0);
	assert_false(file.regular);
	assert_false(file.block_device);
	firmware_file_clear(&file);
	tempdir_directory(stage->folder, "directory");
	file = look(stage, "/directory");
	assert_int_equal(file.error_number, 0);
	assert_false(file.regular);
	firmware_file_clear(&file);
	firmware_file_look(top, "/", "/dev/zero", &file);
	assert_false(file.regular);
	assert_int_equal(file.size_bytes, 0);
	firmware_file_clear(&file);
	close(top);
}

/* To open a device can have an effect; a look must be none. */
static void a_fifo_is_not_even_opened(void **state)
{
	struct stage *stage = *state;
	char *path = tempdir_path(stage->folder, "fifo");
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct firmware_file file;
	struct inotify_event event;

	tempdir_fifo(stage->folder, "fifo");
	assert_true(inotify_add_watch(watch, path, IN_OPEN) >= 0);
	file = look(stage, "/fifo");
	assert_int_equal(read(watch, &event, sizeof(event)), -1);
	assert_int_equal(errno, EAGAIN);
	firmware_file_clear(&file);
	close(watch);
	free(path);
}

/* Real files, where the distribution's packages are installed. */
static const struct {
	const char *path;
	uint64_t size_bytes;
	enum firmware_role role;
	enum arch arch;
} real_files[] = {
	{"/usr/share/OVMF/OVMF_CODE_4M.fd", 3653632, FIRMWARE_ROLE_CODE, ARCH_X86_64},
	{"/usr/share/OVMF/OVMF_VARS_4M.fd", 540672, FIRMWARE_ROLE_VARIABLES, ARCH_UNKNOWN},
	{"/usr/share/OVMF/OVMF_VARS_4M.ms.fd", 540672, FIRMWARE_ROLE_VARIABLES, ARCH_UNKNOWN},
	{"/usr/share/AAVMF/AAVMF_CODE.fd", 67108864, FIRMWARE_ROLE_CODE, ARCH_AARCH64},
	{"/usr/share/AAVMF/AAVMF_VARS.ms.fd", 67108864, FIRMWARE_ROLE_VARIABLES, ARCH_UNKNOWN},
	{"/usr/share/AAVMF/AAVMF32_CODE.fd", 67108864, FIRMWARE_ROLE_CODE, ARCH_ARM},
};

static void debians_files_are_told_apart(void **state)
{
	int top = open("/", O_PATH | O_CLOEXEC);
	size_t looked = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(real_files); i++) {
		struct firmware_file file;

		firmware_file_look(top, "/", real_files[i].path, &file);
		if (file.error_number == 0) {
			looked++;
			assert_int_equal(file.role, real_files[i].role);
			assert_int_equal(file.code_arch, real_files[i].arch);
			/* sizes are Debian's; another distribution has files of these names too */
			if (access("/etc/debian_version", F_OK) == 0)
				assert_int_equal(file.size_bytes, real_files[i].size_bytes);
		}
		firmware_file_clear(&file);
	}
	close(top);
	if (looked == 0)
		skip_because("no firmware package is installed");
}

/* The look below the root and a plain open would find two different files of that name. */
static void a_link_out_of_the_root_has_the_name_of_what_is_in_it(void **state)
{
	struct stage *stage = *state;
	auto_free char *outside = tempdir_path(stage->folder, "real");
	auto_free char *inside = xasprintf("%s%s", stage->folder, outside);
	struct firmware_file file;

	tempdir_text(stage->folder, "real", "outside");
	tempdir_text(stage->folder, outside, "in");
	tempdir_link(stage->folder, "link", outside);
	file = look(stage, "/link");
	assert_int_equal(file.size_bytes, 2);
	assert_string_equal(file.host_path, inside);
	firmware_file_clear(&file);
}

static void a_relative_path_begins_at_the_root(void **state)
{
	struct stage *stage = *state;
	auto_free char *wanted = tempdir_path(stage->folder, "fw/CODE.fd");
	auto_free char *with_slash = xasprintf("%s//", stage->folder);
	struct firmware_file file;

	tempdir_text(stage->folder, "fw/CODE.fd", "x");
	firmware_file_look(stage->request.root_fd, with_slash, "fw/CODE.fd", &file);
	assert_string_equal(file.path, "fw/CODE.fd");
	assert_string_equal(file.host_path, wanted);
	firmware_file_clear(&file);
}

/* Root becomes nobody in between, as it may read everything. */
static void a_file_that_may_not_be_read_has_its_errno(void **state)
{
	struct stage *stage = *state;
	auto_free char *path = tempdir_path(stage->folder, "CODE.fd");
	uid_t self = geteuid();
	struct firmware_file file;

	tempdir_text(stage->folder, "CODE.fd", "x");
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(stage->folder, 0755), 0);
	assert_int_equal(seteuid(self == 0 ? 65534 : self), 0);
	file = look(stage, "/CODE.fd");
	assert_int_equal(seteuid(self), 0);
	assert_int_equal(file.error_number, EACCES);
	assert_string_equal(file.host_path, path);
	assert_false(file.regular);
	firmware_file_clear(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(links_give_the_identity_of_their_target),
		stage_test(the_host_path_leads_to_the_same_file),
		stage_test(at_the_top_the_host_path_is_the_path),
		stage_test(what_is_not_there_has_its_errno),
		stage_test(other_kinds_of_files_are_not_opened),
		stage_test(a_fifo_is_not_even_opened),
		stage_test(debians_files_are_told_apart),
		stage_test(a_link_out_of_the_root_has_the_name_of_what_is_in_it),
		stage_test(a_relative_path_begins_at_the_root),
		stage_test(a_file_that_may_not_be_read_has_its_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
