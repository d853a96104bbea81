/* SPDX-License-Identifier: MIT */
/* act/store_place: what is in a store's place is what is used, and no link leads elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/store_place.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/tempdir.h"

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

/* The error of opening what is at `name`, or NULL. */
static struct error *open_at(const char *folder, const char *name, bool write)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(folder, name);
	auto_fd int fd = -1;
	struct stat status;

	assert_null(store_place_open(path, false, &place));
	return store_place_open_store(&place, write, &fd, &status);
}

static void assert_refused(const char *folder, const char *name, const char *text)
{
	auto_error struct error *error = open_at(folder, name, true);

	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void a_regular_file_is_opened(void **state)
{
	tempdir_text(*state, "store", "text");
	assert_null(open_at(*state, "store", true));
	assert_null(open_at(*state, "store", false));
}

static void nothing_there_is_enoent(void **state)
{
	auto_error struct error *error = open_at(*state, "store", true);

	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
}

static void a_link_is_not_followed_and_says_where_it_leads(void **state)
{
	tempdir_text(*state, "real", "text");
	tempdir_link(*state, "store", "real");
	assert_refused(*state, "store", "is a symbolic link to 'real', and links are not followed");
}

static void a_dangling_link_is_to_be_removed(void **state)
{
	tempdir_link(*state, "store", "/nowhere/store");
	assert_refused(*state, "store",
		"symbolic link to '/nowhere/store', which cannot be "
		"reached (No such file or directory); remove the link");
}

static void directories_and_fifos_are_no_stores(void **state)
{
	tempdir_directory(*state, "directory");
	tempdir_fifo(*state, "fifo");
	assert_refused(*state, "directory", "is a directory; it has to be a file");
	assert_refused(*state, "fifo", "is not a regular file");
}

static void a_path_that_ends_in_a_slash_names_a_directory(void **state)
{
	static const char *const names[] = {"store/", "..", "."};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		auto_store_place struct store_place place = {.directory_fd = -1};
		auto_free char *path = tempdir_path(*state, names[i]);
		auto_error struct error *error = store_place_open(path, true, &place);

		assert_non_null(error);
		assert_non_null(strstr(error->text, "names a directory; it has to be a file"));
	}
}

static void a_missing_directory_is_an_error(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "no/such/store");
	auto_error struct error *error = store_place_open(path, false, &place);

	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
	assert_non_null(strstr(error->text, "cannot open directory"));
}

static void our_own_directories_are_made_private(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "a/b/c/store");
	auto_free char *first = tempdir_path(*state, "a");
	auto_free char *last = tempdir_path(*state, "a/b/c");
	struct stat status;

	assert_null(store_place_open(path, true, &place));
	assert_string_equal(place.name, "store");
	assert_int_equal(stat(first, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(stat(last, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
}

static void a_file_on_the_way_is_an_error(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "a/b/store");
	auto_error struct error *error = NULL;

	tempdir_text(*state, "a", "text");
	error = store_place_open(path, true, &place);
	assert_non_null(error);
	assert_int_equal(error->number, ENOTDIR);
}

static char *make_as_nobody(void *argument)
{
	struct store_place place = {.directory_fd = -1};
	char *path = tempdir_path(argument, "closed/sub/store");
	struct error *error;

	child_become_nobody();
	error = store_place_open(path, true, &place);
	return error ? xasprintf("%d %s", error->number, error->text) : NULL;
}

static void a_directory_that_may_not_be_made_is_named(void **state)
{
	auto_free char *closed = tempdir_path(*state, "closed");
	auto_free char *said = NULL;

	assert_int_equal(chmod(*state, 0755), 0);
	tempdir_directory(*state, "closed");
	assert_int_equal(chmod(closed, 0555), 0);
	said = child_answer(make_as_nobody, *state);
	assert_non_null(strstr(said, "13 directory '"));
	assert_non_null(strstr(said, "closed/sub': cannot make it: Permission denied"));
}

static char *open_as_nobody(void *argument)
{
	struct error *error;

	child_become_nobody();
	error = open_at(argument, "store", true);
	return error ? xasprintf("%d %s", error->number, error->text) : NULL;
}

static void a_store_of_another_user_says_whose_it_is(void **state)
{
	auto_free char *store = tempdir_path(*state, "store");
	auto_free char *said = NULL;

	assert_int_equal(chmod(*state, 0755), 0);
	tempdir_text(*state, "store", "text");
	assert_int_equal(chmod(store, 0400), 0);
	said = child_answer(open_as_nobody, *state);
	assert_non_null(strstr(said, "for writing: Permission denied; it belongs to uid "));
	assert_non_null(strstr(said, "and has mode 0400, you are uid "));
}

/* Those below need root: that others may write matters to those who have something to lose. */

static void root_refuses_a_directory_that_others_can_write(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "store");
	auto_error struct error *error = NULL;

	if (geteuid() != 0) {
		print_message("skipped: not root\n");
		skip();
	}
	assert_int_equal(chmod(*state, 0777), 0);
	error = store_place_open(path, false, &place);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "(mode 0777) can be written by other users"));
	assert_non_null(strstr(error->text, "chmod go-w"));
}

