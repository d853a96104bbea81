/* SPDX-License-Identifier: MIT */
/* Canonical names must fit the globs that real descriptors have (rule P5). */
#include "stage.h"

#include <fnmatch.h>

#include "host/machine_report.h"
#include "host/machines.h"

static const struct {
	enum arch arch;
	const char *alias;
	const char *globs[4];
} cases[] = {
	{ARCH_X86_64, "q35", {"pc-q35-*"}},
	{ARCH_X86_64, "pc", {"pc-i440fx-*"}},
	{ARCH_X86_64, "microvm", {"microvm"}},
	{ARCH_I386, "q35", {"pc-q35-*"}},
	{ARCH_I386, "pc", {"pc-i440fx-*"}},
	{ARCH_AARCH64, "virt", {"virt-*", "virt*"}},
	{ARCH_ARM, "virt", {"virt-*", "virt*"}},
	{ARCH_RISCV64, "virt", {"virt", "virt*"}},
	{ARCH_LOONGARCH64, "virt", {"virt", "virt*"}},
};

static void p5_aliases_have_canonical_names_that_fit_the_globs(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct host *host;
		const char *canonical = NULL;

		stage->request.arch = cases[i].arch;
		host = stage_survey(stage);
		assert_false(host->machines_from_emulator);
		for (size_t j = 0; j < host->machine_count; j++)
			if (strcmp(host->machines[j].alias, cases[i].alias) == 0)
				canonical = host->machines[j].canonical;
		assert_non_null(canonical);
		for (size_t j = 0; j < 4 && cases[i].globs[j]; j++)
			assert_int_equal(fnmatch(cases[i].globs[j], canonical, 0), 0);
	}
}

static void each_alias_is_there_once(void **state)
{
	struct stage *stage = *state;
	const struct host *host = stage_survey(stage);

	for (size_t i = 0; i < host->machine_count; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(host->machines[i].alias, host->machines[j].alias);
	assert_int_equal(host->machine_count, 3);
}

static void aliases_are_those_of_the_report(void **state)
{
	struct host host = {0};

	(void)state;
	machine_report_parse("Supported machines are:\n"
			     "pc                   Standard PC (1996) (alias of pc-i440fx-7.2)\n"
			     "pc-i440fx-7.2        Standard PC (1996) (default)\n"
			     "q35                  Standard PC (alias of pc-q35-7.2)\n"
			     "none                 empty machine",
		&host);
	assert_int_equal(host.machine_count, 2);
	assert_string_equal(host.machines[0].alias, "pc");
	assert_string_equal(host.machines[0].canonical, "pc-i440fx-7.2");
	assert_string_equal(host.machines[1].alias, "q35");
	assert_string_equal(host.machines[1].canonical, "pc-q35-7.2");
	for (size_t i = 0; i < host.machine_count; i++) {
		free(host.machines[i].alias);
		free(host.machines[i].canonical);
	}
	free(host.machines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(p5_aliases_have_canonical_names_that_fit_the_globs),
		stage_test(each_alias_is_there_once),
		cmocka_unit_test(aliases_are_those_of_the_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
