/* SPDX-License-Identifier: MIT */
/* act/copy: the same bytes, in no more room than they need. */
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/tempdir.h"

#define MIB (1024 * 1024)

static int make_folder(void **state)
{
	*state = tempdir_make();
	return 0;
}

static int remove_folder(void **state)
{
	tempdir_remove(*state);
	return 0;
}

static int open_file(const char *folder, const char *name, int flags)
{
	auto_free char *path = tempdir_path(folder, name);
	int fd = open(path, flags | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static int new_file(const char *folder, const char *name)
{
	return open_file(folder, name, O_RDWR | O_CREAT | O_TRUNC);
}

static void assert_same(int a, int b, size_t size_bytes)
{
	auto_free unsigned char *left = xcalloc(size_bytes, 1);
	auto_free unsigned char *right = xcalloc(size_bytes, 1);
	struct stat status;

	assert_int_equal(fstat(b, &status), 0);
	assert_int_equal(status.st_size, size_bytes);
	assert_null(copy_read_at(a, left, size_bytes, 0));
	assert_null(copy_read_at(b, right, size_bytes, 0));
	assert_memory_equal(left, right, size_bytes);
}

/* Bytes of which about every second block is zero. */
static unsigned char *pattern(size_t size_bytes)
{
	unsigned char *bytes = xcalloc(size_bytes, 1);
	uint32_t number = 12345;

	for (size_t i = 0; i < size_bytes; i++) {
		number = number * 1103515245 + 12345;
		if ((i / COPY_BLOCK_BYTES * 2654435761U >> 16) % 2)
			bytes[i] = (unsigned char)(number >> 16);
	}
	return bytes;
}

static void assert_copies(const char *folder, size_t size_bytes)
{
	auto_free unsigned char *bytes = pattern(size_bytes);
	auto_fd int to = new_file(folder, "to");
	auto_fd int from = -1;

	tempdir_write(folder, "from", bytes, size_bytes);
	from = open_file(folder, "from", O_RDONLY);
	assert_null(copy_contents(from, to, size_bytes));
	assert_same(from, to, size_bytes);
}

static void a_copy_equals_its_source(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 65535, 65536, 65537, 540672};

	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++)
		assert_copies(*state, sizes[i]);
}

static void a_large_copy_equals_its_source(void **state)
{
	assert_copies(*state, 5 * MIB);
	assert_copies(*state, 5 * MIB + 1);
	assert_copies(*state, 5 * MIB + 4097);
}

static void zeros_take_no_room(void **state)
{
	auto_free unsigned char *bytes = xcalloc(8 * MIB, 1);
	auto_fd int to = new_file(*state, "to");
	auto_fd int from = -1;
	struct stat status;

	bytes[0] = 1;
	bytes[4 * MIB + 5] = 2;
	tempdir_write(*state, "from", bytes, 8 * MIB);
	from = open_file(*state, "from", O_RDONLY);
	assert_null(copy_contents(from, to, 8 * MIB));
	assert_same(from, to, 8 * MIB);
	assert_int_equal(fstat(to, &status), 0);
	/* two blocks, and what the file system needs to find them */
	assert_true(status.st_blocks * 512 <= 16 * COPY_BLOCK_BYTES);
}

static void holes_of_the_source_are_kept(void **state)
{
	auto_fd int to = new_file(*state, "to");
	auto_fd int from = -1;

	tempdir_zeros(*state, "from", 64 * MIB);
	tempdir_patch(*state, "from", 10 * MIB + 77, "data", 4);
	tempdir_patch(*state, "from", 64 * MIB - 1, "e", 1);
	from = open_file(*state, "from", O_RDONLY);
	assert_null(copy_contents(from, to, 64 * MIB));
	assert_same(from, to, 64 * MIB);
	assert_int_equal(copy_needed_bytes(from, 64 * MIB), 2 * COPY_BLOCK_BYTES);
}

static void only_blocks_that_are_not_zero_are_counted(void **state)
{
	auto_free unsigned char *bytes = xcalloc(MIB, 1);
	auto_fd int from = -1;

	memset(bytes + 3 * COPY_BLOCK_BYTES, 0xff, 2 * COPY_BLOCK_BYTES);
	bytes[MIB - 1] = 1;
	tempdir_write(*state, "from", bytes, MIB);
	from = open_file(*state, "from", O_RDONLY);
	assert_int_equal(copy_needed_bytes(from, MIB), 3 * COPY_BLOCK_BYTES);
}

static void assert_too_short(const char *folder, size_t size_bytes, size_t wanted_bytes)
{
	auto_free unsigned char *bytes = xcalloc(size_bytes, 1);
	auto_fd int to = new_file(folder, "to");
	auto_error struct error *error = NULL;
	auto_fd int from = -1;

	memset(bytes, 1, size_bytes);
	tempdir_write(folder, "from", bytes, size_bytes);
	from = open_file(folder, "from", O_RDONLY);
	error = copy_contents(from, to, wanted_bytes);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "reading: the file ends at byte"));
}

