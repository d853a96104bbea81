/* SPDX-License-Identifier: MIT */
/* plan/store: name and format of a store, and one that is there. */
#include "plan/store.h"

#include <errno.h>
#include <string.h>

#include "made_up.h"

#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"
#define STORE "/state/vm_VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, "60-plain.json", CODE, VARS);
}

static void name_store(struct made_up *made, const char *path)
{
	struct spec_nvram *nvram = &made->spec.firmware.nvram;

	nvram->present = true;
	nvram->line = 8;
	nvram->source.kind = SPEC_SOURCE_FILE;
	nvram->source.path = made_text(made, path);
}

static void n1_a_store_without_a_path_is_named_after_the_vm(void **state)
{
	struct made_up *made = *state;

	plain(made);
	assert_string_equal(planned(made)->nvram.path, STORE);
	assert_int_equal(made->plan->nvram.action, NVRAM_CREATE);
	assert_true(made->plan->nvram.make_directory);
	assert_int_equal(made->plan->nvram.size_bytes, VARS_4M_BYTES);
}

static void n2_the_name_ends_as_the_format_says(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	assert_string_equal(planned(made)->nvram.path, "/state/vm_VARS.qcow2");
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_QCOW2);
}

static void n3_a_format_that_was_said_is_the_format(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->spec.firmware.loader.present = true; /* else it would ask for such firmware (P4) */
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	assert_int_equal(planned(made)->nvram.format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_RAW);
	assert_string_equal(made->plan->nvram.path, "/state/vm_VARS.qcow2");
}

static void n3_a_named_store_has_the_loaders_format(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	name_store(made, "/vm/VARS");
	assert_int_equal(planned(made)->nvram.format, IMAGE_FORMAT_RAW);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_QCOW2);
}

static void n4_a_named_path_is_kept(void **state)
{
	struct made_up *made = *state;

	plain(made);
	name_store(made, "/vm/my VARS,1.fd");
	assert_string_equal(planned(made)->nvram.path, "/vm/my VARS,1.fd");
	assert_int_equal(made->plan->nvram.action, NVRAM_CREATE);
	assert_false(made->plan->nvram.make_directory);
}

static void option_nvram_wins_over_the_spec(void **state)
{
	struct made_up *made = *state;

	plain(made);
	name_store(made, "/vm/VARS.fd");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/other/VARS.fd";
	assert_string_equal(planned(made)->nvram.path, "/other/VARS.fd");
	assert_false(made->plan->nvram.make_directory);
}

static void a_template_of_unsaid_format_is_what_it_contains(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	made_template(made, "/my/VARS.qcow2");
	made_vars(made, "/my/VARS.qcow2")->format = IMAGE_FORMAT_QCOW2;
	assert_int_equal(planned(made)->nvram.template_format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_RAW);
}

static void the_places_of_a_store_are_looked_at_beforehand(void **state)
{
	struct made_up *made = *state;
	auto_strings struct strings paths = {0};

	name_store(made, "/vm/VARS.fd");
	made->spec.firmware.varstore.path = made_text(made, "/vm/vars.json");
	plan_store_paths(&made->spec, &made->options, &paths);
	assert_true(strings_contain(&paths, "/vm/VARS.fd"));
	assert_true(strings_contain(&paths, "/vm/vars.json"));
	assert_true(strings_contain(&paths, STORE));
	assert_true(strings_contain(&paths, "/state/vm_VARS.qcow2"));
	assert_true(strings_contain(&paths, "/state/vm_VARS.json"));
}

/* What is recorded beside the VM's usual store says nothing of another one. */
static void a_store_that_was_named_is_the_only_one(void **state)
{
	struct made_up *made = *state;
	auto_strings struct strings paths = {0};

	name_store(made, "/vm/VARS.fd");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/other/VARS.fd";
	plan_store_paths(&made->spec, &made->options, &paths);
	assert_int_equal(paths.count, 1);
	assert_string_equal(paths.items[0], "/other/VARS.fd");
}

/* Whatever the plan decides to call the store, the survey has looked there. */
static void the_name_that_is_chosen_was_looked_at(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);
	static const enum image_format formats[] = {IMAGE_FORMAT_RAW, IMAGE_FORMAT_QCOW2};

	for (size_t i = 0; i < ARRAY_COUNT(formats); i++) {
		auto_strings struct strings paths = {0};

		descriptor->template->format = formats[i];
		descriptor->template_format = formats[i];
		plan_store_paths(&made->spec, &made->options, &paths);
		assert_true(strings_contain(&paths, planned(made)->nvram.path));
	}
}

static void a_store_that_is_there_and_fits_is_kept(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE);
	assert_int_equal(planned(made)->nvram.action, NVRAM_KEEP);
	assert_string_equal(made->plan->nvram.path, STORE);
}

