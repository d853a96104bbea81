/* SPDX-License-Identifier: MIT */
/* act/store_image: the guest's view of raw and qcow2 files, whatever the file claims. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "act/nvram_convert.h"
#include "act/store_image.h"
#include "base/file.h"
#include "base/memory.h"

#define CLUSTER 512
#define FILE_BYTES (6 * CLUSTER)

/* Offsets of header fields, QEMU docs/interop/qcow2.txt. */
enum {
	AT_VERSION = 7,
	AT_BACKING = 15,
	AT_CLUSTER_BITS = 23,
	AT_SIZE = 24,
	AT_ENCRYPTION = 35,
	AT_L1_SIZE = 36,
	AT_L1_OFFSET = 40,
	AT_INCOMPATIBLE = 79,
};

static void put(unsigned char *at, uint64_t number, size_t size_bytes)
{
	while (size_bytes-- > 0) {
		at[size_bytes] = (unsigned char)number;
		number >>= 8;
	}
}

/*
 * A version 3 image of 128 clusters of 512 bytes: L1 with two entries in cluster 1, of which only
 * the first is used; its L2 in cluster 2 has data in clusters 3 (guest cluster 0) and 4 (guest
 * cluster 2), and a zero cluster with stale data behind it (guest cluster 3).
 */
static unsigned char *make_qcow2(void)
{
	unsigned char *file = xcalloc(FILE_BYTES, 1);

	memcpy(file, "QFI\xfb", 4);
	put(file + 4, 3, 4);
	put(file + 20, 9, 4);
	put(file + AT_SIZE, 128 * CLUSTER, 8);
	put(file + AT_L1_SIZE, 2, 4);
	put(file + AT_L1_OFFSET, CLUSTER, 8);
	put(file + 100, 104, 4);
	put(file + CLUSTER, 0x8000000000000000 | 2 * CLUSTER, 8);
	put(file + 2 * CLUSTER, 0x8000000000000000 | 3 * CLUSTER, 8);
	put(file + 2 * CLUSTER + 16, 0x8000000000000000 | 4 * CLUSTER, 8);
	put(file + 2 * CLUSTER + 24, 0x8000000000000000 | 5 * CLUSTER | 1, 8);
	memset(file + 3 * CLUSTER, 'a', CLUSTER);
	memset(file + 4 * CLUSTER, 'b', CLUSTER);
	memset(file + 5 * CLUSTER, 'z', CLUSTER);
	return file;
}

static int as_file(const unsigned char *bytes, size_t size_bytes)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_null(copy_write_at(fd, bytes, size_bytes, 0));
	return fd;
}

static void raw_files_are_read_as_they_are(void **state)
{
	auto_fd int fd = as_file((const unsigned char *)"0123456789", 10);
	auto_error struct error *error = NULL;
	unsigned char bytes[4] = {0};
	struct store_image image;

	(void)state;
	assert_null(store_image_open(fd, &image));
	assert_int_equal(image.format, IMAGE_FORMAT_RAW);
	assert_int_equal(image.size_bytes, 10);
	assert_null(store_image_read(&image, bytes, 4, 6));
	assert_memory_equal(bytes, "6789", 4);
	error = store_image_read(&image, bytes, 4, 7);
	assert_non_null(error);
	assert_string_equal(error->text, "it ends at byte 10, 11 were expected");
}

static void short_files_are_raw(void **state)
{
	auto_fd int fd = as_file((const unsigned char *)"QFI", 3);
	auto_fd int empty = as_file((const unsigned char *)"", 0);
	struct store_image image;

	(void)state;
	assert_null(store_image_open(fd, &image));
	assert_int_equal(image.format, IMAGE_FORMAT_RAW);
	assert_null(store_image_open(empty, &image));
	assert_int_equal(image.size_bytes, 0);
}

