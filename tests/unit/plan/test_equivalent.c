/* SPDX-License-Identifier: MIT */
/* plan/equivalent: what this host has in the place of a file that it has not. */
#include "plan/equivalent.h"

#include "made_up.h"

static void assert_equivalent(
	struct made_up *made, const char *path, const char *code, const char *vars)
{
	const struct equivalent_question question = {.arch = made->spec.arch, .code = path};
	struct equivalent found = find_equivalent(&made->host, &question);

	if (!code) {
		assert_null(found.code);
		return;
	}
	assert_non_null(found.code);
	assert_string_equal(found.code->path, code);
	assert_string_equal(found.vars->path, vars);
}

static struct descriptor *add(struct made_up *made, const char *path, const char *code,
	const char *vars, const char *feature)
{
	struct descriptor *descriptor = made_descriptor(made, path, code, vars);

	if (feature)
		strings_add(&descriptor->features, feature);
	return descriptor;
}

static void three_builds(struct made_up *made)
{
	strings_add(&add(made, "40.json", "/fw/E.fd", "/fw/EV.fd", "secure-boot")->features,
		"enrolled-keys");
	add(made, "50.json", "/fw/S.fd", "/fw/SV.fd", "secure-boot");
	add(made, "60.json", "/fw/P.fd", "/fw/PV.fd", NULL);
}

static void plain_names_mean_a_build_without_secure_boot(void **state)
{
	struct made_up *made = *state;

	three_builds(made);
	assert_equivalent(made, "/usr/share/OVMF/OVMF_CODE.fd", "/fw/P.fd", "/fw/PV.fd");
}

static void names_of_secure_builds_mean_one(void **state)
{
	struct made_up *made = *state;

	three_builds(made);
	assert_equivalent(made, "/x/OVMF_CODE.secboot.fd", "/fw/S.fd", "/fw/SV.fd");
	assert_equivalent(made, "/x/OVMF_CODE.secure.4m.fd", "/fw/S.fd", "/fw/SV.fd");
}

static void names_of_enrolled_builds_mean_one_with_keys(void **state)
{
	struct made_up *made = *state;

	three_builds(made);
	assert_equivalent(made, "/x/OVMF_CODE.ms.fd", "/fw/E.fd", "/fw/EV.fd");
	assert_equivalent(made, "/x/ovmf-x86_64-smm-ms-code.bin", "/fw/E.fd", "/fw/EV.fd");
	assert_equivalent(made, "/x/OVMF_CODE_4M.snakeoil.fd", "/fw/E.fd", "/fw/EV.fd");
}

static void only_the_files_name_counts(void **state)
{
	struct made_up *made = *state;

	three_builds(made);
	assert_equivalent(made, "/srv/secure.ms.d/OVMF_CODE.fd", "/fw/P.fd", "/fw/PV.fd");
}

static void what_is_not_whole_is_no_equivalent(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd")->template->error_number = 2;
	made_descriptor(made, "61.json", "/fw/B.fd", "/fw/BV.fd")->executable->error_number = 2;
	made_descriptor(made, "62.json", "/fw/C.fd", "/fw/CV.fd")->state = DESCRIPTOR_MASKED;
	made_pair(made, "/fw/P.fd", "/fw/PV.fd")->vars->role = FIRMWARE_ROLE_CODE;
	assert_equivalent(made, "/x/OVMF_CODE.fd", NULL, NULL);
	made_pair(made, "/fw/Q.fd", "/fw/QV.fd");
	assert_equivalent(made, "/x/OVMF_CODE.fd", "/fw/Q.fd", "/fw/QV.fd");
}

static void another_architecture_is_no_equivalent(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd")->targets[0].arch = ARCH_I386;
	made_pair(made, "/fw/P.fd", "/fw/PV.fd")->arch = ARCH_I386;
	assert_equivalent(made, "/x/OVMF_CODE.fd", NULL, NULL);
}

