/* SPDX-License-Identifier: MIT */
/* act/nvram_fill: what a new store holds, and which templates cannot become one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
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
#include "act/nvram_fill.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

#define MIB (1024 * 1024)

struct stage {
	char *folder;
	char *template;
	int fd; /* what is filled */
	struct plan_nvram nvram;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->template = tempdir_path(stage->folder, "VARS.fd");
	stage->fd = memfd_create("store", MFD_CLOEXEC);
	stage->nvram.action = NVRAM_CREATE;
	stage->nvram.path = "/state/vm_VARS.fd";
	stage->nvram.format = IMAGE_FORMAT_RAW;
	stage->nvram.template = stage->template;
	stage->nvram.template_format = IMAGE_FORMAT_RAW;
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->template);
	close(stage->fd);
	free(stage);
	return 0;
}

static void assert_size(const struct stage *stage, uint64_t size_bytes)
{
	struct stat status;

	assert_int_equal(fstat(stage->fd, &status), 0);
	assert_int_equal(status.st_size, size_bytes);
}

static void assert_refused(const struct stage *stage, const char *text)
{
	auto_error struct error *error = nvram_fill(&stage->nvram, stage->fd);

	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void the_template_is_copied(void **state)
{
	struct stage *stage = *state;
	auto_free char *bytes = xcalloc(9, 1);

	tempdir_text(stage->folder, "VARS.fd", "template");
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 8);
	assert_int_equal(pread(stage->fd, bytes, 8, 0), 8);
	assert_string_equal(bytes, "template");
}

static void the_template_is_opened_by_its_name_here(void **state)
{
	struct stage *stage = *state;

	tempdir_text(stage->folder, "VARS.fd", "template");
	stage->nvram.template_open = stage->template;
	stage->nvram.template = "/usr/share/OVMF/of-another-root.fd";
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 8);
}

static void a_short_template_is_padded_for_a_board(void **state)
{
	struct stage *stage = *state;
	auto_free unsigned char *tail = xcalloc(MIB, 1);

	tempdir_text(stage->folder, "VARS.fd", "template");
	stage->nvram.size_bytes = 64 * MIB;
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 64 * MIB);
	assert_null(copy_read_at(stage->fd, tail, MIB, 63 * MIB));
	assert_true(bytes_are_zero(tail, MIB));
}

static void x86_stores_are_never_padded(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "VARS.fd", 131072);
	stage->nvram.size_bytes = 540672;
	assert_refused(stage, "the template has 131072 bytes, the firmware needs 540672");
}

static void a_template_is_never_cut_off(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "VARS.fd", 64 * MIB + 4096);
	stage->nvram.size_bytes = 64 * MIB;
	assert_refused(stage, "the template has 67112960 bytes, the firmware needs 67108864");
}

static void what_is_no_template_is_refused(void **state)
{
	struct stage *stage = *state;

	assert_refused(stage, "cannot open the template: No such file or directory");
	tempdir_text(stage->folder, "VARS.fd", "");
	assert_refused(stage, "the template is empty");
	stage->nvram.template = stage->folder;
	assert_refused(stage, "the template is not a regular file");
	stage->nvram.template = "/dev/zero";
	assert_refused(stage, "the template is not a regular file");
	tempdir_fifo(stage->folder, "fifo");
	stage->nvram.template = tempdir_path(stage->folder, "fifo");
	assert_refused(stage, "the template is not a regular file");
	free(stage->nvram.template);
	stage->nvram.template = stage->template;
	tempdir_zeros(stage->folder, "VARS.fd", 256 * MIB + 1);
	assert_refused(stage, "more than any flash device");
}

static void an_empty_json_store_is_one(void **state)
{
	struct stage *stage = *state;

	stage->nvram.json = true;
	tempdir_text(stage->folder, "VARS.fd", "");
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 0);
	stage->nvram.template = NULL;
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 0);
}

static void without_a_template_a_board_gets_zeros(void **state)
{
	struct stage *stage = *state;

	stage->nvram.template = NULL;
	assert_refused(stage, "there is no template");
	stage->nvram.size_bytes = 540672;
	assert_refused(stage, "there is no template");
	stage->nvram.size_bytes = 32 * MIB;
	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	assert_refused(stage, "there is no template");
	stage->nvram.format = IMAGE_FORMAT_RAW;
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 32 * MIB);
}

