/* SPDX-License-Identifier: MIT */
/* The QEMU that stands behind a name by which slipway was called in its place. */
#include "searching.h"

static void the_qemu_behind_this_program_is_taken(void **state)
{
	struct search *search = *state;
	char *name = xasprintf("bin/qemu-system-%s", arch_name(search->request.arch));
	char *ours = xasprintf("%s/%s-slipway", search->folder, name);
	char *self = realpath("/proc/self/exe", NULL);

	add_program(search, name, 0755);
	tempdir_link(search->folder, ours + strlen(search->folder) + 1, self);
	search->request.emulator = ours;
	expect_path(search, name);
	assert_int_equal(count_notes(&search->emulator.tried, "(slipway itself)"), 1);
	free(name);
	free(ours);
	free(self);
}

/* Where slipway is called in QEMU's place. */
static void expect_behind(struct search *search, const char *called_as, const char *path)
{
	search->request.called_as = called_as;
	expect_path(search, path);
}

static void the_qemu_behind_a_name_is_beside_it_or_in_path(void **state)
{
	struct search *search = *state;
	auto_free char *path = two_folders(search);
	auto_free char *called_as = tempdir_path(search->folder, "bin/my-qemu-slipway");

	search->request.search_path = path;
	add_program(search, "two/my-qemu", 0755);
	expect_behind(search, called_as, "two/my-qemu");
	expect_behind(search, "my-qemu", "two/my-qemu");
	expect_behind(search, "bin/my-qemu-slipway", "two/my-qemu");
	add_program(search, "bin/my-qemu", 0755);
	expect_behind(search, called_as, "bin/my-qemu");
	expect_behind(search, "my-qemu", "two/my-qemu");
}

static void behind_a_name_that_is_nowhere_is_what_the_system_has(void **state)
{
	struct search *search = *state;
	auto_free char *path = two_folders(search);
	auto_free char *name = xasprintf("two/qemu-system-%s", arch_name(search->request.arch));

	search->request.search_path = path;
	add_program(search, name, 0755);
	expect_behind(search, "my-qemu", name);
}

/* The directory of the program that runs: its name is not where it was called. */
static void the_qemu_beside_this_program_is_found_by_a_relative_name(void **state)
{
	struct search *search = *state;
	auto_free char *self = realpath("/proc/self/exe", NULL);
	auto_free char *directory = path_directory(self);
	auto_free char *name = xasprintf("beside-%d", (int)getpid());
	auto_free char *beside = xasprintf("%s/%s", directory, name);

	tempdir_text(directory, name, "#!/bin/sh\n");
	assert_int_equal(chmod(beside, 0755), 0);
	search->request.called_as = name;
	find(search);
	assert_int_equal(unlink(beside), 0);
	assert_string_equal(search->emulator.path, beside);
}

static void names_of_emulators_are_known(void **state)
{
	(void)state;
	assert_true(emulator_has_name("/usr/bin/qemu-system-x86_64"));
	assert_true(emulator_has_name("qemu-system-arm-slipway"));
	assert_true(emulator_has_name("/usr/libexec/qemu-kvm"));
	assert_true(emulator_has_name("kvm-slipway"));
	assert_false(emulator_has_name("slipway"));
	assert_false(emulator_has_name("/opt/qemu-kvm/run"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		search_test(the_qemu_behind_this_program_is_taken),
		search_test(the_qemu_behind_a_name_is_beside_it_or_in_path),
		search_test(behind_a_name_that_is_nowhere_is_what_the_system_has),
		search_test(the_qemu_beside_this_program_is_found_by_a_relative_name),
		search_test(names_of_emulators_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
