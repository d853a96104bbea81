/* SPDX-License-Identifier: MIT */
/* plan/cage_command: the sandbox of a command line, and of arguments behind a spec's. */
#include "plan/cage_command.h"

#include "made_line.h"

#define WRITES true
#define READS false

/* All that lies below `path` is opened, devices too (then with their ioctls) or files alone. */
static void assert_open_below(const struct plan *plan, const char *path, bool write, bool devices)
{
	for (size_t i = 0; i < plan->sandbox.path_count; i++) {
		const struct path_rule *rule = &plan->sandbox.paths[i];

		if (strcmp(rule->path, path) == 0 && rule->directory && rule->write == write &&
			rule->device == devices)
			return;
	}
	fail_msg("what is below '%s' is not open", path);
}

static void assert_every_file_is_open(const struct plan *plan)
{
	assert_open_below(plan, "/", READS, false);
	assert_open_below(plan, "/", WRITES, true);
}

static void accelerators_decide_about_tcg_and_kvm(void **state)
{
	struct line *line = *state;

	assert_true(has_policy(line_plan(line), "tcg"));
	assert_false(has_policy(line->made->plan, "kvm"));
	line->spec.command.kvm = true;
	assert_true(has_policy(line_plan(line), "kvm"));
	assert_false(has_policy(line->made->plan, "tcg"));
	line->spec.command.tcg = true;
	assert_true(has_policy(line_plan(line), "tcg"));
}

static void paths_of_the_line_and_backing_files_are_opened(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_access(line, "/d")->write = true;
	add_image(line, "/top", "/base");
	plan = line_plan(line);
	assert_true(has_rule(plan, "/d", true));
	assert_true(has_rule(plan, "/base", false));
	assert_false(has_rule(plan, "/base", true));
	assert_false(has_rule(plan, "/", false));
	add_need(line, SPEC_USE_MONITOR); /* by which an image is merged into its base */
	assert_true(has_rule(line_plan(line), "/base", true));
}

static void a_backing_file_that_is_no_path_opens_more(void **state)
{
	struct line *line = *state;

	assert_false(has_policy(line_plan(line), "tcp-client"));
	add_image(line, "/top", "nbd://host");
	assert_true(has_policy(line_plan(line), "tcp-client"));
	assert_true(has_policy(line->made->plan, "unix-client"));
	assert_every_file_is_open(line->made->plan);
	assert_false(has_rule(line->made->plan, "nbd://host", false));
}

static void a_monitor_lets_disks_be_plugged_in_their_folder(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_access(line, "/images/d")->write = true;
	add_access(line, "/iso/cd");
	*add_access(line, "/dev/vg/disk") = (struct spec_access){
		.path = made_text(line->made, "/dev/vg/disk"), .write = true, .device = true};
	*add_access(line, "/srv/share") = (struct spec_access){
		.path = made_text(line->made, "/srv/share"), .write = true, .directory = true};
	add_need(line, SPEC_USE_MONITOR);
	plan = line_plan(line);
	assert_open_below(plan, "/images", WRITES, false);
	assert_false(has_rule(plan, "/iso", true));
	assert_false(has_rule(plan, "/dev/vg", true));
	assert_false(has_rule(plan, "/srv", true));
	assert_false(has_rule(plan, "/", true));
	assert_true(has_policy(plan, "migration"));
	assert_false(has_policy(plan, "spawn"));
	assert_false(has_policy(plan, "io-uring"));
	assert_int_equal(plan->warnings.count, 0);
}

static void a_monitor_makes_files_where_it_was_started_but_not_in_the_root(void **state)
{
	struct line *line = *state;

	add_need(line, SPEC_USE_MONITOR);
	assert_open_below(line_plan(line), "/home/vm", WRITES, false);
	line->made->options.working_directory = "/";
	assert_false(has_rule(line_plan(line), "/", true));
	line->made->options.working_directory = NULL;
	assert_open_below(line_plan(line), "/var/tmp", WRITES, false);
	assert_false(has_rule(line->made->plan, "/home/vm", true));
}

static void a_monitor_makes_terminals(void **state)
{
	struct line *line = *state;
	const struct path_rule *rules;
	bool multiplexer = false;

	add_need(line, SPEC_USE_MONITOR);
	rules = line_plan(line)->sandbox.paths;
	for (size_t i = 0; i < line->made->plan->sandbox.path_count; i++)
		multiplexer |= strcmp(rules[i].path, "/dev/ptmx") == 0 && rules[i].write &&
			       rules[i].device && !rules[i].directory;
	assert_true(multiplexer);
	assert_open_below(line->made->plan, "/dev/pts", WRITES, true);
}

