/* SPDX-License-Identifier: MIT */
/* plan/cage: the policies and paths of exactly this VM. */
#include "plan/cage.h"

#include <stdlib.h>
#include <string.h>

#include "made_up.h"

static const struct path_rule *rule_of(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->sandbox.path_count; i++)
		if (strcmp(plan->sandbox.paths[i].path, path) == 0)
			return &plan->sandbox.paths[i];
	return NULL;
}

static void assert_reads(const struct plan *plan, const char *path)
{
	const struct path_rule *rule = rule_of(plan, path);

	if (!rule)
		fail_msg("'%s' cannot be opened", path);
	assert_false(rule->write);
}

static void assert_writes(const struct plan *plan, const char *path)
{
	const struct path_rule *rule = rule_of(plan, path);

	if (!rule)
		fail_msg("'%s' cannot be opened", path);
	assert_true(rule->write);
}

static bool has_policy(const struct plan *plan, const char *policy)
{
	return strings_contain(&plan->sandbox.policies, policy);
}

static void base_comes_first_and_the_accelerator_follows(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_string_equal(planned(made)->sandbox.policies.items[0], "base");
	assert_true(has_policy(made->plan, "tcg"));
	assert_false(has_policy(made->plan, "kvm"));
	assert_null(rule_of(made->plan, "/dev/kvm"));
}

static void kvm_has_its_policy_and_its_device(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->options.accel = ACCEL_OPTION_KVM;
	made->host.kvm.usable = true;
	planned(made);
	assert_true(has_policy(made->plan, "kvm"));
	assert_false(has_policy(made->plan, "tcg"));
	assert_true(rule_of(made->plan, "/dev/kvm")->device);
}

static void firmware_is_read_and_the_store_is_written(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	planned(made);
	assert_reads(made->plan, "/fw/CODE.fd");
	assert_writes(made->plan, "/state/vm_VARS.fd");
	assert_null(rule_of(made->plan, "/fw/VARS.fd"));
	assert_null(rule_of(made->plan, "/state"));
}

static void of_firmware_below_a_root_that_file_is_read(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	made->options.below_root = true;
	assert_reads(planned(made), "/root/fw/CODE.fd");
}

static void a_network_store_is_no_path(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	source->kind = SPEC_SOURCE_NETWORK;
	source->protocol = made_text(made, "nbd");
	source->host = made_text(made, "example.org");
	planned(made);
	for (size_t i = 0; i < made->plan->sandbox.path_count; i++)
		assert_null(strstr(made->plan->sandbox.paths[i].path, "nbd:"));
}

static struct spec_disk *disk_of(struct made_up *made)
{
	struct spec_disk *disk = made_memory(made, 1, sizeof(*disk));

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.disks = disk;
	made->spec.disk_count = 1;
	disk->source.kind = SPEC_SOURCE_FILE;
	disk->source.path = made_text(made, "/vm/disk.img");
	disk->target = made_text(made, "vda");
	disk->bus = made_text(made, "virtio");
	disk->discard_granularity = -1;
	return disk;
}

static void a_disk_is_written_unless_it_is_read_only(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disk_of(made);

	assert_writes(planned(made), "/vm/disk.img");
	made->options.ephemeral = true;
	assert_reads(planned(made), "/vm/disk.img");
	made->options.ephemeral = false;
	disk->readonly = true;
	assert_reads(planned(made), "/vm/disk.img");
}

static void a_block_device_has_its_policy(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disk_of(made);

	disk->source.kind = SPEC_SOURCE_BLOCK;
	disk->source.path = made_text(made, "/dev/vg/disk");
	planned(made);
	assert_true(has_policy(made->plan, "block-device"));
	assert_true(rule_of(made->plan, "/dev/vg/disk")->device);
}

static void kinds_of_io_have_their_policies(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disk_of(made);

	planned(made);
	assert_false(has_policy(made->plan, "aio-native"));
	assert_false(has_policy(made->plan, "io-uring"));
	disk->io = made_text(made, "native");
	disk->cache = made_text(made, "none");
	assert_true(has_policy(planned(made), "aio-native"));
	disk->io = made_text(made, "io_uring");
	assert_true(has_policy(planned(made), "io-uring"));
}

