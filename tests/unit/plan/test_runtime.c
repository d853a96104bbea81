/* SPDX-License-Identifier: MIT */
/* plan/runtime: where sockets and the state of a VM are, whatever it is called. */
#include "plan/runtime.h"

#include <stdlib.h>

#include "made_up.h"
#include "plan/arguments.h"

static struct arguments arguments_of(struct made_up *made, struct plan *plan)
{
	return (struct arguments){.spec = &made->spec, .options = &made->options, .plan = plan};
}

static void assert_directory(struct made_up *made, const char *wanted)
{
	struct plan plan = {0};
	const struct arguments arguments = arguments_of(made, &plan);

	assert_string_equal(runtime_directory(&arguments), wanted);
	assert_string_equal(runtime_directory(&arguments), wanted); /* each time */
	free(plan.runtime_directory);
}

static void a_vms_sockets_are_in_a_directory_of_its_name(void **state)
{
	struct made_up *made = *state;

	assert_directory(made, "/run/slipway/vm");
	made->options.runtime_directory = "/run/user/1000/slipway";
	assert_directory(made, "/run/user/1000/slipway/vm");
	made->options.run = 7;
	assert_directory(made, "/run/user/1000/slipway/vm.7");
}

static void no_name_leads_out_of_the_directory(void **state)
{
	struct made_up *made = *state;

	made->spec.name = made_text(made, "..");
	assert_directory(made, "/run/slipway/_.");
	made->spec.name = made_text(made, "a/../b");
	assert_directory(made, "/run/slipway/a_.._b");
}

static void a_path_in_the_directory_is_of_one_name(void **state)
{
	struct made_up *made = *state;
	struct plan plan = {0};
	const struct arguments arguments = arguments_of(made, &plan);
	auto_free char *path = runtime_path(&arguments, "../x");

	assert_string_equal(path, "/run/slipway/vm/_._x");
	free(plan.runtime_directory);
}

static void the_state_of_a_vm_is_where_the_caller_says(void **state)
{
	struct made_up *made = *state;
	struct plan plan = {0};
	const struct arguments arguments = arguments_of(made, &plan);
	auto_free char *usual = state_path(&arguments, "tpm");
	auto_free char *said = NULL;

	assert_string_equal(usual, "/var/lib/slipway/tpm/vm");
	made->options.state_directory = "/home/vm/.local/state/slipway";
	said = state_path(&arguments, "tpm");
	assert_string_equal(said, "/home/vm/.local/state/slipway/tpm/vm");
}

static void libvirts_own_paths_are_of_one_run(void **state)
{
	(void)state;
	assert_true(path_is_of_a_run("/var/lib/libvirt/qemu/channel/target/domain-1-vm/agent"));
	assert_true(path_is_of_a_run("/var/lib/libvirt/qemu/domain-1-vm/monitor.sock"));
	assert_false(path_is_of_a_run("/home/vm/agent.sock"));
	assert_false(path_is_of_a_run(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_vms_sockets_are_in_a_directory_of_its_name),
		MADE_UP(no_name_leads_out_of_the_directory),
		MADE_UP(a_path_in_the_directory_is_of_one_name),
		MADE_UP(the_state_of_a_vm_is_where_the_caller_says),
		MADE_UP(libvirts_own_paths_are_of_one_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
