/* SPDX-License-Identifier: MIT */
/* Guest bytes of raw and qcow2 images, good ones and such as would lead a reader astray. */
#include "stage.h"

#include <sys/wait.h>

#include "host/image.h"

enum { CLUSTER = 512, SIZE = 8192 };

struct images {
	char *folder;
	int fd;
};

static int setup(void **state)
{
	struct images *images = xcalloc(1, sizeof(*images));

	images->folder = tempdir_make();
	images->fd = -1;
	*state = images;
	return 0;
}

static int teardown(void **state)
{
	struct images *images = *state;

	if (images->fd >= 0)
		close(images->fd);
	tempdir_remove(images->folder);
	free(images);
	return 0;
}

static struct image look(struct images *images, const char *name, uint64_t size)
{
	char *path = tempdir_path(images->folder, name);
	struct image image;

	if (images->fd >= 0)
		close(images->fd);
	images->fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(images->fd >= 0);
	image_look(images->fd, size, &image);
	free(path);
	return image;
}

static void put(unsigned char *at, size_t count, uint64_t number)
{
	for (size_t i = 0; i < count; i++)
		at[i] = (unsigned char)(number >> 8 * (count - 1 - i));
}

/*
 * A version 3 image with clusters of 512 bytes and 8 KiB of guest: cluster 0 header, 1 L1 table,
 * 2 L2 table, 3 data of guest cluster 0 ("first"), guest cluster 1 is a zero cluster with room, 2
 * is not allocated, 3 is compressed.
 */
static unsigned char *make_qcow2(void)
{
	unsigned char *bytes = xcalloc(4, CLUSTER);

	memcpy(bytes, "QFI\xfb", 4);
	put(bytes + 4, 4, 3);
	put(bytes + 20, 4, 9);
	put(bytes + 24, 8, SIZE);
	put(bytes + 36, 4, 1);
	put(bytes + 40, 8, CLUSTER);
	put(bytes + 100, 4, 104);
	put(bytes + CLUSTER, 8, UINT64_C(1) << 63 | 2 * CLUSTER);
	put(bytes + 2 * CLUSTER, 8, UINT64_C(1) << 63 | 3 * CLUSTER);
	put(bytes + 2 * CLUSTER + 8, 8, 3 * CLUSTER | 1);
	put(bytes + 2 * CLUSTER + 24, 8, UINT64_C(1) << 62 | 3 * CLUSTER);
	memcpy(bytes + 3 * CLUSTER, "first", 5);
	return bytes;
}

static struct image look_at_qcow2(struct images *images, unsigned char *bytes)
{
	tempdir_write(images->folder, "i", bytes, 4 * CLUSTER);
	free(bytes);
	return look(images, "i", 4 * CLUSTER);
}

static void raw_bytes_are_the_files(void **state)
{
	unsigned char bytes[8];
	struct image image;

	tempdir_text(((struct images *)*state)->folder, "i", "0123456789");
	image = look(*state, "i", 10);
	assert_int_equal(image.format, IMAGE_FORMAT_RAW);
	assert_int_equal(image.virtual_size_bytes, 10);
	assert_int_equal(image_read(&image, 4, 8, bytes), 6);
	assert_memory_equal(bytes, "456789", 6);
	assert_int_equal(image_read(&image, 10, 8, bytes), 0);
	assert_int_equal(image_read(&image, UINT64_MAX, 8, bytes), 0);
}

