/* SPDX-License-Identifier: MIT */
/* Which package family an os-release(5) file names, quotes and derivatives included. */
#include "stage.h"

#include "host/os_release.h"

static const struct {
	const char *text;
	enum package_family family;
} cases[] = {
	{"ID=debian\n", PACKAGE_FAMILY_DEBIAN},
	{"NAME=\"Debian GNU/Linux\"\nID=debian", PACKAGE_FAMILY_DEBIAN},
	{"ID=ubuntu\nID_LIKE=debian\n", PACKAGE_FAMILY_DEBIAN},
	{"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", PACKAGE_FAMILY_DEBIAN},
	{"ID=fedora\n", PACKAGE_FAMILY_FEDORA},
	{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", PACKAGE_FAMILY_FEDORA},
	{"ID='arch'\n", PACKAGE_FAMILY_ARCH},
	{"ID_LIKE=arch\nID=manjaro\n", PACKAGE_FAMILY_ARCH},
	{"ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", PACKAGE_FAMILY_SUSE},
	{"ID=\"sles\"\nID_LIKE=\"suse\"\n", PACKAGE_FAMILY_SUSE},
	{"ID=alpine\n", PACKAGE_FAMILY_ALPINE},
	{"ID=gentoo\n", PACKAGE_FAMILY_GENTOO},
	{"ID=\"void\"\n", PACKAGE_FAMILY_VOID},
	{"ID=\"\\alpine\"\n", PACKAGE_FAMILY_ALPINE},
	{"ID=alpine\nID_LIKE=debian\n", PACKAGE_FAMILY_ALPINE},
	{"ID=deb\n", PACKAGE_FAMILY_UNKNOWN},
	{"ID=plan9\n", PACKAGE_FAMILY_UNKNOWN},
	{"VARIANT_ID=debian\n# ID=debian\n", PACKAGE_FAMILY_UNKNOWN},
	{"ID=debian-like\n", PACKAGE_FAMILY_UNKNOWN},
	{"ID=fedora\nID=debian\n", PACKAGE_FAMILY_DEBIAN},
	{"ID=", PACKAGE_FAMILY_UNKNOWN},
	{"ID", PACKAGE_FAMILY_UNKNOWN},
	{"ID=\\", PACKAGE_FAMILY_UNKNOWN},
	{"", PACKAGE_FAMILY_UNKNOWN},
};

static void the_family_is_told_from_id_then_id_like(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		if (os_release_family(cases[i].text) != cases[i].family)
			fail_msg("case %zu: %s", i, cases[i].text);
}

static void the_file_is_read_below_the_root(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(stage_survey(stage)->packages, PACKAGE_FAMILY_UNKNOWN);
	tempdir_text(stage->folder, "/usr/lib/os-release", "ID=alpine\n");
	assert_int_equal(stage_survey(stage)->packages, PACKAGE_FAMILY_ALPINE);
	tempdir_text(stage->folder, "/etc/os-release", "ID=fedora\n");
	assert_int_equal(stage_survey(stage)->packages, PACKAGE_FAMILY_FEDORA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_family_is_told_from_id_then_id_like),
		stage_test(the_file_is_read_below_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
