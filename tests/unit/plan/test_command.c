/* SPDX-License-Identifier: MIT */
/* plan/command, plan/cage_command: what is made of somebody else's QEMU command line. */
#include <stdlib.h>
#include <string.h>

#include "made_up.h"
#include "plan/command.h"

#define EXTRA_MOST 4

struct line {
	struct made_up *made;
	struct spec spec;
	char *words[EXTRA_MOST + 1];
	struct spec_need needs[EXTRA_MOST];
	struct spec_access accesses[EXTRA_MOST];
};

static int setup(void **state)
{
	struct line *line = xcalloc(1, sizeof(*line));
	void *made = NULL;

	made_up_setup(&made);
	line->made = made;
	line->spec = line->made->spec;
	line->spec.firmware = (struct spec_firmware){0};
	line->spec.disks = NULL;
	line->spec.disk_count = 0;
	line->spec.command.present = true;
	line->spec.command.words.items = line->words;
	line->spec.command.needs = line->needs;
	line->spec.command.accesses = line->accesses;
	*state = line;
	return 0;
}

static int teardown(void **state)
{
	struct line *line = *state;
	void *made = line->made;

	made_up_teardown(&made);
	free(line);
	return 0;
}

#define LINE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void add_word(struct line *line, const char *word)
{
	line->words[line->spec.command.words.count++] = made_text(line->made, word);
}

static void add_need(struct line *line, enum spec_use use)
{
	line->needs[line->spec.command.need_count++] =
		(struct spec_need){use, made_text(line->made, "-because x")};
}

static struct plan *plan(struct line *line)
{
	struct made_up *made = line->made;
	struct error *error;

	plan_free(made->plan);
	made->plan = NULL;
	error = plan_command(
		&line->spec, &made->host, &made->options, &made->candidates, &made->plan);
	if (error)
		print_error("%s\n", error->text);
	assert_null(error);
	return made->plan;
}

static bool opens(const struct plan *plan, const char *path, bool write)
{
	for (size_t i = 0; i < plan->sandbox.path_count; i++)
		if (strcmp(plan->sandbox.paths[i].path, path) == 0 &&
			plan->sandbox.paths[i].write == write)
			return true;
	return false;
}

static bool has_policy(const struct plan *plan, const char *name)
{
	return strings_contain(&plan->sandbox.policies, name);
}

static void words_are_passed_on_and_nothing_is_added(void **state)
{
	struct line *line = *state;
	const struct plan *made;

	add_word(line, "-m");
	add_word(line, "a b");
	made = plan(line);
	assert_int_equal(made->argv.count, 3);
	assert_string_equal(made->argv.items[0], made->emulator);
	assert_string_equal(made->argv.items[2], "a b");
	assert_int_equal(made->warnings.count, 0);
	assert_null(made->firmware.path);
	assert_int_equal(made->nvram.action, NVRAM_NONE);
}

static void accelerators_decide_about_tcg_and_kvm(void **state)
{
	struct line *line = *state;

	assert_true(has_policy(plan(line), "tcg"));
	assert_false(has_policy(plan(line), "kvm"));
	line->spec.command.kvm = true;
	assert_true(has_policy(plan(line), "kvm"));
	assert_false(has_policy(plan(line), "tcg"));
	line->spec.command.tcg = true;
	assert_true(has_policy(plan(line), "tcg"));
}

static void paths_of_the_line_and_backing_files_are_opened(void **state)
{
	struct line *line = *state;
	const struct plan *made;

	line->accesses[0] =
		(struct spec_access){.path = made_text(line->made, "/d"), .write = true};
	line->spec.command.access_count = 1;
	made_backing(line->made, "/top", "/base");
	made = plan(line);
	assert_true(opens(made, "/d", true));
	assert_true(opens(made, "/base", false));
	assert_false(opens(made, "/base", true));
	assert_false(opens(made, "/", false));
}

static void a_backing_file_that_is_no_path_opens_more(void **state)
{
	struct line *line = *state;

	made_backing(line->made, "/top", "nbd://host");
	assert_true(has_policy(plan(line), "tcp-client"));
}

static void a_monitor_lets_disks_be_plugged_in_their_folder(void **state)
{
	struct line *line = *state;
	const struct plan *made;

	line->accesses[0] =
		(struct spec_access){.path = made_text(line->made, "/images/d"), .write = true};
	line->spec.command.access_count = 1;
	add_need(line, SPEC_USE_MONITOR);
	made = plan(line);
	assert_true(opens(made, "/images", true));
	assert_false(opens(made, "/", true));
	assert_true(has_policy(made, "migration"));
	assert_false(has_policy(made, "spawn"));
	assert_false(has_policy(made, "io-uring"));
	assert_int_equal(made->warnings.count, 0);
}

