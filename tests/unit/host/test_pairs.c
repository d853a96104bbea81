/* SPDX-License-Identifier: MIT */
/* The fallback pairs of a host, and which of them libvirt would know (rule L0). */
#include "stage.h"

#define CODE "/usr/share/OVMF/OVMF_CODE.fd"
#define VARS "/usr/share/OVMF/OVMF_VARS.fd"

static const struct firmware_pair *find_pair(const struct host *host, const char *code)
{
	for (size_t i = 0; i < host->pair_count; i++)
		if (strcmp(host->pairs[i].code->path, code) == 0)
			return &host->pairs[i];
	return NULL;
}

static void pairs_that_are_there_are_found_in_the_tables_order(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	tempdir_text(stage->folder, "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "code");
	tempdir_text(stage->folder, "/usr/share/edk2/x64/OVMF_VARS.4m.fd", "vars");
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 2);
	assert_string_equal(host->pairs[0].code->path, "/usr/share/edk2/x64/OVMF_CODE.4m.fd");
	assert_string_equal(host->pairs[0].vars->path, "/usr/share/edk2/x64/OVMF_VARS.4m.fd");
	assert_int_equal(host->pairs[0].source, PAIR_BUILT_IN);
	assert_int_equal(host->pairs[0].arch, ARCH_X86_64);
	assert_int_equal(host->pairs[0].family_bytes, 4 << 20);
	assert_string_equal(host->pairs[1].code->path, CODE);
	assert_true(host->absent_pairs.count > 20);
	assert_true(strings_contain(&host->absent_pairs,
		"/usr/share/OVMF/OVMF_CODE_4M.fd:/usr/share/OVMF/OVMF_VARS_4M.fd"));
}

static void paths_of_the_table_are_known_without_their_files(void **state)
{
	struct stage *stage = *state;
	struct strings paths = {0};
	const struct host *host;

	strings_add(&paths, "/usr/share/edk2/x64//OVMF_CODE.secboot.4m.fd");
	strings_add(&paths, "/usr/share/OVMF/OVMF_VARS_4M.ms.fd");
	strings_add(&paths, "/usr/share/OVMF/OVMF_VARS_4M.fd");
	strings_add(&paths, "/home/me/OVMF_CODE.secboot.4m.fd");
	stage->request.paths = &paths;
	host = stage_survey(stage);
	strings_clear(&paths);
	stage->request.paths = NULL;
	assert_int_equal(host->known_count, 3);
	assert_true(host->known[0].secure_boot);
	assert_false(host->known[0].enrolled_keys);
	assert_false(host->known[0].vars);
	assert_int_equal(host->known[0].family_bytes, 4 << 20);
	assert_true(host->known[1].vars);
	assert_true(host->known[1].enrolled_keys);
	assert_false(host->known[2].enrolled_keys);
	assert_false(host->known[2].secure_boot);
}

static void half_a_pair_is_kept_when_it_is_all_there_is(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, CODE, "code");
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 1);
	assert_string_equal(host->pairs[0].code->path, CODE);
	assert_int_not_equal(host->pairs[0].vars->error_number, 0);
}

static void half_a_pair_is_no_news_beside_a_complete_one(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 1);
	/* the Secure Boot build shares the VARS, and is not installed */
	assert_true(
		strings_contain(&host->absent_pairs, "/usr/share/OVMF/OVMF_CODE.secboot.fd:" VARS));
}

static void pairs_of_other_architectures_are_left_out(void **state)
{
	struct stage *stage = *state;

	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	stage->request.arch = ARCH_AARCH64;
	assert_int_equal(stage_survey(stage)->pair_count, 0);
}

static void pairs_beside_the_emulator_come_last(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, "/no/such/prefix/share/qemu/edk2-x86_64-code.fd", "code");
	tempdir_text(stage->folder, "/no/such/prefix/share/qemu/edk2-i386-vars.fd", "vars");
	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	host = stage_survey(stage);
	assert_int_equal(host->pair_count, 2);
	assert_int_equal(host->pairs[0].source, PAIR_BUILT_IN);
	assert_int_equal(host->pairs[1].source, PAIR_EMULATOR);
	assert_string_equal(
		host->pairs[1].vars->path, "/no/such/prefix/share/qemu/edk2-i386-vars.fd");
	assert_false(host->pairs[1].libvirt_active);
}

