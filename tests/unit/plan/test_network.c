/* SPDX-License-Identifier: MIT */
/* plan/network: what is opened and started for a network card, and how QEMU is told of it. */
#include "made_device.h"

#include "plan/openings.h"

static void queues_of_a_tap_are_one_device(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;
	const struct plan *plan;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_BRIDGE);
	interface->source = made_text(made, "br0");
	interface->model = made_text(made, "virtio");
	interface->queues = 3;
	plan = planned(made);
	assert_int_equal(plan->opening_count, 3);
	assert_int_equal(plan->openings[0].queue_of, 0);
	assert_int_equal(plan->openings[1].queue_of, plan->openings[0].fd);
	assert_int_equal(plan->openings[2].queue_of, plan->openings[0].fd);
	assert_null(plan->openings[0].name);
	assert_true(plan->openings[0].multiqueue);
	assert_option(made, "-netdev", "tap,id=hostnet0,fds=300:301:302");
	assert_true(has_policy(plan, "tap"));
}

static void one_queue_is_no_multiqueue_device(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_BRIDGE);
	interface->source = made_text(made, "br0");
	assert_int_equal(planned(made)->opening_count, 1);
	assert_false(made->plan->openings[0].multiqueue);
	assert_option(made, "-netdev", "tap,id=hostnet0,fd=300");
}

static void passt_is_waited_for(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_USER);
	interface->backend = made_text(made, "passt");
	assert_int_equal(planned(made)->companion_count, 1);
	assert_true(made->plan->companions[0].forks);
	assert_false(strings_contain(&made->plan->companions[0].argv, "--foreground"));
	assert_option(made, "-netdev", "socket,id=hostnet0,fd=300");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(queues_of_a_tap_are_one_device),
		MADE_UP(one_queue_is_no_multiqueue_device),
		MADE_UP(passt_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