static void qcow2_clusters_are_found(void **state)
{
	auto_free unsigned char *file = make_qcow2();
	auto_fd int fd = as_file(file, FILE_BYTES);
	auto_free unsigned char *bytes = xcalloc(128 * CLUSTER, 1);
	struct store_image image;

	(void)state;
	assert_null(store_image_open(fd, &image));
	assert_int_equal(image.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(image.size_bytes, 128 * CLUSTER);
	memset(bytes, 1, 128 * CLUSTER);
	assert_null(store_image_read(&image, bytes, 128 * CLUSTER, 0));
	assert_true(bytes[0] == 'a' && bytes[CLUSTER - 1] == 'a');
	assert_true(bytes_are_zero(bytes + CLUSTER, CLUSTER));
	assert_true(bytes[2 * CLUSTER] == 'b' && bytes[3 * CLUSTER - 1] == 'b');
	assert_true(bytes_are_zero(bytes + 3 * CLUSTER, 125 * CLUSTER));
	/* across a cluster's border */
	assert_null(store_image_read(&image, bytes, 4, 3 * CLUSTER - 2));
	assert_memory_equal(bytes, "bb\0\0", 4);
}

static void version_2_has_no_zero_clusters(void **state)
{
	auto_free unsigned char *file = make_qcow2();
	auto_fd int fd = -1;
	unsigned char byte = 0;
	struct store_image image;

	(void)state;
	file[AT_VERSION] = 2;
	fd = as_file(file, FILE_BYTES);
	assert_null(store_image_open(fd, &image));
	assert_null(store_image_read(&image, &byte, 1, 3 * CLUSTER));
	assert_int_equal(byte, 'z');
}

static void a_last_cluster_may_be_cut_off(void **state)
{
	auto_free unsigned char *file = make_qcow2();
	auto_fd int fd = as_file(file, 4 * CLUSTER + 1);
	unsigned char bytes[2] = {1, 1};
	struct store_image image;

	(void)state;
	assert_null(store_image_open(fd, &image));
	assert_null(store_image_read(&image, bytes, 2, 2 * CLUSTER));
	assert_memory_equal(bytes, "b\0", 2);
}

/* The error of opening and reading the image with one field changed. */
static void assert_refused(size_t at, uint64_t value, size_t size_bytes, const char *text)
{
	auto_free unsigned char *file = make_qcow2();
	auto_free unsigned char *bytes = xcalloc(CLUSTER, 1);
	auto_fd int fd = -1;
	auto_error struct error *error = NULL;
	struct store_image image;

	put(file + at, value, size_bytes);
	fd = as_file(file, FILE_BYTES);
	error = store_image_open(fd, &image);
	if (!error)
		error = store_image_read(&image, bytes, CLUSTER, 0);
	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void what_is_not_read_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused(AT_VERSION, 4, 1, "of an unknown version");
	assert_refused(AT_BACKING, 1, 1, "it is a qcow2 overlay of another file");
	assert_refused(AT_ENCRYPTION, 1, 1, "it is an encrypted qcow2 image");
	assert_refused(AT_INCOMPATIBLE, 4, 1, "with features that are not read here (0x4)");
	assert_refused(AT_INCOMPATIBLE, 16, 1, "with features that are not read here (0x10)");
	assert_refused(2 * CLUSTER, 0x4000000000000000 | 3 * CLUSTER, 8, "is compressed");
}

static void a_dirty_image_is_read(void **state)
{
	auto_free unsigned char *file = make_qcow2();
	auto_fd int fd = -1;
	struct store_image image;

	(void)state;
	file[AT_INCOMPATIBLE] = 3; /* dirty and corrupt: for those who write */
	fd = as_file(file, FILE_BYTES);
	assert_null(store_image_open(fd, &image));
}

static void offsets_outside_of_the_file_are_refused(void **state)
{
	(void)state;
	assert_refused(AT_CLUSTER_BITS, 8, 1, "clusters of 2^8 bytes");
	assert_refused(AT_CLUSTER_BITS, 64, 1, "clusters of 2^64 bytes");
	assert_refused(AT_SIZE, UINT64_MAX, 8, "more than any flash device");
	assert_refused(AT_SIZE, 256 * 1024 * 1024, 8, "first table of its qcow2 image is cut off");
	assert_refused(AT_L1_SIZE, 0, 4, "first table of its qcow2 image is cut off");
	assert_refused(AT_L1_SIZE, UINT32_MAX, 4, "first table of its qcow2 image is cut off");
	assert_refused(AT_L1_OFFSET, UINT64_MAX, 8, "first table of its qcow2 image is cut off");
	assert_refused(
		AT_L1_OFFSET, FILE_BYTES - 8, 8, "first table of its qcow2 image is cut off");
	assert_refused(CLUSTER, 0x00fffffffffffe00, 8, "a table of its qcow2 image lies outside");
	assert_refused(
		2 * CLUSTER, 0x00fffffffffffe00, 8, "a cluster of its qcow2 image lies outside");
}

static void a_table_that_is_cut_off_is_refused(void **state)
{
	auto_free unsigned char *file = make_qcow2();
	auto_fd int fd = -1;
	auto_error struct error *error = NULL;
	struct store_image image;
	unsigned char byte;

	(void)state;
	put(file + CLUSTER, 5 * CLUSTER, 8);
	fd = as_file(file, 5 * CLUSTER + 8); /* of the L2 table, one entry is there */
	assert_null(store_image_open(fd, &image));
	error = store_image_read(&image, &byte, 1, CLUSTER);
	assert_non_null(error);
	assert_string_equal(error->text, "a table of its qcow2 image lies outside the file");
}

static void no_header_breaks_the_reader(void **state)
{
	uint32_t number = 1;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		auto_free unsigned char *file = make_qcow2();
		auto_free unsigned char *bytes = xcalloc(CLUSTER, 1);
		auto_fd int fd = -1;
		struct store_image image;
		struct error *error;

		for (size_t j = 0; j < 3; j++) {
			number = number * 1103515245 + 12345;
			file[4 + (number >> 16) % (3 * CLUSTER)] = (unsigned char)(number >> 8);
		}
		fd = as_file(file, FILE_BYTES);
		error = store_image_open(fd, &image);
		if (!error)
			error = store_image_read(&image, bytes, CLUSTER, i % 128 * CLUSTER);
		error_free(error);
	}
}