static void pairs_have_their_kind_too(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *secure = made_pair(made, "/fw/S.fd", "/fw/SV.fd");

	secure->secure_boot = true;
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	assert_equivalent(made, "/x/OVMF_CODE.fd", "/fw/P.fd", "/fw/PV.fd");
	assert_equivalent(made, "/x/OVMF_CODE.secboot.fd", "/fw/S.fd", "/fw/SV.fd");
	secure->enrolled_keys = true;
	assert_equivalent(made, "/x/OVMF_CODE.ms.fd", "/fw/S.fd", "/fw/SV.fd");
}

static struct firmware_pair *pair_2m(struct made_up *made)
{
	struct firmware_pair *pair;

	made_file(made, "/fw/2.fd", CODE_2M_BYTES, FIRMWARE_ROLE_CODE)->code_arch = ARCH_X86_64;
	made_file(made, "/fw/2V.fd", VARS_2M_BYTES, FIRMWARE_ROLE_VARIABLES);
	pair = made_pair(made, "/fw/2.fd", "/fw/2V.fd");
	return pair;
}

static struct equivalent find(struct made_up *made, struct equivalent_question question)
{
	question.arch = made->spec.arch;
	return find_equivalent(&made->host, &question);
}

static void code_is_of_the_family_of_the_store_that_stays(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/x/OVMF_CODE.fd", .vars = "/mine.fd"};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	pair_2m(made);
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
	question.kept_vars = made_file(made, "/mine.fd", VARS_2M_BYTES, FIRMWARE_ROLE_VARIABLES);
	assert_string_equal(find(made, question).code->path, "/fw/2.fd");
	made->host.pair_count = 1;
	assert_null(find(made, question).code);
}

static void a_template_is_of_the_family_of_the_code_that_stays(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/my.fd", .vars = "/mine.fd"};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	pair_2m(made);
	question.kept_code = made_file(made, "/my.fd", CODE_2M_BYTES, FIRMWARE_ROLE_CODE);
	assert_string_equal(find(made, question).vars->path, "/fw/2V.fd");
	made->host.pair_count = 1;
	assert_null(find(made, question).vars);
}

static void the_codes_own_template_comes_first(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/my/secboot.fd", .vars = "/mine.fd"};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	made_pair(made, "/fw/S.fd", "/fw/SV.fd");
	question.kept_code = made_link(made, "/my/secboot.fd", made->host.pairs[1].code);
	assert_string_equal(find(made, question).vars->path, "/fw/SV.fd");
}

static struct known_file *know(struct made_up *made, const char *path)
{
	struct known_file *known = made_memory(made, 1, sizeof(*known));

	known->path = made_text(made, path);
	made->host.known = known;
	made->host.known_count = 1;
	return known;
}

static void the_table_tells_what_a_name_does_not(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/x/ovmf-x86_64-smm-code.bin"};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	made_pair(made, "/fw/S.fd", "/fw/SV.fd")->secure_boot = true;
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
	know(made, question.code)->secure_boot = true;
	assert_string_equal(find(made, question).code->path, "/fw/S.fd");
}

static void the_family_that_is_known_comes_first(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/x/OVMF_CODE.fd"};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	pair_2m(made);
	know(made, question.code)->family_bytes = 2 << 20;
	assert_string_equal(find(made, question).code->path, "/fw/2.fd");
	made->host.pair_count = 1;
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
}

static void keys_count_where_a_template_is_taken(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/x/OVMF_CODE.secboot.fd"};
	struct firmware_pair *secure = made_pair(made, "/fw/S.fd", "/fw/SV.fd");

	secure->secure_boot = true;
	secure->enrolled_keys = true;
	assert_string_equal(find(made, question).code->path, "/fw/S.fd");
	question.vars = "/x/mine.fd";
	assert_null(find(made, question).code);
	question.vars = "/x/OVMF_VARS.ms.fd";
	assert_string_equal(find(made, question).vars->path, "/fw/SV.fd");
}

static void a_file_for_bios_has_its_steps_and_no_secure_boot(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/x/OVMF.fd", .memory = true};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	assert_null(find(made, question).code);
	pair_2m(made)->secure_boot = true;
	question.code = "/x/OVMF.secboot.fd";
	assert_null(find(made, question).code);
	made->host.pairs[1].secure_boot = false;
	question.code = "/x/OVMF.fd";
	assert_string_equal(find(made, question).code->path, "/fw/2.fd");
	made_file(made, "/usr/share/ovmf/OVMF.fd", 4 << 20, FIRMWARE_ROLE_UNIFIED);
	assert_string_equal(find(made, question).code->path, "/usr/share/ovmf/OVMF.fd");
}