static void a_source_that_ends_early_is_an_error(void **state)
{
	assert_too_short(*state, 1000, 2000);
	assert_too_short(*state, 5 * MIB, 5 * MIB + 1);
}

static void more_than_was_asked_for_is_not_copied(void **state)
{
	auto_fd int to = new_file(*state, "to");
	auto_fd int from = -1;

	tempdir_text(*state, "from", "0123456789");
	from = open_file(*state, "from", O_RDONLY);
	assert_null(copy_contents(from, to, 4));
	assert_same(from, to, 4);
}

static void file_systems_need_not_be_the_same(void **state)
{
	auto_free unsigned char *bytes = pattern(540672);
	auto_fd int from = memfd_create("from", MFD_CLOEXEC);
	auto_fd int to = new_file(*state, "to");

	assert_true(from >= 0);
	assert_null(copy_write_at(from, bytes, 540672, 0));
	assert_null(copy_contents(from, to, 540672));
	assert_same(from, to, 540672);
}

/* The limit on file sizes fails like a full disk: first a short write, then none. */
static char *copy_below_a_limit(void *argument)
{
	const struct rlimit limit = {100000, 100000};
	int from = open_file(argument, "from", O_RDONLY);
	int to = new_file(argument, "to");
	struct error *error;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return xstrdup("no limit");
	error = copy_contents(from, to, 5 * MIB);
	return error ? xasprintf("%d %s", error->number, error->text) : xstrdup("copied");
}

static void a_full_disk_is_an_error(void **state)
{
	auto_free unsigned char *bytes = xcalloc(5 * MIB, 1);
	auto_free char *wanted = xasprintf("%d %s", EFBIG, strerror(EFBIG));
	auto_free char *said = NULL;

	memset(bytes, 1, 5 * MIB);
	tempdir_write(*state, "from", bytes, 5 * MIB);
	said = child_answer(copy_below_a_limit, *state);
	assert_string_equal(said, wanted);
}

static void a_target_that_cannot_be_written_is_an_error(void **state)
{
	auto_error struct error *error = NULL;
	auto_fd int from = -1;
	auto_fd int to = -1;

	tempdir_text(*state, "from", "text");
	tempdir_text(*state, "to", "");
	from = open_file(*state, "from", O_RDONLY);
	to = open_file(*state, "to", O_RDONLY);
	error = copy_contents(from, to, 4);
	assert_non_null(error);
	assert_int_equal(error->number, EBADF);
}

static void zero_is_told_from_almost_zero(void **state)
{
	unsigned char bytes[3] = {0, 0, 0};

	(void)state;
	assert_true(bytes_are_zero(bytes, 0));
	assert_true(bytes_are_zero(bytes, 3));
	bytes[2] = 1;
	assert_false(bytes_are_zero(bytes, 3));
	assert_true(bytes_are_zero(bytes, 2));
	bytes[0] = 1;
	assert_false(bytes_are_zero(bytes, 1));
	bytes[1] = bytes[2] = 1;
	assert_false(bytes_are_zero(bytes, 3)); /* equal bytes, but not zero */
}

/* At every place of what is looked at in steps and of what is left behind them, aligned or not. */
static void one_bit_is_not_zero_wherever_it_is(void **state)
{
	unsigned char bytes[700] = {0};

	(void)state;
	for (size_t begin = 0; begin < 3; begin++)
		for (size_t size = 0; size < 600; size += size < 300 ? 1 : 37)
			for (size_t at = begin > 0 ? begin - 1 : 0; at <= begin + size; at++) {
				bool is_inside = at >= begin && at < begin + size;

				bytes[at] = (unsigned char)(1U << at % 8);
				assert_int_equal(bytes_are_zero(bytes + begin, size), !is_inside);
				bytes[at] = 0;
			}
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_TEST(a_copy_equals_its_source),
		FOLDER_TEST(a_large_copy_equals_its_source),
		FOLDER_TEST(zeros_take_no_room),
		FOLDER_TEST(holes_of_the_source_are_kept),
		FOLDER_TEST(only_blocks_that_are_not_zero_are_counted),
		FOLDER_TEST(a_source_that_ends_early_is_an_error),
		FOLDER_TEST(more_than_was_asked_for_is_not_copied),
		FOLDER_TEST(file_systems_need_not_be_the_same),
		FOLDER_TEST(a_full_disk_is_an_error),
		FOLDER_TEST(a_target_that_cannot_be_written_is_an_error),
		cmocka_unit_test(zero_is_told_from_almost_zero),
		cmocka_unit_test(one_bit_is_not_zero_wherever_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
