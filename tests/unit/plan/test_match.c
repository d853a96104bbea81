/* SPDX-License-Identifier: MIT */
/* plan/match: interface, target and paths of a descriptor (M1 to M4); what one file is. */
#include "plan/match.h"

#include "made_up.h"

#define PLAIN "/usr/share/qemu/firmware/60-plain.json"
#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, PLAIN, CODE, VARS);
}

/* The answer to the spec as it stands now, by names alone. */
static void assert_descriptor(
	struct made_up *made, const struct descriptor *descriptor, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(
		descriptor_refusal(&made->host, request, descriptor, PATH_MATCH_LITERAL), wanted);
}

static void assert_same_file(
	struct made_up *made, const struct descriptor *descriptor, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(
		descriptor_refusal(&made->host, request, descriptor, PATH_MATCH_SAME_FILE), wanted);
}

static void a_plain_descriptor_fits(void **state)
{
	struct made_up *made = *state;

	assert_descriptor(made, plain(made), NULL);
}

static void a_broken_descriptor_is_refused_with_its_problem(void **state)
{
	static const enum descriptor_state states[] = {
		DESCRIPTOR_UNREADABLE, DESCRIPTOR_UNSUPPORTED, DESCRIPTOR_MASKED};
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		struct descriptor *descriptor = plain(made);

		descriptor->state = states[i];
		descriptor->problem = made_text(made, "it is broken");
		assert_descriptor(made, descriptor, "it is broken");
	}
}

static void m1_the_interface_must_be_offered(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces = FIRMWARE_INTERFACE_BIOS;
	assert_descriptor(made, descriptor, "interface 'uefi' is not offered");
}

static void m1_the_interface_may_stand_anywhere(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces |= FIRMWARE_INTERFACE_BIOS | FIRMWARE_INTERFACE_SVSM;
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_descriptor(made, descriptor, NULL);
}

static void m1_the_loaders_type_says_the_interface(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, CODE);
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	assert_descriptor(made, descriptor, "interface 'bios' is not offered");
}

static void m1_uboot_and_openfirmware_are_never_wanted(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->interfaces = FIRMWARE_INTERFACE_UBOOT | FIRMWARE_INTERFACE_OPENFIRMWARE;
	assert_descriptor(made, descriptor, "interface 'uefi' is not offered");
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_descriptor(made, descriptor, "interface 'bios' is not offered");
}

static void m2_the_architecture_must_be_a_target(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->targets[0].arch = ARCH_I386;
	descriptor->targets[0].arch_text = made_text(made, "i386");
	assert_descriptor(made, descriptor, "architecture is i386, wanted x86_64");
}

static void m2_a_later_target_counts_too(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->targets[1] = descriptor->targets[0];
	descriptor->targets[0] =
		(struct descriptor_target){.arch = ARCH_I386, .arch_text = made_text(made, "i386")};
	descriptor->target_count = 2;
	assert_descriptor(made, descriptor, NULL);
}

static void m2_the_machine_must_be_a_target_of_that_architecture(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "pc-i440fx-*");
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
	/* the right machine of another architecture does not help */
	descriptor->targets[1] =
		(struct descriptor_target){.arch = ARCH_I386, .arch_text = made_text(made, "i386")};
	strings_add(&descriptor->targets[1].machines, "pc-q35-*");
	descriptor->target_count = 2;
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
}

static void m2_any_of_the_globs_may_match(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "microvm");
	strings_add(&descriptor->targets[0].machines, "pc-q35-9.?");
	assert_descriptor(made, descriptor, NULL);
}

static void m2_an_alias_is_matched_by_its_canonical_name(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_clear(&descriptor->targets[0].machines);
	strings_add(&descriptor->targets[0].machines, "q35");
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
	made->spec.machine = made_text(made, "pc-q35-2.11");
	strings_add(&descriptor->targets[0].machines, "pc-q35-2.*");
	assert_descriptor(made, descriptor, NULL);
}

static void m2_without_targets_nothing_fits(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->target_count = 0;
	assert_descriptor(made, descriptor, "it has no target");
	descriptor->target_count = 1;
	strings_clear(&descriptor->targets[0].machines);
	assert_descriptor(made, descriptor, "machine 'pc-q35-9.2' is not among its targets");
}