static void a_kernel_is_read(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.kernel = made_text(made, "/vm/kernel");
	made->spec.initrd = made_text(made, "/vm/initrd");
	made->spec.dtb = made_text(made, "/vm/dtb");
	planned(made);
	assert_reads(made->plan, "/vm/kernel");
	assert_reads(made->plan, "/vm/initrd");
	assert_reads(made->plan, "/vm/dtb");
}

static struct spec_chardev *serial_of(struct made_up *made, enum spec_chardev_kind kind)
{
	struct spec_chardev *serial = made_memory(made, 1, sizeof(*serial));

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.serials = serial;
	made->spec.serial_count = 1;
	serial->kind = kind;
	serial->target_port = -1;
	return serial;
}

static void a_lines_file_is_made_and_nothing_beside_it(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serial = serial_of(made, SPEC_CHARDEV_FILE);

	serial->path = made_text(made, "/vm/serial.txt");
	serial->log_file = made_text(made, "/log/vm.txt");
	planned(made);
	assert_writes(made->plan, "/vm/serial.txt");
	assert_true(rule_of(made->plan, "/vm/serial.txt")->made);
	assert_writes(made->plan, "/log/vm.txt");
	assert_true(rule_of(made->plan, "/log/vm.txt")->made);
	assert_null(rule_of(made->plan, "/vm"));
	assert_null(rule_of(made->plan, "/log"));
}

static void sockets_have_the_policy_of_their_direction(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serial = serial_of(made, SPEC_CHARDEV_UNIX);

	serial->path = made_text(made, "/run/vm/serial");
	assert_true(has_policy(planned(made), "socket")); /* connected before */
	assert_false(has_policy(made->plan, "unix-client"));
	assert_int_equal(made->plan->opening_count, 1);
	assert_string_equal(made->plan->openings[0].path, "/run/vm/serial");
	serial->reconnect = CHOICE_YES;
	assert_true(has_policy(planned(made), "unix-client"));
	assert_reads(made->plan, "/run/vm");
	assert_true(rule_of(made->plan, "/run/vm")->sockets);
	assert_int_equal(made->plan->opening_count, 0);
	assert_false(has_policy(made->plan, "unix-listen"));
	serial->reconnect = CHOICE_UNSET;
	serial->listen = true;
	assert_true(has_policy(planned(made), "unix-listen"));
	assert_writes(made->plan, "/run/vm");
	assert_true(rule_of(made->plan, "/run/vm")->sockets);
	assert_false(has_policy(made->plan, "unix-client"));
	serial->kind = SPEC_CHARDEV_TCP;
	serial->path = NULL;
	serial->host = made_text(made, "127.0.0.1");
	serial->port = 4555;
	assert_true(has_policy(planned(made), "tcp-listen"));
	serial->listen = false;
	assert_true(has_policy(planned(made), "tcp-client"));
	assert_false(has_policy(made->plan, "tcp-listen"));
}

static void a_terminal_and_nothing_have_no_policy(void **state)
{
	static const char *const policies[] = {
		"pty", "unix-client", "unix-listen", "tcp-client", "tcp-listen", "socket"};
	struct made_up *made = *state;

	serial_of(made, SPEC_CHARDEV_STDIO);
	planned(made);
	for (size_t i = 0; i < ARRAY_COUNT(policies); i++)
		assert_false(has_policy(made->plan, policies[i]));
}

static void paths_of_the_owner_are_added_with_all_below_them(void **state)
{
	struct made_up *made = *state;
	auto_strings struct strings read = {0};
	auto_strings struct strings write = {0};

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	strings_add(&read, "/srv/iso");
	strings_add(&write, "/srv/shared");
	made->options.sandbox_read = &read;
	made->options.sandbox_write = &write;
	planned(made);
	assert_reads(made->plan, "/srv/iso");
	assert_writes(made->plan, "/srv/shared");
	assert_true(rule_of(made->plan, "/srv/iso")->directory);
	assert_true(rule_of(made->plan, "/srv/shared")->directory);
}

static void nothing_of_home_etc_and_the_root_is_open(void **state)
{
	static const char *const closed[] = {
		"/", "/home", "/root", "/etc", "/var", "/tmp", "/dev", "/proc", "/sys", "/run"};
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	planned(made);
	for (size_t i = 0; i < ARRAY_COUNT(closed); i++)
		assert_null(rule_of(made->plan, closed[i]));
}