static void a_driver_may_name_any_file_and_start_nothing(void **state)
{
	struct line *line = *state;
	const struct plan *made;

	add_need(line, SPEC_USE_DRIVEN);
	made = plan(line);
	assert_true(opens(made, "/", true));
	assert_true(opens(made, "/", false));
	assert_false(has_policy(made, "spawn"));
	assert_int_equal(made->warnings.count, 0);
	assert_int_equal(made->sandbox.mode, SANDBOX_ON);
}

static void what_is_not_known_widens_all_but_spawn_and_is_said(void **state)
{
	struct line *line = *state;
	const struct plan *made;

	add_need(line, SPEC_USE_NOT_KNOWN);
	made = plan(line);
	assert_true(opens(made, "/", true));
	assert_true(has_policy(made, "vfio"));
	assert_false(has_policy(made, "spawn"));
	assert_int_equal(made->warnings.count, 1);
	assert_non_null(strstr(made->warnings.items[0], "-because x"));
}

static void programs_are_allowed_only_where_one_is_named(void **state)
{
	struct line *line = *state;

	add_need(line, SPEC_USE_SPAWN);
	assert_true(has_policy(plan(line), "spawn"));
	assert_non_null(strstr(line->made->plan->warnings.items[0], "-because x"));
}

static void a_helper_with_more_rights_opens_the_cage_or_is_refused(void **state)
{
	struct line *line = *state;
	struct error *error;

	add_need(line, SPEC_USE_OUTSIDE);
	assert_int_equal(plan(line)->sandbox.mode, SANDBOX_OFF);
	assert_int_equal(line->made->plan->warnings.count, 1);
	line->made->options.sandbox = SANDBOX_REQUIRE;
	plan_free(line->made->plan);
	line->made->plan = NULL;
	error = plan_command(&line->spec, &line->made->host, &line->made->options,
		&line->made->candidates, &line->made->plan);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "-because x"));
	error_free(error);
}

static void a_helper_on_a_bridge_is_served_before(void **state)
{
	struct line *line = *state;
	char br[] = "br7";
	char others[] = "id=n0";
	struct spec_bridge bridge = {.word = 1, .bridge = br, .others = others};

	add_word(line, "-netdev");
	add_word(line, "bridge,id=n0,br=br7");
	line->spec.command.bridges = &bridge;
	line->spec.command.bridge_count = 1;
	plan(line);
	assert_string_equal(line->made->plan->argv.items[2], "tap,fd=300,id=n0");
	assert_int_equal(line->made->plan->opening_count, 1);
	assert_int_equal(line->made->plan->openings[0].fd, 300);
	assert_string_equal(line->made->plan->openings[0].bridge, "br7");
	line->made->options.sandbox = SANDBOX_OFF;
	plan(line);
	assert_string_equal(line->made->plan->argv.items[2], "bridge,id=n0,br=br7");
	assert_int_equal(line->made->plan->opening_count, 0);
	line->spec.command.bridge_count = 0;
}

/* ---- firmware */

#define CODE "/usr/share/OVMF/OVMF_CODE_4M.fd"
#define VARS "/usr/share/OVMF/OVMF_VARS_4M.fd"
#define GONE "/usr/share/gone/OVMF_CODE.fd"

static void missing_flash(struct line *line)
{
	made_pair(line->made, CODE, VARS);
	made_file(line->made, GONE, 0, FIRMWARE_ROLE_UNKNOWN)->error_number = 2;
	line->spec.command.flash[0] = (struct spec_flash){.path = made_text(line->made, GONE),
		.word = made_text(line->made, GONE),
		.format = IMAGE_FORMAT_RAW,
		.readonly = true};
	add_word(line, "-drive");
	add_word(line, "if=pflash,format=raw,file=" GONE ",readonly=on");
}

static void firmware_is_added_when_it_is_asked_for(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	add_word(line, "-S");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	plan(line);
	assert_string_equal(line->made->plan->firmware.path, CODE);
	assert_string_equal(line->made->plan->argv.items[1], "-S");
	assert_string_equal(argument_of(line->made->plan, "-machine"),
		"pflash0=pflash0-format,pflash1=pflash1-format");
}

static void a_missing_path_is_named_without_being_asked(void **state)
{
	struct line *line = *state;

	missing_flash(line);
	plan(line);
	assert_string_equal(
		line->made->plan->argv.items[2], "if=pflash,format=raw,file=" GONE ",readonly=on");
	assert_int_equal(line->made->plan->warnings.count, 1);
	assert_non_null(strstr(line->made->plan->warnings.items[0], CODE));
}

