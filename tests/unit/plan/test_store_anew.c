/* SPDX-License-Identifier: MIT */
/* plan/store: templates, reset, throw-away copies, stores that are no file. */
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

static void reset_replaces_a_store_that_is_there(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE);
	made->options.reset_nvram = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_RESET);
	assert_string_equal(made->plan->nvram.template, VARS);
}

static void reset_is_the_way_out_of_a_store_that_does_not_fit(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE)->virtual_size_bytes = VARS_2M_BYTES;
	made->options.reset_nvram = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_RESET);
}

static void reset_without_a_store_creates_one(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->options.reset_nvram = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_CREATE);
}

static void reset_without_a_template_is_refused(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_store(made, STORE);
	made->options.reset_nvram = true;
	made_plan(made);
	assert_non_null(made->error);
	assert_non_null(strstr(made->error->text, "no nvram template is known for loader "
						  "'/my/CODE.fd'"));
}

static void an_ephemeral_store_is_a_copy_of_the_template(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_int_equal(planned(made)->nvram.action, NVRAM_EPHEMERAL);
	assert_null(made->plan->nvram.path);
	assert_string_equal(made->plan->nvram.template, VARS);
	assert_false(made->plan->nvram.make_directory);
	assert_true(made->plan->nvram_by_fd);
}

static void an_ephemeral_store_begins_with_the_variables_there_are(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE);
	made->options.ephemeral = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_EPHEMERAL);
	assert_string_equal(made->plan->nvram.template, STORE);
	assert_string_equal(made->plan->nvram.template_open, STORE);
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_RAW);
}

static void an_ephemeral_copy_of_a_store_has_the_stores_format(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->spec.firmware.loader.present = true;
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	made_store(made, "/state/vm_VARS.qcow2")->format = IMAGE_FORMAT_QCOW2;
	made->options.ephemeral = true;
	assert_string_equal(planned(made)->nvram.template, "/state/vm_VARS.qcow2");
	assert_int_equal(made->plan->nvram.template_format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_QCOW2);
}

static void an_ephemeral_store_may_begin_anew(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made_store(made, STORE);
	made->options.ephemeral = true;
	made->options.reset_nvram = true;
	assert_string_equal(planned(made)->nvram.template, VARS);
}

static void an_ephemeral_store_without_a_template_is_refused(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made->options.ephemeral = true;
	made_plan(made);
	assert_non_null(made->error);
	assert_non_null(strstr(made->error->text, "no nvram template is known for loader "
						  "'/my/CODE.fd'"));
}

static void a_template_that_does_not_fit_is_refused_with_the_way_out(void **state)
{
	struct made_up *made = *state;

	made_pair(made, CODE, VARS);
	made_loader(made, CODE);
	made_template(made, "/my/VARS.fd");
	made_vars(made, "/my/VARS.fd")->virtual_size_bytes = VARS_2M_BYTES;
	assert_plan_refused(made,
		"vm.xml:6: nvram template '/my/VARS.fd' is a 2M store (131072 bytes) and "
		"'/fw/CODE.fd' is 4M firmware, which needs 540672: QEMU would start and the "
		"guest lose every variable; the one that belongs to '/fw/CODE.fd' is "
		"'/fw/VARS.fd': <nvram template='/fw/VARS.fd'/>, or "
		"--firmware=/fw/CODE.fd:/fw/VARS.fd");
}

static void a_template_that_is_not_there_is_refused(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/CODE.fd");
	made_template(made, "/my/VARS.fd");
	made_vars(made, "/my/VARS.fd")->error_number = ENOENT;
	assert_plan_refused(made,
		"vm.xml:6: nvram template '/my/VARS.fd': No such file or directory; give one "
		"that fits with <nvram template=…> or --firmware=CODE:VARS");
}

static void a_template_below_the_root_is_opened_there(void **state)
{
	struct made_up *made = *state;

	plain(made);
	assert_string_equal(planned(made)->nvram.template, VARS);
	assert_string_equal(made->plan->nvram.template_open, "/root" VARS);
}

static void a_network_store_is_used_as_it_is(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(made, "nbd");
	source->host = made_text(made, "example.org");
	source->port = 6000;
	source->export = made_text(made, "bar");
	assert_int_equal(planned(made)->nvram.action, NVRAM_NETWORK);
	assert_string_equal(made->plan->nvram.path, "nbd://example.org:6000/bar");
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_RAW);
	assert_null(made->plan->nvram.template);
}

static void a_network_store_behind_a_socket_is_named_by_it(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(made, "nbd");
	source->socket = made_text(made, "/run/nbd.sock");
	assert_string_equal(planned(made)->nvram.path, "nbd+unix://?socket=/run/nbd.sock");
}

static void a_block_store_is_used_as_it_is(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_BLOCK;
	source->path = made_text(made, "/dev/vg/vars");
	made->spec.firmware.nvram.format = IMAGE_FORMAT_RAW;
	assert_int_equal(planned(made)->nvram.action, NVRAM_NETWORK);
	assert_string_equal(made->plan->nvram.path, "/dev/vg/vars");
	assert_int_equal(made->plan->nvram.format, IMAGE_FORMAT_RAW);
}

static void network_store(struct made_up *made)
{
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(made, "nbd");
	source->host = made_text(made, "example.org");
}

/* `-x` and `slipway test` throw away what the guest writes */
static void a_throw_away_copy_leaves_a_network_store_alone(void **state)
{
	struct made_up *made = *state;

	network_store(made);
	made->options.ephemeral = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_EPHEMERAL);
	assert_string_equal(made->plan->nvram.template, VARS);
	assert_null(made->plan->nvram.path);
	made->options.ephemeral = false;
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_int_equal(planned(made)->nvram.action, NVRAM_EPHEMERAL);
}