static void qcow2_bytes_are_the_guests(void **state)
{
	struct image image = look_at_qcow2(*state, make_qcow2());
	unsigned char bytes[3 * CLUSTER];

	assert_int_equal(image.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(image.virtual_size_bytes, SIZE);
	memset(bytes, 0xee, sizeof(bytes));
	assert_int_equal(image_read(&image, 0, sizeof(bytes), bytes), sizeof(bytes));
	assert_memory_equal(bytes, "first\0\0", 7);
	assert_int_equal(bytes[CLUSTER], 0);
	assert_int_equal(bytes[2 * CLUSTER], 0);
	assert_int_equal(image_read(&image, 3, 2, bytes), 2);
	assert_memory_equal(bytes, "st", 2);
	assert_int_equal(image_read(&image, SIZE - 4, 8, bytes), 4);
	assert_int_equal(image_read(&image, SIZE, 8, bytes), 0);
}

static void compressed_clusters_are_not_told(void **state)
{
	struct image image = look_at_qcow2(*state, make_qcow2());
	unsigned char bytes[16];

	assert_int_equal(image_read(&image, 3 * CLUSTER, 16, bytes), 0);
	assert_int_equal(image_read(&image, 3 * CLUSTER - 8, 16, bytes), 0);
}

static void a_qcow2_of_an_unknown_kind_is_not_read(void **state)
{
	static const struct {
		size_t at, count;
		uint64_t value;
	} changes[] = {
		{4, 4, 4},              /* a newer version */
		{8, 8, 0x200},          /* a backing file */
		{20, 4, 8},             /* clusters below the least */
		{20, 4, 22},            /* and beyond the most */
		{20, 4, 64},            /* a shift that C does not define */
		{32, 4, 1},             /* encrypted */
		{72, 8, 4},             /* an external data file */
		{72, 8, 16},            /* extended L2 entries */
		{36, 4, 0},             /* no L1 table */
		{40, 8, UINT64_MAX},    /* L1 table behind the end of all files */
		{40, 8, INT64_MAX - 4}, /* the same, and the index would overflow */
		{40, 8, 1 << 20},       /* L1 table behind the file's end */
		{512, 8, UINT64_MAX},   /* L1 entry with every bit */
		{512, 8, 1 << 20},      /* L2 table behind the file's end */
		{1024, 8, 1 << 20},     /* data behind the file's end */
	};

	for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
		unsigned char *bytes = make_qcow2();
		unsigned char guest[16];
		struct image image;

		put(bytes + changes[i].at, changes[i].count, changes[i].value);
		image = look_at_qcow2(*state, bytes);
		assert_int_equal(image.format, IMAGE_FORMAT_QCOW2);
		if (image_read(&image, 0, 16, guest) != 0)
			fail_msg("change %zu was read", i);
	}
}

/* Also where a read begins in what is at hand and ends behind it. */
static void the_beginning_is_read_once(void **state)
{
	struct images *images = *state;
	unsigned char bytes[16] = {0};
	unsigned char lead[8] = {0};
	struct image image;

	tempdir_text(images->folder, "plain", "0123456789");
	image = look(images, "plain", 10);
	image_look_at_lead(images->fd, 10, lead, sizeof(lead), &image);
	assert_int_equal(image.lead_bytes, 8);
	tempdir_patch(images->folder, "plain", 0, "abcdefghij", 10);
	assert_int_equal(image_read(&image, 2, 6, bytes), 6);
	assert_memory_equal(bytes, "234567", 6);
	assert_int_equal(image_read(&image, 2, 16, bytes), 8);
	assert_memory_equal(bytes, "cdefghij", 8);
}

static void harmless_features_and_version_2_are_read(void **state)
{
	unsigned char *bytes = make_qcow2();
	unsigned char guest[5];
	struct image image;

	put(bytes + 72, 8, 3);
	image = look_at_qcow2(*state, bytes);
	assert_int_equal(image_read(&image, 0, 5, guest), 5);
	bytes = make_qcow2();
	put(bytes + 4, 4, 2);
	memset(bytes + 72, 0xff, 32); /* version 2 has no such fields */
	image = look_at_qcow2(*state, bytes);
	assert_int_equal(image_read(&image, 0, 5, guest), 5);
	assert_memory_equal(guest, "first", 5);
}

