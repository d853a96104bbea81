/* SPDX-License-Identifier: MIT */
/* plan/choose: the first that fits, every one with its reason, and no guess between two. */
#include "plan/choose.h"

#include <string.h>

#include "made_up.h"

/* The whole search as text: "*" before the chosen one. */
static void assert_candidates(const struct candidates *candidates, const char *wanted)
{
	auto_text struct text text = {0};

	for (size_t i = 0; i < candidates->count; i++)
		text_addf(&text, "%s%s %s: %s\n", candidates->items[i].chosen ? "*" : "",
			firmware_source_name(candidates->items[i].source),
			candidates->items[i].path, candidates->items[i].reason);
	assert_string_equal(text.bytes ? text.bytes : "", wanted);
}

/* F2, M17: file order decides, nothing is scored */
static void f2_the_first_that_fits_is_taken(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "40.json", "/fw/A.fd", "/fw/AV.fd")->interfaces =
		FIRMWARE_INTERFACE_BIOS;
	made_descriptor(made, "50.json", "/fw/B.fd", "/fw/BV.fd");
	made_descriptor(made, "60.json", "/fw/C.fd", "/fw/CV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_candidates(&made->plan->candidates,
		"descriptor 40.json: interface 'uefi' is not offered\n"
		"*descriptor 50.json: fits, and is the first that does\n"
		"descriptor 60.json: fits too, but '50.json' comes first\n");
}

static void a_candidate_whose_files_are_missing_is_passed_over(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd")->executable->error_number = 2;
	made_descriptor(made, "60.json", "/fw/B.fd", "/fw/BV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/B.fd");
	assert_candidates(&made->plan->candidates,
		"descriptor 50.json: '/fw/A.fd': No such file or directory\n"
		"*descriptor 60.json: fits, and is the first that does\n");
}

static void descriptors_come_before_pairs(void **state)
{
	struct made_up *made = *state;

	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/A.fd");
	assert_int_equal(made->plan->firmware.source, FIRMWARE_SOURCE_DESCRIPTOR);
	assert_candidates(&made->plan->candidates,
		"*descriptor 60.json: fits, and is the first that does\n"
		"fallback /fw/P.fd: fits too, but comes later\n");
}

static void pairs_stand_in_where_no_descriptor_fits(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd")->executable->error_number = 2;
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	made_pair(made, "/fw/Q.fd", "/fw/QV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/P.fd");
	assert_int_equal(made->plan->firmware.source, FIRMWARE_SOURCE_FALLBACK);
	assert_candidates(&made->plan->candidates,
		"descriptor 60.json: '/fw/A.fd': No such file or directory\n"
		"*fallback /fw/P.fd: fits, and is the first that does\n"
		"fallback /fw/Q.fd: fits too, but comes later\n");
}

static void a_pair_that_does_not_fit_is_passed_over(void **state)
{
	struct made_up *made = *state;

	made_pair(made, "/fw/P.fd", "/fw/PV.fd")->vars->virtual_size_bytes = VARS_2M_BYTES;
	made_pair(made, "/fw/Q.fd", "/fw/QV.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/Q.fd");
}

static void names_decide_before_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.ms.fd");

	/* the second names the same file by the name that was asked for */
	made_link(made, "/fw/A.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd");
	made_loader(made, "/fw/A.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "50.json");
	assert_string_equal(made->plan->nvram.template, "/fw/AV.fd");
}

/* The field report: the loader is the file behind the known pair's CODE. */
static void a_loader_is_found_by_the_file_behind_a_pairs_name(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair;

	made_virt(made, ARCH_AARCH64);
	pair = made_pair(made, "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd");
	made_link(made, "/usr/share/edk2/aarch64/QEMU_EFI.raw", pair->code);
	made_loader(made, "/usr/share/edk2/aarch64/QEMU_EFI.raw");
	assert_int_equal(planned(made)->firmware.source, FIRMWARE_SOURCE_FALLBACK);
	assert_string_equal(made->plan->firmware.path, "/usr/share/edk2/aarch64/QEMU_EFI.raw");
	assert_string_equal(made->plan->nvram.template, "/usr/share/AAVMF/AAVMF_VARS.fd");
}

/* Its mirror: the spec names the link, the descriptor names the file. */
static void a_loader_that_is_a_link_is_found_by_the_file_a_descriptor_names(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.fd");

	made_link(made, "/fw/LINK.fd", descriptor->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "60.json");
	assert_string_equal(made->plan->firmware.path, "/fw/LINK.fd");
	assert_string_equal(made->plan->nvram.template, "/fw/AV.fd");
}

