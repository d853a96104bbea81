/* SPDX-License-Identifier: MIT */
/* plan/plan: what is decided beside the firmware, and who owns what on a refusal. */
#include <string.h>

#include "made_up.h"

static void no_firmware(struct made_up *made)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
}

static void the_plan_says_name_architecture_machine_and_emulator(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	planned(made);
	assert_string_equal(made->plan->name, "vm");
	assert_int_equal(made->plan->arch, ARCH_X86_64);
	assert_string_equal(made->plan->machine, "q35");
	assert_string_equal(made->plan->emulator, "/usr/bin/qemu");
	assert_string_equal(made->plan->argv.items[0], "/usr/bin/qemu");
	made->spec.machine = NULL;
	assert_string_equal(planned(made)->machine, "pc");
}

static void type_qemu_is_tcg(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->host.kvm.asked = true;
	made->host.kvm.usable = true;
	assert_string_equal(planned(made)->accel, "tcg");
}

static void type_kvm_is_kvm(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->spec.accel = SPEC_ACCEL_KVM;
	made->host.kvm.asked = true;
	made->host.kvm.usable = true;
	assert_string_equal(planned(made)->accel, "kvm");
	assert_string_equal(argument_of(made->plan, "-accel"), "kvm");
}

static void type_kvm_that_cannot_work_is_refused_with_the_fix(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->spec.accel = SPEC_ACCEL_KVM;
	made->host.kvm.asked = true;
	made->host.kvm.problem = made_text(made, "/dev/kvm is not there");
	assert_plan_refused(made, "vm.xml:1: type='kvm', and KVM is not usable: /dev/kvm is not "
				  "there; or run with --accel=auto or --accel=tcg");
}

static void option_tcg_wins_over_type_kvm(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->spec.accel = SPEC_ACCEL_KVM;
	made->host.kvm.asked = true;
	made->host.kvm.problem = made_text(made, "/dev/kvm is not there");
	made->options.accel = ACCEL_OPTION_TCG;
	assert_string_equal(planned(made)->accel, "tcg");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void option_kvm_wins_over_type_qemu(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->options.accel = ACCEL_OPTION_KVM;
	made->host.kvm.asked = true;
	made->host.kvm.usable = true;
	assert_string_equal(planned(made)->accel, "kvm");
	made->host.kvm.usable = false;
	made->host.kvm.problem = made_text(made, "/dev/kvm is not there");
	assert_plan_refused(made, "--accel=kvm: KVM is not usable: /dev/kvm is not there");
}

static void option_auto_falls_back_and_says_so_in_one_line(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->options.accel = ACCEL_OPTION_AUTO;
	made->host.kvm.asked = true;
	made->host.kvm.problem = made_text(made, "/dev/kvm is not there");
	assert_string_equal(planned(made)->accel, "tcg");
	assert_int_equal(made->plan->warnings.count, 1);
	assert_string_equal(made->plan->warnings.items[0],
		"accel: KVM is not usable (/dev/kvm is not there); using tcg, which is slower");
	made->host.kvm.usable = true;
	assert_string_equal(planned(made)->accel, "kvm");
	assert_int_equal(made->plan->warnings.count, 0);
}

static void kvm_runs_guests_of_the_machines_own_kind(void **state)
{
	static const struct {
		enum arch host, guest;
		const char *refused;
	} cases[] = {
		{ARCH_X86_64, ARCH_X86_64, NULL},
		{ARCH_X86_64, ARCH_I386, NULL},
		{ARCH_AARCH64, ARCH_AARCH64, NULL},
		{ARCH_AARCH64, ARCH_ARM, NULL},
		{ARCH_UNKNOWN, ARCH_RISCV64, NULL},
		{ARCH_X86_64, ARCH_ARM, "x86_64 guests on this machine, and this one is arm"},
		{ARCH_X86_64, ARCH_AARCH64, "x86_64 guests on this machine"},
		{ARCH_AARCH64, ARCH_X86_64, "aarch64 guests on this machine"},
		{ARCH_I386, ARCH_X86_64, "it runs i386 guests on this machine"},
	};
	struct made_up *made = *state;

	no_firmware(made);
	made->options.accel = ACCEL_OPTION_KVM;
	made->spec.machine = NULL;
	made->host.kvm.usable = true;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		made->host.arch = cases[i].host;
		made->spec.arch = cases[i].guest;
		made_plan(made);
		if (!cases[i].refused) {
			assert_string_equal(planned(made)->accel, "kvm");
			continue;
		}
		assert_non_null(made->error);
		assert_true(text_starts_with(
			made->error->text, "--accel=kvm: KVM is not usable: it runs "));
		assert_non_null(strstr(made->error->text, cases[i].refused));
	}
}

static void an_emulator_that_cannot_be_executed_is_a_note_of_this_host(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->host.emulator.status = ERROR_STATUS_CANNOT_EXECUTE;
	assert_true(strings_contain(
		&planned(made)->notes, "emulator '/usr/bin/qemu' cannot be executed on this host"));
	made->options.other_host = true;
	assert_int_equal(planned(made)->notes.count, 0);
}

static void qemus_own_sandbox_is_told_of_where_this_hosts_qemu_has_it(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	assert_null(argument_of(planned(made), "-sandbox"));
	made->host.emulator.seccomp = true;
	assert_non_null(argument_of(planned(made), "-sandbox"));
	made->options.other_host = true;
	assert_null(argument_of(planned(made), "-sandbox"));
}

