/* SPDX-License-Identifier: MIT */
/* plan/equivalent: builds that could stand for a file and may not, and what is said of the rest. */
#include "plan/equivalent.h"

#include "made_up.h"

static struct equivalent find(struct made_up *made, struct equivalent_question question)
{
	question.arch = made->spec.arch;
	return find_equivalent(&made->host, &question);
}

static struct firmware_pair *stateless(struct made_up *made, const char *code)
{
	struct firmware_pair *pair = made_pair(made, code, "/fw/unused.fd");

	pair->vars = NULL;
	return pair;
}

static void known(struct made_up *made, size_t count, const struct known_file *files)
{
	made->host.known = made_memory(made, count, sizeof(*files));
	made->host.known_count = count;
	for (size_t i = 0; i < count; i++)
		made->host.known[i] = files[i];
}

static void keys_are_those_of_code_or_store(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, "/fw/S.fd", "/fw/SV.fd");

	pair->secure_boot = pair->enrolled_keys = true;
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	assert_string_equal(find(made, (struct equivalent_question){.code = "/x/CODE.ms.fd",
					       .vars = "/x/VARS.fd"})
				    .vars->path,
		"/fw/SV.fd");
	assert_string_equal(find(made, (struct equivalent_question){.code = "/x/CODE.fd",
					       .vars = "/x/VARS.ms.fd"})
				    .vars->path,
		"/fw/SV.fd");
	assert_string_equal(
		find(made, (struct equivalent_question){.code = "/x/CODE.fd", .vars = "/x/VARS.fd"})
			.vars->path,
		"/fw/PV.fd");
}

static void the_family_of_code_goes_before_that_of_the_store(void **state)
{
	struct made_up *made = *state;
	char code[] = "/x/CODE.fd", vars[] = "/x/VARS.fd";
	struct known_file files[] = {{.path = code, .family_bytes = 2 << 20},
		{.path = vars, .vars = true, .family_bytes = 4 << 20}};
	const struct equivalent_question question = {.code = code, .vars = vars};

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	made_file(made, "/fw/2.fd", CODE_2M_BYTES, FIRMWARE_ROLE_CODE)->code_arch = ARCH_X86_64;
	made_file(made, "/fw/2V.fd", VARS_2M_BYTES, FIRMWARE_ROLE_VARIABLES);
	made_pair(made, "/fw/2.fd", "/fw/2V.fd");
	known(made, 2, files);
	assert_string_equal(find(made, question).code->path, "/fw/2.fd");
	made->host.known[0].family_bytes = 0;
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
}

static void a_store_needs_a_build_with_a_template_of_its_format(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {
		.code = "/x/CODE.fd", .vars = "/x/VARS.fd", .vars_format = IMAGE_FORMAT_QCOW2};

	stateless(made, "/fw/S.fd");
	assert_null(find(made, question).code);
	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	assert_null(find(made, question).code);
	question.vars_format = IMAGE_FORMAT_RAW;
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
	question.vars = NULL; /* any build of the kind will do */
	assert_string_equal(find(made, question).code->path, "/fw/S.fd");
	question.code_format = IMAGE_FORMAT_QCOW2;
	assert_null(find(made, question).code);
	question.kept_code = made->host.pairs[1].code; /* its format counts no more */
	assert_string_equal(find(made, question).code->path, "/fw/4.fd");
}

static void a_file_for_bios_is_raw(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *code;
	struct firmware_pair *pair;

	made_file(made, "/fw/2.fd", CODE_2M_BYTES, FIRMWARE_ROLE_CODE)->code_arch = ARCH_X86_64;
	pair = stateless(made, "/fw/2.fd");
	code = pair->code;
	assert_ptr_equal(find(made, (struct equivalent_question){.memory = true}).code, code);
	pair->format = code->format = IMAGE_FORMAT_QCOW2;
	assert_null(find(made, (struct equivalent_question){.memory = true}).code);
}

static void the_codes_own_template_has_the_keys_that_are_wanted(void **state)
{
	struct made_up *made = *state;
	struct equivalent_question question = {.code = "/my.fd", .vars = "/x/VARS.fd"};
	struct firmware_pair *pair = made_pair(made, "/fw/S.fd", "/fw/SV.fd");

	pair->secure_boot = pair->enrolled_keys = true;
	question.kept_code = made_link(made, "/my.fd", pair->code);
	assert_null(find(made, question).vars);
	pair->enrolled_keys = false;
	assert_string_equal(find(made, question).vars->path, "/fw/SV.fd");
}

static void a_4m_name_means_the_larger_family(void **state)
{
	struct made_up *made = *state;

	made_file(made, "/fw/2.fd", CODE_2M_BYTES, FIRMWARE_ROLE_CODE)->code_arch = ARCH_X86_64;
	made_file(made, "/fw/2V.fd", VARS_2M_BYTES, FIRMWARE_ROLE_VARIABLES);
	made_pair(made, "/fw/2.fd", "/fw/2V.fd");
	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	assert_string_equal(
		find(made, (struct equivalent_question){.code = "/x/CODE.fd"}).code->path,
		"/fw/2.fd");
	assert_string_equal(
		find(made, (struct equivalent_question){.code = "/x/CODE_4M.fd"}).code->path,
		"/fw/4.fd");
	assert_string_equal(find(made, (struct equivalent_question){.code = "/x/CODE.fd",
					       .vars = "/x/VARS.4m.fd"})
				    .code->path,
		"/fw/4.fd");
}