static void root_refuses_a_directory_that_a_foreign_group_can_write(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "store");
	auto_error struct error *error = NULL;

	if (geteuid() != 0) {
		print_message("skipped: not root\n");
		skip();
	}
	assert_int_equal(chmod(*state, 0770), 0);
	assert_null(store_place_open(path, false, &place)); /* root's own group */
	store_place_clear(&place);
	assert_int_equal(chown(*state, 0, 1000), 0);
	assert_int_equal(chmod(*state, 0770), 0);
	error = store_place_open(path, false, &place);
	assert_non_null(error);
}

static void a_sticky_directory_is_fine_for_ones_own_store(void **state)
{
	assert_int_equal(chmod(*state, 01777), 0);
	tempdir_text(*state, "store", "text");
	assert_null(open_at(*state, "store", true));
}

static void a_foreign_store_in_a_sticky_directory_is_refused(void **state)
{
	auto_free char *store = tempdir_path(*state, "store");

	if (geteuid() != 0) {
		print_message("skipped: not root\n");
		skip();
	}
	assert_int_equal(chmod(*state, 01777), 0);
	tempdir_text(*state, "store", "text");
	assert_int_equal(chown(store, 1000, 1000), 0);
	assert_refused(*state, "store",
		"belongs to another user (uid 1000) in a directory that "
		"everybody can write");
}

static void a_second_name_in_a_sticky_directory_is_refused(void **state)
{
	auto_free char *store = tempdir_path(*state, "store");
	auto_free char *other = tempdir_path(*state, "other");

	if (geteuid() != 0) {
		print_message("skipped: not root\n");
		skip();
	}
	assert_int_equal(chmod(*state, 01777), 0);
	tempdir_text(*state, "other", "text");
	assert_int_equal(link(other, store), 0);
	assert_refused(*state, "store", "has a second name");
}

static void a_place_knows_whether_a_file_is_still_there(void **state)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_free char *path = tempdir_path(*state, "store");
	auto_free char *other = tempdir_path(*state, "other");
	auto_fd int fd = -1;
	struct stat status;

	tempdir_text(*state, "store", "text");
	assert_null(store_place_open(path, false, &place));
	assert_null(store_place_open_store(&place, true, &fd, &status));
	tempdir_text(*state, "store", "longer");
	assert_true(store_place_has(&place, &status));
	assert_int_equal(status.st_size, 6);
	tempdir_text(*state, "other", "new");
	assert_int_equal(rename(other, path), 0);
	assert_false(store_place_has(&place, &status));
	assert_int_equal(unlink(path), 0);
	assert_false(store_place_has(&place, &status));
	assert_null(store_place_sync(&place));
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_TEST(a_regular_file_is_opened),
		FOLDER_TEST(nothing_there_is_enoent),
		FOLDER_TEST(a_link_is_not_followed_and_says_where_it_leads),
		FOLDER_TEST(a_dangling_link_is_to_be_removed),
		FOLDER_TEST(directories_and_fifos_are_no_stores),
		FOLDER_TEST(a_path_that_ends_in_a_slash_names_a_directory),
		FOLDER_TEST(a_missing_directory_is_an_error),
		FOLDER_TEST(our_own_directories_are_made_private),
		FOLDER_TEST(a_file_on_the_way_is_an_error),
		FOLDER_TEST(a_directory_that_may_not_be_made_is_named),
		FOLDER_TEST(a_store_of_another_user_says_whose_it_is),
		FOLDER_TEST(root_refuses_a_directory_that_others_can_write),
		FOLDER_TEST(root_refuses_a_directory_that_a_foreign_group_can_write),
		FOLDER_TEST(a_sticky_directory_is_fine_for_ones_own_store),
		FOLDER_TEST(a_foreign_store_in_a_sticky_directory_is_refused),
		FOLDER_TEST(a_second_name_in_a_sticky_directory_is_refused),
		FOLDER_TEST(a_place_knows_whether_a_file_is_still_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