/* Fedora's 31 and 41 name one CODE, with and without keys: libvirt takes the first. */
static void of_two_that_have_the_name_the_first_is_taken(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "31.json", "/fw/A.fd", "/fw/AV.keys.fd");
	made_descriptor(made, "41.json", "/fw/A.fd", "/fw/AV.fd");
	made_loader(made, "/fw/A.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "31.json");
}

static void two_descriptors_of_one_file_are_ambiguous(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.ms.fd");

	made_link(made, "/fw/A.secboot.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/A.secboot.fd", "/fw/AV.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_plan_refused(made,
		"vm.xml:6: loader '/fw/LINK.fd' is the file that both '40.json' and '50.json' "
		"name, with different nvram templates; name one of them, or give "
		"<nvram template=…>");
}

static void two_pairs_of_one_file_are_ambiguous(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *first = made_pair(made, "/fw/A.ms.fd", "/fw/AV.ms.fd");

	made_link(made, "/fw/A.fd", first->code);
	made_pair(made, "/fw/A.fd", "/fw/AV.fd");
	made_link(made, "/fw/LINK.fd", first->code);
	made_loader(made, "/fw/LINK.fd");
	assert_plan_refused(made,
		"vm.xml:6: loader '/fw/LINK.fd' is the file that both '/fw/A.ms.fd' and "
		"'/fw/A.fd' name, with different nvram templates; name one of them, or give "
		"<nvram template=…>");
}

