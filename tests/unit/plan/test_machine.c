/* SPDX-License-Identifier: MIT */
/* plan/machine: what boards are, and which names a glob covers. */
#include "plan/machine.h"

#include "made_up.h"

static void the_default_board_is_libvirts(void **state)
{
	(void)state;
	assert_string_equal(machine_default(ARCH_X86_64), "pc");
	assert_string_equal(machine_default(ARCH_I386), "pc");
	assert_string_equal(machine_default(ARCH_AARCH64), "virt");
	assert_string_equal(machine_default(ARCH_ARM), "virt");
	assert_string_equal(machine_default(ARCH_RISCV64), "virt");
	assert_string_equal(machine_default(ARCH_LOONGARCH64), "virt");
}

/* P5: globs see the versioned name, never the alias */
static void p5_aliases_become_canonical(void **state)
{
	struct made_up *made = *state;

	assert_string_equal(machine_canonical(&made->host, "q35"), "pc-q35-9.2");
	assert_string_equal(machine_canonical(&made->host, "pc"), "pc-i440fx-9.2");
	assert_string_equal(machine_canonical(&made->host, "virt"), "virt-9.2");
}

static void p5_other_names_stay(void **state)
{
	struct made_up *made = *state;

	assert_string_equal(machine_canonical(&made->host, "pc-q35-4.0"), "pc-q35-4.0");
	assert_string_equal(machine_canonical(&made->host, "microvm"), "microvm");
	assert_string_equal(machine_canonical(&made->host, "Q35"), "Q35");
}

static void boards_are_told_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(machine_board("pc-q35-9.2"), BOARD_Q35);
	assert_int_equal(machine_board("q35"), BOARD_Q35);
	assert_int_equal(machine_board("pc-i440fx-4.0"), BOARD_I440FX);
	assert_int_equal(machine_board("pc"), BOARD_I440FX);
	assert_int_equal(machine_board("microvm"), BOARD_MICROVM);
	assert_int_equal(machine_board("virt"), BOARD_VIRT);
	assert_int_equal(machine_board("virt-9.2"), BOARD_VIRT);
	assert_int_equal(machine_board("isapc"), BOARD_OTHER);
	assert_int_equal(machine_board("pc-1.0"), BOARD_OTHER);
	assert_int_equal(machine_board("xenfv"), BOARD_OTHER);
	assert_int_equal(machine_board("sbsa-ref"), BOARD_OTHER);
}

struct glob_case {
	const char *glob, *text;
	bool matches;
};

static const struct glob_case globs[] = {
	{"virt", "virt", true},
	{"virt", "virt-9.2", false},
	{"virt-*", "virt-9.2", true},
	{"virt-*", "virt", false},
	{"virt*", "virt", true},
	{"virt*", "virt-9.2", true},
	{"pc-q35-*", "pc-q35-9.2", true},
	{"pc-q35-*", "pc-q35-", true},
	{"pc-q35-*", "q35", false},
	{"pc-q35-?.?", "pc-q35-9.2", true},
	{"pc-q35-?.?", "pc-q35-10.0", false},
	{"*", "", true},
	{"", "", true},
	{"", "virt", false},
	{"?", "", false},
	{"**", "x", true},
	{"*q35*", "pc-q35-9.2", true},
	{"*-*-*", "pc-q35-9.2", true},
	{"*-*-*-*", "pc-q35-9.2", false},
	{"*ab", "aab", true},
	{"*ab", "abab", true},
	{"*ab", "aba", false},
	{"a*b*c", "axxbyybzzc", true},
	{"a*b*c", "axxbyybzz", false},
};

static void m2_globs_know_stars_and_question_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(globs); i++)
		if (glob_matches(globs[i].glob, globs[i].text) != globs[i].matches)
			fail_msg("'%s' and '%s'", globs[i].glob, globs[i].text);
}

/* fnmatch(3) would take these for classes and escapes */
static void m2_globs_know_no_brackets_and_no_escapes(void **state)
{
	(void)state;
	assert_false(glob_matches("pc-q35-[0-9].2", "pc-q35-9.2"));
	assert_true(glob_matches("pc-[q]", "pc-[q]"));
	assert_false(glob_matches("pc-[q]", "pc-qq]"));
	assert_false(glob_matches("pc\\-q35", "pc-q35"));
	assert_true(glob_matches("a\\*", "a\\bc"));
}

static void m2_globs_are_case_sensitive(void **state)
{
	(void)state;
	assert_false(glob_matches("PC-Q35-*", "pc-q35-9.2"));
	assert_false(glob_matches("virt", "VIRT"));
}

/* A glob of a hostile descriptor: exponential matchers never end here. */
static void many_stars_end_soon(void **state)
{
	auto_text struct text glob = {0};
	auto_text struct text text = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_add(&glob, "*a");
	text_add(&glob, "b");
	for (int i = 0; i < 2000; i++)
		text_add(&text, "a");
	assert_false(glob_matches(glob.bytes, text.bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_board_is_libvirts),
		MADE_UP(p5_aliases_become_canonical),
		MADE_UP(p5_other_names_stay),
		cmocka_unit_test(boards_are_told_by_their_names),
		cmocka_unit_test(m2_globs_know_stars_and_question_marks),
		cmocka_unit_test(m2_globs_know_no_brackets_and_no_escapes),
		cmocka_unit_test(m2_globs_are_case_sensitive),
		cmocka_unit_test(many_stars_end_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
