/* SPDX-License-Identifier: MIT */
/* host/backing: the files that qcow2 headers name. */
#include <limits.h>
#include <sys/inotify.h>

#include "base/file.h"
#include "stage.h"

#include "host/backing.h"

/* A version 3 header of 104 bytes that names `backing`, and in an extension `data` as its data
 * file, or with `type` another thing. */
static void make_image_of(const char *folder, const char *name, const char *backing,
	const char *data, const char *type)
{
	unsigned char image[512] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};

	if (backing) {
		image[14] = 1; /* at 256 */
		image[19] = (unsigned char)strlen(backing);
		memcpy(image + 256, backing, strlen(backing));
	}
	image[103] = 104;
	if (data) {
		memcpy(image + 104, type, 4);
		image[111] = (unsigned char)strlen(data);
		memcpy(image + 112, data, strlen(data));
	}
	tempdir_write(folder, name, image, sizeof(image));
}

static void make_image(const char *folder, const char *name, const char *backing, const char *data)
{
	make_image_of(folder, name, backing, data, "\x44\x41\x54\x41");
}

static void found(const char *folder, const char *name, struct backing *backing)
{
	auto_strings struct strings images = {0};

	strings_add_owned(&images, tempdir_path(folder, name));
	backing_find(&images, backing);
}

static void the_whole_chain_is_found(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};
	auto_free char *middle = tempdir_path(folder, "middle");

	(void)state;
	make_image(folder, "top", "middle", NULL);
	make_image(folder, "middle", "/elsewhere/base", NULL);
	found(folder, "top", &names);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.files[0].name, middle);
	assert_true(names.files[0].of_image);
	assert_false(names.files[0].format_said);
	assert_false(names.files[1].of_image);
	assert_string_equal(names.files[1].name, "/elsewhere/base");
	tempdir_remove(folder);
}

/* To open a device can have an effect, and a header may name any. */
static void what_is_no_disk_is_not_opened(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};
	auto_free char *pipe = tempdir_path(folder, "pipe");
	auto_fd int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	char event[sizeof(struct inotify_event) + NAME_MAX + 1];

	(void)state;
	tempdir_fifo(folder, "pipe");
	make_image(folder, "top", "pipe", NULL);
	assert_true(inotify_add_watch(events, pipe, IN_OPEN) >= 0);
	found(folder, "top", &names);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.files[0].name, pipe);
	assert_int_equal(read(events, event, sizeof(event)), -1);
	tempdir_remove(folder);
}

static void a_data_file_is_found(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};
	auto_free char *data = tempdir_path(folder, "data.raw");

	(void)state;
	make_image(folder, "top", NULL, "data.raw");
	found(folder, "top", &names);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.files[0].name, data);
	assert_true(names.files[0].data);
	tempdir_remove(folder);
}

/* A raw image is the last, whatever its first bytes are: a guest may have written them. */
static void a_raw_image_ends_the_chain(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	(void)state;
	make_image_of(folder, "top", "base", "raw", "\xe2\x79\x2a\xca");
	make_image(folder, "base", "/etc/shadow", NULL);
	found(folder, "top", &names);
	assert_int_equal(names.count, 1);
	assert_true(names.files[0].format_said);
	assert_false(names.files[0].data);
	tempdir_remove(folder);
}

static void names_that_are_no_paths_stay(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	(void)state;
	make_image(folder, "top", "nbd://host/x", NULL);
	found(folder, "top", &names);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.files[0].name, "nbd://host/x");
	tempdir_remove(folder);
}

static void an_image_on_itself_comes_to_an_end(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	(void)state;
	make_image(folder, "top", "top", NULL);
	found(folder, "top", &names);
	assert_true(names.count > 0 && names.count <= 64);
	tempdir_remove(folder);
}

static void what_is_no_qcow2_names_nothing(void **state)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	(void)state;
	tempdir_text(folder, "short", "QFI");
	tempdir_zeros(folder, "raw", 4096);
	make_image(folder, "long", "x", NULL);
	tempdir_patch(folder, "long", 16, "\xff\xff\xff\xff", 4);
	found(folder, "short", &names);
	found(folder, "raw", &names);
	found(folder, "long", &names);
	found(folder, "absent", &names);
	assert_int_equal(names.count, 0);
	tempdir_remove(folder);
}

static void put(unsigned char *at, size_t count, uint64_t number)
{
	for (size_t i = 0; i < count; i++)
		at[i] = (unsigned char)(number >> 8 * (count - 1 - i));
}

