/* SPDX-License-Identifier: MIT */
/* plan/arguments_watch: what a watched VM has besides, and no VM that is not watched. */
#include <string.h>

#include "made_device.h"
#include "plan/arguments.h"

static void bare(struct made_up *made)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
}

static void watched(struct made_up *made)
{
	bare(made);
	made->options.watch.on = true;
}

static bool has_device(const struct plan *plan, const char *start)
{
	for (size_t i = 0; argument_at(plan, "-device", i); i++)
		if (text_starts_with(argument_at(plan, "-device", i), start))
			return true;
	return false;
}

static void a_vm_that_is_not_watched_has_nothing_of_it(void **state)
{
	struct made_up *made = *state;

	bare(made);
	planned(made);
	assert_false(strings_contain(&made->plan->argv, "-S"));
	assert_null(argument_of(made->plan, "-chardev"));
	assert_null(argument_of(made->plan, "-action"));
	assert_null(device_of(made->plan, "pvpanic"));
	assert_null(device_of(made->plan, "isa-debugcon"));
	assert_false(made->plan->firmware_log);
}

static void a_watched_vm_waits_for_its_watcher(void **state)
{
	struct made_up *made = *state;
	auto_free char *chardev = xasprintf("socket,id=slipway-control,fd=%d", (int)PLAN_QMP_FD);

	watched(made);
	assert_true(strings_contain(&planned(made)->argv, "-S"));
	assert_true(strings_contain(&made->plan->argv, chardev));
	assert_string_equal(
		argument_of(made->plan, "-mon"), "chardev=slipway-control,mode=control");
}

static void panics_are_reported_by_the_boards_device(void **state)
{
	struct made_up *made = *state;

	watched(made);
	assert_true(has_device(planned(made), "pvpanic"));
	made_virt(made, ARCH_AARCH64);
	assert_true(has_device(planned(made), "pvpanic-pci"));
	made_virt(made, ARCH_RISCV64);
	assert_false(has_device(planned(made), "pvpanic"));
}

static void a_panic_device_of_the_owner_is_the_only_one(void **state)
{
	struct made_up *made = *state;
	int count = 0;

	watched(made);
	strings_add(&made->spec.qemu_arguments, "-device");
	strings_add(&made->spec.qemu_arguments, "pvpanic,ioport=1286");
	planned(made);
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++)
		count += text_starts_with(argument_at(made->plan, "-device", i), "pvpanic");
	assert_int_equal(count, 1);
}

static void a_panic_device_of_the_spec_is_the_only_one(void **state)
{
	struct made_up *made = *state;
	static const char *const models[] = {"isa", "pvpanic"};

	for (size_t i = 0; i < ARRAY_COUNT(models); i++) {
		int count = 0;

		watched(made);
		made->spec.panic_count = 0;
		made_panic(made, models[i]);
		planned(made);
		for (size_t j = 0; argument_at(made->plan, "-device", j); j++)
			count += text_starts_with(argument_at(made->plan, "-device", j), "pvpanic");
		assert_int_equal(count, 1);
	}
}

static void boards_without_a_panic_device_get_none(void **state)
{
	struct made_up *made = *state;

	watched(made);
	made->spec.machine = made_text(made, "microvm");
	assert_false(has_device(planned(made), "pvpanic"));
	made_virt(made, ARCH_AARCH64);
	made->spec.machine = made_text(made, "raspi3b");
	assert_false(has_device(planned(made), "pvpanic"));
}

static void devices_of_the_owner_are_not_added_again(void **state)
{
	struct made_up *made = *state;
	auto_strings struct strings own = {0};

	watched(made);
	made->options.watch.debug_exit = true;
	strings_add(&own, "-device");
	strings_add(&own, "isa-debug-exit,iobase=0x501");
	strings_add(&own, "isa-debugcon,chardev=mine");
	made->options.arguments = &own;
	planned(made);
	assert_false(has_device(made->plan, "isa-debug-exit,iobase=0xf4"));
	assert_false(has_device(made->plan, "isa-debugcon,iobase"));
	assert_false(made->plan->firmware_log);
	made->options.arguments = NULL;
}

static void what_only_a_pc_has_is_not_added_elsewhere(void **state)
{
	struct made_up *made = *state;

	watched(made);
	made_virt(made, ARCH_AARCH64);
	made->options.watch.debug_exit = true;
	planned(made);
	assert_false(has_device(made->plan, "isa-debug-exit"));
	assert_false(has_device(made->plan, "isa-debugcon"));
}