/* Version 3, no features, no backing file. */
static void write_qcow2(const struct stage *stage, size_t at, unsigned char value)
{
	unsigned char header[104] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};

	if (at > 0)
		header[at] = value;
	tempdir_write(stage->folder, "VARS.fd", header, sizeof(header));
}

static void a_qcow2_template_is_copied_byte_by_byte(void **state)
{
	struct stage *stage = *state;

	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	stage->nvram.template_format = IMAGE_FORMAT_QCOW2;
	stage->nvram.size_bytes = 540672; /* the virtual size, which is not looked at here */
	write_qcow2(stage, 0, 0);
	assert_null(nvram_fill(&stage->nvram, stage->fd));
	assert_size(stage, 104);
}

static void a_qcow2_template_that_is_not_whole_in_itself_is_refused(void **state)
{
	struct stage *stage = *state;

	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	stage->nvram.template_format = IMAGE_FORMAT_QCOW2;
	write_qcow2(stage, 15, 0x70);
	assert_refused(stage, "is a qcow2 overlay of another file and cannot be copied alone");
	write_qcow2(stage, 79, 4);
	assert_refused(stage, "is a qcow2 image whose data are in another file");
	write_qcow2(stage, 3, 'x');
	assert_refused(stage, "is not a qcow2 image");
	tempdir_text(stage->folder, "VARS.fd", "QFI\xfb");
	assert_refused(stage, "is not a qcow2 image");
}

/* The error of a creation whose cause has this errno. */
static char *creation_error(const struct stage *stage, int number)
{
	auto_fd int folder_fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_error struct error *error =
		nvram_creation_failed(copy_failure(number), &stage->nvram, folder_fd);

	assert_int_equal(error->number, number);
	return xstrdup(error->text);
}

static void a_failed_creation_names_store_and_template(void **state)
{
	struct stage *stage = *state;
	auto_free char *text = creation_error(stage, EIO);
	auto_free char *wanted =
		xasprintf("cannot create nvram '/state/vm_VARS.fd' from '%s': Input/output error",
			stage->template);

	assert_string_equal(text, wanted);
	free_pointer(&text);
	stage->nvram.template = NULL;
	text = creation_error(stage, EIO);
	assert_string_equal(text, "cannot create nvram '/state/vm_VARS.fd': Input/output error");
	free_pointer(&text);
	stage->nvram.action = NVRAM_EPHEMERAL;
	text = creation_error(stage, EIO);
	assert_string_equal(text, "cannot create an ephemeral nvram: Input/output error");
	assert_null(nvram_creation_failed(NULL, &stage->nvram, -1));
}

static void a_full_disk_says_what_is_needed(void **state)
{
	struct stage *stage = *state;
	auto_free char *text = NULL;

	tempdir_zeros(stage->folder, "VARS.fd", 64 * MIB);
	tempdir_patch(stage->folder, "VARS.fd", 10000, "x", 1);
	text = creation_error(stage, ENOSPC);
	assert_non_null(
		strstr(text, "No space left on device; the 64 MiB template needs 4 KiB here "
			     "and "));
	free_pointer(&text);
	tempdir_zeros(stage->folder, "VARS.fd", 1000);
	text = creation_error(stage, ENOSPC);
	assert_non_null(strstr(text, "the 1 KiB template needs 0 KiB here and "));
	free_pointer(&text);
	stage->nvram.template = NULL;
	text = creation_error(stage, ENOSPC);
	assert_true(text_ends_with(text, "make room or choose another place with --nvram=PATH"));
}

static void a_used_up_quota_is_no_full_disk(void **state)
{
	auto_free char *text = creation_error(*state, EDQUOT);

	assert_non_null(strstr(text, "your quota on this file system is used up"));
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(the_template_is_copied),
		STAGE_TEST(the_template_is_opened_by_its_name_here),
		STAGE_TEST(a_short_template_is_padded_for_a_board),
		STAGE_TEST(x86_stores_are_never_padded),
		STAGE_TEST(a_template_is_never_cut_off),
		STAGE_TEST(what_is_no_template_is_refused),
		STAGE_TEST(an_empty_json_store_is_one),
		STAGE_TEST(without_a_template_a_board_gets_zeros),
		STAGE_TEST(a_qcow2_template_is_copied_byte_by_byte),
		STAGE_TEST(a_qcow2_template_that_is_not_whole_in_itself_is_refused),
		STAGE_TEST(a_failed_creation_names_store_and_template),
		STAGE_TEST(a_full_disk_says_what_is_needed),
		STAGE_TEST(a_used_up_quota_is_no_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