static void images_of_qemu_img_are_read(void **state)
{
	auto_free unsigned char *raw = xcalloc(200000, 1);
	auto_free unsigned char *read_back = xcalloc(200000, 1);
	auto_fd int to = memfd_create("qcow2", MFD_CLOEXEC);
	auto_fd int from = -1;
	auto_error struct error *error = NULL;
	struct store_image image;

	(void)state;
	memset(raw + 70000, 'x', 100000);
	from = as_file(raw, 200000);
	error = nvram_convert(
		&(struct conversion){from, to, IMAGE_FORMAT_RAW, IMAGE_FORMAT_QCOW2, "raw"});
	if (error) {
		print_message("skipped: %s\n", error->text);
		skip();
	}
	assert_null(store_image_open(to, &image));
	/* qemu-img rounds up to whole sectors */
	assert_in_range(image.size_bytes, 200000, 200704);
	assert_null(store_image_read(&image, read_back, 200000, 0));
	assert_memory_equal(raw, read_back, 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_files_are_read_as_they_are),
		cmocka_unit_test(short_files_are_raw),
		cmocka_unit_test(qcow2_clusters_are_found),
		cmocka_unit_test(version_2_has_no_zero_clusters),
		cmocka_unit_test(a_last_cluster_may_be_cut_off),
		cmocka_unit_test(what_is_not_read_is_refused_by_name),
		cmocka_unit_test(a_dirty_image_is_read),
		cmocka_unit_test(offsets_outside_of_the_file_are_refused),
		cmocka_unit_test(a_table_that_is_cut_off_is_refused),
		cmocka_unit_test(no_header_breaks_the_reader),
		cmocka_unit_test(images_of_qemu_img_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
