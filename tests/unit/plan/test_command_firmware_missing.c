/* SPDX-License-Identifier: MIT */
/* plan/command_firmware: a command line's own firmware, where it is not there. */
#include "plan/command_firmware.h"

#include <errno.h>

#include "made_line.h"

#define CODE "/usr/share/OVMF/OVMF_CODE_4M.fd"
#define VARS "/usr/share/OVMF/OVMF_VARS_4M.fd"
#define GONE "/usr/share/gone/OVMF_CODE.fd"
#define STORE "/vm/store.fd"
#define DRIVE "if=pflash,format=raw,file="

static struct spec_flash *missing(struct line *line, struct spec_flash *flash, const char *path)
{
	made_file(line->made, path, 0, FIRMWARE_ROLE_UNKNOWN)->error_number = ENOENT;
	flash->path = flash->word = made_text(line->made, path);
	flash->format = IMAGE_FORMAT_RAW;
	return flash;
}

/* CODE is named by a path that is not there; nothing is asked for yet. */
static void missing_code(struct line *line)
{
	made_pair(line->made, CODE, VARS);
	missing(line, &line->spec.command.flash[0], GONE)->readonly = true;
	add_word(line, "-drive");
	add_word(line, DRIVE GONE ",readonly=on");
}

/* CODE is there, and the second flash `path` is not: it is to be mended. */
static struct spec_flash *missing_vars(struct line *line, const char *path)
{
	struct spec_flash *flash = line->spec.command.flash;
	auto_free char *drive = xasprintf(DRIVE "%s", path);

	made_pair(line->made, CODE, VARS);
	flash[0] = (struct spec_flash){.path = made_text(line->made, CODE),
		.word = made_text(line->made, CODE),
		.format = IMAGE_FORMAT_RAW,
		.readonly = true};
	add_word(line, "-drive");
	add_word(line, drive);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	return missing(line, &flash[1], path);
}

static void missing_bios(struct line *line)
{
	made_file(line->made, GONE, 0, FIRMWARE_ROLE_UNKNOWN)->error_number = ENOENT;
	line->spec.command.bios = line->spec.command.bios_word = made_text(line->made, GONE);
	add_word(line, "-bios");
	add_word(line, GONE);
}

/* ---- CODE that the line names */

static void a_missing_path_is_named_without_being_asked(void **state)
{
	struct line *line = *state;

	missing_code(line);
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE GONE ",readonly=on");
	assert_warning(
		line->made->plan, "firmware: '" GONE "' is not there; this host has '" CODE "'");
}

static void a_missing_store_and_bios_are_named_too(void **state)
{
	struct line *line = *state;

	missing_vars(line, STORE);
	line->made->options.firmware = FIRMWARE_OPTION_AUTO;
	assert_warning(
		line_plan(line), "firmware: '" STORE "' is not there; this host has '" VARS "'");
	line->spec.command.flash[1] = (struct spec_flash){0};
	missing_bios(line);
	made_file(line->made, "/usr/share/ovmf/OVMF.fd", 4 << 20, FIRMWARE_ROLE_UNIFIED);
	assert_warning(line_plan(line),
		"firmware: '" GONE "' is not there; this host has '/usr/share/ovmf/OVMF.fd'");
}

static void nothing_is_said_where_the_host_has_nothing_either(void **state)
{
	struct line *line = *state;

	missing_code(line);
	line->made->host.pair_count = 0;
	assert_int_equal(line_plan(line)->warnings.count, 0);
}

static void a_missing_path_is_replaced_when_it_is_asked_for(void **state)
{
	struct line *line = *state;

	missing_code(line);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE CODE ",readonly=on");
	assert_true(has_rule(line->made->plan, CODE, false));
	assert_int_equal(line->made->plan->firmware.source, FIRMWARE_SOURCE_FALLBACK);
	assert_string_equal(line->made->plan->firmware.path, CODE);
	assert_int_equal(line->made->plan->firmware.format, IMAGE_FORMAT_RAW);
	line->made->options.below_root = true;
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE "/root" CODE ",readonly=on");
	assert_true(has_rule(line->made->plan, "/root" CODE, false));
}