/* A block device with what a 4M firmware needs on it. */
static struct firmware_file *block_store(struct made_up *made)
{
	struct spec_source *source = &made->spec.firmware.nvram.source;
	struct firmware_file *device;

	plain(made);
	source->kind = SPEC_SOURCE_BLOCK;
	source->path = made_text(made, "/dev/vg/vars");
	made->spec.firmware.nvram.format = IMAGE_FORMAT_RAW;
	made->spec.firmware.nvram.line = 9;
	device = made_store(made, "/dev/vg/vars");
	device->regular = false;
	device->block_device = true;
	return device;
}

static void a_throw_away_copy_leaves_a_block_store_alone(void **state)
{
	struct made_up *made = *state;

	block_store(made);
	made->options.ephemeral = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_EPHEMERAL);
	assert_string_equal(made->plan->nvram.template, VARS);
}

static void a_block_store_that_fits_is_used(void **state)
{
	struct made_up *made = *state;

	block_store(made);
	assert_int_equal(planned(made)->nvram.action, NVRAM_NETWORK);
	assert_string_equal(made->plan->nvram.path, "/dev/vg/vars");
}

static void a_block_store_of_another_size_is_refused(void **state)
{
	struct made_up *made = *state;

	block_store(made)->virtual_size_bytes = 4 << 20;
	assert_plan_refused(made,
		"vm.xml:9: nvram '/dev/vg/vars' has 4194304 bytes and '/fw/CODE.fd' needs a store "
		"of 540672: QEMU would start and the guest lose its variables or hang; write one "
		"onto it: qemu-img convert -O raw /fw/VARS.fd /dev/vg/vars");
}

static void a_block_store_without_an_image_is_refused_with_how_to_make_one(void **state)
{
	struct made_up *made = *state;

	block_store(made);
	made->spec.firmware.loader.present = true; /* else the format is the CODE's, too */
	made->spec.firmware.nvram.format = IMAGE_FORMAT_QCOW2;
	assert_plan_refused(made,
		"vm.xml:9: nvram '/dev/vg/vars' is said to be qcow2 and is not: QEMU would refuse "
		"it; write one onto it: qemu-img convert -O qcow2 /fw/VARS.fd /dev/vg/vars");
}

/* libvirt: never populated, and a reset is an error */
static void a_store_that_is_elsewhere_is_not_reset(void **state)
{
	struct made_up *made = *state;

	network_store(made);
	made->options.reset_nvram = true;
	made->spec.firmware.nvram.line = 9;
	assert_plan_refused(made,
		"vm.xml:9: nvram 'nbd://example.org' is used as it is, and --reset-nvram makes "
		"files alone; write the template onto it with qemu-img, or choose a file with "
		"--nvram=PATH");
	made->options.only_store = true;
	assert_int_equal(planned(made)->nvram.action, NVRAM_NETWORK);
}

static void what_is_asked_of_no_store_is_told(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->options.reset_nvram = true;
	assert_int_equal(planned(made)->warnings.count, 1);
	assert_string_equal(made->plan->warnings.items[0],
		"nvram: this VM's firmware keeps no variables; --reset-nvram has no effect");
	made->options.reset_nvram = false;
	made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	assert_int_equal(planned(made)->warnings.count, 0);
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/vm/VARS.fd";
	assert_int_equal(planned(made)->warnings.count, 1);
	assert_string_equal(made->plan->warnings.items[0],
		"nvram: this VM's firmware keeps no variables; --nvram=/vm/VARS.fd has no effect");
}

static void option_nvram_takes_a_network_stores_place(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(made, "nbd");
	source->host = made_text(made, "example.org");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/vm/VARS.fd";
	assert_int_equal(planned(made)->nvram.action, NVRAM_CREATE);
	assert_string_equal(made->plan->nvram.path, "/vm/VARS.fd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(reset_replaces_a_store_that_is_there),
		MADE_UP(reset_is_the_way_out_of_a_store_that_does_not_fit),
		MADE_UP(reset_without_a_store_creates_one),
		MADE_UP(reset_without_a_template_is_refused),
		MADE_UP(an_ephemeral_store_is_a_copy_of_the_template),
		MADE_UP(an_ephemeral_store_begins_with_the_variables_there_are),
		MADE_UP(an_ephemeral_copy_of_a_store_has_the_stores_format),
		MADE_UP(an_ephemeral_store_may_begin_anew),
		MADE_UP(an_ephemeral_store_without_a_template_is_refused),
		MADE_UP(a_template_that_does_not_fit_is_refused_with_the_way_out),
		MADE_UP(a_template_that_is_not_there_is_refused),
		MADE_UP(a_template_below_the_root_is_opened_there),
		MADE_UP(a_network_store_is_used_as_it_is),
		MADE_UP(a_network_store_behind_a_socket_is_named_by_it),
		MADE_UP(a_block_store_is_used_as_it_is),
		MADE_UP(a_throw_away_copy_leaves_a_network_store_alone),
		MADE_UP(a_throw_away_copy_leaves_a_block_store_alone),
		MADE_UP(a_block_store_that_fits_is_used),
		MADE_UP(a_block_store_of_another_size_is_refused),
		MADE_UP(a_block_store_without_an_image_is_refused_with_how_to_make_one),
		MADE_UP(a_store_that_is_elsewhere_is_not_reset),
		MADE_UP(what_is_asked_of_no_store_is_told),
		MADE_UP(option_nvram_takes_a_network_stores_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