static void one_template_makes_no_ambiguity(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.fd");
	struct descriptor *second;

	made_link(made, "/fw/A.fd", first->executable);
	made_link(made, "/fw/AV.link.fd", first->template);
	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd");
	second = made_descriptor(made, "60.json", "/fw/A.fd", "/fw/AV.link.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "40.json");
	assert_string_equal(second->template->path, "/fw/AV.link.fd");
}

static void a_template_that_was_named_ends_an_ambiguity(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.ms.fd");

	made_link(made, "/fw/A.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	made_template(made, "/fw/AV.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "50.json");
}

static void features_end_an_ambiguity_too(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.ms.fd");

	strings_add(&first->features, "enrolled-keys");
	made_link(made, "/fw/A.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	assert_string_equal(planned(made)->firmware.descriptor, "50.json");
}

static void a_descriptor_and_a_pair_of_one_file_are_not_ambiguous(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.fd", "/fw/AV.fd");

	made_link(made, "/fw/P.fd", first->executable);
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "40.json");
}

/* An automatic choice without paths has nothing to compare: it looks once. */
static void an_automatic_choice_compares_no_files(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.ms.fd", "/fw/AV.ms.fd");

	made_link(made, "/fw/A.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/A.fd", "/fw/AV.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "40.json");
}

static struct descriptor *qcow2_descriptor(struct made_up *made, const char *path)
{
	struct descriptor *descriptor = made_descriptor(made, path, "/fw/Q.qcow2", "/fw/QV.qcow2");

	descriptor->executable->format = IMAGE_FORMAT_QCOW2;
	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->executable_format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	return descriptor;
}

static void a_new_domain_takes_the_first_of_any_format(void **state)
{
	struct made_up *made = *state;

	qcow2_descriptor(made, "30.json");
	made_descriptor(made, "31.json", "/fw/A.fd", "/fw/AV.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "30.json");
	assert_int_equal(made->plan->firmware.format, IMAGE_FORMAT_QCOW2);
}

static void p1_an_existing_domain_takes_the_first_raw_one(void **state)
{
	struct made_up *made = *state;

	qcow2_descriptor(made, "30.json");
	made_descriptor(made, "31.json", "/fw/A.fd", "/fw/AV.fd");
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_string_equal(planned(made)->firmware.descriptor, "31.json");
}

static void p1_where_nothing_is_raw_any_format_will_do(void **state)
{
	struct made_up *made = *state;

	qcow2_descriptor(made, "30.json");
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_string_equal(planned(made)->firmware.descriptor, "30.json");
	assert_candidates(
		&made->plan->candidates, "*descriptor 30.json: fits, and is the first that does\n");
}

static void p1_a_raw_pair_does_not_come_before_a_descriptor(void **state)
{
	struct made_up *made = *state;

	qcow2_descriptor(made, "30.json");
	made_pair(made, "/fw/P.fd", "/fw/PV.fd");
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_string_equal(planned(made)->firmware.descriptor, "30.json");
}

static void of_three_that_are_ambiguous_the_first_two_are_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *first = made_pair(made, "/fw/1.fd", "/fw/1V.fd");

	made_link(made, "/fw/2.fd", first->code);
	made_link(made, "/fw/3.fd", first->code);
	made_pair(made, "/fw/2.fd", "/fw/2V.fd");
	made_pair(made, "/fw/3.fd", "/fw/3V.fd");
	made_link(made, "/fw/LINK.fd", first->code);
	made_loader(made, "/fw/LINK.fd");
	made_plan(made);
	assert_non_null(strstr(made->error->text, "both '/fw/1.fd' and '/fw/2.fd' name"));
}

static void a_pair_without_a_template_is_ambiguous_with_one_that_has_it(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *first = made_pair(made, "/fw/A.fd", "/fw/AV.fd");
	struct firmware_pair *second;

	made_link(made, "/fw/B.fd", first->code);
	second = made_pair(made, "/fw/B.fd", "/fw/BV.fd");
	made_link(made, "/fw/LINK.fd", first->code);
	made_loader(made, "/fw/LINK.fd");
	first->vars = NULL;
	made_plan(made);
	assert_non_null(strstr(made->error->text, "with different nvram templates"));
	second->vars = NULL; /* neither has one */
	made_plan(made);
	assert_non_null(strstr(made->error->text, "no nvram template is known for loader"));
	first->vars = made_vars(made, "/fw/AV.fd");
	made_plan(made);
	assert_non_null(strstr(made->error->text, "with different nvram templates"));
}

static void a_template_that_was_named_ends_an_ambiguity_of_pairs_too(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *first = made_pair(made, "/fw/A.fd", "/fw/AV.fd");

	made_link(made, "/fw/B.fd", first->code);
	made_pair(made, "/fw/B.fd", "/fw/BV.fd");
	made_link(made, "/fw/LINK.fd", first->code);
	made_loader(made, "/fw/LINK.fd");
	made_template(made, "/fw/BV.fd");
	assert_string_equal(planned(made)->nvram.template, "/fw/BV.fd");
}

static void a_template_of_many_firmwares_takes_the_first(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.fd", "/fw/V.fd");

	made_descriptor(made, "50.json", "/fw/B.fd", "/fw/W.fd");
	made_link(made, "/fw/W.fd", first->template);
	made_link(made, "/fw/LINK.fd", first->template);
	made->spec.firmware.nvram.template = made_text(made, "/fw/LINK.fd");
	assert_string_equal(planned(made)->firmware.descriptor, "40.json");
	assert_candidates(&made->plan->candidates,
		"*descriptor 40.json: fits, and is the first that does\n"
		"descriptor 50.json: fits too, but '40.json' comes first\n");
}

static void p1_what_is_ambiguous_among_raw_ones_is_refused(void **state)
{
	struct made_up *made = *state;
	struct descriptor *first = made_descriptor(made, "40.json", "/fw/A.fd", "/fw/AV.fd");

	made_link(made, "/fw/B.fd", first->executable);
	made_descriptor(made, "50.json", "/fw/B.fd", "/fw/BV.fd");
	made_link(made, "/fw/LINK.fd", first->executable);
	made_loader(made, "/fw/LINK.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	made->spec.firmware.secure_boot = CHOICE_NO; /* like a domain that is there already */
	made_plan(made);
	assert_non_null(strstr(made->error->text, "both '40.json' and '50.json' name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(f2_the_first_that_fits_is_taken),
		MADE_UP(a_candidate_whose_files_are_missing_is_passed_over),
		MADE_UP(descriptors_come_before_pairs),
		MADE_UP(pairs_stand_in_where_no_descriptor_fits),
		MADE_UP(a_pair_that_does_not_fit_is_passed_over),
		MADE_UP(names_decide_before_files_are_compared),
		MADE_UP(a_loader_is_found_by_the_file_behind_a_pairs_name),
		MADE_UP(a_loader_that_is_a_link_is_found_by_the_file_a_descriptor_names),
		MADE_UP(of_two_that_have_the_name_the_first_is_taken),
		MADE_UP(two_descriptors_of_one_file_are_ambiguous),
		MADE_UP(two_pairs_of_one_file_are_ambiguous),
		MADE_UP(one_template_makes_no_ambiguity),
		MADE_UP(a_template_that_was_named_ends_an_ambiguity),
		MADE_UP(features_end_an_ambiguity_too),
		MADE_UP(a_descriptor_and_a_pair_of_one_file_are_not_ambiguous),
		MADE_UP(an_automatic_choice_compares_no_files),
		MADE_UP(a_new_domain_takes_the_first_of_any_format),
		MADE_UP(p1_an_existing_domain_takes_the_first_raw_one),
		MADE_UP(p1_where_nothing_is_raw_any_format_will_do),
		MADE_UP(p1_a_raw_pair_does_not_come_before_a_descriptor),
		MADE_UP(of_three_that_are_ambiguous_the_first_two_are_named),
		MADE_UP(a_pair_without_a_template_is_ambiguous_with_one_that_has_it),
		MADE_UP(a_template_that_was_named_ends_an_ambiguity_of_pairs_too),
		MADE_UP(a_template_of_many_firmwares_takes_the_first),
		MADE_UP(p1_what_is_ambiguous_among_raw_ones_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