static void l0_without_the_key_libvirts_own_list_is_active(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf", "#nvram = []\n");
	stage_descriptor(stage, "/usr/share/qemu/firmware/50-a.json");
	host = stage_survey(stage);
	assert_false(host->pairs_from_qemu_conf);
	assert_true(find_pair(host, CODE)->libvirt_builtin);
	assert_true(find_pair(host, CODE)->libvirt_active);
}

static void l0_the_key_replaces_libvirts_own_list(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, CODE, "code");
	tempdir_text(stage->folder, VARS, "vars");
	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf", "nvram = [ \"/c.fd:/v.fd\" ]\n");
	host = stage_survey(stage);
	assert_true(host->pairs_from_qemu_conf);
	assert_int_equal(host->pairs[0].source, PAIR_QEMU_CONF);
	assert_string_equal(host->pairs[0].code->path, "/c.fd");
	assert_string_equal(host->pairs[0].vars->path, "/v.fd");
	assert_int_equal(host->pairs[0].arch, ARCH_UNKNOWN);
	assert_int_equal(host->pairs[0].format, IMAGE_FORMAT_RAW);
	assert_true(host->pairs[0].libvirt_active);
	assert_true(find_pair(host, CODE)->libvirt_builtin);
	assert_false(find_pair(host, CODE)->libvirt_active);
	assert_int_equal(host->notes.count, 0);
}

static void l0_with_any_descriptor_file_libvirt_ignores_the_key(void **state)
{
	static const char *const contents[] = {"{", ""};
	struct stage *stage = *state;

	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf", "nvram = [ \"/c.fd:/v.fd\" ]\n");
	for (size_t i = 0; i < ARRAY_COUNT(contents); i++) {
		const struct host *host;

		tempdir_text(stage->folder, "/etc/qemu/firmware/50-a.json", contents[i]);
		host = stage_survey(stage);
		assert_true(host->pairs_from_qemu_conf);
		assert_int_equal(host->pairs[0].source, PAIR_QEMU_CONF);
		assert_false(host->pairs[0].libvirt_active);
		assert_int_equal(count_notes(&host->notes, "libvirt ignores nvram"), 1);
	}
}

static void a_pair_of_qemu_conf_that_the_table_knows_has_its_traits(void **state)
{
	struct stage *stage = *state;
	const struct host *host;

	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf",
		"nvram = [ '/usr/share/OVMF/OVMF_CODE_4M.ms.fd:"
		"/usr/share/OVMF/OVMF_VARS_4M.ms.fd' ]\n");
	host = stage_survey(stage);
	assert_int_equal(host->pairs[0].source, PAIR_QEMU_CONF);
	assert_int_equal(host->pairs[0].arch, ARCH_X86_64);
	assert_true(host->pairs[0].secure_boot);
	assert_true(host->pairs[0].requires_smm);
	assert_true(host->pairs[0].enrolled_keys);
	assert_false(host->pairs[0].libvirt_builtin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(pairs_that_are_there_are_found_in_the_tables_order),
		stage_test(paths_of_the_table_are_known_without_their_files),
		stage_test(half_a_pair_is_kept_when_it_is_all_there_is),
		stage_test(half_a_pair_is_no_news_beside_a_complete_one),
		stage_test(pairs_of_other_architectures_are_left_out),
		stage_test(pairs_beside_the_emulator_come_last),
		stage_test(l0_without_the_key_libvirts_own_list_is_active),
		stage_test(l0_the_key_replaces_libvirts_own_list),
		stage_test(l0_with_any_descriptor_file_libvirt_ignores_the_key),
		stage_test(a_pair_of_qemu_conf_that_the_table_knows_has_its_traits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
