/* SPDX-License-Identifier: MIT */
/* A search for an emulator in folders of a test's own. */
#ifndef SLIPWAY_TESTS_UNIT_HOST_SEARCHING_H
#define SLIPWAY_TESTS_UNIT_HOST_SEARCHING_H

#include "stage.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "host/emulator.h"

struct search {
	char *folder;
	struct survey_request request;
	struct emulator emulator;
};

/* An architecture that this machine is not: its search knows no qemu-kvm. */
static UNUSED enum arch foreign_arch(void)
{
	struct utsname names;

	uname(&names);
	return arch_from_name(names.machine) == ARCH_LOONGARCH64 ? ARCH_ARM : ARCH_LOONGARCH64;
}

static UNUSED enum arch own_arch(void)
{
	struct utsname names;

	uname(&names);
	return arch_from_name(names.machine);
}

static UNUSED int search_setup(void **state)
{
	struct search *search = xcalloc(1, sizeof(*search));

	search->folder = tempdir_make();
	search->request = (struct survey_request){.arch = foreign_arch(), .search_path = ""};
	*state = search;
	return 0;
}

static UNUSED int search_teardown(void **state)
{
	struct search *search = *state;

	emulator_clear(&search->emulator);
	tempdir_remove(search->folder);
	free(search);
	return 0;
}

static UNUSED void add_program(struct search *search, const char *path, mode_t mode)
{
	char *whole = tempdir_path(search->folder, path);

	tempdir_text(search->folder, path, "#!/bin/sh\n");
	assert_int_equal(chmod(whole, mode), 0);
	free(whole);
}

static UNUSED const struct emulator *find(struct search *search)
{
	emulator_clear(&search->emulator);
	emulator_find(&search->request, &search->emulator);
	return &search->emulator;
}

/* The PATH of two folders of the test, with parts that must be passed over. */
static UNUSED char *two_folders(struct search *search)
{
	return xasprintf(":relative:%s/one:%s/two:", search->folder, search->folder);
}

static UNUSED void expect_path(struct search *search, const char *path)
{
	const struct emulator *emulator = find(search);
	char *wanted = tempdir_path(search->folder, path);

	assert_non_null(emulator->path);
	assert_string_equal(emulator->path, wanted);
	assert_int_equal(emulator->status, 0);
	assert_int_equal(emulator->error_number, 0);
	free(wanted);
}

#define search_test(test) cmocka_unit_test_setup_teardown(test, search_setup, search_teardown)

#endif
