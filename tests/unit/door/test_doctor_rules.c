/* SPDX-License-Identifier: MIT */
/* door/doctor_rules: which files AppArmor's rules allow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "doctor_rules.h"

static void patterns_are_those_of_apparmor(void **state)
{
	static const struct {
		const char *rule, *path;
		bool covers;
	} cases[] = {
		{"/usr/bin/qemu r,", "/usr/bin/qemu", true},
		{"/usr/bin/qemu r,", "/usr/bin/qemu-kvm", false},
		{"/usr/bin/qemu-kvm r,", "/usr/bin/qemu", false},
		{"/usr/bin/* r,", "/usr/bin/qemu", true},
		{"/usr/bin/* r,", "/usr/bin/x/qemu", false},
		{"/usr/** r,", "/usr/bin/x/qemu", true},
		{"/usr/share/qemu/** r,", "/usr/share/qemu/firmware/x.json", true},
		{"/usr/*/qemu r,", "/usr/bin/qemu", true},
		{"/usr/b?n/qemu r,", "/usr/bin/qemu", true},
		{"/usr?bin/qemu r,", "/usr/bin/qemu", false},
		{"/{usr/,}lib/x r,", "/usr/lib/x", true},
		{"/{usr/,}lib/x r,", "/lib/x", true},
		{"/{usr/,}lib/x r,", "/opt/lib/x", false},
		{"/a/{b,c{d,e}}/f r,", "/a/ce/f", true},
		{"/a/{b,c{d,e}}/f r,", "/a/cd/f", true},
		{"/a/{b,c{d,e}}/f r,", "/a/c/f", false},
		{"/a/{,**} r,", "/a/", true},
		{"/a/{,**} r,", "/a/b/c", true},
		{"/a/{b r,", "/a/b", false},
		{"  owner /a/*_VARS.fd rwk,", "/a/x_VARS.fd", true},
		{"\"/a b/c\" r,", "/a b/c", true},
		{"/a\\*b r,", "/a*b", true},
		{"# /a r,", "/a", false},
		{"deny /a r,", "/a", false},
		{"@{PROC}/a r,", "/proc/a", false},
		{"/a rm # but not w\n", "/a", true},
		{"", "/a", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		if (rules_cover(cases[i].rule, cases[i].path, "r") != cases[i].covers)
			fail_msg("'%s' for '%s'", cases[i].rule, cases[i].path);
}

static void all_letters_stand_in_one_rule(void **state)
{
	(void)state;
	assert_true(rules_cover("/a rmix,", "/a", "rmix"));
	assert_true(rules_cover("/b r,\n/a PUx,\n", "/a", "x"));
	assert_false(rules_cover("/a r,\n/a m,\n/a ix,", "/a", "rmix"));
	assert_false(rules_cover("/a r, # w", "/a", "rw"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_those_of_apparmor),
		cmocka_unit_test(all_letters_stand_in_one_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