static void templates_are_those_of_distributions(void **state)
{
	struct made_up *made = *state;

	assert_true(is_template(&made->host, "/usr/share/OVMF/OVMF_VARS.fd"));
	assert_true(is_template(&made->host, "/nix/store/x/FV/OVMF_VARS.fd"));
	assert_false(is_template(&made->host, "/opt/incus/share/qemu/OVMF_VARS.4MB.fd"));
	know(made, "/opt/incus/share/qemu/OVMF_VARS.4MB.fd")->vars = true;
	assert_true(is_template(&made->host, "/opt/incus/share/qemu/OVMF_VARS.4MB.fd"));
}

static void the_hint_is_an_option_that_can_be_copied(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;

	three_builds(made);
	hint = equivalent_hint(&made->host, ARCH_X86_64, "/x/OVMF_CODE.fd");
	assert_string_equal(hint, "this host's build of that kind is '/fw/P.fd' (4M family): "
				  "--firmware=/fw/P.fd:/fw/PV.fd, or put it into the spec");
}

static void of_no_family_none_is_said(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;

	made_virt(made, ARCH_AARCH64);
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	hint = equivalent_hint(&made->host, ARCH_AARCH64, "/x/QEMU_EFI.fd");
	assert_string_equal(hint, "this host's build of that kind is '/fw/P.fd': "
				  "--firmware=/fw/P.fd:/fw/PV.fd, or put it into the spec");
}

static void a_template_is_found_by_its_code(void **state)
{
	struct made_up *made = *state;
	const struct firmware_file *link;

	three_builds(made);
	made_pair(made, "/fw/Q.fd", "/fw/QV.fd");
	link = made_link(made, "/my/link.fd", made->host.pairs[0].code);
	assert_string_equal(find_template(&made->host, ARCH_X86_64, link)->path, "/fw/QV.fd");
	assert_string_equal(
		find_template(&made->host, ARCH_X86_64, made->host.descriptors[0].executable)->path,
		made->host.descriptors[0].template->path);
	made->host.pairs[0].vars->size_bytes = VARS_2M_BYTES;
	made->host.pairs[0].vars->virtual_size_bytes = VARS_2M_BYTES;
	assert_null(find_template(&made->host, ARCH_X86_64, link));
}

static void without_an_equivalent_there_is_no_hint(void **state)
{
	struct made_up *made = *state;

	assert_null(equivalent_hint(&made->host, ARCH_X86_64, "/x/OVMF_CODE.fd"));
	assert_null(equivalent_template_hint(&made->host, ARCH_X86_64, "/x/OVMF_VARS.fd"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(plain_names_mean_a_build_without_secure_boot),
		MADE_UP(names_of_secure_builds_mean_one),
		MADE_UP(names_of_enrolled_builds_mean_one_with_keys),
		MADE_UP(only_the_files_name_counts),
		MADE_UP(what_is_not_whole_is_no_equivalent),
		MADE_UP(another_architecture_is_no_equivalent),
		MADE_UP(pairs_have_their_kind_too),
		MADE_UP(code_is_of_the_family_of_the_store_that_stays),
		MADE_UP(a_template_is_of_the_family_of_the_code_that_stays),
		MADE_UP(the_codes_own_template_comes_first),
		MADE_UP(the_table_tells_what_a_name_does_not),
		MADE_UP(the_family_that_is_known_comes_first),
		MADE_UP(keys_count_where_a_template_is_taken),
		MADE_UP(a_file_for_bios_has_its_steps_and_no_secure_boot),
		MADE_UP(templates_are_those_of_distributions),
		MADE_UP(the_hint_is_an_option_that_can_be_copied),
		MADE_UP(of_no_family_none_is_said),
		MADE_UP(a_template_is_found_by_its_code),
		MADE_UP(without_an_equivalent_there_is_no_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
