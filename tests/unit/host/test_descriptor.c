/* SPDX-License-Identifier: MIT */
/* Rules S1 to S6 of the descriptor's schema, every mapping, and files that mean no good. */
#include "descriptor_parts.h"

#include <errno.h>

static void a_split_flash_descriptor_is_read_whole(void **state)
{
	const struct descriptor *descriptor = read_parts(*state, (struct parts){0});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->interfaces, FIRMWARE_INTERFACE_UEFI);
	assert_int_equal(descriptor->device, FIRMWARE_DEVICE_FLASH);
	assert_int_equal(descriptor->mode, FIRMWARE_MODE_SPLIT);
	assert_string_equal(descriptor->executable->path, "/fw/CODE.fd");
	assert_int_equal(descriptor->executable_format, IMAGE_FORMAT_RAW);
	assert_string_equal(descriptor->template->path, "/fw/VARS.fd");
	assert_int_equal(descriptor->template_format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(descriptor->template_format_text, "qcow2");
	assert_int_equal(descriptor->targets[0].arch, ARCH_X86_64);
	assert_true(strings_contain(&descriptor->targets[0].machines, "pc-q35-*"));
	assert_true(strings_contain(&descriptor->features, "acpi-s3"));
}

static void s1_unknown_keys_are_ignored_and_description_and_tags_not_needed(void **state)
{
	expect(read_text(*state,
		       "{\"interface-types\": [], \"mapping\": {\"device\": \"kernel\", "
		       "\"filename\": \"/k\", \"new\": {\"x\": [1, null, 2.5]}}, \"targets\": [], "
		       "\"features\": [], \"vendor\": true}"),
		DESCRIPTOR_USABLE, NULL);
}

static void s2_each_of_the_four_keys_must_be_there_with_its_type(void **state)
{
	struct reader *reader = *state;

	expect(read_text(reader, "{}"), DESCRIPTOR_UNREADABLE,
		"/d.json#/interface-types: is missing");
	expect(read_text(reader, "{\"interface-types\": []}"), DESCRIPTOR_UNREADABLE,
		"/d.json#/mapping: is missing");
	expect(read_parts(reader, (struct parts){.interfaces = "\"uefi\""}), DESCRIPTOR_UNREADABLE,
		"/d.json#/interface-types: is of type 'string', not 'array'");
	expect(read_parts(reader, (struct parts){.mapping = "[]"}), DESCRIPTOR_UNREADABLE,
		"/d.json#/mapping: is of type 'array', not 'object'");
	expect(read_parts(reader, (struct parts){.targets = "null"}), DESCRIPTOR_UNREADABLE,
		"/d.json#/targets: is of type 'null', not 'array'");
	expect(read_parts(reader, (struct parts){.features = "{}"}), DESCRIPTOR_UNREADABLE,
		"/d.json#/features: is of type 'object', not 'array'");
	expect(read_text(reader, "[]"), DESCRIPTOR_UNREADABLE, "/d.json#: is not an object");
}

static void s2_empty_arrays_are_accepted(void **state)
{
	expect(read_parts(*state,
		       (struct parts){.interfaces = "[]", .targets = "[]", .features = "[]"}),
		DESCRIPTOR_USABLE, NULL);
}

