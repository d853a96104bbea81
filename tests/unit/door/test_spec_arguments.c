/* SPDX-License-Identifier: MIT */
/*
 * From XML to QEMU's arguments, the sandbox and what runs beside QEMU: the cases in the files of
 * tests/unit/door/arguments (spec_case.h says how they are written), on a host that is empty.
 * An argument of the program is the name of a case: it alone is run.
 */
#include <dirent.h>
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

#include "base/file.h"
#include "base/memory.h"
#include "launch.h"
#include "options.h"
#include "plan_facts.h"
#include "spec_case.h"
#include "support/tempdir.h"

static bool has_option(const struct spec_case *one, const char *option)
{
	return strings_contain(&one->options, option);
}

/* Borrows from `stage`. */
static struct options options_of(const struct spec_case *one, const struct strings *stage)
{
	return (struct options){
		.command = has_option(one, "test") ? COMMAND_TEST : COMMAND_PLAN,
		.root = stage->items[0],
		.emulator = stage->items[1],
		.lenient = has_option(one, "lenient"),
		.ephemeral = has_option(one, "ephemeral"),
		.sandbox = has_option(one, "no-sandbox") ? SANDBOX_OFF : SANDBOX_ON,
		.nvram_directory = stage->items[2],
		.state_directory = stage->items[3],
		.runtime_directory = stage->items[4],
		.dry_run = true,
		.search_path = "",
		.temporary_directory = "/tmp",
	};
}

static struct error *plan_case(
	const struct spec_case *one, const char *folder, struct launch *launch)
{
	auto_free char *xml = spec_case_xml(one);
	auto_fd int fd = memfd_create("vm.xml", MFD_CLOEXEC);
	auto_free char *path = xasprintf("/proc/self/fd/%d", fd);
	auto_strings struct strings stage = {0};
	struct options options;

	strings_addf(&stage, "%s/root", folder);
	strings_addf(&stage, "%s/qemu", folder);
	strings_addf(&stage, "%s/nvram", folder);
	strings_addf(&stage, "%s/state", folder);
	strings_addf(&stage, "%s/run", folder);
	options = options_of(one, &stage);
	assert_int_equal(write(fd, xml, strlen(xml)), strlen(xml));
	return launch_prepare(&options, path, launch);
}

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

/* The refusal's lines, without the file's name and the number of the line. */
static void add_lines(const char *text, struct strings *lines)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *what;

		line += line[0] == '\n';
		what = text_starts_with(line, "/proc/self/fd/") ? strstr(line, ": ") : NULL;
		what = what ? what + 2 : line;
		strings_add_owned(lines, xstrndup(what, strcspn(what, "\n")));
	}
}

static void is_as_written(void **state)
{
	const struct spec_case *one = *state;
	char *folder = tempdir_make();
	auto_launch struct launch launch = {0};
	auto_error struct error *error = NULL;
	auto_strings struct strings said = {0};
	size_t wrong;

	assert_true(one->has.count + one->lacks.count + one->refused.count > 0);
	tempdir_directory(folder, "root");
	error = plan_case(one, folder, &launch);
	tempdir_remove(folder);
	if (error)
		add_lines(error->text, &said);
	else
		plan_facts(launch.plan, &said);
	wrong = compare(&one->has, &said, true) + compare(&one->refused, &said, true) +
		compare(&one->lacks, &said, false) + ((one->refused.count > 0) != (error != NULL));
	if (wrong > 0) {
		print_error("%s\n", error ? "it is refused:" : "it is planned:");
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
