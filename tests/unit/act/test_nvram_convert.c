/* SPDX-License-Identifier: MIT */
/* act/nvram_convert: qemu-img reads and writes what was opened here, and its failures are told. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "act/nvram_convert.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/child.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	char *program; /* a script in qemu-img's place */
	struct conversion conversion;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->program = tempdir_path(stage->folder, "qemu-img");
	stage->conversion.from_fd = memfd_create("from", MFD_CLOEXEC);
	stage->conversion.to_fd = memfd_create("to", MFD_CLOEXEC);
	stage->conversion.from_format = IMAGE_FORMAT_QCOW2;
	stage->conversion.to_format = IMAGE_FORMAT_RAW;
	stage->conversion.from_name = "/usr/share/VARS.qcow2";
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	close(stage->conversion.from_fd);
	close(stage->conversion.to_fd);
	tempdir_remove(stage->folder);
	free(stage->program);
	free(stage);
	return 0;
}

static struct error *convert_by(const struct stage *stage, const char *script)
{
	auto_free char *whole = xasprintf("#!/bin/sh\n%s\n", script);

	tempdir_text(stage->folder, "qemu-img", whole);
	assert_int_equal(chmod(stage->program, 0755), 0);
	return nvram_convert_by(&stage->conversion, stage->program);
}

static void assert_fails(const struct stage *stage, const char *script, const char *text)
{
	auto_error struct error *error = convert_by(stage, script);

	assert_non_null(error);
	assert_true(text_starts_with(
		error->text, "converting '/usr/share/VARS.qcow2' from qcow2 to raw: "));
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void both_files_are_what_was_opened(void **state)
{
	struct stage *stage = *state;
	auto_free char *bytes = xcalloc(30, 1);

	assert_int_equal(write(stage->conversion.from_fd, "data", 4), 4);
	assert_null(convert_by(stage, "{ echo \"$1 $2 $3 $4 $5\"; cat \"$6\"; } >\"$7\""));
	assert_int_equal(pread(stage->conversion.to_fd, bytes, 29, 0), 28);
	assert_string_equal(bytes, "convert -f qcow2 -O raw\ndata");
}

static void a_failure_is_told_in_qemu_imgs_words(void **state)
{
	assert_fails(*state, "echo 'qemu-img: no' >&2; echo such image; exit 1",
		"/qemu-img' failed with status 1: qemu-img: no such image");
	assert_fails(*state, "exit 3", "failed with status 3: it does not say why");
	assert_fails(*state, "kill -9 $$", "was killed by signal 9");
}

static void words_without_end_are_cut_off(void **state)
{
	auto_error struct error *error =
		convert_by(*state, "head -c 1000000 /dev/zero | tr '\\0' x; exit 1");

	assert_non_null(error);
	assert_in_range(strlen(error->text), 2048, 2400);
}

static void a_missing_qemu_img_is_enoent(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = nvram_convert_by(&stage->conversion, "/nowhere/qemu-img");

	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
	assert_non_null(strstr(error->text, "cannot run '/nowhere/qemu-img': No such file"));
}

static void one_that_cannot_be_run_is_an_error(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = NULL;

	tempdir_text(stage->folder, "qemu-img", "text");
	assert_int_equal(chmod(stage->program, 0644), 0);
	error = nvram_convert_by(&stage->conversion, stage->program);
	assert_non_null(error);
	assert_int_equal(error->number, EACCES);
}

static char *convert_without_children(void *argument)
{
	struct error *error;

	signal(SIGCHLD, SIG_IGN);
	error = convert_by(argument, "exit 0");
	return error ? xstrdup(error->text) : xstrdup("converted");
}

static void an_unknown_end_is_a_failure(void **state)
{
	auto_free char *said = child_answer(convert_without_children, *state);

	assert_non_null(strstr(said, "cannot tell how "));
}

static void the_real_one_converts_there_and_back(void **state)
{
	struct stage *stage = *state;
	auto_free unsigned char *bytes = xcalloc(65536, 1);
	auto_fd int back = memfd_create("back", MFD_CLOEXEC);
	auto_error struct error *error = NULL;
	struct stat status;

	memset(bytes, 'a', 5000);
	assert_null(copy_write_at(stage->conversion.from_fd, bytes, 65536, 0));
	stage->conversion.from_format = IMAGE_FORMAT_RAW;
	stage->conversion.to_format = IMAGE_FORMAT_QCOW2;
	error = nvram_convert(&stage->conversion);
	if (error && error->number == ENOENT) {
		print_message("skipped: qemu-img is not installed\n");
		skip();
	}
	assert_null(error);
	assert_int_equal(pread(stage->conversion.to_fd, bytes, 4, 0), 4);
	assert_memory_equal(bytes, "QFI\xfb", 4);
	stage->conversion = (struct conversion){
		stage->conversion.to_fd, back, IMAGE_FORMAT_QCOW2, IMAGE_FORMAT_RAW, "there"};
	assert_null(nvram_convert(&stage->conversion));
	assert_int_equal(fstat(back, &status), 0);
	assert_int_equal(status.st_size, 65536);
	assert_null(copy_read_at(back, bytes, 65536, 0));
	assert_true(bytes[0] == 'a' && bytes[4999] == 'a' && bytes[5000] == 0);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(both_files_are_what_was_opened),
		STAGE_TEST(a_failure_is_told_in_qemu_imgs_words),
		STAGE_TEST(words_without_end_are_cut_off),
		STAGE_TEST(a_missing_qemu_img_is_enoent),
		STAGE_TEST(one_that_cannot_be_run_is_an_error),
		STAGE_TEST(an_unknown_end_is_a_failure),
		STAGE_TEST(the_real_one_converts_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