static void paths_that_are_there_are_left_alone(void **state)
{
	struct line *line = *state;

	missing_vars(line, STORE);
	made_file(line->made, STORE, 0, FIRMWARE_ROLE_UNKNOWN)->error_number = 0;
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE STORE);
	assert_null(line->made->plan->firmware.path);
	assert_int_equal(line->made->plan->warnings.count, 0);
}

static void without_an_equivalent_the_architectures_pairs_are_listed(void **state)
{
	struct line *line = *state;
	struct firmware_pair *other;

	missing_code(line);
	made_pair(line->made, "/fw/STATELESS.fd", VARS)->vars = NULL;
	other = made_pair(line->made, "/fw/arm.fd", "/fw/arm_VARS.fd");
	other->arch = ARCH_ARM;
	line->spec.command.flash[0].format = IMAGE_FORMAT_QCOW2; /* which none of them is */
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_line_refused(line, "firmware '" GONE "' is not there, and this host has no "
				  "equivalent; there is\n  " CODE ":" VARS "\n  /fw/STATELESS.fd");
	assert_null(strstr(line->made->error->text, "/fw/arm.fd"));
	line->made->host.pair_count = 0;
	assert_line_refused(line, "this host has no equivalent; there is none");
}

static void a_path_is_replaced_where_it_stands_whole(void **state)
{
	struct line *line = *state;

	missing_code(line);
	add_word(line, "file=" GONE ".bak");
	add_word(line, "{\"filename\":\"" GONE "\"}");
	add_word(line, "file=/mnt" GONE);
	add_word(line, GONE);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line_plan(line);
	assert_string_equal(line->made->plan->argv.items[3], "file=" GONE ".bak");
	assert_string_equal(line->made->plan->argv.items[4], "{\"filename\":\"" CODE "\"}");
	assert_string_equal(line->made->plan->argv.items[5], "file=/mnt" GONE);
	assert_string_equal(line->made->plan->argv.items[6], CODE);
}

static void the_distributions_file_is_only_read(void **state)
{
	struct line *line = *state;

	missing_code(line);
	line->spec.command.flash[0].readonly = false;
	add_word(line, "if=pflash,file=" GONE);
	add_word(line, "file=" GONE); /* is no flash */
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line_plan(line);
	assert_string_equal(line->made->plan->argv.items[2], DRIVE CODE ",readonly=on");
	assert_string_equal(line->made->plan->argv.items[3], "if=pflash,file=" CODE ",readonly=on");
	assert_string_equal(line->made->plan->argv.items[4], "file=" CODE);
}

static void files_of_the_option_take_the_place_of_what_is_missing(void **state)
{
	struct line *line = *state;
	struct plan_options *options = &line->made->options;

	missing_code(line);
	missing(line, &line->spec.command.flash[1], STORE);
	made_code(line->made, "/my/CODE.fd");
	made_vars(line->made, "/my/VARS.fd");
	options->firmware = FIRMWARE_OPTION_FILES;
	options->firmware_path = "/my/CODE.fd";
	options->firmware_vars = "/my/VARS.fd";
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE "/my/CODE.fd,readonly=on");
	assert_string_equal(line->made->plan->nvram.template, "/my/VARS.fd");
	made_file(line->made, "/my/CODE.fd", 0, FIRMWARE_ROLE_CODE)->error_number = ENOENT;
	assert_line_refused(line, "firmware '" GONE "' is not there");
}

/* ---- the store that the line names */

