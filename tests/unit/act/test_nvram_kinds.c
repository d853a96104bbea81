/* SPDX-License-Identifier: MIT */
/* act/nvram, act/nvram_fill: stores that are no file of their template's format: converted ones,
 * ones without a name, devices, what is elsewhere. A script stands for qemu-img. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/nvram.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"
#include "support/tempdir.h"

#define MIB (UINT64_C(1) << 20)

struct stage {
	char *folder;
	char *template;
	struct plan_nvram nvram;
	struct refusal refusals[2];
};

static int set_up(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->template = tempdir_path(stage->folder, "VARS.fd");
	tempdir_text(stage->folder, "VARS.fd", "template");
	stage->nvram = (struct plan_nvram){.action = NVRAM_EPHEMERAL,
		.format = IMAGE_FORMAT_RAW,
		.template = stage->template,
		.template_format = IMAGE_FORMAT_RAW};
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->template);
	free(stage);
	return 0;
}

/* A qemu-img that copies, and then does `more` with the copy, $7. */
static void put_qemu_img(const struct stage *stage, const char *more)
{
	auto_free char *path = tempdir_path(stage->folder, "bin/qemu-img");
	auto_free char *script = xasprintf("#!/bin/sh\ncat \"$6\" >\"$7\" && %s\n", more);
	auto_free char *search = xasprintf("%s/bin:/usr/bin:/bin", stage->folder);

	tempdir_text(stage->folder, "bin/qemu-img", script);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(setenv("PATH", search, 1), 0);
}

/* In a child: the size of the store and how it begins, or what is wrong. */
static char *made(void *argument)
{
	const struct stage *stage = argument;
	struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	struct error *error;
	char bytes[9] = "";
	struct stat status;
	size_t count = 0;

	while (count < ARRAY_COUNT(stage->refusals) && stage->refusals[count].call)
		count++;
	if (count > 0)
		calls_refuse(stage->refusals, count);
	error = nvram_prepare(&stage->nvram, &ready);
	if (error)
		return error->text;
	if (ready.store_fd < 0)
		return xstrdup(ready.lock_fd < 0 ? "nothing" : "locked");
	if (fstat(ready.store_fd, &status) != 0 || pread(ready.store_fd, bytes, 8, 0) < 0)
		return xstrdup("it cannot be read");
	return xasprintf("%lld %s", (long long)status.st_size, bytes);
}

static void says(const struct stage *stage, const char *wanted)
{
	auto_free char *said = child_answer(made, (void *)stage);

	if (!strstr(said, wanted))
		fail_msg("wanted '%s', got '%s'", wanted, said);
}

static void a_raw_template_is_padded_before_it_is_converted(void **state)
{
	struct stage *stage = *state;

	put_qemu_img(stage, "test $(stat -Lc %s \"$6\") = 67108864");
	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	stage->nvram.size_bytes = 64 * MIB;
	says(stage, "67108864 template");
	stage->nvram.size_bytes = 8; /* it has that */
	put_qemu_img(stage, "test $(stat -Lc %s \"$6\") = 8");
	says(stage, "8 template");
	stage->nvram.size_bytes = 0; /* any will do */
	says(stage, "8 template");
}

static void a_raw_template_that_is_too_long_is_not_converted(void **state)
{
	struct stage *stage = *state;

	put_qemu_img(stage, ":");
	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	stage->nvram.size_bytes = 4;
	says(stage, "the template has 8 bytes, the firmware needs 4");
}

static void what_became_raw_has_the_boards_size(void **state)
{
	struct stage *stage = *state;

	put_qemu_img(stage, ":");
	stage->nvram.template_format = IMAGE_FORMAT_QCOW2;
	stage->nvram.size_bytes = 64 * MIB;
	says(stage, "67108864 template");
	stage->nvram.size_bytes = 540672;
	says(stage, "the template has 8 bytes, the firmware needs 540672");
}