static void an_emulator_that_was_not_found_is_a_note(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	made->host.emulator.path = NULL;
	made->host.emulator.status = ERROR_STATUS_NOT_FOUND;
	assert_string_equal(planned(made)->emulator, "/usr/bin/qemu-system-x86_64");
	assert_true(strings_contain(&made->plan->notes,
		"emulator '/usr/bin/qemu-system-x86_64' is not there on this host"));
}

static void notes_of_spec_and_host_reach_the_plan(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	strings_add(&made->spec.notes, "vm.xml:9: left out");
	strings_add(&made->host.notes, "'50-x.json~' is skipped");
	planned(made);
	assert_true(strings_contain(&made->plan->warnings, "vm.xml:9: left out"));
	assert_true(strings_contain(&made->plan->notes, "'50-x.json~' is skipped"));
}

static void the_specs_environment_reaches_the_plan(void **state)
{
	struct made_up *made = *state;

	no_firmware(made);
	strings_add(&made->spec.qemu_environment, "A=b c");
	assert_int_equal(planned(made)->environment.count, 1);
	assert_string_equal(made->plan->environment.items[0], "A=b c");
}

static void the_same_values_give_the_same_plan(void **state)
{
	struct made_up *made = *state;
	auto_text struct text first = {0};
	auto_text struct text second = {0};

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	planned(made);
	for (size_t i = 0; i < made->plan->argv.count; i++)
		text_addf(&first, "%s\n", made->plan->argv.items[i]);
	planned(made);
	for (size_t i = 0; i < made->plan->argv.count; i++)
		text_addf(&second, "%s\n", made->plan->argv.items[i]);
	assert_string_equal(first.bytes, second.bytes);
}

static void on_a_refusal_the_caller_gets_the_candidates(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd")->interfaces =
		FIRMWARE_INTERFACE_BIOS;
	made_plan(made);
	assert_non_null(made->error);
	assert_null(made->plan);
	assert_int_equal(made->candidates.count, 1);
	assert_string_equal(made->candidates.items[0].path, "60.json");
	assert_false(made->candidates.items[0].chosen);
}

static void on_success_the_plan_owns_the_candidates(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	planned(made);
	assert_int_equal(made->candidates.count, 0);
	assert_null(made->candidates.items);
	assert_int_equal(made->plan->candidates.count, 1);
	assert_true(made->plan->candidates.items[0].chosen);
}

static void below_a_root_the_plan_names_the_guest_hosts_paths(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/CODE.fd", "/fw/VARS.fd");
	assert_string_equal(planned(made)->firmware.path, "/fw/CODE.fd");
	assert_string_equal(made->plan->firmware.open_path, "/fw/CODE.fd");
	made->options.below_root = true;
	assert_string_equal(planned(made)->firmware.path, "/fw/CODE.fd");
	assert_string_equal(made->plan->firmware.open_path, "/root/fw/CODE.fd");
	assert_non_null(strstr(argument_of(made->plan, "-blockdev"), "\"/root/fw/CODE.fd\""));
}

static void actions_and_sources_have_the_words_of_the_json(void **state)
{
	(void)state;
	assert_string_equal(nvram_action_name(NVRAM_NONE), "none");
	assert_string_equal(nvram_action_name(NVRAM_KEEP), "keep");
	assert_string_equal(nvram_action_name(NVRAM_CREATE), "create");
	assert_string_equal(nvram_action_name(NVRAM_RESET), "reset");
	assert_string_equal(nvram_action_name(NVRAM_EPHEMERAL), "ephemeral");
	assert_string_equal(nvram_action_name(NVRAM_NETWORK), "network");
	assert_string_equal(firmware_source_name(FIRMWARE_SOURCE_DEFAULT), "default");
	assert_string_equal(firmware_source_name(FIRMWARE_SOURCE_EXPLICIT), "explicit");
	assert_string_equal(firmware_source_name(FIRMWARE_SOURCE_DESCRIPTOR), "descriptor");
	assert_string_equal(firmware_source_name(FIRMWARE_SOURCE_FALLBACK), "fallback");
}

static void no_plan_is_freed_like_one(void **state)
{
	struct plan *plan = NULL;

	(void)state;
	plan_free(NULL);
	plan_free_pointer(&plan);
	assert_null(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(the_plan_says_name_architecture_machine_and_emulator),
		MADE_UP(type_qemu_is_tcg),
		MADE_UP(type_kvm_is_kvm),
		MADE_UP(type_kvm_that_cannot_work_is_refused_with_the_fix),
		MADE_UP(option_tcg_wins_over_type_kvm),
		MADE_UP(option_kvm_wins_over_type_qemu),
		MADE_UP(option_auto_falls_back_and_says_so_in_one_line),
		MADE_UP(kvm_runs_guests_of_the_machines_own_kind),
		MADE_UP(an_emulator_that_cannot_be_executed_is_a_note_of_this_host),
		MADE_UP(qemus_own_sandbox_is_told_of_where_this_hosts_qemu_has_it),
		MADE_UP(an_emulator_that_was_not_found_is_a_note),
		MADE_UP(notes_of_spec_and_host_reach_the_plan),
		MADE_UP(the_specs_environment_reaches_the_plan),
		MADE_UP(the_same_values_give_the_same_plan),
		MADE_UP(on_a_refusal_the_caller_gets_the_candidates),
		MADE_UP(on_success_the_plan_owns_the_candidates),
		MADE_UP(below_a_root_the_plan_names_the_guest_hosts_paths),
		cmocka_unit_test(actions_and_sources_have_the_words_of_the_json),
		cmocka_unit_test(no_plan_is_freed_like_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
