/* SPDX-License-Identifier: MIT */
/* plan/arguments_sandbox: QEMU's own filter beside slipway's, and what it leaves out. */
#include "made_up.h"
#include "plan/arguments.h"

#define ALL "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

/* What -sandbox says where the plan has `policy`; NULL: nothing. */
static void assert_sandbox(const char *policy, const char *wanted)
{
	struct plan plan = {0};
	const struct arguments arguments = {.plan = &plan, .own_sandbox = true};

	strings_add(&plan.argv, "qemu");
	if (policy)
		strings_add(&plan.sandbox.policies, policy);
	add_sandbox(&arguments);
	if (wanted) {
		assert_non_null(argument_of(&plan, "-sandbox"));
		assert_string_equal(argument_of(&plan, "-sandbox"), wanted);
		assert_true(strings_contain(&plan.sandbox.policies, "qemu-sandbox"));
	} else {
		assert_null(argument_of(&plan, "-sandbox"));
	}
	strings_clear(&plan.argv);
	strings_clear(&plan.sandbox.policies);
}

static void everything_is_denied_unless_something_needs_it(void **state)
{
	(void)state;
	assert_sandbox(NULL, ALL);
	assert_sandbox("vnc", ALL);
}

static void another_user_is_a_privilege(void **state)
{
	(void)state;
	assert_sandbox("run-as", "on,obsolete=deny,spawn=deny,resourcecontrol=deny");
}

static void memory_and_windows_set_processors(void **state)
{
	(void)state;
	assert_sandbox("numa", "on,obsolete=deny,elevateprivileges=deny,spawn=deny");
	assert_sandbox("display", "on,obsolete=deny,elevateprivileges=deny,spawn=deny");
}

static void what_it_denies_altogether_is_without_it(void **state)
{
	(void)state;
	assert_sandbox("daemonize", NULL);
	assert_sandbox("spawn", NULL);
	assert_sandbox("chroot", NULL);
	assert_sandbox("qemu-sandbox", NULL);
}

static void a_mode_that_enforces_nothing_is_without_it(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->host.emulator.seccomp = true;
	assert_string_equal(argument_of(planned(made), "-sandbox"), ALL);
	made->options.sandbox = SANDBOX_REQUIRE;
	assert_string_equal(argument_of(planned(made), "-sandbox"), ALL);
	made->options.sandbox = SANDBOX_LOG;
	assert_null(argument_of(planned(made), "-sandbox"));
	made->options.sandbox = SANDBOX_OFF;
	assert_null(argument_of(planned(made), "-sandbox"));
}

static void an_emulator_without_a_filter_is_not_asked(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_null(argument_of(planned(made), "-sandbox"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_denied_unless_something_needs_it),
		cmocka_unit_test(another_user_is_a_privilege),
		cmocka_unit_test(memory_and_windows_set_processors),
		cmocka_unit_test(what_it_denies_altogether_is_without_it),
		MADE_UP(a_mode_that_enforces_nothing_is_without_it),
		MADE_UP(an_emulator_without_a_filter_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
