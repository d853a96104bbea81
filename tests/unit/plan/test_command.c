/* SPDX-License-Identifier: MIT */
/* plan/command: what is made of somebody else's QEMU command line. */
#include "plan/command.h"

#include "made_line.h"
#include "plan/openings.h"

static void words_are_passed_on_and_nothing_is_added(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_word(line, "-m");
	add_word(line, "a b");
	plan = line_plan(line);
	assert_int_equal(plan->argv.count, 3);
	assert_string_equal(plan->argv.items[0], plan->emulator);
	assert_string_equal(plan->argv.items[2], "a b");
	assert_string_equal(plan->name, "vm");
	assert_int_equal(plan->arch, ARCH_X86_64);
	assert_string_equal(plan->machine, "q35");
	assert_int_equal(plan->warnings.count, 0);
	assert_int_equal(plan->notes.count, 0);
	assert_null(plan->firmware.path);
	assert_int_equal(plan->nvram.action, NVRAM_NONE);
}

static void a_line_without_a_machine_has_the_architectures(void **state)
{
	struct line *line = *state;

	line->spec.machine = NULL;
	assert_string_equal(line_plan(line)->machine, "pc");
	line->spec.arch = ARCH_AARCH64;
	assert_string_equal(line_plan(line)->machine, "virt");
}

static void an_emulator_that_was_not_found_is_called_qemu(void **state)
{
	struct line *line = *state;

	line->made->host.emulator.path = NULL;
	assert_string_equal(line_plan(line)->argv.items[0], "qemu");
}

static void what_the_host_notes_is_noted(void **state)
{
	struct line *line = *state;

	strings_add(&line->made->host.notes, "this host is odd");
	assert_int_equal(line_plan(line)->notes.count, 1);
	assert_string_equal(line->made->plan->notes.items[0], "this host is odd");
}

static void each_option_about_firmware_asks_for_it(void **state)
{
	struct line *line = *state;
	struct plan_options *options = &line->made->options;

	assert_false(command_wants_firmware(options));
	options->firmware = FIRMWARE_OPTION_BIOS;
	assert_true(command_wants_firmware(options));
	options->firmware = FIRMWARE_OPTION_AUTO;
	options->secure_boot = CHOICE_NO;
	assert_true(command_wants_firmware(options));
	options->secure_boot = CHOICE_UNSET;
	options->nvram = NVRAM_OPTION_PATH;
	assert_true(command_wants_firmware(options));
}

static void the_firmware_that_was_looked_at_is_the_plans(void **state)
{
	struct line *line = *state;

	made_pair(line->made, "/fw/CODE.fd", "/fw/VARS.fd");
	line->made->options.firmware = FIRMWARE_OPTION_UEFI;
	assert_int_equal(line_plan(line)->candidates.count, 1);
	assert_true(line->made->plan->candidates.items[0].chosen);
	assert_int_equal(line->made->candidates.count, 0);
}

static void a_helper_on_a_bridge_is_served_before(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_bridge(line);
	plan = line_plan(line);
	assert_string_equal(plan->argv.items[2], "tap,fd=300,id=n0");
	assert_int_equal(plan->opening_count, 1);
	assert_int_equal(plan->openings[0].fd, 300);
	assert_string_equal(plan->openings[0].bridge, "br7");
	line->bridge.others = made_text(line->made, "");
	line->bridge.helper = made_text(line->made, "/usr/lib/helper");
	line->made->options.fd_shift = 20;
	assert_string_equal(line_plan(line)->argv.items[2], "tap,fd=320");
	assert_string_equal(line->made->plan->openings[0].helper, "/usr/lib/helper");
}

static void without_a_sandbox_qemu_starts_the_helper_itself(void **state)
{
	struct line *line = *state;

	add_bridge(line);
	line->made->options.sandbox = SANDBOX_OFF;
	assert_string_equal(line_plan(line)->argv.items[2], "bridge,id=n0,br=br7");
	assert_int_equal(line->made->plan->opening_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(words_are_passed_on_and_nothing_is_added),
		LINE(a_line_without_a_machine_has_the_architectures),
		LINE(an_emulator_that_was_not_found_is_called_qemu),
		LINE(what_the_host_notes_is_noted),
		LINE(each_option_about_firmware_asks_for_it),
		LINE(the_firmware_that_was_looked_at_is_the_plans),
		LINE(a_helper_on_a_bridge_is_served_before),
		LINE(without_a_sandbox_qemu_starts_the_helper_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
