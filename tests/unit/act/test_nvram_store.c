/* SPDX-License-Identifier: MIT */
/* act/nvram_store: telling what a store holds and saving it, without ever writing it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/nvram_store.h"
#include "act/store_lock.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	char *store;
	char *target;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->store = tempdir_path(stage->folder, "vm_VARS.fd");
	stage->target = tempdir_path(stage->folder, "saved.fd");
	tempdir_text(stage->folder, "vm_VARS.fd", "variables");
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->store);
	free(stage->target);
	free(stage);
	return 0;
}

static char *content_of(const struct stage *stage, const char *name)
{
	auto_fd int folder_fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t size_bytes = 0;
	char *bytes = NULL;

	assert_null(file_read_below(folder_fd, name, 1000, &bytes, &size_bytes));
	return bytes;
}

static void assert_not_saved(
	const struct stage *stage, const char *target, bool replace, const char *text)
{
	auto_error struct error *error = nvram_save(stage->store, target, replace);

	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void a_store_is_saved_whole_and_private(void **state)
{
	struct stage *stage = *state;
	auto_free char *content = NULL;
	struct stat status;

	assert_null(nvram_save(stage->store, stage->target, false));
	content = content_of(stage, "saved.fd");
	assert_string_equal(content, "variables");
	assert_int_equal(stat(stage->target, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

static void nothing_is_replaced_unasked(void **state)
{
	struct stage *stage = *state;
	auto_free char *content = NULL;

	tempdir_text(stage->folder, "saved.fd", "earlier");
	assert_not_saved(stage, stage->target, false, "': it exists; choose another name");
	content = content_of(stage, "saved.fd");
	assert_string_equal(content, "earlier");
	free_pointer(&content);
	assert_null(nvram_save(stage->store, stage->target, true));
	content = content_of(stage, "saved.fd");
	assert_string_equal(content, "variables");
}

static void a_store_is_not_saved_over_itself(void **state)
{
	struct stage *stage = *state;
	auto_free char *other =
		xasprintf("%s/../%s", stage->folder, strrchr(stage->folder, '/') + 1);
	auto_free char *target = xasprintf("%s/vm_VARS.fd", other);

	assert_not_saved(stage, target, true, "it is the store itself");
}

static void a_store_in_use_is_not_saved(void **state)
{
	struct stage *stage = *state;
	auto_fd int fd = open(stage->store, O_RDWR | O_CLOEXEC);

	assert_int_equal(store_lock_try(fd), 0);
	assert_not_saved(stage, stage->target, false, "is in use by process ");
	fd_close(&fd);
	assert_null(nvram_save(stage->store, stage->target, false));
}

static void a_place_that_cannot_be_is_named(void **state)
{
	struct stage *stage = *state;
	auto_free char *wanted = xasprintf(
		"cannot save nvram '%s' as '/nowhere/x': cannot open directory '/nowhere'",
		stage->store);

	assert_not_saved(stage, "/nowhere/x", false, wanted);
	assert_not_saved(stage, stage->folder, true, "cannot save nvram");
}

static void a_report_has_what_there_is(void **state)
{
	struct stage *stage = *state;
	auto_nvram_report struct nvram_report *report = NULL;

	assert_null(nvram_show(stage->store, &report));
	assert_string_equal(report->path, stage->store);
	assert_null(report->holder);
	assert_null(report->record);
	assert_null(report->record_problem);
	assert_int_equal(report->varstore->size_bytes, 9);
	assert_true(report->disk_bytes > 0);
}

static void a_report_has_the_record_and_the_holder(void **state)
{
	struct stage *stage = *state;
	auto_nvram_report struct nvram_report *report = NULL;
	auto_fd int fd = open(stage->store, O_RDWR | O_CLOEXEC);

	assert_int_equal(store_lock_try(fd), 0);
	tempdir_text(stage->folder, "vm_VARS.fd.slipway", "code=/usr/share/CODE.fd\nend\n");
	assert_null(nvram_show(stage->store, &report));
	assert_string_equal(report->record->code.path, "/usr/share/CODE.fd");
	assert_non_null(strstr(report->holder, "process "));
}

static void a_broken_record_is_reported(void **state)
{
	struct stage *stage = *state;
	auto_nvram_report struct nvram_report *report = NULL;

	tempdir_text(stage->folder, "vm_VARS.fd.slipway", "code=/usr/share/CODE.fd\n");
	assert_null(nvram_show(stage->store, &report));
	assert_null(report->record);
	assert_non_null(strstr(report->record_problem, "the record is cut off"));
}

static void a_store_that_is_not_there_is_enoent(void **state)
{
	auto_nvram_report struct nvram_report *report = NULL;
	struct stage *stage = *state;
	auto_error struct error *error = nvram_show(stage->target, &report);

	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
	assert_null(report);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(a_store_is_saved_whole_and_private),
		STAGE_TEST(nothing_is_replaced_unasked),
		STAGE_TEST(a_store_is_not_saved_over_itself),
		STAGE_TEST(a_store_in_use_is_not_saved),
		STAGE_TEST(a_place_that_cannot_be_is_named),
		STAGE_TEST(a_report_has_what_there_is),
		STAGE_TEST(a_report_has_the_record_and_the_holder),
		STAGE_TEST(a_broken_record_is_reported),
		STAGE_TEST(a_store_that_is_not_there_is_enoent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