static void a_driver_may_name_any_file_and_start_nothing(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_need(line, SPEC_USE_DRIVEN);
	plan = line_plan(line);
	assert_every_file_is_open(plan);
	assert_true(has_policy(plan, "usb-host"));
	assert_false(has_policy(plan, "spawn"));
	assert_int_equal(plan->warnings.count, 0);
	assert_int_equal(plan->sandbox.mode, SANDBOX_ON);
}

static void what_is_not_known_widens_all_but_spawn_and_is_said(void **state)
{
	struct line *line = *state;
	const struct plan *plan;

	add_need(line, SPEC_USE_NOT_KNOWN);
	plan = line_plan(line);
	assert_true(has_rule(plan, "/", true));
	assert_true(has_policy(plan, "vfio"));
	assert_false(has_policy(plan, "spawn"));
	assert_warning(plan, "-because x");
}

static void programs_are_allowed_only_where_one_is_named(void **state)
{
	struct line *line = *state;

	assert_false(has_policy(line_plan(line), "spawn"));
	add_need(line, SPEC_USE_SPAWN);
	assert_true(has_policy(line_plan(line), "spawn"));
	assert_warning(line->made->plan, "-because x");
}

static void an_emulator_that_is_a_script_starts_programs(void **state)
{
	struct line *line = *state;

	line->made->host.emulator.script = true;
	assert_true(has_policy(line_plan(line), "spawn"));
	assert_true(has_rule(line->made->plan, "/", true));
	assert_warning(line->made->plan, "'/usr/bin/qemu' starts programs");
}

static void a_helper_with_more_rights_opens_the_cage_or_is_refused(void **state)
{
	struct line *line = *state;

	add_need(line, SPEC_USE_OUTSIDE);
	assert_int_equal(line_plan(line)->sandbox.mode, SANDBOX_OFF);
	assert_warning(line->made->plan, "sandbox: off, because '-because x'");
	line->made->options.sandbox = SANDBOX_REQUIRE;
	assert_line_refused(line, "'-because x' needs what no sandbox can hold");
	line->made->options.sandbox = SANDBOX_OFF; /* as it was asked for: no second word */
	assert_int_equal(line_plan(line)->sandbox.mode, SANDBOX_OFF);
	assert_warning(line->made->plan, "sandbox: off: ");
}

/* ---- behind a spec's own arguments */

static void add_need_beside(struct made_up *made, enum spec_use use)
{
	struct spec_command *command = &made->spec.command;

	if (!command->needs)
		command->needs = made_memory(made, LINE_MOST, sizeof(*command->needs));
	command->needs[command->need_count++] =
		(struct spec_need){use, made_text(made, "-because x")};
}

static void an_accelerator_that_is_added_is_allowed_beside_the_specs(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made->spec.command.kvm = true;
	assert_true(has_policy(planned(made), "kvm"));
	assert_true(has_policy(made->plan, "tcg"));
	assert_true(has_rule(made->plan, "/dev/kvm", true));
	made->spec.command.kvm = false;
	assert_false(has_policy(planned(made), "kvm"));
	made->host.kvm.usable = true;
	made->spec.accel = SPEC_ACCEL_KVM;
	assert_false(has_policy(planned(made), "tcg"));
	made->spec.command.tcg = true;
	assert_true(has_policy(planned(made), "tcg"));
}

static void who_has_a_monitor_makes_snapshots_beside_the_disks_that_are_written(void **state)
{
	static const enum spec_use uses[] = {SPEC_USE_MONITOR, SPEC_USE_DRIVEN};
	struct made_up *made = *state;
	struct spec_disk *disk;

	made_bare(made);
	made_disk(made, "vda", "virtio")->source.path = made_text(made, "/written/disk.img");
	disk = made_disk(made, "vdb", "virtio");
	disk->source.path = made_text(made, "/only-read/disk.img");
	disk->readonly = true;
	disk = made_disk(made, "sda", "sata");
	disk->source.path = made_text(made, "/iso/cd.iso");
	disk->device = SPEC_DISK_CDROM;
	disk = made_disk(made, "vdc", "virtio");
	disk->source.kind = SPEC_SOURCE_BLOCK;
	disk->source.path = made_text(made, "/dev/vg/disk");
	assert_false(has_rule(planned(made), "/written", true));
	for (size_t i = 0; i < ARRAY_COUNT(uses); i++) {
		made->spec.command.need_count = 0;
		add_need_beside(made, uses[i]);
		assert_true(has_rule(planned(made), "/written", true));
		assert_false(has_rule(made->plan, "/only-read", true));
		assert_false(has_rule(made->plan, "/iso", true));
		assert_false(has_rule(made->plan, "/dev/vg", true));
	}
}

