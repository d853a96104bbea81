/* SPDX-License-Identifier: MIT */
/* act/store_file: a store appears whole or not at all, with or without nameless files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
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
#include "act/store_file.h"
#include "act/store_lock.h"
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

/* What is in the folder, one name a word. */
static char *names_in(const char *folder)
{
	struct text text = {0};
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0)
			text_addf(&text, "%s%s", text.length > 0 ? " " : "", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return text_take(&text);
}

static char *content_of(const char *folder, const char *name)
{
	size_t size_bytes = 0;
	char *bytes = NULL;
	auto_fd int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	error_free(file_read_below(fd, name, 100, &bytes, &size_bytes));
	return bytes ? bytes : xstrdup("nothing");
}

static struct store_place place_in(const char *folder)
{
	auto_free char *path = tempdir_path(folder, "store");
	struct store_place place;

	assert_null(store_place_open(path, false, &place));
	return place;
}

static void put(const struct store_file *file, const char *text)
{
	assert_null(copy_write_at(file->fd, (const unsigned char *)text, strlen(text), 0));
	assert_null(store_file_sync(file));
}

/* Makes a store of "new" and publishes or replaces it; says what was found on the way. */
static char *make_one(void *folder)
{
	auto_store_place struct store_place place = place_in(folder);
	auto_store_file struct store_file file = {.fd = -1};
	auto_free char *names = NULL;
	auto_free char *content = NULL;
	struct error *error;
	bool taken = false;

	error = store_file_new(&place, &file);
	if (error)
		return xstrdup(error->text);
	names = names_in(folder);
	put(&file, "new");
	error = store_file_publish(&file, "store", &taken);
	if (error)
		return xstrdup(error->text);
	store_file_clear(&file);
	content = content_of(folder, "store");
	return xasprintf("%s, %s: %s", text_starts_with(names, ".store") ? "named" : "nameless",
		taken ? "taken" : "published", content);
}

static char *replace_one(void *folder)
{
	auto_store_place struct store_place place = place_in(folder);
	auto_store_file struct store_file file = {.fd = -1};
	struct error *error;

	error = store_file_new(&place, &file);
	if (error)
		return xstrdup(error->text);
	put(&file, "new");
	error = store_file_replace(&file, "store");
	if (error)
		return xstrdup(error->text);
	return content_of(folder, "store");
}

/* From here on a call fails with `number` where its argument has these bits: the file systems that
 * cannot do something, without having one. */
static void deny(int call, unsigned int argument, unsigned long bits, int number)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter ||
		seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)number), call, bits ? 1 : 0,
			SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, bits, bits)) != 0 ||
		seccomp_load(filter) != 0)
		_exit(1);
	seccomp_release(filter);
}

static void deny_nameless(void)
{
	deny(SCMP_SYS(openat), 2, O_TMPFILE, EOPNOTSUPP);
}

static char *make_one_named(void *folder)
{
	deny_nameless();
	return make_one(folder);
}

static char *make_one_named_by_link(void *folder)
{
	deny_nameless();
	deny(SCMP_SYS(renameat2), 4, 1, EINVAL);
	return make_one(folder);
}

static char *make_one_without_proc_links(void *folder)
{
	deny(SCMP_SYS(linkat), 4, AT_EMPTY_PATH, ENOENT); /* as for every user but root */
	return make_one(folder);
}

static char *make_one_without_modes(void *folder)
{
	deny(SCMP_SYS(fchmod), 0, 0, EPERM);
	return make_one(folder);
}

static char *make_one_without_sync(void *folder)
{
	deny(SCMP_SYS(fsync), 0, 0, EINVAL);
	return make_one(folder);
}

static char *replace_one_named(void *folder)
{
	deny_nameless();
	return replace_one(folder);
}

static void assert_makes(const char *folder, child_work *work, const char *wanted)
{
	auto_free char *said = child_answer(work, (void *)folder);
	auto_free char *names = names_in(folder);

	assert_string_equal(said, wanted);
	assert_string_equal(names, "store");
}

static void a_new_store_gets_its_name_at_the_end(void **state)
{
	auto_free char *said = child_answer(make_one, *state);
	auto_free char *names = names_in(*state);

	/* file systems without nameless files are tested below on every one */
	assert_non_null(strstr(said, "published: new"));
	assert_string_equal(names, "store");
}

static void it_works_without_nameless_files(void **state)
{
	assert_makes(*state, make_one_named, "named, published: new");
}

static void it_works_without_rename_that_keeps_what_is_there(void **state)
{
	assert_makes(*state, make_one_named_by_link, "named, published: new");
}

static void it_works_for_others_than_root(void **state)
{
	auto_free char *said = child_answer(make_one_without_proc_links, *state);

	assert_non_null(strstr(said, "published: new"));
}

