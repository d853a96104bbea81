/* SPDX-License-Identifier: MIT */
/* base/sighting: whatever can be told from outside makes another sighting. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/sighting.h"
#include "support/tempdir.h"

static int set_up(void **state)
{
	*state = tempdir_make();
	tempdir_text(*state, "file", "content");
	return 0;
}

static int tear_down(void **state)
{
	tempdir_remove(*state);
	return 0;
}

static struct sighting seen(const char *folder, const char *name)
{
	auto_free char *path = tempdir_path(folder, name);
	struct sighting sighting;

	sighting_take(path, &sighting);
	return sighting;
}

static void what_is_left_alone_looks_the_same(void **state)
{
	struct sighting first = seen(*state, "file");
	struct sighting second = seen(*state, "file");

	assert_int_equal(first.error_number, 0);
	assert_int_equal(first.size_bytes, 7);
	assert_true(sighting_equals(&first, &second));
}

static void what_is_not_there_looks_the_same_until_it_is(void **state)
{
	struct sighting first = seen(*state, "other");
	struct sighting second = seen(*state, "other");

	assert_int_equal(first.error_number, ENOENT);
	assert_true(sighting_equals(&first, &second));
	tempdir_text(*state, "other", "");
	second = seen(*state, "other");
	assert_false(sighting_equals(&first, &second));
}

/* Of the same size, with the same time of modification: the inode tells, or the time of change. */
static void another_file_of_the_name_looks_different(void **state)
{
	struct sighting first = seen(*state, "file");
	auto_free char *old = tempdir_path(*state, "file");
	auto_free char *fresh = tempdir_path(*state, "fresh");
	struct sighting second;

	tempdir_text(*state, "fresh", "CONTENT");
	assert_int_equal(rename(fresh, old), 0);
	second = seen(*state, "file");
	assert_int_equal(second.size_bytes, first.size_bytes);
	assert_false(sighting_equals(&first, &second));
}

static void each_part_counts(void **state)
{
	const struct sighting one = {1, 2, 3, 4, 5, 6};

	(void)state;
	for (size_t i = 0; i < sizeof(one) / sizeof(uint64_t); i++) {
		struct sighting other = one;

		((uint64_t *)&other)[i]++;
		assert_false(sighting_equals(&one, &other));
	}
}

static void a_link_looks_as_what_it_leads_to(void **state)
{
	struct sighting first = seen(*state, "file");
	struct sighting second;

	tempdir_link(*state, "link", "file");
	second = seen(*state, "link");
	assert_true(sighting_equals(&first, &second));
}

static void both_times_must_be_before_the_moment(void **state)
{
	const struct sighting sighting = {.modified_ns = 10, .changed_ns = 20};
	const struct sighting turned = {.modified_ns = 20, .changed_ns = 10};

	(void)state;
	assert_true(sighting_is_before(&sighting, 21));
	assert_false(sighting_is_before(&sighting, 20));
	assert_true(sighting_is_before(&turned, 21));
	assert_false(sighting_is_before(&turned, 20));
}

static void times_are_nanoseconds(void **state)
{
	auto_free char *path = tempdir_path(*state, "file");
	struct sighting sighting = seen(*state, "file");
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(sighting.modified_ns,
		(uint64_t)status.st_mtim.tv_sec * 1000000000 + (uint64_t)status.st_mtim.tv_nsec);
	assert_int_equal(sighting.changed_ns,
		(uint64_t)status.st_ctim.tv_sec * 1000000000 + (uint64_t)status.st_ctim.tv_nsec);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_is_left_alone_looks_the_same),
		IN_FOLDER(what_is_not_there_looks_the_same_until_it_is),
		IN_FOLDER(another_file_of_the_name_looks_different),
		cmocka_unit_test(each_part_counts),
		IN_FOLDER(a_link_looks_as_what_it_leads_to),
		cmocka_unit_test(both_times_must_be_before_the_moment),
		IN_FOLDER(times_are_nanoseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