static void a_conversion_that_fails_says_why(void **state)
{
	struct stage *stage = *state;

	stage->nvram.template_format = IMAGE_FORMAT_QCOW2;
	put_qemu_img(stage, "{ echo it is broken >&2; exit 1; }");
	says(stage, "'qemu-img' failed with status 1: it is broken");
	put_qemu_img(stage, "exit 1");
	says(stage, "'qemu-img' failed with status 1: it does not say why");
	put_qemu_img(stage, "kill -9 $$");
	says(stage, "'qemu-img' was killed by signal 9");
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	says(stage, "install it, or give a template of format raw");
}

static void a_template_that_changes_meanwhile_is_refused(void **state)
{
	struct stage *stage = *state;
	auto_free char *touch = xasprintf("touch -d '2001-01-01' '%s'", stage->template);
	auto_free char *longer = xasprintf("echo more >>'%s'", stage->template);
	auto_free char *second =
		xasprintf("touch -d '2001-01-01 00:00:00.5' '%s'", stage->template);

	stage->nvram.format = IMAGE_FORMAT_QCOW2;
	put_qemu_img(stage, longer);
	says(stage, "the template was changed while it was copied; start again");
	put_qemu_img(stage, touch);
	says(stage, "the template was changed while it was copied; start again");
	put_qemu_img(stage, second);
	says(stage, "the template was changed while it was copied; start again");
}

static void a_private_store_needs_no_newest_kernel(void **state)
{
	struct stage *stage = *state;

	says(stage, "8 template");
	/* without MFD_NOEXEC_SEAL, then without memfd_create */
	stage->refusals[0] = (struct refusal){SYS_memfd_create, EINVAL, 2, 9};
	says(stage, "8 template");
	stage->refusals[0] = (struct refusal){SYS_memfd_create, ENOSYS, 0, 0};
	says(stage, "8 template");
	stage->refusals[0] = (struct refusal){SYS_memfd_create, EMFILE, 0, 0};
	says(stage, "Too many open files");
	stage->refusals[0] = (struct refusal){SYS_memfd_create, ENOSYS, 0, 0};
	stage->refusals[1] = (struct refusal){SYS_openat, EACCES, 0, 0};
	says(stage, "Permission denied");
}

static void a_private_store_without_its_template_is_an_error(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(unlink(stage->template), 0);
	says(stage, "No such file or directory");
}

static void what_is_elsewhere_is_left_alone(void **state)
{
	struct stage *stage = *state;

	stage->nvram.action = NVRAM_NONE;
	says(stage, "nothing");
	stage->nvram.action = NVRAM_NETWORK;
	says(stage, "nothing");
	stage->nvram.path = "nbd://host/export";
	says(stage, "nothing");
	stage->nvram.path = stage->template;
	says(stage, "is not a block device");
	stage->nvram.path = "/nowhere/device";
	says(stage, "cannot open nvram '/nowhere/device' for writing");
}

static void a_block_device_is_locked(void **state)
{
	struct stage *stage = *state;
	int fd = open("/dev/loop7", O_RDWR | O_CLOEXEC | O_NONBLOCK); /* nothing is written */

	if (fd < 0)
		skip();
	(void)close(fd);
	stage->nvram.action = NVRAM_NETWORK;
	stage->nvram.path = "/dev/loop7";
	says(stage, "locked");
}

#define ON_STAGE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(a_raw_template_is_padded_before_it_is_converted),
		ON_STAGE(a_raw_template_that_is_too_long_is_not_converted),
		ON_STAGE(what_became_raw_has_the_boards_size),
		ON_STAGE(a_conversion_that_fails_says_why),
		ON_STAGE(a_template_that_changes_meanwhile_is_refused),
		ON_STAGE(a_private_store_needs_no_newest_kernel),
		ON_STAGE(a_private_store_without_its_template_is_an_error),
		ON_STAGE(what_is_elsewhere_is_left_alone),
		ON_STAGE(a_block_device_is_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