static void m3_a_named_loader_must_be_the_executable(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, CODE);
	assert_descriptor(made, descriptor, NULL);
	made_loader(made, "/fw/OTHER.fd");
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/OTHER.fd'");
}

static void m3_a_named_loader_narrows_an_automatic_choice(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_loader(made, "/fw/OTHER.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/OTHER.fd'");
}

static void m3_other_names_of_a_file_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_link(made, "/fw/LINK.fd", descriptor->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_descriptor(
		made, descriptor, "its executable '/fw/CODE.fd' is not the loader '/fw/LINK.fd'");
	assert_same_file(made, descriptor, NULL);
}

static void m4_a_named_template_must_be_the_descriptors(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_template(made, VARS);
	assert_descriptor(made, descriptor, NULL);
	made_template(made, "/fw/OTHER.fd");
	assert_descriptor(
		made, descriptor, "its nvram template '/fw/VARS.fd' is not '/fw/OTHER.fd'");
}

static void m4_a_template_wants_split_mode(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_template(made, VARS);
	descriptor->mode = FIRMWARE_MODE_STATELESS;
	descriptor->template = NULL;
	assert_descriptor(made, descriptor, "it has no nvram template, and one was given");
	assert_descriptor(made,
		made_memory_descriptor(made, "60-m.json", "/fw/M.fd", FIRMWARE_INTERFACE_UEFI),
		"it has no nvram template, and one was given");
}

static void m4_other_names_of_a_template_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made_link(made, "/fw/LINK.fd", descriptor->template);
	made_template(made, "/fw/LINK.fd");
	assert_descriptor(
		made, descriptor, "its nvram template '/fw/VARS.fd' is not '/fw/LINK.fd'");
	assert_same_file(made, descriptor, NULL);
}

static void what_matches_must_also_be_there(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->executable->error_number = 2;
	assert_descriptor(made, descriptor, "'/fw/CODE.fd': No such file or directory");
}

static void one_file_has_one_device_and_inode(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");
	struct firmware_file *link = made_link(made, "/fw/B.fd", file);

	assert_true(same_file(file, link));
	link->device++;
	assert_false(same_file(file, link));
	link->device--;
	link->inode++;
	assert_false(same_file(file, link));
}

static void what_could_not_be_opened_is_no_file(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");
	struct firmware_file *link = made_link(made, "/fw/B.fd", file);

	assert_false(same_file(file, NULL));
	assert_false(same_file(NULL, file));
	file->error_number = 13;
	assert_false(same_file(file, link));
	assert_false(same_file(link, file));
}

static void files_of_the_host_are_found_by_their_path(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *file = made_code(made, "/fw/A.fd");

	made_code(made, "/fw/B.fd");
	assert_ptr_equal(host_file(&made->host, "/fw/A.fd"), file);
	assert_null(host_file(&made->host, "/fw/C.fd"));
	assert_null(host_file(&made->host, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_plain_descriptor_fits),
		MADE_UP(a_broken_descriptor_is_refused_with_its_problem),
		MADE_UP(m1_the_interface_must_be_offered),
		MADE_UP(m1_the_interface_may_stand_anywhere),
		MADE_UP(m1_the_loaders_type_says_the_interface),
		MADE_UP(m1_uboot_and_openfirmware_are_never_wanted),
		MADE_UP(m2_the_architecture_must_be_a_target),
		MADE_UP(m2_a_later_target_counts_too),
		MADE_UP(m2_the_machine_must_be_a_target_of_that_architecture),
		MADE_UP(m2_any_of_the_globs_may_match),
		MADE_UP(m2_an_alias_is_matched_by_its_canonical_name),
		MADE_UP(m2_without_targets_nothing_fits),
		MADE_UP(m3_a_named_loader_must_be_the_executable),
		MADE_UP(m3_a_named_loader_narrows_an_automatic_choice),
		MADE_UP(m3_other_names_of_a_file_are_seen_when_files_are_compared),
		MADE_UP(m4_a_named_template_must_be_the_descriptors),
		MADE_UP(m4_a_template_wants_split_mode),
		MADE_UP(m4_other_names_of_a_template_are_seen_when_files_are_compared),
		MADE_UP(what_matches_must_also_be_there),
		MADE_UP(one_file_has_one_device_and_inode),
		MADE_UP(what_could_not_be_opened_is_no_file),
		MADE_UP(files_of_the_host_are_found_by_their_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