static void a_bios_has_its_log_read_and_uefi_has_none(void **state)
{
	struct made_up *made = *state;

	watched(made);
	assert_true(has_device(planned(made), "isa-debugcon"));
	assert_true(made->plan->firmware_log);
	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_EFI;
	assert_false(has_device(planned(made), "isa-debugcon"));
	assert_false(made->plan->firmware_log);
}

static void firmware_that_stands_in_a_kernels_place_has_no_log(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor =
		made_memory_descriptor(made, "60.json", "/fw/bios.bin", FIRMWARE_INTERFACE_BIOS);

	watched(made);
	descriptor->device = FIRMWARE_DEVICE_KERNEL;
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_int_equal(planned(made)->firmware.device, FIRMWARE_DEVICE_KERNEL);
	assert_false(has_device(made->plan, "isa-debugcon"));
	descriptor->device = FIRMWARE_DEVICE_MEMORY;
	assert_true(has_device(planned(made), "isa-debugcon"));
}

static void what_was_asked_besides_is_added_and_nothing_else(void **state)
{
	struct made_up *made = *state;

	watched(made);
	planned(made);
	assert_false(has_device(made->plan, "isa-debug-exit"));
	assert_false(has_device(made->plan, "virtserialport"));
	assert_null(argument_of(made->plan, "-add-fd"));
	made->options.watch.debug_exit = true;
	made->options.watch.ready = true;
	made->options.watch.screenshot = true;
	planned(made);
	assert_true(has_device(made->plan, "isa-debug-exit,iobase=0xf4,iosize=4"));
	assert_true(has_device(made->plan, "virtserialport,"));
	assert_non_null(argument_of(made->plan, "-add-fd"));
}

/* systemd.system-credentials(7), vmm.notify_socket; 2 is the host (vsock(7)). */
static void systemd_in_the_guest_is_told_where_to_say_that_it_is_ready(void **state)
{
	struct made_up *made = *state;
	auto_free char *device = xasprintf(
		"vhost-vsock-pci,id=slipway-vsock,guest-cid=77,vhostfd=%d", (int)PLAN_VSOCK_FD);

	watched(made);
	made->options.watch.ready = true;
	assert_false(has_device(planned(made), "vhost-vsock"));
	assert_null(argument_of(made->plan, "-smbios"));
	made->options.watch.ready_guest = 77;
	made->options.watch.ready_port = 4711;
	assert_true(has_device(planned(made), device));
	assert_string_equal(argument_of(made->plan, "-smbios"),
		"type=11,value=io.systemd.credential:vmm.notify_socket=vsock-stream:2:4711");
	assert_true(strings_contain(&made->plan->sandbox.policies, "vhost"));
}

static void a_run_of_its_own_has_a_directory_of_its_own(void **state)
{
	struct made_up *made = *state;
	struct spec_tpm tpm = {.backend = SPEC_TPM_EMULATOR};

	bare(made);
	made->spec.tpms = &tpm;
	made->spec.tpm_count = 1;
	made->options.ephemeral = true;
	assert_string_equal(planned(made)->companions[0].directory, "/run/slipway/vm/tpm");
	made->options.run = 42;
	assert_string_equal(planned(made)->companions[0].directory, "/run/slipway/vm.42/tpm");
	made->spec.tpms = NULL;
	made->spec.tpm_count = 0;
}

static void a_watched_vm_may_use_sockets(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_false(strings_contain(&planned(made)->sandbox.policies, "socket"));
	watched(made);
	assert_true(strings_contain(&planned(made)->sandbox.policies, "socket"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_vm_that_is_not_watched_has_nothing_of_it),
		MADE_UP(a_watched_vm_waits_for_its_watcher),
		MADE_UP(panics_are_reported_by_the_boards_device),
		MADE_UP(a_panic_device_of_the_owner_is_the_only_one),
		MADE_UP(a_panic_device_of_the_spec_is_the_only_one),
		MADE_UP(boards_without_a_panic_device_get_none),
		MADE_UP(devices_of_the_owner_are_not_added_again),
		MADE_UP(what_only_a_pc_has_is_not_added_elsewhere),
		MADE_UP(a_bios_has_its_log_read_and_uefi_has_none),
		MADE_UP(firmware_that_stands_in_a_kernels_place_has_no_log),
		MADE_UP(what_was_asked_besides_is_added_and_nothing_else),
		MADE_UP(systemd_in_the_guest_is_told_where_to_say_that_it_is_ready),
		MADE_UP(a_run_of_its_own_has_a_directory_of_its_own),
		MADE_UP(a_watched_vm_may_use_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