static void the_mode_is_the_options_and_off_is_said(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->options.sandbox = SANDBOX_REQUIRE;
	assert_int_equal(planned(made)->sandbox.mode, SANDBOX_REQUIRE);
	assert_int_equal(made->plan->warnings.count, 0);
	made->options.sandbox = SANDBOX_OFF;
	assert_int_equal(planned(made)->sandbox.mode, SANDBOX_OFF);
	assert_int_equal(made->plan->warnings.count, 1);
	assert_true(text_starts_with(made->plan->warnings.items[0], "sandbox: off: "));
}

static void an_emulator_outside_usr_brings_its_own_folders(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_null(rule_of(planned(made), "/opt/qemu/share"));
	made->host.emulator.path = made_text(made, "/opt/qemu/bin/qemu-system-x86_64");
	planned(made);
	assert_reads(made->plan, "/opt/qemu/bin/qemu-system-x86_64");
	assert_reads(made->plan, "/opt/qemu/share");
	assert_true(rule_of(made->plan, "/opt/qemu/share")->directory);
	assert_null(rule_of(made->plan, "/opt/qemu"));
	assert_null(rule_of(made->plan, "/opt"));
	made->host.emulator.path = made_text(made, "/bin/qemu");
	assert_reads(planned(made), "/share");
	assert_null(rule_of(made->plan, "//share"));
	made->host.emulator.path = made_text(made, "/home/vm/build/qemu"); /* … no bin folder */
	assert_null(rule_of(planned(made), "/home/vm/share"));
}

static void a_path_has_each_of_its_rights_once(void **state)
{
	struct plan plan = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		cage_file(&plan, "/a", false);
		cage_file(&plan, "/a", true);
		cage_directory(&plan, "/a", true);
		cage_device(&plan, "/a");
		cage_devices_below(&plan, "/a");
		cage_file(&plan, "/b", false);
		cage_file(&plan, NULL, false);
		cage_output(&plan, "/a");
		cage_output(&plan, NULL);
		cage_sockets(&plan, "/a/s", true);
		cage_sockets(&plan, "/a/s", false);
		cage_sockets(&plan, NULL, true);
		cage_folder_of(&plan, "/a/b"); /* the directory of above */
		cage_folder_of(&plan, NULL);
	}
	assert_int_equal(plan.sandbox.path_count, 9);
	for (size_t i = 0; i < plan.sandbox.path_count; i++)
		free(plan.sandbox.paths[i].path);
	free(plan.sandbox.paths);
}

static void a_port_is_listened_on_or_connected_to_once(void **state)
{
	struct plan plan = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		cage_listen(&plan, 80);
		cage_connect(&plan, 80);
		cage_connect(&plan, 65535);
		cage_connect(&plan, 0);
		cage_listen(&plan, 65536);
	}
	assert_int_equal(plan.sandbox.port_count, 3);
	assert_true(plan.sandbox.ports[0].listen);
	assert_false(plan.sandbox.ports[1].listen);
	assert_int_equal(plan.sandbox.ports[2].port, 65535);
	free(plan.sandbox.ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(base_comes_first_and_the_accelerator_follows),
		MADE_UP(kvm_has_its_policy_and_its_device),
		MADE_UP(firmware_is_read_and_the_store_is_written),
		MADE_UP(of_firmware_below_a_root_that_file_is_read),
		MADE_UP(a_network_store_is_no_path),
		MADE_UP(a_disk_is_written_unless_it_is_read_only),
		MADE_UP(a_block_device_has_its_policy),
		MADE_UP(kinds_of_io_have_their_policies),
		MADE_UP(a_kernel_is_read),
		MADE_UP(a_lines_file_is_made_and_nothing_beside_it),
		MADE_UP(sockets_have_the_policy_of_their_direction),
		MADE_UP(a_terminal_and_nothing_have_no_policy),
		MADE_UP(paths_of_the_owner_are_added_with_all_below_them),
		MADE_UP(nothing_of_home_etc_and_the_root_is_open),
		MADE_UP(the_mode_is_the_options_and_off_is_said),
		MADE_UP(an_emulator_outside_usr_brings_its_own_folders),
		MADE_UP(a_path_has_each_of_its_rights_once),
		MADE_UP(a_port_is_listened_on_or_connected_to_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