static void files_below_an_added_image_are_read_and_no_others(void **state)
{
	struct made_up *made = *state;
	char *images[] = {made_text(made, "/added")};

	made_bare(made);
	made_backing(made, "/added", "/below-added");
	made_backing(made, "/added", "nbd://host");
	made_backing(made, "/of-a-disk", "/below-a-disk");
	made->spec.command.images = (struct strings){.items = images, .count = 1};
	assert_true(has_rule(planned(made), "/below-added", false));
	assert_false(has_rule(made->plan, "/below-added", true));
	assert_false(has_rule(made->plan, "/below-a-disk", false));
	assert_false(has_rule(made->plan, "nbd://host", false));
	assert_false(has_policy(made->plan, "tcp-client"));
	made->spec.command.images = (struct strings){0};
}

static void what_is_added_and_not_known_widens_nothing_and_is_noted(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	add_need_beside(made, SPEC_USE_NOT_KNOWN);
	assert_false(has_rule(planned(made), "/", true));
	assert_false(has_policy(made->plan, "vfio"));
	assert_int_equal(made->plan->warnings.count, 0);
	assert_string_equal(made->plan->notes.items[0],
		"sandbox: '-because x' is not known to slipway, and nothing is added for it");
}

static void what_is_added_has_the_policy_of_its_need(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	add_need_beside(made, SPEC_USE_TCP_LISTEN);
	assert_true(has_policy(planned(made), "tcp-listen"));
	assert_true(made->plan->sandbox.any_listen);
	assert_false(made->plan->sandbox.any_connect);
	made->spec.command.needs[0].use = SPEC_USE_TCP_CLIENT;
	assert_true(has_policy(planned(made), "tcp-client"));
	assert_false(made->plan->sandbox.any_listen);
	assert_true(made->plan->sandbox.any_connect);
}

static void paths_that_are_added_are_opened(void **state)
{
	struct made_up *made = *state;
	struct spec_access access = {.path = made_text(made, "/added"), .write = true};

	made_bare(made);
	made->spec.command.accesses = &access;
	made->spec.command.access_count = 1;
	assert_true(has_rule(planned(made), "/added", true));
}

static void what_no_sandbox_can_hold_is_not_added_to_one(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	add_need_beside(made, SPEC_USE_OUTSIDE);
	assert_plan_refused(made, "'-because x' needs what no sandbox can hold; say it in the spec "
				  "(<interface type='bridge'>), or use --sandbox=off");
	made->options.sandbox = SANDBOX_OFF;
	assert_int_equal(planned(made)->sandbox.mode, SANDBOX_OFF);
}

static void a_helper_of_a_bridge_is_not_added_to_a_sandbox(void **state)
{
	struct made_up *made = *state;
	struct spec_bridge bridge = {.bridge = made_text(made, "br7")};

	made_bare(made);
	made->spec.command.bridges = &bridge;
	made->spec.command.bridge_count = 1;
	assert_plan_refused(made,
		"the helper for bridge 'br7' needs what no sandbox can hold; say it in the spec "
		"(<interface type='bridge'>), or use --sandbox=off");
	made->options.sandbox = SANDBOX_OFF;
	assert_int_equal(planned(made)->sandbox.mode, SANDBOX_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(accelerators_decide_about_tcg_and_kvm),
		LINE(paths_of_the_line_and_backing_files_are_opened),
		LINE(a_backing_file_that_is_no_path_opens_more),
		LINE(a_monitor_lets_disks_be_plugged_in_their_folder),
		LINE(a_monitor_makes_files_where_it_was_started_but_not_in_the_root),
		LINE(a_monitor_makes_terminals),
		LINE(a_driver_may_name_any_file_and_start_nothing),
		LINE(what_is_not_known_widens_all_but_spawn_and_is_said),
		LINE(programs_are_allowed_only_where_one_is_named),
		LINE(an_emulator_that_is_a_script_starts_programs),
		LINE(a_helper_with_more_rights_opens_the_cage_or_is_refused),
		MADE_UP(an_accelerator_that_is_added_is_allowed_beside_the_specs),
		MADE_UP(who_has_a_monitor_makes_snapshots_beside_the_disks_that_are_written),
		MADE_UP(files_below_an_added_image_are_read_and_no_others),
		MADE_UP(what_is_added_and_not_known_widens_nothing_and_is_noted),
		MADE_UP(what_is_added_has_the_policy_of_its_need),
		MADE_UP(paths_that_are_added_are_opened),
		MADE_UP(what_no_sandbox_can_hold_is_not_added_to_one),
		MADE_UP(a_helper_of_a_bridge_is_not_added_to_a_sandbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