static void a_truncated_header_has_a_format_and_no_size(void **state)
{
	struct images *images = *state;
	struct image image;

	tempdir_write(images->folder, "i", "QFI\xfb", 4);
	image = look(images, "i", 4);
	assert_int_equal(image.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(image.virtual_size_bytes, 0);
	tempdir_write(images->folder, "i", "QFI", 3);
	image = look(images, "i", 3);
	assert_int_equal(image.format, IMAGE_FORMAT_RAW);
}

/* qemu-img's own images, if it is installed. */
static int run(const char *folder, const char *command)
{
	char *line = xasprintf("cd '%s' && %s >/dev/null 2>&1", folder, command);
	int status = system(line);

	free(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_qemu_img_writes_is_read(void **state)
{
	static const char *const options[] = {"", "-o compat=0.10", "-o cluster_size=4096",
		"-o cluster_size=512", "-o cluster_size=2M", "-o lazy_refcounts=on"};
	struct images *images = *state;
	unsigned char bytes[6];

	if (run(images->folder, "qemu-img --version") != 0)
		skip_because("qemu-img is not installed");
	tempdir_zeros(images->folder, "raw", 3 << 20);
	tempdir_patch(images->folder, "raw", 2500000, "inside", 6);
	for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
		char *command = xasprintf("qemu-img convert -f raw -O qcow2 %s raw i", options[i]);
		struct image image;

		assert_int_equal(run(images->folder, command), 0);
		image = look(images, "i", 1);
		assert_int_equal(image.format, IMAGE_FORMAT_QCOW2);
		assert_int_equal(image.virtual_size_bytes, 3 << 20);
		assert_int_equal(image_read(&image, 2500000, 6, bytes), 6);
		assert_memory_equal(bytes, "inside", 6);
		assert_int_equal(image_read(&image, 0, 1, bytes), 1);
		assert_int_equal(bytes[0], 0);
		assert_false(image_is_cut_off(&image, (uint64_t)lseek(images->fd, 0, SEEK_END)));
		assert_false(image.elsewhere);
		free(command);
	}
	assert_int_equal(run(images->folder, "qemu-img create -q -f qcow2 empty 64M"), 0);
	{
		struct image image = look(images, "empty", 1);

		assert_false(image_is_cut_off(&image, (uint64_t)lseek(images->fd, 0, SEEK_END)));
	}
}

/* At every sector: what is behind the end of a copy that was broken off is missed, whatever it is
 */
static void a_copy_that_was_broken_off_is_seen(void **state)
{
	struct images *images = *state;
	struct image image;
	uint64_t size;

	if (run(images->folder, "qemu-img --version") != 0)
		skip_because("qemu-img is not installed");
	tempdir_zeros(images->folder, "raw", 1 << 20);
	tempdir_patch(images->folder, "raw", 1048000, "inside", 6);
	assert_int_equal(
		run(images->folder, "qemu-img convert -f raw -O qcow2 -o cluster_size=4096 raw i"),
		0);
	image = look(images, "i", 1);
	size = (uint64_t)lseek(images->fd, 0, SEEK_END);
	assert_false(image_is_cut_off(&image, size));
	/* QEMU reads zeros behind the end of a last cluster that was not written in full */
	for (uint64_t cut = 100; cut <= size - 4096; cut += 512)
		if (!image_is_cut_off(&image, cut))
			fail_msg("%llu of %llu bytes are not seen to be cut off",
				(unsigned long long)cut, (unsigned long long)size);
}

static void an_overlay_is_told(void **state)
{
	struct images *images = *state;

	if (run(images->folder, "qemu-img --version") != 0)
		skip_because("qemu-img is not installed");
	tempdir_zeros(images->folder, "raw", 1 << 20);
	assert_int_equal(run(images->folder, "qemu-img create -q -f qcow2 -b raw -F raw i"), 0);
	assert_true(look(images, "i", 1).elsewhere);
	assert_int_equal(run(images->folder, "qemu-img create -q -f qcow2 -o data_file=d j 1M"), 0);
	assert_true(look(images, "j", 1).elsewhere);
}

/* A qcow2's guest may see less than its file holds. */
static void nothing_is_read_behind_the_guests_end(void **state)
{
	struct images *images = *state;
	struct image image;
	unsigned char bytes[8];

	tempdir_text(images->folder, "a.raw", "0123456789");
	image = look(images, "a.raw", 10);
	image.virtual_size_bytes = 4;
	assert_int_equal(image_read(&image, 2, 8, bytes), 2);
	assert_int_equal(image_read(&image, 4, 8, bytes), 0);
	assert_int_equal(image_read(&image, 5, 2, bytes), 0);
	assert_int_equal(image_read(&image, UINT64_MAX, 2, bytes), 0);
}

#define image_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* The parts of an image that say where guest bytes are, changed one at a time. */
static void what_is_not_whole_is_seen(void **state)
{
	static const struct {
		size_t at, count;
		uint64_t number;
		bool cut_off;
	} cases[] = {
		{4, 4, 4, false},                          /* version 4: not mapped */
		{4, 4, 1, false},                          /* qcow */
		{24, 8, (UINT64_C(256) << 20) + 1, false}, /* larger than any flash */
		{24, 8, 65536, true},                      /* more tables than it has */
		{40, 8, 4 * CLUSTER + 1, true},            /* tables behind the end */
		{40, 8, 4 * CLUSTER - 7, true},            /* across the end */
		{CLUSTER, 8, 4 * CLUSTER, true},           /* a table behind the end */
		{CLUSTER, 8, 8 * CLUSTER, true},           /* … far behind it */
		{CLUSTER, 8, 0, false},                    /* nothing is allocated */
		{2 * CLUSTER, 8, 4 * CLUSTER, true},       /* data behind the end */
		{2 * CLUSTER, 8, 4 * CLUSTER | 1, false},  /* zeros do not need it */
		{2 * CLUSTER, 8, UINT64_C(1) << 62 | 8 * CLUSTER, false}, /* compressed: not told */
		{3 * CLUSTER, 8, 0, false},                               /* the data itself */
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		unsigned char *bytes = xreallocarray(make_qcow2(), 9, CLUSTER);
		struct image image;

		/* what stands behind the end of those four clusters can be read, and is not */
		memset(bytes + 4 * CLUSTER, 0, 5 * CLUSTER);
		put(bytes + cases[i].at, cases[i].count, cases[i].number);
		tempdir_write(((struct images *)*state)->folder, "i", bytes, 9 * CLUSTER);
		free(bytes);
		image = look(*state, "i", 4 * CLUSTER);
		if (image_is_cut_off(&image, 4 * CLUSTER) != cases[i].cut_off)
			fail_msg("case %zu", i);
		assert_int_equal(image.mapped, cases[i].at != 4);
	}
}

/* A file that became shorter since it was looked at. */
static void tables_that_cannot_be_read_are_cut_off(void **state)
{
	struct image image = look_at_qcow2(*state, make_qcow2());
	unsigned char *bytes = make_qcow2();

	assert_false(image_is_cut_off(&image, 4 * CLUSTER));
	put(bytes + 40, 8, 4 * CLUSTER);
	image = look_at_qcow2(*state, bytes);
	assert_true(image_is_cut_off(&image, 5 * CLUSTER));
	bytes = make_qcow2();
	put(bytes + CLUSTER, 8, 4 * CLUSTER);
	image = look_at_qcow2(*state, bytes);
	assert_true(image_is_cut_off(&image, 5 * CLUSTER));
}

static void a_header_of_version_3_may_be_too_short_for_its_features(void **state)
{
	unsigned char *bytes = make_qcow2();
	struct image image;

	tempdir_write(((struct images *)*state)->folder, "i", bytes, 80);
	free(bytes);
	image = look(*state, "i", 80);
	assert_int_equal(image.virtual_size_bytes, SIZE);
	assert_false(image.mapped);
	assert_false(image.elsewhere);
	assert_true(image_is_cut_off(&image, 80));
}

static void no_offset_is_too_large_to_be_asked_for(void **state)
{
	unsigned char byte;
	struct image image;

	tempdir_text(((struct images *)*state)->folder, "i", "x");
	image = look(*state, "i", UINT64_MAX);
	assert_int_equal(image_read(&image, (uint64_t)INT64_MAX + 1, 1, &byte), 0);
	assert_int_equal(image_read(&image, UINT64_MAX - 1, 1, &byte), 0);
	assert_int_equal(image_read(&image, 0, 1, &byte), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		image_test(raw_bytes_are_the_files),
		image_test(qcow2_bytes_are_the_guests),
		image_test(compressed_clusters_are_not_told),
		image_test(a_qcow2_of_an_unknown_kind_is_not_read),
		image_test(the_beginning_is_read_once),
		image_test(harmless_features_and_version_2_are_read),
		image_test(a_truncated_header_has_a_format_and_no_size),
		image_test(nothing_is_read_behind_the_guests_end),
		image_test(what_qemu_img_writes_is_read),
		image_test(a_copy_that_was_broken_off_is_seen),
		image_test(an_overlay_is_told),
		image_test(what_is_not_whole_is_seen),
		image_test(tables_that_cannot_be_read_are_cut_off),
		image_test(a_header_of_version_3_may_be_too_short_for_its_features),
		image_test(no_offset_is_too_large_to_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