static void descriptors_without_a_store_of_their_own_are_passed_over(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd");

	descriptor->mode = FIRMWARE_MODE_STATELESS;
	assert_null(find(made, (struct equivalent_question){.code = "/x/CODE.fd"}).code);
	descriptor->mode = FIRMWARE_MODE_SPLIT;
	assert_string_equal(
		find(made, (struct equivalent_question){.code = "/x/CODE.fd"}).code->path,
		"/fw/A.fd");
}

static void files_for_bios_are_looked_for_where_distributions_have_them(void **state)
{
	struct made_up *made = *state;
	struct strings x86 = {0};
	struct strings arm64 = {0};
	struct strings riscv64 = {0};

	equivalent_paths(ARCH_X86_64, &x86);
	assert_true(strings_contain(&x86, "/usr/share/ovmf/OVMF.fd"));
	assert_false(strings_contain(&x86, "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"));
	equivalent_paths(ARCH_AARCH64, &arm64);
	assert_string_equal(arm64.items[0], "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd");
	equivalent_paths(ARCH_RISCV64, &riscv64);
	assert_int_equal(riscv64.count, 0);
	for (size_t i = 0; i < x86.count; i++) {
		struct firmware_file *file =
			made_file(made, x86.items[i], 4 << 20, FIRMWARE_ROLE_UNIFIED);

		assert_ptr_equal(
			find(made, (struct equivalent_question){.memory = true}).code, file);
		file->error_number = 2; /* now the next one */
	}
	strings_clear(&x86);
	strings_clear(&arm64);
}

static void a_file_for_bios_that_would_not_boot_is_passed_over(void **state)
{
	struct made_up *made = *state;
	const struct equivalent_question question = {.memory = true};
	struct firmware_file *file =
		made_file(made, "/usr/share/ovmf/OVMF.fd", 4 << 20, FIRMWARE_ROLE_UNIFIED);

	assert_ptr_equal(find(made, question).code, file);
	assert_null(find(made, (struct equivalent_question){.code = "/x/CODE.fd"}).code);
	file->virtual_size_bytes = (4 << 20) - 4096; /* flash would take it, -bios does not */
	assert_null(find(made, question).code);
	file->virtual_size_bytes = 4 << 20;
	file->role = FIRMWARE_ROLE_VARIABLES;
	assert_null(find(made, question).code);
	file->role = FIRMWARE_ROLE_UNIFIED;
	made->spec.arch = ARCH_RISCV64; /* not of this guest */
	assert_null(find(made, question).code);
}

static void a_build_without_a_template_has_none_for_its_code(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = stateless(made, "/fw/S.fd");

	assert_null(find_template(&made->host, ARCH_X86_64, pair->code));
	made_pair(made, "/fw/S.fd", "/fw/SV.fd");
	assert_string_equal(find_template(&made->host, ARCH_X86_64, pair->code)->path, "/fw/SV.fd");
	assert_null(find_template(&made->host, ARCH_I386, pair->code));
}

static void known_code_is_no_template(void **state)
{
	struct made_up *made = *state;
	char path[] = "/opt/CODE.fd";

	known(made, 1, &(struct known_file){.path = path});
	assert_false(is_template(&made->host, path));
	made->host.known[0].vars = true;
	assert_true(is_template(&made->host, path));
}

static void the_hint_at_a_build_without_a_template_names_none(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;

	stateless(made, "/fw/S.fd");
	hint = equivalent_hint(&made->host, ARCH_X86_64, "/x/CODE.fd");
	assert_string_equal(hint, "this host's build of that kind is '/fw/S.fd' (4M family): "
				  "--firmware=/fw/S.fd, or put it into the spec");
}

static void the_hint_at_a_template_names_its_code(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;
	auto_free char *arm = NULL;

	made_pair(made, "/fw/4.fd", "/fw/4V.fd");
	hint = equivalent_template_hint(&made->host, ARCH_X86_64, "/x/VARS.fd");
	assert_string_equal(hint,
		"this host's template of that kind is '/fw/4V.fd' (4M family), which belongs to "
		"'/fw/4.fd': <nvram template='/fw/4V.fd'/>, or --firmware=/fw/4.fd:/fw/4V.fd");
	made_virt(made, ARCH_AARCH64);
	made_pair(made, "/fw/A.fd", "/fw/AV.fd");
	arm = equivalent_template_hint(&made->host, ARCH_AARCH64, "/x/VARS.fd");
	assert_string_equal(arm,
		"this host's template of that kind is '/fw/AV.fd', which belongs to '/fw/A.fd': "
		"<nvram template='/fw/AV.fd'/>, or --firmware=/fw/A.fd:/fw/AV.fd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(keys_are_those_of_code_or_store),
		MADE_UP(the_family_of_code_goes_before_that_of_the_store),
		MADE_UP(a_store_needs_a_build_with_a_template_of_its_format),
		MADE_UP(a_file_for_bios_is_raw),
		MADE_UP(the_codes_own_template_has_the_keys_that_are_wanted),
		MADE_UP(a_4m_name_means_the_larger_family),
		MADE_UP(descriptors_without_a_store_of_their_own_are_passed_over),
		MADE_UP(files_for_bios_are_looked_for_where_distributions_have_them),
		MADE_UP(a_file_for_bios_that_would_not_boot_is_passed_over),
		MADE_UP(a_build_without_a_template_has_none_for_its_code),
		MADE_UP(known_code_is_no_template),
		MADE_UP(the_hint_at_a_build_without_a_template_names_none),
		MADE_UP(the_hint_at_a_template_names_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