static void s3_an_unknown_kind_is_unsupported_not_unreadable(void **state)
{
	struct reader *reader = *state;

	expect(read_parts(reader, (struct parts){.interfaces = "[\"coreboot\"]"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/interface-types: unknown interface 'coreboot'");
	expect(read_parts(reader, (struct parts){.mapping = "{\"device\": \"rom-drive\"}"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/mapping/device: unknown device 'rom-drive'");
	expect(read_parts(reader, (struct parts){.mapping = "{\"device\": \"flash\", \"mode\": "
							    "\"mirrored\", " FLASH_CODE "}"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/mapping/mode: unknown flash mode 'mirrored'");
	expect(read_parts(reader, (struct parts){.targets = "[{\"architecture\": \"mips64\", "
							    "\"machines\": [\"*\"]}]"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/targets: unknown architecture 'mips64'");
	expect(read_parts(reader, (struct parts){.features = "[\"secure-boot\", \"needs-magic\"]"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/features/1: unknown feature 'needs-magic'");
}

static void the_first_unknown_kind_is_the_reason(void **state)
{
	expect(read_parts(*state, (struct parts){.mapping = "{\"device\": \"tape\"}",
					  .features = "[\"new\", \"newer\"]"}),
		DESCRIPTOR_UNSUPPORTED, "/d.json#/mapping/device: unknown device 'tape'");
}

static void s3_unknown_interfaces_and_architectures_beside_known_ones_are_ignored(void **state)
{
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.interfaces = "[\"coreboot\", \"svsm\", \"uefi\", \"hypercall\"]",
			.targets = "[{\"architecture\": \"mips64\", \"machines\": []}, "
				   "{\"architecture\": \"i386\", \"machines\": [\"pc-*\"]}]"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->interfaces, FIRMWARE_INTERFACE_UEFI | FIRMWARE_INTERFACE_SVSM);
	assert_int_equal(descriptor->targets[0].arch, ARCH_UNKNOWN);
	assert_string_equal(descriptor->targets[0].arch_text, "mips64");
	assert_int_equal(descriptor->targets[1].arch, ARCH_I386);
}

static void every_feature_of_the_specification_is_known(void **state)
{
	expect(read_parts(*state,
		       (struct parts){
			       .features =
				       "[\"acpi-s3\", \"acpi-s4\", \"amd-sev\", \"amd-sev-es\", "
				       "\"amd-sev-snp\", \"intel-tdx\", \"enrolled-keys\", "
				       "\"requires-smm\", \"secure-boot\", \"host-uefi-vars\", "
				       "\"verbose-dynamic\", \"verbose-static\", \"arm-rme\"]"}),
		DESCRIPTOR_USABLE, NULL);
}

static void s4_any_format_is_read_and_an_unknown_one_kept_by_name(void **state)
{
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.mapping = "{\"device\": \"flash\", \"mode\": \"stateless\", "
					  "\"executable\": {\"filename\": \"/c\", \"format\": "
					  "\"qed\"}, \"nvram-template\": 7}"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->executable_format, IMAGE_FORMAT_UNKNOWN);
	assert_string_equal(descriptor->executable_format_text, "qed");
	assert_int_equal(descriptor->mode, FIRMWARE_MODE_STATELESS);
	assert_null(descriptor->template);
}

static void s5_all_architectures_have_their_names(void **state)
{
	static const enum arch wanted[] = {
		ARCH_AARCH64, ARCH_ARM, ARCH_I386, ARCH_LOONGARCH64, ARCH_RISCV64, ARCH_X86_64};
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.targets = "[{\"architecture\": \"aarch64\", \"machines\": []}, "
					  "{\"architecture\": \"arm\", \"machines\": []}, "
					  "{\"architecture\": \"i386\", \"machines\": []}, "
					  "{\"architecture\": \"loongarch64\", \"machines\": []}, "
					  "{\"architecture\": \"riscv64\", \"machines\": []}, "
					  "{\"architecture\": \"x86_64\", \"machines\": []}]"});

	assert_int_equal(descriptor->target_count, ARRAY_COUNT(wanted));
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		assert_int_equal(descriptor->targets[i].arch, wanted[i]);
}

static void s6_a_machine_that_is_no_string_matches_nothing_and_is_noted(void **state)
{
	struct reader *reader = *state;
	const struct descriptor *descriptor = read_parts(reader,
		(struct parts){.targets = "[{\"architecture\": \"x86_64\", \"machines\": [7, "
					  "\"microvm\", null]}]"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->targets[0].machines.count, 1);
	assert_int_equal(count_notes(&reader->notes, "/d.json#/targets/0/machines/0: "), 1);
	assert_int_equal(count_notes(&reader->notes, "matches no machine"), 2);
}

static void a_combined_flash_has_no_template(void **state)
{
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.mapping =
				       "{\"device\": \"flash\", \"mode\": \"combined\", " FLASH_CODE
				       "}"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->mode, FIRMWARE_MODE_COMBINED);
	assert_null(descriptor->template);
}

static void a_split_flash_without_its_template_is_broken(void **state)
{
	struct reader *reader = *state;

	expect(read_parts(reader,
		       (struct parts){.mapping = "{\"device\": \"flash\", " FLASH_CODE "}"}),
		DESCRIPTOR_UNREADABLE, "/d.json#/mapping/nvram-template: is missing");
	assert_null(reader->descriptor.executable);
	expect(read_parts(reader, (struct parts){.mapping = "{\"device\": \"flash\", "
							    "\"executable\": {\"filename\": \"/c\""
							    "}, " FLASH_VARS "}"}),
		DESCRIPTOR_UNREADABLE, "/d.json#/mapping/executable/format: is missing");
}

static void memory_and_kernel_name_one_file(void **state)
{
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.mapping = "{\"device\": \"memory\", \"filename\": \"/bios.bin\"}"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_int_equal(descriptor->device, FIRMWARE_DEVICE_MEMORY);
	assert_int_equal(descriptor->mode, FIRMWARE_MODE_NONE);
	assert_string_equal(descriptor->executable->path, "/bios.bin");
	descriptor = read_parts(*state,
		(struct parts){.mapping = "{\"device\": \"kernel\", \"filename\": \"/u-boot\"}"});
	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_string_equal(descriptor->executable->path, "/u-boot");
}

static void memory_may_have_a_uefi_vars_store(void **state)
{
	struct reader *reader = *state;
	const struct descriptor *descriptor = read_parts(reader,
		(struct parts){.mapping = "{\"device\": \"memory\", \"filename\": \"/q.fd\", "
					  "\"uefi-vars\": {\"template\": \"/vars.json\"}}",
			.features = "[\"host-uefi-vars\"]"});

	expect(descriptor, DESCRIPTOR_USABLE, NULL);
	assert_true(descriptor->uefi_vars);
	assert_string_equal(descriptor->template->path, "/vars.json");
	expect(read_parts(reader, (struct parts){.mapping = "{\"device\": \"memory\", "
							    "\"filename\": \"/q.fd\", "
							    "\"uefi-vars\": {}}"}),
		DESCRIPTOR_UNREADABLE, "/d.json#/mapping/uefi-vars/template: is missing");
}

static void igvm_is_recognised_and_unsupported(void **state)
{
	const struct descriptor *descriptor = read_parts(*state,
		(struct parts){.mapping = "{\"device\": \"igvm\", \"filename\": \"/a.igvm\"}"});

	expect(descriptor, DESCRIPTOR_UNSUPPORTED,
		"/d.json#/mapping: device 'igvm' is for confidential guests only");
	assert_string_equal(descriptor->executable->path, "/a.igvm");
}

static void relative_paths_are_refused(void **state)
{
	expect(read_parts(*state,
		       (struct parts){.mapping = "{\"device\": \"memory\", \"filename\": \"b\"}"}),
		DESCRIPTOR_UNREADABLE, "/d.json#/mapping/filename: 'b' is not an absolute path");
}

static void a_nul_in_a_string_is_refused(void **state)
{
	expect(read_parts(*state, (struct parts){.mapping = "{\"device\": \"kernel\", "
							    "\"filename\": \"/etc\\u0000/x\"}"}),
		DESCRIPTOR_UNREADABLE, "/d.json#/mapping/filename: holds a NUL");
}

static void a_file_of_more_than_a_mebibyte_is_not_read(void **state)
{
	struct reader *reader = *state;

	tempdir_zeros(reader->folder, "d.json", (1 << 20) + 1);
	descriptor_read("/d.json", &reader->files, &reader->notes, &reader->descriptor);
	assert_int_equal(reader->descriptor.state, DESCRIPTOR_UNREADABLE);
	assert_non_null(strstr(reader->descriptor.problem, "1048577 bytes, more than"));
}

static void a_file_of_one_mebibyte_is_read(void **state)
{
	struct reader *reader = *state;
	char *text = xcalloc((1 << 20) + 1, 1);

	memset(text, ' ', 1 << 20);
	memcpy(text, "{}", 2);
	expect(read_text(reader, text), DESCRIPTOR_UNREADABLE,
		"/d.json#/interface-types: is missing");
	free(text);
}

static void a_file_that_is_gone_or_a_fifo_is_unreadable(void **state)
{
	struct reader *reader = *state;

	descriptor_read("/d.json", &reader->files, &reader->notes, &reader->descriptor);
	expect(&reader->descriptor, DESCRIPTOR_UNREADABLE,
		"cannot open '/d.json': No such file or directory");
	descriptor_clear(&reader->descriptor);
	tempdir_fifo(reader->folder, "d.json");
	descriptor_read("/d.json", &reader->files, &reader->notes, &reader->descriptor);
	expect(&reader->descriptor, DESCRIPTOR_UNREADABLE, "'/d.json' is not a regular file");
}

static void a_file_named_twice_is_one_file(void **state)
{
	struct reader *reader = *state;
	struct descriptor other;

	assert_false(read_parts(reader, (struct parts){0})->uefi_vars);
	descriptor_read("/d.json", &reader->files, &reader->notes, &other);
	assert_ptr_equal(other.executable, reader->descriptor.executable);
	assert_int_equal(reader->files.count, 2);
	descriptor_clear(&other);
}

/* What is broken at whatever depth is named where it stands. */
static void what_is_broken_is_named_where_it_stands(void **state)
{
	static const struct {
		struct parts parts;
		const char *problem;
	} cases[] = {
		{{.interfaces = "[1]"}, "/interface-types/0: is of type 'int', not 'string'"},
		{{.mapping = "{}"}, "/mapping/device: is missing"},
		{{.mapping = "{\"device\": \"flash\", \"mode\": 1}"},
			"/mapping/mode: is of type 'int', not 'string'"},
		{{.mapping = "{\"device\": \"flash\"}"}, "/mapping/executable: is missing"},
		{{.mapping = "{\"device\": \"flash\", \"executable\": {\"format\": \"raw\"}}"},
			"/mapping/executable/filename: is missing"},
		{{.mapping = "{\"device\": \"memory\"}"}, "/mapping/filename: is missing"},
		{{.mapping = "{\"device\": \"memory\", \"filename\": \"/f\", \"uefi-vars\": 1}"},
			"/mapping/uefi-vars: is of type 'int', not 'object'"},
		{{.mapping = "{\"device\": \"igvm\"}"}, "/mapping/filename: is missing"},
		{{.targets = "[\"x86_64\"]"}, "/targets/0: is not an object"},
		{{.targets = "[{\"machines\": []}]"}, "/targets/0/architecture: is missing"},
		{{.targets = "[{\"architecture\": \"arm\"}]"}, "/targets/0/machines: is missing"},
		{{.features = "[\"acpi-s3\", null]"},
			"/features/1: is of type 'null', not 'string'"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *problem = xasprintf("/d.json#%s", cases[i].problem);

		expect(read_parts(*state, cases[i].parts), DESCRIPTOR_UNREADABLE, problem);
	}
}

/* Files of a descriptor that cannot be chosen are not looked at; whether it is broken is said. */
static void files_of_another_architectures_descriptor_are_passed_over(void **state)
{
	static const struct {
		const char *targets;
		bool looked;
		enum descriptor_state state;
	} cases[] = {
		{"[{\"architecture\": \"aarch64\", \"machines\": []}]", true, DESCRIPTOR_USABLE},
		{"[{\"architecture\": \"arm\", \"machines\": []}, {\"architecture\": "
		 "\"aarch64\", \"machines\": []}]",
			true, DESCRIPTOR_USABLE},
		{"[{\"architecture\": \"arm\", \"machines\": []}]", false, DESCRIPTOR_USABLE},
		{"[]", false, DESCRIPTOR_USABLE},
		{"[1]", false, DESCRIPTOR_UNREADABLE},
		{"[{\"machines\": []}]", false, DESCRIPTOR_UNREADABLE},
		{"[{\"architecture\": 1, \"machines\": []}]", false, DESCRIPTOR_UNREADABLE},
		{"[{\"architecture\": null, \"machines\": []}]", false, DESCRIPTOR_UNREADABLE},
		{"{}", true, DESCRIPTOR_UNREADABLE},
	};
	struct reader *reader = *state;

	tempdir_text(reader->folder, "/fw/CODE.fd", "code");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct firmware_file *code;

		file_table_clear(&reader->files);
		reader->files.only_arch = ARCH_AARCH64;
		assert_int_equal(
			read_parts(reader, (struct parts){.targets = cases[i].targets})->state,
			cases[i].state);
		code = reader->files.items[0];
		assert_string_equal(code->path, "/fw/CODE.fd");
		assert_int_equal(code->error_number, cases[i].looked ? 0 : ENOENT);
	}
	read_text(reader, "{\"interface-types\": [], \"mapping\": " SPLIT ", \"features\": []}");
	expect(&reader->descriptor, DESCRIPTOR_UNREADABLE, "/d.json#/targets: is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		reader_test(a_split_flash_descriptor_is_read_whole),
		reader_test(s1_unknown_keys_are_ignored_and_description_and_tags_not_needed),
		reader_test(s2_each_of_the_four_keys_must_be_there_with_its_type),
		reader_test(s2_empty_arrays_are_accepted),
		reader_test(s3_an_unknown_kind_is_unsupported_not_unreadable),
		reader_test(the_first_unknown_kind_is_the_reason),
		reader_test(s3_unknown_interfaces_and_architectures_beside_known_ones_are_ignored),
		reader_test(every_feature_of_the_specification_is_known),
		reader_test(s4_any_format_is_read_and_an_unknown_one_kept_by_name),
		reader_test(s5_all_architectures_have_their_names),
		reader_test(s6_a_machine_that_is_no_string_matches_nothing_and_is_noted),
		reader_test(a_combined_flash_has_no_template),
		reader_test(a_split_flash_without_its_template_is_broken),
		reader_test(memory_and_kernel_name_one_file),
		reader_test(memory_may_have_a_uefi_vars_store),
		reader_test(igvm_is_recognised_and_unsupported),
		reader_test(relative_paths_are_refused),
		reader_test(a_nul_in_a_string_is_refused),
		reader_test(a_file_of_more_than_a_mebibyte_is_not_read),
		reader_test(a_file_of_one_mebibyte_is_read),
		reader_test(a_file_that_is_gone_or_a_fifo_is_unreadable),
		reader_test(a_file_named_twice_is_one_file),
		reader_test(what_is_broken_is_named_where_it_stands),
		reader_test(files_of_another_architectures_descriptor_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
