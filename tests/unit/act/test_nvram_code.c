/* SPDX-License-Identifier: MIT */
/* act/nvram_code: a short image becomes a flash device's size in a private copy that nobody writes.
 */
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

#include "act/copy.h"
#include "act/nvram_code.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

#define MIB (1024 * 1024)
#define NUMBER 131

struct stage {
	char *folder;
	char *path;
	struct plan_firmware firmware;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->path = tempdir_path(stage->folder, "QEMU_EFI.fd");
	tempdir_zeros(stage->folder, "QEMU_EFI.fd", 2 * MIB);
	tempdir_patch(stage->folder, "QEMU_EFI.fd", 2 * MIB - 4, "code", 4);
	stage->firmware.path = "/usr/share/QEMU_EFI.fd";
	stage->firmware.open_path = stage->path;
	stage->firmware.format = IMAGE_FORMAT_RAW;
	stage->firmware.pad_bytes = 64 * MIB;
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->path);
	free(stage);
	return 0;
}

static void assert_refused(const struct stage *stage, const char *text)
{
	auto_fd int fd = -1;
	auto_error struct error *error = nvram_code_open(&stage->firmware, NUMBER, &fd);

	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
	assert_int_equal(fd, -1);
}

static void the_copy_has_the_flashs_size(void **state)
{
	struct stage *stage = *state;
	auto_free unsigned char *bytes = xcalloc(MIB, 1);
	auto_fd int fd = -1;
	struct stat status;

	assert_null(nvram_code_open(&stage->firmware, NUMBER, &fd));
	assert_int_equal(fd, NUMBER);
	assert_int_equal(fcntl(fd, F_GETFD), 0); /* open across exec */
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_size, 64 * MIB);
	assert_null(copy_read_at(fd, bytes, 4, 2 * MIB - 4));
	assert_memory_equal(bytes, "code", 4);
	assert_null(copy_read_at(fd, bytes, MIB, 63 * MIB));
	assert_true(bytes_are_zero(bytes, MIB));
	assert_int_equal(stat(stage->path, &status), 0);
	assert_int_equal(status.st_size, 2 * MIB); /* the file itself is as it was */
}

static void nobody_can_write_the_copy(void **state)
{
	struct stage *stage = *state;
	auto_free char *self = xasprintf("/proc/self/fd/%d", NUMBER);
	auto_fd int fd = -1;
	auto_fd int writer = -1;

	assert_null(nvram_code_open(&stage->firmware, NUMBER, &fd));
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	writer = open(self, O_RDWR | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_int_equal(pwrite(writer, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(writer, 0), -1);
}

static void an_image_that_cannot_be_padded_is_refused(void **state)
{
	struct stage *stage = *state;

	stage->firmware.pad_bytes = MIB;
	assert_refused(stage,
		"cannot pad firmware '/usr/share/QEMU_EFI.fd' to the board's flash: it "
		"has 2097152 bytes, the board's flash has 1048576");
	stage->firmware.pad_bytes = 64 * MIB;
	stage->firmware.format = IMAGE_FORMAT_QCOW2;
	assert_refused(stage, "only raw images are padded");
	stage->firmware.format = IMAGE_FORMAT_RAW;
	stage->firmware.open_path = stage->folder;
	assert_refused(stage, "it is not a regular file");
	stage->firmware.open_path = "/nowhere";
	assert_refused(stage, "cannot open firmware '/usr/share/QEMU_EFI.fd': No such file");
}

static void a_number_in_use_is_not_taken(void **state)
{
	struct stage *stage = *state;
	auto_fd int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	auto_fd int fd = -1;
	auto_error struct error *error = nvram_code_open(&stage->firmware, other, &fd);

	assert_non_null(error);
	assert_non_null(strstr(error->text, "under which the emulator expects its firmware, is in "
					    "use by something else"));
	assert_int_equal(fcntl(other, F_GETFD), FD_CLOEXEC);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(the_copy_has_the_flashs_size),
		STAGE_TEST(nobody_can_write_the_copy),
		STAGE_TEST(an_image_that_cannot_be_padded_is_refused),
		STAGE_TEST(a_number_in_use_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
