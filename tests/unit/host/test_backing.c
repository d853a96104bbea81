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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
