/* SPDX-License-Identifier: MIT */
/* base/file: bounded reads that no name and no link leads out of the root. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"

/* A folder of this test's own: root/ is looked at, secret lies beside it. */
struct place {
	char *top;
	int top_fd;
	int root_fd;
};

static void write_file(int folder_fd, const char *name, const char *bytes, size_t size)
{
	auto_fd int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
}

static int make_place(void **state)
{
	const char *folder = getenv("TMPDIR");
	struct place *place = xcalloc(1, sizeof(*place));

	place->top = xasprintf("%s/slipway-file.XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(place->top));
	place->top_fd = open(place->top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->top_fd >= 0);
	assert_int_equal(mkdirat(place->top_fd, "root", 0700), 0);
	place->root_fd = openat(place->top_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->root_fd >= 0);
	assert_int_equal(mkdirat(place->root_fd, "etc", 0700), 0);
	assert_int_equal(mkdirat(place->root_fd, "etc/folder", 0700), 0);
	assert_int_equal(mkfifoat(place->root_fd, "etc/fifo", 0600), 0);
	write_file(place->root_fd, "etc/file", "inside", 6);
	write_file(place->root_fd, "etc/empty", "", 0);
	write_file(place->root_fd, "secret", "the root's own", 14);
	write_file(place->top_fd, "secret", "outside", 7);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	static const char *const names[] = {"root/etc/fifo", "root/etc/file", "root/etc/empty",
		"root/etc/link", "root/etc/made", "root/secret", "secret"};
	static const char *const folders[] = {"root/etc/folder", "root/etc", "root"};
	struct place *place = *state;

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		unlinkat(place->top_fd, names[i], 0);
	for (size_t i = 0; i < ARRAY_COUNT(folders); i++)
		unlinkat(place->top_fd, folders[i], AT_REMOVEDIR);
	fd_close(&place->root_fd);
	fd_close(&place->top_fd);
	rmdir(place->top);
	free(place->top);
	free(place);
	return 0;
}

static void make_link(const struct place *place, const char *target)
{
	assert_int_equal(symlinkat(target, place->root_fd, "etc/link"), 0);
}

static void assert_reads(const struct place *place, const char *path, const char *wanted)
{
	auto_free char *bytes = NULL;
	size_t size = 0;

	assert_null(file_read_below(place->root_fd, path, 1000, &bytes, &size));
	assert_string_equal(bytes, wanted);
	assert_int_equal(size, strlen(wanted));
}

/* Nothing may be written to the out parameters on failure. */
static struct error *refused(const struct place *place, const char *path, size_t limit_bytes)
{
	char *bytes = NULL;
	size_t size = 77;
	struct error *error = file_read_below(place->root_fd, path, limit_bytes, &bytes, &size);

	assert_non_null(error);
	assert_null(bytes);
	assert_int_equal(size, 77);
	return error;
}

static void files_are_read_whole(void **state)
{
	assert_reads(*state, "etc/file", "inside");
	assert_reads(*state, "etc/empty", "");
}

static void absolute_paths_begin_at_the_root(void **state)
{
	assert_reads(*state, "/etc/file", "inside");
	assert_reads(*state, "/secret", "the root's own");
}

static void dot_dot_stops_at_the_root(void **state)
{
	assert_reads(*state, "../secret", "the root's own");
	assert_reads(*state, "/etc/../../../../secret", "the root's own");
}

static void links_with_dot_dot_stay_below_the_root(void **state)
{
	make_link(*state, "../../../secret");
	assert_reads(*state, "etc/link", "the root's own");
}

static void absolute_links_begin_at_the_root(void **state)
{
	make_link(*state, "/secret");
	assert_reads(*state, "etc/link", "the root's own");
}

static void a_link_to_what_only_the_real_host_has_is_dangling(void **state)
{
	const struct place *place = *state;
	auto_free char *outside = xasprintf("%s/secret", place->top);
	auto_error struct error *error = NULL;

	make_link(place, outside);
	error = refused(place, "etc/link", 1000);
	assert_int_equal(error->number, ENOENT);
}

static void a_link_to_itself_ends(void **state)
{
	auto_error struct error *error = NULL;

	make_link(*state, "link");
	error = refused(*state, "etc/link", 1000);
	assert_int_equal(error->number, ELOOP);
}

static void what_is_not_there_is_said_with_its_number(void **state)
{
	auto_error struct error *error = refused(*state, "etc/none", 1000);
	auto_free char *wanted = xasprintf("cannot open 'etc/none': %s", strerror(ENOENT));

	assert_int_equal(error->number, ENOENT);
	assert_string_equal(error->text, wanted);
}

static void a_look_up_answers_with_the_number_alone(void **state)
{
	const struct place *place = *state;

	assert_int_equal(file_open_below(place->root_fd, "etc/none", O_RDONLY), -ENOENT);
	assert_int_equal(file_open_below(place->root_fd, "etc/file/x", O_RDONLY), -ENOTDIR);
	assert_null(file_below_check());
}

static void the_top_is_looked_up_without_a_directory(void **state)
{
	const struct place *place = *state;
	auto_free char *path = xasprintf("%s/root/etc/file", place->top);
	auto_free char *magic = xasprintf("/proc/self/fd/%d", place->root_fd);
	auto_fd int fd = file_open_below(FILE_TOP, path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(file_open_below(FILE_TOP, path + 1, O_RDONLY), -EINVAL);
	assert_int_equal(file_open_below(FILE_TOP, magic, O_PATH), -ELOOP);
}

static void a_fifo_is_no_file_and_stops_nothing(void **state)
{
	auto_error struct error *error = refused(*state, "etc/fifo", 1000);

	assert_string_equal(error->text, "'etc/fifo' is not a regular file");
}

static void a_directory_is_no_file(void **state)
{
	auto_error struct error *error = refused(*state, "etc/folder", 1000);

	assert_string_equal(error->text, "'etc/folder' is not a regular file");
}

static void a_device_is_no_file(void **state)
{
	auto_fd int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	auto_error struct error *error = NULL;
	char *bytes = NULL;
	size_t size;

	(void)state;
	assert_true(fd >= 0);
	error = file_read(fd, "/dev/zero", 1000, &bytes, &size);
	assert_non_null(error);
	assert_string_equal(error->text, "'/dev/zero' is not a regular file");
}

static void a_socket_is_no_file(void **state)
{
	int ends[2];
	auto_error struct error *error = NULL;
	char *bytes = NULL;
	size_t size;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	error = file_read(ends[0], "a socket", 1000, &bytes, &size);
	close(ends[0]);
	close(ends[1]);
	assert_non_null(error);
	assert_string_equal(error->text, "'a socket' is not a regular file");
}

static void the_limit_is_inclusive(void **state)
{
	const struct place *place = *state;
	auto_free char *bytes = NULL;
	auto_error struct error *error = NULL;
	size_t size;

	assert_null(file_read_below(place->root_fd, "etc/file", 6, &bytes, &size));
	assert_int_equal(size, 6);
	error = refused(place, "etc/file", 5);
	assert_string_equal(error->text, "'etc/file' has 6 bytes, more than the 5 that are read");
}

/* 1 TiB that takes no room on the disk: refused by its size, before anything is allocated */
static void a_huge_file_is_not_read(void **state)
{
	const struct place *place = *state;
	auto_error struct error *error = NULL;

	write_file(place->root_fd, "etc/made", "x", 1);
	{
		auto_fd int fd = openat(place->root_fd, "etc/made", O_WRONLY | O_CLOEXEC);

		if (ftruncate(fd, INT64_C(1) << 40) < 0)
			skip();
	}
	error = refused(place, "etc/made", 1 << 20);
	assert_string_equal(error->text,
		"'etc/made' has 1099511627776 bytes, more than the 1048576 that are read");
}

static void nuls_are_read_and_one_stands_behind(void **state)
{
	const struct place *place = *state;
	auto_free char *bytes = NULL;
	size_t size = 0;

	write_file(place->root_fd, "etc/made", "a\0b", 3);
	assert_null(file_read_below(place->root_fd, "etc/made", 10, &bytes, &size));
	assert_int_equal(size, 3);
	assert_memory_equal(bytes, "a\0b", 4);
}

static void opened_files_close_on_exec_and_do_not_block(void **state)
{
	const struct place *place = *state;
	auto_fd int fd = file_open_below(place->root_fd, "etc/fifo", O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static void paths_are_opened_close_on_exec_or_answered_with_a_number(void **state)
{
	struct place *place = *state;
	auto_free char *file = xasprintf("%s/root/etc/file", place->top);
	auto_free char *gone = xasprintf("%s/root/etc/gone", place->top);
	auto_fd int fd = file_open(file, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(file_open(gone, O_RDONLY), -ENOENT);
	assert_int_equal(errno, ENOENT);
}

static void names_can_be_opened_without_their_files(void **state)
{
	const struct place *place = *state;
	auto_fd int fd = file_open_below(place->root_fd, "etc/fifo", O_PATH);
	struct stat status;

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_PATH, O_PATH);
	assert_int_equal(fstat(fd, &status), 0);
	assert_true(S_ISFIFO(status.st_mode));
}

static void assert_cannot_read(int fd, size_t limit, const char *wanted)
{
	auto_error struct error *error = NULL;
	char *bytes = NULL;
	size_t size = 99;

	error = file_read(fd, "name", limit, &bytes, &size);
	assert_non_null(error);
	assert_string_equal(error->text, wanted);
	assert_null(bytes);
	assert_int_equal(size, 99);
}

static void what_fails_while_reading_is_said(void **state)
{
	struct place *place = *state;
	auto_fd int write_only = openat(place->root_fd, "etc/file", O_WRONLY | O_CLOEXEC);

	assert_cannot_read(-1, 100, "cannot look at 'name': Bad file descriptor");
	assert_cannot_read(write_only, 100, "cannot read 'name': Bad file descriptor");
}

/* As of a file that becomes shorter while it is read. */
static void what_is_there_is_read_where_the_file_ends_early(void **state)
{
	struct place *place = *state;
	auto_fd int fd = openat(place->root_fd, "etc/file", O_RDONLY | O_CLOEXEC);
	auto_free char *bytes = NULL;
	size_t size = 0;

	assert_int_equal(lseek(fd, 2, SEEK_SET), 2);
	assert_null(file_read(fd, "name", 100, &bytes, &size));
	assert_int_equal(size, 4);
	assert_string_equal(bytes, "side");
}

static void data_is_opened_of_files_only(void **state)
{
	struct place *place = *state;
	auto_free char *file = xasprintf("%s/root/etc/file", place->top);
	auto_free char *folder = xasprintf("%s/root/etc/folder", place->top);
	auto_free char *gone = xasprintf("%s/root/etc/gone", place->top);
	auto_fd int fd = file_open_data(file);

	assert_true(fd >= 0);
	assert_int_equal(file_open_data(folder), -ENODEV);
	assert_int_equal(file_open_data(gone), -ENOENT);
	assert_int_equal(file_open_data("/dev/null"), -ENODEV);
}

static void what_is_not_open_cannot_be_opened_again(void **state)
{
	(void)state;
	assert_int_equal(file_reopen(-1, O_RDONLY), -ENOENT);
}

static void this_program_has_a_path(void **state)
{
	auto_free char *path = path_of_program();

	(void)state;
	assert_non_null(path);
	assert_int_equal(path[0], '/');
	assert_string_equal(path_base(path), "test_file");
	assert_int_equal(access(path, X_OK), 0);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(files_are_read_whole),
		IN_PLACE(absolute_paths_begin_at_the_root),
		IN_PLACE(dot_dot_stops_at_the_root),
		IN_PLACE(links_with_dot_dot_stay_below_the_root),
		IN_PLACE(absolute_links_begin_at_the_root),
		IN_PLACE(a_link_to_what_only_the_real_host_has_is_dangling),
		IN_PLACE(a_link_to_itself_ends),
		IN_PLACE(what_is_not_there_is_said_with_its_number),
		IN_PLACE(a_look_up_answers_with_the_number_alone),
		IN_PLACE(the_top_is_looked_up_without_a_directory),
		IN_PLACE(a_fifo_is_no_file_and_stops_nothing),
		IN_PLACE(a_directory_is_no_file),
		cmocka_unit_test(a_device_is_no_file),
		IN_PLACE(paths_are_opened_close_on_exec_or_answered_with_a_number),
		cmocka_unit_test(a_socket_is_no_file),
		IN_PLACE(the_limit_is_inclusive),
		IN_PLACE(a_huge_file_is_not_read),
		IN_PLACE(nuls_are_read_and_one_stands_behind),
		IN_PLACE(opened_files_close_on_exec_and_do_not_block),
		IN_PLACE(names_can_be_opened_without_their_files),
		IN_PLACE(what_fails_while_reading_is_said),
		IN_PLACE(what_is_there_is_read_where_the_file_ends_early),
		IN_PLACE(data_is_opened_of_files_only),
		cmocka_unit_test(what_is_not_open_cannot_be_opened_again),
		cmocka_unit_test(this_program_has_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
