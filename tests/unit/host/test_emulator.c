/* SPDX-License-Identifier: MIT */
/* The search for a QEMU binary: order, what is passed over, and what a failure says. */
#include "searching.h"

static void the_first_in_path_is_taken(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);
	char *name = xasprintf("qemu-system-%s", arch_name(search->request.arch));
	char *one = xasprintf("one/%s", name);
	char *two = xasprintf("two/%s", name);

	search->request.search_path = path;
	add_program(search, two, 0755);
	expect_path(search, two);
	assert_int_equal(search->emulator.tried.count, 2);
	add_program(search, one, 0755);
	expect_path(search, one);
	free(path);
	free(name);
	free(one);
	free(two);
}

static void what_cannot_be_executed_is_passed_over(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);
	char *name = xasprintf("qemu-system-%s", arch_name(search->request.arch));
	char *one = xasprintf("one/%s", name);
	char *two = xasprintf("two/%s", name);

	search->request.search_path = path;
	add_program(search, one, 0644);
	assert_null(find(search)->path);
	assert_int_equal(search->emulator.status, ERROR_STATUS_CANNOT_EXECUTE);
	assert_int_equal(search->emulator.error_number, EACCES);
	add_program(search, two, 0755);
	expect_path(search, two);
	free(path);
	free(name);
	free(one);
	free(two);
}

static void nothing_found_lists_all_that_was_tried(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);
	const struct emulator *emulator;

	search->request.search_path = path;
	emulator = find(search);
	if (emulator->path)
		skip_because("a QEMU for a foreign architecture is in /usr/lib/qemu");
	assert_int_equal(emulator->status, ERROR_STATUS_NOT_FOUND);
	assert_int_equal(emulator->error_number, ENOENT);
	/* two folders of PATH and /usr/lib/qemu */
	assert_int_equal(emulator->tried.count, 3);
	free(path);
}

static void qemu_kvm_is_only_for_the_hosts_own_architecture(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);

	search->request.search_path = path;
	add_program(search, "one/qemu-kvm", 0755);
	add_program(search, "one/kvm", 0755);
	assert_null(find(search)->path);
	search->request.arch = own_arch();
	if (search->request.arch == ARCH_UNKNOWN) {
		free(path);
		skip_because("this machine's architecture has no QEMU target here");
	}
	expect_path(search, "one/qemu-kvm");
	free(path);
}

static void the_systems_name_goes_before_qemu_kvm_in_every_folder(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);
	char *two;

	search->request.arch = own_arch();
	search->request.search_path = path;
	two = xasprintf("two/qemu-system-%s", arch_name(search->request.arch));
	add_program(search, "one/qemu-kvm", 0755);
	add_program(search, two, 0755);
	expect_path(search, two);
	free(path);
	free(two);
}

static void a_link_to_this_program_is_passed_over(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);
	char *one = xasprintf("one/qemu-system-%s", arch_name(search->request.arch));
	char *two = xasprintf("two/qemu-system-%s", arch_name(search->request.arch));
	char *self = realpath("/proc/self/exe", NULL);

	search->request.search_path = path;
	tempdir_link(search->folder, one, self);
	add_program(search, two, 0755);
	expect_path(search, two);
	assert_int_equal(count_notes(&search->emulator.tried, "(slipway itself)"), 1);
	search->request.emulator = self;
	assert_int_equal(find(search)->status, ERROR_STATUS_CANNOT_EXECUTE);
	assert_int_equal(search->emulator.error_number, ELOOP);
	free(path);
	free(one);
	free(two);
	free(self);
}

static void expect_asked(struct search *search, const char *path, int status, int number)
{
	char *whole = tempdir_path(search->folder, path);

	search->request.emulator = whole;
	assert_int_equal(find(search)->status, status);
	assert_int_equal(search->emulator.error_number, number);
	assert_string_equal(search->emulator.path, whole);
	assert_int_equal(search->emulator.tried.count, 1);
	free(whole);
}

static void an_emulator_that_was_asked_for_is_taken_or_says_why_not(void **state)
{
	struct search *search = *state;

	add_program(search, "good", 0755);
	add_program(search, "plain", 0644);
	tempdir_directory(search->folder, "directory");
	tempdir_fifo(search->folder, "fifo");
	expect_asked(search, "good", 0, 0);
	expect_asked(search, "gone", ERROR_STATUS_NOT_FOUND, ENOENT);
	expect_asked(search, "plain/x", ERROR_STATUS_NOT_FOUND, ENOTDIR);
	expect_asked(search, "plain", ERROR_STATUS_CANNOT_EXECUTE, EACCES);
	expect_asked(search, "directory", ERROR_STATUS_CANNOT_EXECUTE, EISDIR);
	expect_asked(search, "fifo", ERROR_STATUS_CANNOT_EXECUTE, EACCES);
}

