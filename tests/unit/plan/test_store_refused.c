/* SPDX-License-Identifier: MIT */
/* plan/store: stores that cannot be used, templates that do not fit, and what is warned of. */
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

/* Firmware in memory, whose store is JSON; its template is the owner's own. */
static struct firmware_file *json(struct made_up *made)
{
	made_loader(made, "/my/OVMF.fd");
	made_code(made, "/my/OVMF.fd")->virtual_size_bytes = 4 << 20;
	made->spec.firmware.loader.type = SPEC_LOADER_ROM;
	made->spec.firmware.varstore.present = true;
	made->spec.firmware.varstore.line = 8;
	made->spec.firmware.varstore.template = made_text(made, "/my/vars.json");
	made->host.emulator.uefi_vars = true;
	return made_file(made, "/my/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
}

static void refused(struct made_up *made, const char *part)
{
	made_plan(made);
	assert_non_null(made->error);
	if (!strstr(made->error->text, part))
		assert_string_equal(made->error->text, part); /* shows both */
}

/* ---- JSON */

static void a_json_template_is_a_file_that_is_there_and_no_flash(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *template = json(made);

	assert_string_equal(planned(made)->nvram.template, "/my/vars.json");
	template->error_number = ENOENT;
	refused(made, "nvram template '/my/vars.json': No such file or directory; ");
	template->error_number = 0;
	template->regular = false;
	refused(made, "nvram template '/my/vars.json' is not a regular file; ");
	template->regular = true;
	template->format = IMAGE_FORMAT_QCOW2;
	refused(made, "nvram template '/my/vars.json' is flash, and a uefi-vars store is JSON");
	template->size_bytes = 0; /* nothing was read of it */
	planned(made);
}

static void a_json_store_that_is_a_folder_is_refused(void **state)
{
	struct made_up *made = *state;

	json(made);
	made_store(made, "/state/vm_VARS.json")->regular = false;
	refused(made, "vm.xml:8: nvram '/state/vm_VARS.json' is not a regular file; choose "
		      "another place with --nvram=PATH");
}

/* ---- files */

static void what_is_no_file_is_refused_where_it_was_named(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->spec.firmware.nvram.line = 9;
	made_store(made, STORE)->regular = false;
	assert_plan_refused(made, "vm.xml:9: nvram '/state/vm_VARS.fd' is not a regular file; "
				  "choose another place with --nvram=PATH");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = STORE;
	assert_plan_refused(made, "/state/vm_VARS.fd: nvram '/state/vm_VARS.fd' is not a regular "
				  "file; choose another place with --nvram=PATH");
}

/* What is advised must work: a new store needs a template that fits. */
static void a_store_that_does_not_fit_is_made_anew_where_there_is_a_template(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd"); /* no descriptor knows it, or a template */
	made_store(made, STORE)->role = FIRMWARE_ROLE_CODE;
	refused(made, "'/state/vm_VARS.fd' is firmware, not a variable store: the guest would "
		      "crash; --reset-nvram cannot make a new one: no template is known; give one "
		      "that fits with <nvram template=…> or --firmware=CODE:VARS");
	made->options.reset_nvram = true;
	refused(made, "no nvram template is known for loader '/my/CODE.fd'");
	made->options.reset_nvram = false;
	made_template(made, "/my/VARS.fd");
	refused(made, "--reset-nvram makes a new one from /my/VARS.fd and keeps the old one");
	made_vars(made, "/my/VARS.fd")->error_number = ENOENT;
	refused(made, "; --reset-nvram cannot make a new one: template '/my/VARS.fd': No such file "
		      "or directory; give one that fits with <nvram template=…> or");
}

static void a_json_store_that_does_not_fit_has_a_template_of_its_own(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *template = json(made);

	made_store(made, "/state/vm_VARS.json")->format = IMAGE_FORMAT_QCOW2;
	refused(made, "--reset-nvram makes a new one from /my/vars.json and keeps the old one");
	template->format = IMAGE_FORMAT_QCOW2;
	refused(made, "; --reset-nvram cannot make a new one: template '/my/vars.json' is flash, "
		      "and a uefi-vars store is JSON: QEMU would refuse it; give one that fits "
		      "with <varstore template=…>");
}

static void who_may_read_a_store_is_said_where_that_is_what_is_wrong(void **state)
{
	static const int errors[] = {EACCES, EPERM, EIO};
	struct made_up *made = *state;
	struct firmware_file *store;

	plain(made);
	store = made_store(made, STORE);
	for (size_t i = 0; i < ARRAY_COUNT(errors); i++) {
		store->error_number = errors[i];
		refused(made, "cannot open nvram '/state/vm_VARS.fd': ");
		assert_int_equal(strstr(made->error->text, "the user who starts the VM") != NULL,
			errors[i] != EIO);
		assert_non_null(strstr(made->error->text, "; choose another place with"));
		/* whose copy would begin with the same store */
		assert_null(strstr(made->error->text, "ephemeral"));
	}
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	refused(made, "cannot open nvram '/state/vm_VARS.fd': ");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/other/vars.fd";
	made_store(made, "/other/vars.fd")->error_number = EIO;
	refused(made, "; choose another place with --nvram=PATH, or --nvram=ephemeral");
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	store->error_number = 0;
	planned(made);
}

/* ---- elsewhere */

static struct spec_source *elsewhere(struct made_up *made, enum spec_source_kind kind)
{
	struct spec_source *source = &made->spec.firmware.nvram.source;