static void a_store_that_is_not_there_is_made_from_its_codes_template(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	missing_vars(line, STORE);
	plan = line_plan(line);
	assert_int_equal(plan->nvram.action, NVRAM_CREATE);
	assert_string_equal(plan->nvram.path, STORE);
	assert_string_equal(plan->nvram.template, VARS);
	assert_string_equal(plan->nvram.template_open, "/root" VARS);
	assert_int_equal(plan->nvram.template_format, IMAGE_FORMAT_RAW);
	assert_int_equal(plan->nvram.format, IMAGE_FORMAT_RAW);
	assert_string_equal(plan->argv.items[2], DRIVE STORE);
	assert_warning(plan, "firmware: '" STORE "' is not there; made from '" VARS "'");
	assert_true(has_rule(plan, STORE, true));
}

static void a_template_that_is_written_to_is_a_copy_that_is_not_kept(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	missing_vars(line, "/usr/share/gone/OVMF_VARS.fd");
	plan = line_plan(line);
	assert_int_equal(plan->nvram.action, NVRAM_EPHEMERAL);
	assert_null(plan->nvram.path);
	assert_true(plan->nvram_by_fd);
	assert_string_equal(plan->argv.items[2], DRIVE "/dev/fdset/30");
	assert_string_equal(argument_of(plan, "-add-fd"), "fd=30,set=30,opaque=nvram");
	assert_warning(plan, "a copy of '" VARS "' that is not kept takes its place");
}

static void a_template_that_is_only_read_is_replaced(void **state)
{
	struct line *line = *state;

	missing_vars(line, "/usr/share/gone/OVMF_VARS.fd")->readonly = true;
	assert_string_equal(line_plan(line)->argv.items[2], DRIVE VARS);
	assert_int_equal(line->made->plan->nvram.action, NVRAM_NONE);
}

static void a_store_without_a_template_is_refused(void **state)
{
	struct line *line = *state;

	missing_vars(line, STORE);
	line->made->host.pairs[0].vars = NULL;
	assert_line_refused(line, "firmware '" STORE "' is not there");
}

static void a_line_of_a_second_flash_alone_is_mended_too(void **state)
{
	struct line *line = *state;

	missing_vars(line, STORE);
	line->spec.command.flash[0] = (struct spec_flash){0};
	assert_string_equal(line_plan(line)->nvram.template, VARS);
	assert_null(line->made->plan->firmware.path); /* no firmware is added */
}

/* ---- -bios */

static void a_bios_that_is_missing_is_replaced(void **state)
{
	struct line *line = *state;

	missing_bios(line);
	made_file(line->made, "/usr/share/ovmf/OVMF.fd", 4 << 20, FIRMWARE_ROLE_UNIFIED);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_string_equal(line_plan(line)->argv.items[2], "/usr/share/ovmf/OVMF.fd");
}

static void a_bios_without_an_equivalent_is_refused(void **state)
{
	struct line *line = *state;

	missing_bios(line);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_line_refused(line, "firmware '" GONE "' is not there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(a_missing_path_is_named_without_being_asked),
		LINE(a_missing_store_and_bios_are_named_too),
		LINE(nothing_is_said_where_the_host_has_nothing_either),
		LINE(a_missing_path_is_replaced_when_it_is_asked_for),
		LINE(paths_that_are_there_are_left_alone),
		LINE(without_an_equivalent_the_architectures_pairs_are_listed),
		LINE(a_path_is_replaced_where_it_stands_whole),
		LINE(the_distributions_file_is_only_read),
		LINE(files_of_the_option_take_the_place_of_what_is_missing),
		LINE(a_store_that_is_not_there_is_made_from_its_codes_template),
		LINE(a_template_that_is_written_to_is_a_copy_that_is_not_kept),
		LINE(a_template_that_is_only_read_is_replaced),
		LINE(a_store_without_a_template_is_refused),
		LINE(a_line_of_a_second_flash_alone_is_mended_too),
		LINE(a_bios_that_is_missing_is_replaced),
		LINE(a_bios_without_an_equivalent_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