static void a_bare_name_is_searched_in_path(void **state)
{
	struct search *search = *state;
	char *path = two_folders(search);

	search->request.search_path = path;
	search->request.emulator = "my-qemu";
	assert_int_equal(find(search)->status, ERROR_STATUS_NOT_FOUND);
	add_program(search, "two/my-qemu", 0755);
	expect_path(search, "two/my-qemu");
	free(path);
}

static void the_data_directory_is_beside_the_real_binary(void **state)
{
	struct search *search = *state;
	char *real = tempdir_path(search->folder, "store/qemu-10/bin/qemu");
	char *wanted = tempdir_path(search->folder, "store/qemu-10/share/qemu");
	char *link = tempdir_path(search->folder, "bin/qemu");
	char *directory;

	add_program(search, "store/qemu-10/bin/qemu", 0755);
	tempdir_link(search->folder, "bin/qemu", real);
	search->request.emulator = link;
	directory = emulator_data_directory(find(search));
	assert_string_equal(directory, wanted);
	free(directory);
	free(real);
	free(wanted);
	free(link);
	search->request.emulator = "/bin-of-no-prefix/qemu";
	directory = emulator_data_directory(find(search));
	assert_string_equal(directory, "/share/qemu");
	free(directory);
	search->request.emulator = NULL;
	search->request.search_path = NULL;
	if (!find(search)->path)
		assert_null(emulator_data_directory(&search->emulator));
}

static void a_copy_of_this_program_is_passed_over(void **state)
{
	struct search *search = *state;
	auto_free char *copy = tempdir_path(search->folder, "copy");
	auto_fd int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat status;
	auto_free char *bytes = NULL;

	assert_int_equal(fstat(fd, &status), 0);
	bytes = xcalloc((size_t)status.st_size, 1);
	assert_int_equal(read(fd, bytes, (size_t)status.st_size), status.st_size);
	tempdir_write(search->folder, "copy", bytes, (size_t)status.st_size);
	assert_int_equal(chmod(copy, 0755), 0);
	expect_asked(search, "copy", ERROR_STATUS_CANNOT_EXECUTE, ELOOP);
}

static void the_first_that_cannot_be_executed_is_what_is_said(void **state)
{
	struct search *search = *state;
	auto_free char *path = two_folders(search);

	search->request.search_path = path;
	search->request.emulator = "my-qemu";
	tempdir_directory(search->folder, "one/my-qemu");
	add_program(search, "two/my-qemu", 0644);
	assert_int_equal(find(search)->error_number, EISDIR);
	assert_int_equal(search->emulator.status, ERROR_STATUS_CANNOT_EXECUTE);
}

static void scripts_are_told_from_programs(void **state)
{
	struct search *search = *state;
	auto_free char *empty = tempdir_path(search->folder, "empty");
	auto_free char *text = tempdir_path(search->folder, "text");

	add_program(search, "script", 0755);
	expect_asked(search, "script", 0, 0);
	assert_true(search->emulator.script);
	tempdir_text(search->folder, "empty", "#");
	tempdir_text(search->folder, "text", "# !");
	assert_int_equal(chmod(empty, 0755) + chmod(text, 0755), 0);
	expect_asked(search, "empty", 0, 0);
	assert_false(search->emulator.script);
	expect_asked(search, "text", 0, 0);
	assert_false(search->emulator.script);
}

static void a_relative_path_to_nothing_has_no_data_directory(void **state)
{
	struct search *search = *state;

	search->request.emulator = "no-such-folder/qemu";
	assert_null(emulator_data_directory(find(search)));
	assert_string_equal(search->emulator.path, "no-such-folder/qemu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		search_test(the_first_in_path_is_taken),
		search_test(what_cannot_be_executed_is_passed_over),
		search_test(nothing_found_lists_all_that_was_tried),
		search_test(qemu_kvm_is_only_for_the_hosts_own_architecture),
		search_test(the_systems_name_goes_before_qemu_kvm_in_every_folder),
		search_test(a_link_to_this_program_is_passed_over),
		search_test(an_emulator_that_was_asked_for_is_taken_or_says_why_not),
		search_test(a_bare_name_is_searched_in_path),
		search_test(the_data_directory_is_beside_the_real_binary),
		search_test(a_copy_of_this_program_is_passed_over),
		search_test(the_first_that_cannot_be_executed_is_what_is_said),
		search_test(scripts_are_told_from_programs),
		search_test(a_relative_path_to_nothing_has_no_data_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
