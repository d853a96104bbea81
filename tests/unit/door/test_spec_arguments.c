/* SPDX-License-Identifier: MIT */
/*
 * From XML to QEMU's arguments, the sandbox and what runs beside QEMU: the cases in the files of
 * tests/unit/door/arguments (spec_case.h says how they are written), on a host that is empty.
 * An argument of the program is the name of a case: it alone is run.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "spec_case.h"
#include "support/tempdir.h"

static bool one_fits(const char *pattern, const struct strings *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (pattern_fits(pattern, texts->items[i]))
			return true;
	return false;
}

static void print_all(const struct strings *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		print_error("    %s\n", texts->items[i]);
}

static size_t compare(const struct strings *patterns, const struct strings *texts, bool wanted)
{
	size_t wrong = 0;

	for (size_t i = 0; i < patterns->count; i++) {
		if (one_fits(patterns->items[i], texts) == wanted)
			continue;
		print_error("%s: %s\n", wanted ? "not there" : "there", patterns->items[i]);
		wrong++;
	}
	return wrong;
}

static void is_as_written(void **state)
{
	const struct spec_case *one = *state;
	char *folder = tempdir_make();
	auto_strings struct strings said = {0};
	bool planned;
	size_t wrong;

	assert_true(one->has.count + one->lacks.count + one->refused.count > 0);
	tempdir_directory(folder, "root");
	planned = spec_case_plan(one, folder, &said);
	tempdir_remove(folder);
	wrong = compare(&one->has, &said, true) + compare(&one->refused, &said, true) +
		compare(&one->lacks, &said, false) + ((one->refused.count > 0) == planned);
	if (wrong > 0) {
		print_error("%s\n", planned ? "it is planned:" : "it is refused:");
		print_all(&said);
	}
	assert_int_equal(wrong, 0);
}

static void read_cases(struct spec_cases *cases)
{
	const char *source = getenv("SRCDIR");
	auto_free char *path = xasprintf("%s/tests/unit/door/arguments", source ? source : ".");
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		auto_free char *file = xasprintf("%s/%s", path, entries[i]->d_name);

		if (text_ends_with(file, ".txt"))
			spec_cases_read(file, cases);
		free(entries[i]);
	}
	free(entries);
	assert_true(cases->count > 0);
}

int main(int argc, char **argv)
{
	struct spec_cases cases = {0};
	struct CMUnitTest *tests = NULL;
	size_t count = 0;
	int failed;

	read_cases(&cases);
	for (size_t i = 0; i < cases.count; i++) {
		struct CMUnitTest *test;

		if (argc > 1 && strcmp(argv[1], cases.items[i].name) != 0)
			continue;
		test = array_push(&tests, &count, sizeof(*tests));
		*test = (struct CMUnitTest){.name = cases.items[i].name,
			.test_func = is_as_written,
			.initial_state = &cases.items[i]};
	}
	failed = _cmocka_run_group_tests("spec_arguments", tests, count, NULL, NULL);
	free(tests);
	spec_cases_clear(&cases);
	return failed;
}
