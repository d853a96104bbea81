/* SPDX-License-Identifier: MIT */
/* act/overlay: an empty qcow2 image of a disk's size, in a file without a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <endian.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/overlay.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

#define FD 77

static uint64_t number_at(const char *bytes, size_t offset)
{
	uint64_t number;

	memcpy(&number, bytes + offset, sizeof(number));
	return be64toh(number);
}

static uint32_t short_at(const char *bytes, size_t offset)
{
	uint32_t number;

	memcpy(&number, bytes + offset, sizeof(number));
	return be32toh(number);
}

/* Offsets and meanings: QEMU docs/interop/qcow2.txt. */
static void the_image_has_the_size_and_a_table_for_it(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t l1_entries;
		size_t clusters;
	} sizes[] = {{512, 1, 4}, {(uint64_t)512 << 20, 1, 4}, {((uint64_t)512 << 20) + 512, 2, 4},
		{(uint64_t)16 << 40, 32768, 7}, {0, 0, 3}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		auto_text struct text image = {0};

		assert_null(overlay_image(sizes[i].size, &image));
		assert_int_equal(short_at(image.bytes, 0), 0x514649fb);
		assert_int_equal(number_at(image.bytes, 24), sizes[i].size);
		assert_int_equal(short_at(image.bytes, 36), sizes[i].l1_entries);
		assert_int_equal(image.length, sizes[i].clusters * 65536);
		/* every cluster that is there is counted once, the next one is free */
		assert_int_equal(image.bytes[2 * 65536 + 2 * sizes[i].clusters - 1], 1);
		assert_int_equal(image.bytes[2 * 65536 + 2 * sizes[i].clusters + 1], 0);
	}
}

static void a_disk_beyond_the_format_is_refused(void **state)
{
	auto_text struct text image = {0};
	auto_error struct error *error = overlay_image(UINT64_MAX, &image);

	(void)state;
	assert_non_null(error);
}

static void make_disk(const char *path, const char *bytes, size_t length, off_t size)
{
	auto_fd int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, length, 0), length);
	assert_int_equal(ftruncate(fd, size), 0);
}

/* The size that the overlay of the disk has; 0: it was refused. */
static uint64_t size_of_overlay(char *path, enum image_format format, const char *directory)
{
	const struct plan_overlay overlay = {FD, path, format};
	auto_error struct error *error = overlay_make(&overlay, directory);
	char bytes[32] = {0};

	if (error)
		return 0;
	assert_int_equal(fcntl(FD, F_GETFD) & FD_CLOEXEC, 0);
	assert_int_equal(pread(FD, bytes, sizeof(bytes), 0), sizeof(bytes));
	(void)close(FD);
	return number_at(bytes, 24);
}

static void the_size_is_what_the_guest_sees(void **state)
{
	static const char qcow2[32] = {'Q', 'F', 'I', '\xfb', [27] = 1, [30] = 2};
	char *directory = tempdir_make();
	auto_free char *raw = xasprintf("%s/raw", directory);
	auto_free char *image = xasprintf("%s/qcow2", directory);

	(void)state;
	make_disk(raw, "x", 1, 1000);
	make_disk(image, qcow2, sizeof(qcow2), 32);
	assert_int_equal(size_of_overlay(raw, IMAGE_FORMAT_RAW, directory), 1024);
	assert_int_equal(size_of_overlay(image, IMAGE_FORMAT_QCOW2, directory), 0x100000200);
	assert_int_equal(size_of_overlay(raw, IMAGE_FORMAT_QCOW2, directory), 0);
	assert_int_equal(size_of_overlay((char *)"/nonexistent", IMAGE_FORMAT_RAW, directory), 0);
	/* without the folder it is made in memory */
	assert_int_equal(size_of_overlay(raw, IMAGE_FORMAT_RAW, "/nonexistent"), 1024);
	tempdir_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_image_has_the_size_and_a_table_for_it),
		cmocka_unit_test(a_disk_beyond_the_format_is_refused),
		cmocka_unit_test(the_size_is_what_the_guest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