static void a_missing_path_is_replaced_when_it_is_asked_for(void **state)
{
	struct line *line = *state;

	missing_flash(line);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan(line);
	assert_string_equal(
		line->made->plan->argv.items[2], "if=pflash,format=raw,file=" CODE ",readonly=on");
	assert_true(opens(line->made->plan, CODE, false));
}

static void another_format_is_no_equivalent(void **state)
{
	struct line *line = *state;
	struct error *error;

	missing_flash(line);
	line->spec.command.flash[0].format = IMAGE_FORMAT_QCOW2;
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	error = plan_command(&line->spec, &line->made->host, &line->made->options,
		&line->made->candidates, &line->made->plan);
	assert_non_null(error);
	assert_non_null(strstr(error->text, CODE ":" VARS));
	error_free(error);
}

static void a_path_is_replaced_where_it_stands_whole(void **state)
{
	struct line *line = *state;

	missing_flash(line);
	add_word(line, "file=" GONE ".bak");
	add_word(line, "{\"filename\":\"" GONE "\"}");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan(line);
	assert_string_equal(line->made->plan->argv.items[3], "file=" GONE ".bak");
	assert_string_equal(line->made->plan->argv.items[4], "{\"filename\":\"" CODE "\"}");
}

static void the_distributions_file_is_only_read(void **state)
{
	struct line *line = *state;

	missing_flash(line);
	line->spec.command.flash[0].readonly = false;
	add_word(line, "if=pflash,file=" GONE);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan(line);
	assert_string_equal(
		line->made->plan->argv.items[2], "if=pflash,format=raw,file=" CODE ",readonly=on");
	assert_string_equal(line->made->plan->argv.items[3], "if=pflash,file=" CODE ",readonly=on");
}

static void a_bios_that_is_missing_is_replaced(void **state)
{
	struct line *line = *state;

	made_file(line->made, GONE, 0, FIRMWARE_ROLE_UNKNOWN)->error_number = 2;
	made_file(line->made, "/usr/share/ovmf/OVMF.fd", 4 << 20, FIRMWARE_ROLE_UNIFIED);
	line->spec.command.bios = made_text(line->made, GONE);
	line->spec.command.bios_word = line->spec.command.bios;
	add_word(line, "-bios");
	add_word(line, GONE);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan(line);
	assert_string_equal(line->made->plan->argv.items[2], "/usr/share/ovmf/OVMF.fd");
}

static void a_kernel_of_its_own_gets_firmware_that_is_asked_for(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	line->spec.kernel = made_text(line->made, "/vmlinuz");
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	plan(line);
	assert_null(line->made->plan->firmware.path);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	plan(line);
	assert_string_equal(line->made->plan->firmware.path, CODE);
}

static void descriptors_give_way_to_the_callers(void **state)
{
	struct line *line = *state;

	made_pair(line->made, CODE, VARS);
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	line->made->options.nvram = NVRAM_OPTION_EPHEMERAL;
	line->made->options.fd_shift = 20;
	plan(line);
	assert_string_equal(argument_of(line->made->plan, "-add-fd"), "fd=50,set=50,opaque=nvram");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(words_are_passed_on_and_nothing_is_added),
		LINE(accelerators_decide_about_tcg_and_kvm),
		LINE(paths_of_the_line_and_backing_files_are_opened),
		LINE(a_backing_file_that_is_no_path_opens_more),
		LINE(a_monitor_lets_disks_be_plugged_in_their_folder),
		LINE(a_driver_may_name_any_file_and_start_nothing),
		LINE(what_is_not_known_widens_all_but_spawn_and_is_said),
		LINE(programs_are_allowed_only_where_one_is_named),
		LINE(a_helper_with_more_rights_opens_the_cage_or_is_refused),
		LINE(a_helper_on_a_bridge_is_served_before),
		LINE(firmware_is_added_when_it_is_asked_for),
		LINE(a_missing_path_is_named_without_being_asked),
		LINE(a_missing_path_is_replaced_when_it_is_asked_for),
		LINE(another_format_is_no_equivalent),
		LINE(a_path_is_replaced_where_it_stands_whole),
		LINE(the_distributions_file_is_only_read),
		LINE(a_bios_that_is_missing_is_replaced),
		LINE(a_kernel_of_its_own_gets_firmware_that_is_asked_for),
		LINE(descriptors_give_way_to_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