	source->kind = kind;
	source->protocol = made_text(made, "nbd");
	source->host = made_text(made, "example.org");
	source->path = made_text(made, "/dev/vg/vars");
	return source;
}

static void a_throw_away_copy_of_what_is_elsewhere_needs_a_template_that_fits(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	elsewhere(made, SPEC_SOURCE_NETWORK);
	made->options.ephemeral = true;
	refused(made, "vm.xml:6: no nvram template is known for loader '/my/CODE.fd'");
	made_template(made, "/my/VARS.fd");
	planned(made);
	made_vars(made, "/my/VARS.fd")->role = FIRMWARE_ROLE_CODE;
	refused(made, "nvram template '/my/VARS.fd' is firmware, not a variable store");
}

static void what_is_on_a_block_device_counts_for_a_vm_that_runs(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *device;

	made_loader(made, "/my/CODE.fd");
	elsewhere(made, SPEC_SOURCE_BLOCK);
	made->spec.firmware.nvram.line = 9;
	planned(made); /* not seen from here: found out when it is opened */
	device = made_store(made, "/dev/vg/vars");
	device->regular = false;
	device->block_device = true;
	device->role = FIRMWARE_ROLE_CODE;
	refused(made, "vm.xml:9: nvram '/dev/vg/vars' is firmware, not a variable store: the "
		      "guest would crash; write one onto it: qemu-img convert -O raw TEMPLATE "
		      "/dev/vg/vars");
	made->options.only_store = true;
	planned(made);
	made->options.only_store = false;
	device->block_device = false; /* is said when it is opened, too */
	planned(made);
	device->block_device = true;
	device->error_number = EACCES;
	planned(made);
}

static void a_block_device_has_the_boards_size_to_the_byte(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *device;

	made_virt(made, ARCH_AARCH64);
	plain(made);
	elsewhere(made, SPEC_SOURCE_BLOCK);
	device = made_store(made, "/dev/vg/vars");
	device->regular = false;
	device->block_device = true;
	planned(made);
	device->virtual_size_bytes = ARM_FLASH_BYTES / 2;
	refused(made, "nvram '/dev/vg/vars' has 33554432 bytes, and the board's flash 67108864");
}

/* ---- warnings */

static void of_a_store_that_is_only_looked_at_nothing_idle_is_said(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->options.reset_nvram = true;
	made->options.only_store = true;
	assert_int_equal(planned(made)->warnings.count, 0);
	made->options.only_store = false;
	assert_int_equal(planned(made)->warnings.count, 1);
}

static void flash_of_nothing_but_zeros_is_warned_of_on_x86(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *template;
	struct firmware_file *store;

	template = plain(made)->template;
	template->role = FIRMWARE_ROLE_BLANK;
	assert_int_equal(planned(made)->warnings.count, 1);
	assert_true(text_starts_with(made->plan->warnings.items[0],
		"nvram: '/fw/VARS.fd' is nothing but zeros: the guest will boot and forget"));
	store = made_store(made, STORE);
	assert_int_equal(planned(made)->warnings.count, 0);
	store->role = FIRMWARE_ROLE_BLANK;
	assert_true(text_starts_with(
		planned(made)->warnings.items[0], "nvram: '/state/vm_VARS.fd' is nothing but"));
}

/* What is copied is what counts: the VM's store, where there is one. */
static void a_throw_away_copy_is_warned_of_by_what_it_begins_with(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *template;
	struct firmware_file *store;

	template = plain(made)->template;
	store = made_store(made, STORE);
	made->options.ephemeral = true;
	template->role = FIRMWARE_ROLE_BLANK;
	assert_int_equal(planned(made)->warnings.count, 0);
	made->options.reset_nvram = true;
	assert_int_equal(planned(made)->warnings.count, 1);
	made->options.reset_nvram = false;
	store->role = FIRMWARE_ROLE_BLANK;
	template->role = FIRMWARE_ROLE_VARIABLES;
	assert_int_equal(planned(made)->warnings.count, 1);
	assert_true(text_starts_with(
		made->plan->warnings.items[0], "nvram: '/state/vm_VARS.fd' is nothing but zeros"));
	store->error_number = ENOENT;
	assert_int_equal(planned(made)->warnings.count, 0);
}

static void nothing_is_warned_of_a_template_that_is_not_used(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *template;

	template = plain(made)->template;
	made_store(made, STORE);
	made->options.ephemeral = true; /* a copy of the store */
	template->error_number = ENOENT;
	template->role = FIRMWARE_ROLE_BLANK;
	made->host.descriptors[0].state = DESCRIPTOR_MASKED;
	made->host.descriptors[0].problem = made_text(made, "hidden");
	made_loader(made, CODE);
	made->spec.firmware.nvram.template = made_text(made, VARS);
	assert_int_equal(planned(made)->warnings.count, 0);
	made->spec.firmware.nvram.template = NULL;
	assert_int_equal(planned(made)->warnings.count, 0);
	made->options.ephemeral = false;
	made->spec.firmware.nvram.template = made_text(made, VARS);
	template->error_number = 0;
	elsewhere(made, SPEC_SOURCE_NETWORK);
	assert_int_equal(planned(made)->warnings.count, 0);
	made->spec.firmware.nvram.source = (struct spec_source){0};
	made->host.store_count = 0;
	assert_int_equal(planned(made)->warnings.count, 1);
}

static void other_boards_format_a_store_of_zeros(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	plain(made)->template->role = FIRMWARE_ROLE_BLANK;
	assert_int_equal(planned(made)->warnings.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_json_template_is_a_file_that_is_there_and_no_flash),
		MADE_UP(a_json_store_that_is_a_folder_is_refused),
		MADE_UP(what_is_no_file_is_refused_where_it_was_named),
		MADE_UP(a_store_that_does_not_fit_is_made_anew_where_there_is_a_template),
		MADE_UP(a_json_store_that_does_not_fit_has_a_template_of_its_own),
		MADE_UP(who_may_read_a_store_is_said_where_that_is_what_is_wrong),
		MADE_UP(a_throw_away_copy_of_what_is_elsewhere_needs_a_template_that_fits),
		MADE_UP(what_is_on_a_block_device_counts_for_a_vm_that_runs),
		MADE_UP(a_block_device_has_the_boards_size_to_the_byte),
		MADE_UP(of_a_store_that_is_only_looked_at_nothing_idle_is_said),
		MADE_UP(flash_of_nothing_but_zeros_is_warned_of_on_x86),
		MADE_UP(a_throw_away_copy_is_warned_of_by_what_it_begins_with),
		MADE_UP(nothing_is_warned_of_a_template_that_is_not_used),
		MADE_UP(other_boards_format_a_store_of_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
