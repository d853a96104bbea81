/* SPDX-License-Identifier: MIT */
/* What the table of verified pairs may say, and that installed files bear it out. */
#include "stage.h"

#include "base/file.h"
#include "host/firmware_file.h"
#include "host/pair_table.h"

static const struct known_pair *rows_of(int table, size_t *ret_count)
{
	return table == 0 ? known_pairs(ret_count) : emulator_pairs(ret_count);
}

/* Both spellings that the field has for a file's role. */
static bool says(const char *name, const char *lower, const char *upper)
{
	return strstr(name, lower) || strstr(name, upper);
}

static void no_row_names_a_code_where_vars_must_stand(void **state)
{
	(void)state;
	for (int table = 0; table < 2; table++) {
		size_t count;
		const struct known_pair *rows = rows_of(table, &count);

		for (size_t i = 0; i < count; i++) {
			if (!says(rows[i].vars, "vars", "VARS") ||
				says(rows[i].vars, "code", "CODE") ||
				says(rows[i].code, "vars", "VARS"))
				fail_msg("%s + %s", rows[i].code, rows[i].vars);
			assert_string_not_equal(rows[i].code, rows[i].vars);
		}
	}
}

static void every_row_is_named_once_and_by_absolute_paths(void **state)
{
	size_t count;
	const struct known_pair *rows = known_pairs(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rows[i].directory[0], '/');
		assert_true(rows[i].arch != ARCH_UNKNOWN);
		for (size_t j = 0; j < i; j++)
			if (strcmp(rows[i].directory, rows[j].directory) == 0 &&
				strcmp(rows[i].code, rows[j].code) == 0 &&
				strcmp(rows[i].vars, rows[j].vars) == 0)
				fail_msg("twice: %s/%s", rows[i].directory, rows[i].code);
	}
}

static void the_format_of_a_row_is_its_names_ending(void **state)
{
	size_t count;
	const struct known_pair *rows = known_pairs(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(text_ends_with(rows[i].code, ".qcow2"),
			rows[i].format == IMAGE_FORMAT_QCOW2);
		assert_int_equal(text_ends_with(rows[i].vars, ".qcow2"),
			rows[i].format == IMAGE_FORMAT_QCOW2);
	}
}

static void plain_builds_stand_before_secure_ones(void **state)
{
	bool secure[ARCH_LOONGARCH64 + 1] = {0};
	size_t count;
	const struct known_pair *rows = known_pairs(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		unsigned int traits = rows[i].traits & ~(unsigned int)PAIR_LIBVIRT;

		if (traits == 0 && secure[rows[i].arch])
			fail_msg("%s/%s is behind a secure build", rows[i].directory, rows[i].code);
		secure[rows[i].arch] = secure[rows[i].arch] || traits != 0;
		/* keys without Secure Boot, or SMM without it, are no firmware's flavour */
		if (traits != 0)
			assert_true(traits & PAIR_SECURE_BOOT);
		if (!arch_is_x86(rows[i].arch))
			assert_false(traits & PAIR_REQUIRES_SMM);
	}
}

static void every_architecture_has_a_plain_pair(void **state)
{
	(void)state;
	for (int table = 0; table < 2; table++) {
		for (int arch = ARCH_X86_64; arch <= ARCH_LOONGARCH64; arch++) {
			size_t plain = 0;
			size_t count;
			const struct known_pair *rows = rows_of(table, &count);

			for (size_t i = 0; i < count; i++)
				plain += (int)rows[i].arch == arch &&
					 !(rows[i].traits & PAIR_SECURE_BOOT);
			assert_true(plain > 0);
		}
	}
}

static void libvirts_four_entries_are_marked(void **state)
{
	size_t count, marked = 0;
	const struct known_pair *rows = known_pairs(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		marked += (rows[i].traits & PAIR_LIBVIRT) != 0;
	assert_int_equal(marked, 4);
}

/* The distribution's own files are what the rows say: CODE holds code, VARS holds none, and an x86
 * pair makes the whole family. */
static void installed_pairs_have_their_roles_and_sizes(void **state)
{
	int top = open("/", O_PATH | O_CLOEXEC);
	size_t looked = 0;
	size_t count;
	const struct known_pair *rows = known_pairs(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		auto_free char *code_path = path_absolute(rows[i].directory, rows[i].code);
		auto_free char *vars_path = path_absolute(rows[i].directory, rows[i].vars);
		struct firmware_file code, vars;

		firmware_file_look(top, "/", code_path, &code);
		firmware_file_look(top, "/", vars_path, &vars);
		if (code.error_number == 0 && vars.error_number == 0) {
			looked++;
			assert_int_equal(code.role, FIRMWARE_ROLE_CODE);
			assert_true(vars.role == FIRMWARE_ROLE_VARIABLES ||
				    vars.role == FIRMWARE_ROLE_BLANK);
			assert_int_equal(code.format, rows[i].format);
			assert_int_equal(vars.format, rows[i].format);
			if (arch_is_x86(rows[i].arch) && rows[i].family_mib != 0)
				assert_int_equal(code.virtual_size_bytes + vars.virtual_size_bytes,
					(uint64_t)rows[i].family_mib << 20);
		}
		firmware_file_clear(&code);
		firmware_file_clear(&vars);
	}
	close(top);
	if (looked == 0)
		skip_because("no firmware package is installed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_row_names_a_code_where_vars_must_stand),
		cmocka_unit_test(every_row_is_named_once_and_by_absolute_paths),
		cmocka_unit_test(the_format_of_a_row_is_its_names_ending),
		cmocka_unit_test(plain_builds_stand_before_secure_ones),
		cmocka_unit_test(every_architecture_has_a_plain_pair),
		cmocka_unit_test(libvirts_four_entries_are_marked),
		cmocka_unit_test(installed_pairs_have_their_roles_and_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