static void a_store_at_another_path_is_not_taken(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, "/state/vm_VARS.qcow2");
	assert_int_equal(planned(made)->nvram.action, NVRAM_CREATE);
}

static void a_store_that_is_there_needs_no_template(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_store(made, STORE);
	assert_int_equal(planned(made)->nvram.action, NVRAM_KEEP);
	assert_null(made->plan->nvram.template);
}

static void a_store_of_another_family_is_refused_with_the_way_out(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *store;

	plain(made);
	store = made_store(made, STORE);
	store->virtual_size_bytes = VARS_2M_BYTES;
	assert_plan_refused(made,
		"vm.xml: nvram '/state/vm_VARS.fd' is a 2M store (131072 bytes) and "
		"'/fw/CODE.fd' is 4M firmware, which needs 540672: QEMU would start and the "
		"guest lose every variable; --reset-nvram makes a new one from /fw/VARS.fd and "
		"keeps the old one beside it");
}

static void a_named_store_that_does_not_fit_is_refused_at_its_line(void **state)
{
	struct made_up *made = *state;

	plain(made);
	name_store(made, "/vm/VARS.fd");
	made_store(made, "/vm/VARS.fd")->role = FIRMWARE_ROLE_CODE;
	assert_plan_refused(made,
		"vm.xml:8: nvram '/vm/VARS.fd' is firmware, not a variable store: the guest "
		"would crash; --reset-nvram makes a new one from /fw/VARS.fd and keeps the old "
		"one beside it");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/vm/VARS.fd";
	assert_plan_refused(made,
		"/vm/VARS.fd: nvram '/vm/VARS.fd' is firmware, not a variable store: the guest "
		"would crash; --reset-nvram makes a new one from /fw/VARS.fd and keeps the old "
		"one beside it");
}

static void a_store_that_is_cut_off_or_elsewhere_is_refused(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *store;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	store = made_store(made, "/state/vm_VARS.fd");
	store->cut_off = true;
	assert_plan_refused(made,
		"vm.xml: nvram '/state/vm_VARS.fd' is cut off: its tables name what is behind its "
		"end; --reset-nvram makes a new one from /fw/VARS.fd and keeps the old one beside "
		"it");
	store->cut_off = false;
	store->elsewhere = true;
	assert_plan_refused(made,
		"vm.xml: nvram '/state/vm_VARS.fd' keeps a part of its content in another file, "
		"which QEMU is not given with it; --reset-nvram makes a new one from /fw/VARS.fd "
		"and keeps the old one beside it");
}

static void a_qcow2_store_is_not_taken_for_raw(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE)->format = IMAGE_FORMAT_QCOW2;
	assert_plan_refused(made,
		"vm.xml: nvram '/state/vm_VARS.fd' is said to be raw and is qcow2: the guest "
		"would hang without a word; --reset-nvram makes a new one from /fw/VARS.fd and "
		"keeps the old one beside it");
}

static void a_store_that_cannot_be_opened_is_no_missing_store(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE)->error_number = EACCES;
	assert_plan_refused(made,
		"cannot open nvram '/state/vm_VARS.fd': Permission denied; the user who starts the "
		"VM must be able to read and write it; choose another place with --nvram=PATH");
	assert_int_equal(made->error->number, EACCES);
}

static void a_store_that_was_looked_for_in_vain_is_created(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE)->error_number = ENOENT;
	assert_int_equal(planned(made)->nvram.action, NVRAM_CREATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(n1_a_store_without_a_path_is_named_after_the_vm),
		MADE_UP(n2_the_name_ends_as_the_format_says),
		MADE_UP(n3_a_format_that_was_said_is_the_format),
		MADE_UP(n3_a_named_store_has_the_loaders_format),
		MADE_UP(n4_a_named_path_is_kept),
		MADE_UP(option_nvram_wins_over_the_spec),
		MADE_UP(a_template_of_unsaid_format_is_what_it_contains),
		MADE_UP(the_places_of_a_store_are_looked_at_beforehand),
		MADE_UP(a_store_that_was_named_is_the_only_one),
		MADE_UP(the_name_that_is_chosen_was_looked_at),
		MADE_UP(a_store_that_is_there_and_fits_is_kept),
		MADE_UP(a_store_at_another_path_is_not_taken),
		MADE_UP(a_store_that_is_there_needs_no_template),
		MADE_UP(a_store_of_another_family_is_refused_with_the_way_out),
		MADE_UP(a_named_store_that_does_not_fit_is_refused_at_its_line),
		MADE_UP(a_store_that_is_cut_off_or_elsewhere_is_refused),
		MADE_UP(a_qcow2_store_is_not_taken_for_raw),
		MADE_UP(a_store_that_cannot_be_opened_is_no_missing_store),
		MADE_UP(a_store_that_was_looked_for_in_vain_is_created),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