static void it_works_without_modes_and_without_sync(void **state)
{
	auto_free char *store = tempdir_path(*state, "store");
	auto_free char *said = child_answer(make_one_without_modes, *state);

	assert_non_null(strstr(said, "published: new"));
	free_pointer(&said);
	assert_int_equal(unlink(store), 0);
	said = child_answer(make_one_without_sync, *state);
	assert_non_null(strstr(said, "published: new"));
}

static void what_is_there_is_not_replaced(void **state)
{
	auto_free char *said = NULL;

	tempdir_text(*state, "store", "old");
	said = child_answer(make_one, *state);
	assert_non_null(strstr(said, "taken: old"));
	assert_makes(*state, make_one_named, "named, taken: old");
	assert_makes(*state, make_one_named_by_link, "named, taken: old");
}

static void a_dangling_link_is_not_replaced(void **state)
{
	auto_free char *said = NULL;

	tempdir_link(*state, "store", "elsewhere");
	said = child_answer(make_one, *state);
	assert_non_null(strstr(said, "taken: nothing"));
}

static void replacing_is_one_step(void **state)
{
	tempdir_text(*state, "store", "old");
	assert_makes(*state, replace_one, "new");
	tempdir_text(*state, "store", "old");
	assert_makes(*state, replace_one_named, "new");
}

static void the_mode_is_0600_whatever_the_umask(void **state)
{
	static const mode_t masks[] = {0, 0277, 0777};
	auto_store_place struct store_place place = place_in(*state);

	for (size_t i = 0; i < ARRAY_COUNT(masks); i++) {
		auto_store_file struct store_file file = {.fd = -1};
		mode_t old = umask(masks[i]);
		struct stat status;

		assert_null(store_file_new(&place, &file));
		umask(old);
		assert_int_equal(fstat(file.fd, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
}

static void a_new_store_is_locked_before_it_has_its_name(void **state)
{
	auto_store_place struct store_place place = place_in(*state);
	auto_store_file struct store_file file = {.fd = -1};
	auto_free char *path = tempdir_path(*state, "store");
	auto_fd int other = -1;
	bool taken;

	assert_null(store_file_new(&place, &file));
	assert_null(store_file_publish(&file, "store", &taken));
	assert_false(taken);
	other = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(store_lock_try(other), EAGAIN);
}

static char *leave_one(void *folder)
{
	struct store_place place = place_in(folder);
	struct store_file file;

	deny_nameless();
	return store_file_new(&place, &file) ? xstrdup("failed") : names_in(folder);
}

static char *leave_one_and_go(void *folder)
{
	char *names = leave_one(folder);

	free(names);
	_exit(0); /* as if killed: nothing is cleared */
}

static void what_a_killed_start_left_is_swept_away(void **state)
{
	auto_free char *names = NULL;

	free(child_answer(leave_one_and_go, *state));
	names = names_in(*state);
	assert_true(text_starts_with(names, ".store.slipway-"));
	assert_makes(*state, make_one_named, "named, published: new");
}

static void what_a_running_start_makes_is_not_swept_away(void **state)
{
	struct child_process other = child_begin(leave_one, *state);
	auto_free char *before = child_says(&other);
	auto_free char *said = child_answer(make_one_named, *state);
	auto_free char *names = names_in(*state);

	assert_true(text_starts_with(before, ".store.slipway-"));
	assert_string_equal(said, "named, published: new");
	assert_non_null(strstr(names, before));
	child_end(&other);
}

static char *make_as_nobody(void *folder)
{
	struct store_place place = place_in(folder);
	struct store_file file;
	struct error *error;

	child_become_nobody();
	error = store_file_new(&place, &file);
	return error ? xasprintf("%d %s", error->number, error->text) : xstrdup("made");
}

static void a_directory_that_cannot_be_written_is_an_error(void **state)
{
	auto_free char *wanted = xasprintf("%d %s", EACCES, strerror(EACCES));
	auto_free char *said = NULL;

	assert_int_equal(chmod(*state, 0555), 0);
	said = child_answer(make_as_nobody, *state);
	assert_string_equal(said, wanted);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_TEST(a_new_store_gets_its_name_at_the_end),
		FOLDER_TEST(it_works_without_nameless_files),
		FOLDER_TEST(it_works_without_rename_that_keeps_what_is_there),
		FOLDER_TEST(it_works_for_others_than_root),
		FOLDER_TEST(it_works_without_modes_and_without_sync),
		FOLDER_TEST(what_is_there_is_not_replaced),
		FOLDER_TEST(a_dangling_link_is_not_replaced),
		FOLDER_TEST(replacing_is_one_step),
		FOLDER_TEST(the_mode_is_0600_whatever_the_umask),
		FOLDER_TEST(a_new_store_is_locked_before_it_has_its_name),
		FOLDER_TEST(what_a_killed_start_left_is_swept_away),
		FOLDER_TEST(what_a_running_start_makes_is_not_swept_away),
		FOLDER_TEST(a_directory_that_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