/* A version 3 header that names a backing file at 256 and, in an extension, a data file. */
static void make_both(unsigned char image[512])
{
	memcpy(image, "QFI\xfb\0\0\0\3", 8);
	put(image + 8, 8, 256);
	put(image + 16, 4, 4);
	memcpy(image + 256, "/b/b", 4);
	put(image + 100, 4, 104);
	memcpy(image + 104, "\x44\x41\x54\x41", 4);
	put(image + 108, 4, 4);
	memcpy(image + 112, "/d/d", 4);
}

/* How many names stand in the first `size` bytes of an image. */
static size_t count_names(const unsigned char *image, size_t size)
{
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	tempdir_write(folder, "i", image, size);
	found(folder, "i", &names);
	tempdir_remove(folder);
	return names.count;
}

/* The same of one that was changed at one place. */
static size_t count_changed(size_t size, size_t at, size_t count, uint64_t number)
{
	unsigned char image[512] = {0};

	make_both(image);
	put(image + at, count, number);
	return count_names(image, size);
}

static void what_is_outside_of_the_file_is_no_name(void **state)
{
	(void)state;
	assert_int_equal(count_changed(512, 500, 1, 0), 2);
	assert_int_equal(count_changed(512, 8, 8, 0), 1);
	assert_int_equal(count_changed(512, 8, 8, INT64_MAX), 1);
	assert_int_equal(count_changed(512, 8, 8, 510), 1);
	assert_int_equal(count_changed(512, 16, 4, 0), 1);
	assert_int_equal(count_changed(512, 16, 4, 1024), 1);
	assert_int_equal(count_changed(512, 16, 4, UINT32_MAX), 1);
	assert_int_equal(count_changed(512, 108, 4, 1024), 1);
	assert_int_equal(count_changed(512, 100, 4, 510), 1);
	assert_int_equal(count_changed(103, 500, 1, 0), 0);
	assert_int_equal(count_changed(256, 500, 1, 0), 1);
}

static void a_name_has_1023_bytes_at_most(void **state)
{
	unsigned char image[2048] = {0};

	(void)state;
	make_both(image);
	memset(image + 256, 'a', 1024);
	put(image + 16, 4, 1023);
	assert_int_equal(count_names(image, sizeof(image)), 2);
	put(image + 16, 4, 1024);
	assert_int_equal(count_names(image, sizeof(image)), 1);
}

/* Version 2 has extensions behind 72 bytes, version 1, which is qcow, has none. */
static void extensions_are_where_the_version_says(void **state)
{
	unsigned char image[512] = {0};

	(void)state;
	make_both(image);
	put(image + 72, 8, UINT64_C(0x1234567800000018)); /* 24 bytes up to 104 */
	put(image + 4, 4, 1);
	assert_int_equal(count_names(image, sizeof(image)), 1);
	put(image + 4, 4, 2);
	put(image + 100, 4, 256);
	assert_int_equal(count_names(image, sizeof(image)), 2);
	put(image + 4, 4, 3);
	assert_int_equal(count_names(image, sizeof(image)), 1);
}

static void extensions_come_to_an_end(void **state)
{
	unsigned char image[1024] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};
	char *folder = tempdir_make();
	auto_backing struct backing names = {0};

	(void)state;
	put(image + 100, 4, 104);
	for (size_t i = 0; i < 40; i++)
		put(image + 104 + 8 * i, 4, 0x12345678);
	put(image + 104 + 8 * 31, 4, 0x44415441);
	put(image + 108 + 8 * 31, 4, 4);
	memcpy(image + 112 + 8 * 31, "/d/d", 4);
	tempdir_write(folder, "last", image, sizeof(image));
	found(folder, "last", &names);
	assert_int_equal(names.count, 1);
	memmove(image + 112, image + 104, 512);
	tempdir_write(folder, "behind", image, sizeof(image));
	found(folder, "behind", &names);
	assert_int_equal(names.count, 1);
	memmove(image + 104, image + 112, 512);
	put(image + 104 + 8 * 5, 8, 0);
	tempdir_write(folder, "ended", image, sizeof(image));
	found(folder, "ended", &names);
	assert_int_equal(names.count, 1);
	tempdir_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_chain_is_found),
		cmocka_unit_test(what_is_no_disk_is_not_opened),
		cmocka_unit_test(a_data_file_is_found),
		cmocka_unit_test(a_raw_image_ends_the_chain),
		cmocka_unit_test(names_that_are_no_paths_stay),
		cmocka_unit_test(an_image_on_itself_comes_to_an_end),
		cmocka_unit_test(what_is_no_qcow2_names_nothing),
		cmocka_unit_test(what_is_outside_of_the_file_is_no_name),
		cmocka_unit_test(a_name_has_1023_bytes_at_most),
		cmocka_unit_test(extensions_are_where_the_version_says),
		cmocka_unit_test(extensions_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
