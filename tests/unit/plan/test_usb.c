/* SPDX-License-Identifier: MIT */
/* plan/usb: who gets which port, and hubs where there are too few. */
#include "made_device.h"

/* The last -device of `driver` that the plan of `made` has; a refusal fails the test. */
static const char *last_device(struct made_up *made, const char *driver)
{
	const char *last = NULL;

	planned(made);
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++)
		if (text_starts_with(argument_at(made->plan, "-device", i), driver))
			last = argument_at(made->plan, "-device", i);
	assert_non_null(last);
	return last;
}

/* A machine of one USB controller. */
static struct spec_controller *machine(struct made_up *made, const char *model)
{
	made_bare(made);
	made->spec.controllers[0].model = made_text(made, model);
	return &made->spec.controllers[0];
}

static struct spec_input *tablet(struct made_up *made)
{
	return made_input(made, "tablet", "usb");
}

static struct spec_address *written(struct made_up *made, unsigned int bus, const char *port)
{
	struct spec_address *address = &tablet(made)->common.address;

	*address = (struct spec_address){.line = 50, .kind = SPEC_ADDRESS_USB, .bus = bus};
	address->port = port ? made_text(made, port) : NULL;
	return address;
}

static void assert_lacks_high_speed(struct made_up *made)
{
	assert_refused(made, "there is no free USB port for this device");
	assert_null(strstr(made->error->text, "EHCI"));
}

static void models_have_qemus_number_of_ports(void **state)
{
	static const struct {
		const char *model;
		size_t ports;
	} models[] = {{"piix3-uhci", 2}, {"piix4-uhci", 2}, {"vt82c686b-uhci", 2}, {"ehci", 6},
		{"ich9-ehci1", 6}, {"pci-ohci", 3}, {"nec-xhci", 4}, {"qemu-xhci", 4}};
	struct made_up *made = *state;
	struct spec_controller *controller = machine(made, "none");

	for (size_t i = 0; i < ARRAY_COUNT(models); i++) {
		controller->model = made_text(made, models[i].model);
		made->spec.input_count = 0;
		for (size_t port = 0; port < models[i].ports; port++)
			tablet(made);
		assert_null(device_of(planned(made), "usb-hub"));
		tablet(made); /* finds place on a hub, if at all */
		made_plan(made);
		assert_true(made->error || device_of(made->plan, "usb-hub"));
	}
}

static void xhci_has_as_many_ports_as_are_said_up_to_qemus_most(void **state)
{
	static const char *const models[] = {"nec-xhci", "qemu-xhci"};
	struct made_up *made = *state;
	struct spec_controller *controller = machine(made, "none");

	for (size_t port = 0; port < 15; port++)
		tablet(made);
	for (size_t i = 0; i < ARRAY_COUNT(models); i++) {
		controller->model = made_text(made, models[i]);
		controller->ports = 15;
		assert_non_null(strstr(last_device(made, "usb-tablet"), "port=15"));
		assert_null(device_of(made->plan, "usb-hub"));
		controller->ports = 14;
		assert_non_null(device_of(planned(made), "usb-hub"));
		controller->ports = 16;
		assert_refused(made, "has at most 15 ports");
		controller->ports = 512;
		assert_refused(made, "has at most 15 ports");
	}
}

static void the_controller_that_nobody_wrote_has_ports(void **state)
{
	struct made_up *made = *state;

	machine(made, "none");
	made->spec.controller_count = 0;
	tablet(made);
	assert_device(made, "usb-tablet", "bus=usb.0,port=1");
}

static void what_is_left_out_of_another_model_adds_no_ports(void **state)
{
	struct made_up *made = *state;

	machine(made, "piix3-uhci")->ports = 8;
	made->options.lenient = true;
	for (size_t i = 0; i < 3; i++)
		tablet(made);
	assert_non_null(device_of(planned(made), "usb-hub"));
}

static void written_ports_are_left_to_whom_they_were_given(void **state)
{
	struct made_up *made = *state;

	machine(made, "qemu-xhci");
	written(made, 0, "2");
	for (size_t i = 0; i < 2; i++)
		tablet(made);
	assert_device(made, "usb-tablet", "bus=usb.0,port=2");
	assert_non_null(strstr(last_device(made, "usb-tablet"), "bus=usb.0,port=3"));
}

static void a_written_port_is_that_of_its_bus_alone(void **state)
{
	struct made_up *made = *state;

	machine(made, "qemu-xhci");
	made_controller(made, SPEC_CONTROLLER_USB, "qemu-xhci");
	written(made, 1, "1");
	tablet(made);
	assert_non_null(strstr(last_device(made, "usb-tablet"), "bus=usb.0,port=1"));
}

static void a_bus_without_a_port_is_the_next_one_of_that_bus(void **state)
{
	struct made_up *made = *state;

	machine(made, "piix3-uhci");
	made_controller(made, SPEC_CONTROLLER_USB, "piix3-uhci");
	written(made, 1, NULL);
	assert_device(made, "usb-tablet", "bus=usb1.0,port=1");
	written(made, 1, NULL);
	assert_non_null(strstr(last_device(made, "usb-tablet"), "bus=usb1.0,port=2"));
	written(made, 1, NULL);
	assert_refused(made, "there is no free USB port for this device");
}

static void devices_of_the_host_come_before_disks_and_those_before_the_rest(void **state)
{
	struct made_up *made = *state;
	struct spec_hostdev *hostdev;

	machine(made, "qemu-xhci");
	tablet(made);
	made_disk(made, "sda", "usb");
	hostdev = made_hostdev(made, SPEC_HOSTDEV_USB);
	hostdev->vendor = 0x1234;
	hostdev->product = 0x5678;
	assert_device(made, "usb-host", "port=1");
	assert_device(made, "usb-storage", "port=2");
	assert_device(made, "usb-tablet", "port=3");
}

static void devices_go_on_where_the_first_bus_is_full(void **state)
{
	struct made_up *made = *state;

	machine(made, "piix3-uhci");
	made_controller(made, SPEC_CONTROLLER_USB, "piix3-uhci");
	for (size_t i = 0; i < 3; i++)
		tablet(made);
	assert_non_null(strstr(last_device(made, "usb-tablet"), "bus=usb1.0,port=1"));
}

static void a_hub_is_on_the_first_bus_and_its_ports_are_behind_that_buss_own(void **state)
{
	struct made_up *made = *state;

	machine(made, "piix3-uhci");
	made_controller(made, SPEC_CONTROLLER_USB, "piix3-uhci");
	for (size_t i = 0; i < 5; i++)
		tablet(made);
	assert_device(made, "usb-hub", "bus=usb.0,port=1");
	assert_device(made, "usb-tablet", "bus=usb.0,port=2");
	/* 0:2, four of the hub: the second bus is the last */
	assert_non_null(strstr(last_device(made, "usb-tablet"), "bus=usb.0,port=1.4"));
	assert_null(strstr(last_device(made, "usb-hub"), "port=2"));
}

static void without_a_port_for_a_hub_its_devices_are_refused(void **state)
{
	struct made_up *made = *state;

	machine(made, "piix3-uhci");
	written(made, 0, "1");
	written(made, 0, "2");
	tablet(made);
	assert_refused(made, "there is no free USB port for this device");
}

/* The host's port is full, and there is nothing that EHCI has to do with it. */
static void a_full_bus_is_not_one_of_high_speed(void **state)
{
	struct made_up *made = *state;
	struct spec_address *address;

	machine(made, "piix3-uhci");
	written(made, 0, "1");
	written(made, 0, "2");
	address = &made_sound(made, "usb")->common.address;
	assert_lacks_high_speed(made);
	made_controller(made, SPEC_CONTROLLER_USB, "ehci");
	*address = (struct spec_address){.line = 50, .kind = SPEC_ADDRESS_USB, .bus = 0};
	assert_lacks_high_speed(made);
}

static void a_device_of_high_speed_takes_a_port_of_ehci_that_was_written(void **state)
{
	struct made_up *made = *state;

	machine(made, "ehci");
	written(made, 0, "3");
	assert_device(made, "usb-tablet", "bus=usb.0,port=3");
}

static void a_device_of_full_speed_takes_no_port_of_ehci(void **state)
{
	struct made_up *made = *state;
	struct spec_address *address;

	machine(made, "ehci");
	address = &made_sound(made, "usb")->common.address;
	assert_refused(made, "EHCI takes none without a companion");
	made_controller(made, SPEC_CONTROLLER_USB, "piix3-uhci");
	assert_device(made, "usb-audio", "bus=usb1.0,port=1");
	*address = (struct spec_address){.line = 50, .kind = SPEC_ADDRESS_USB, .bus = 0};
	assert_refused(made, "EHCI takes none without a companion");
	address->port = made_text(made, "3");
	assert_refused(made, "which port 3 of USB controller 0 does not take");
}

static void many_devices_have_many_hubs(void **state)
{
	struct made_up *made = *state;
	size_t hubs = 0;

	machine(made, "piix3-uhci");
	for (size_t i = 0; i < 17; i++) /* 2 ports, and 7 more for each hub */
		tablet(made);
	planned(made);
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++)
		hubs += text_starts_with(argument_at(made->plan, "-device", i), "usb-hub");
	assert_int_equal(hubs, 3);
}

static void an_address_of_another_bus_is_refused(void **state)
{
	struct made_up *made = *state;
	struct spec_address *address;

	machine(made, "qemu-xhci");
	address = written(made, 7, "1");
	assert_refused(made, "vm.xml:50: there is no USB controller 7");
	address->bus = 0;
	planned(made);
	address->kind = SPEC_ADDRESS_DRIVE;
	assert_refused(made, "vm.xml:50: a USB device has an <address type='usb'>");
}

static void without_a_controller_each_device_says_what_to_add(void **state)
{
	struct made_up *made = *state;

	machine(made, "none");
	tablet(made);
	assert_refused(made, "there is no USB controller for this device; add <controller "
			     "type='usb' model='qemu-xhci'/>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(models_have_qemus_number_of_ports),
		MADE_UP(xhci_has_as_many_ports_as_are_said_up_to_qemus_most),
		MADE_UP(the_controller_that_nobody_wrote_has_ports),
		MADE_UP(what_is_left_out_of_another_model_adds_no_ports),
		MADE_UP(written_ports_are_left_to_whom_they_were_given),
		MADE_UP(a_written_port_is_that_of_its_bus_alone),
		MADE_UP(a_bus_without_a_port_is_the_next_one_of_that_bus),
		MADE_UP(devices_of_the_host_come_before_disks_and_those_before_the_rest),
		MADE_UP(devices_go_on_where_the_first_bus_is_full),
		MADE_UP(a_hub_is_on_the_first_bus_and_its_ports_are_behind_that_buss_own),
		MADE_UP(without_a_port_for_a_hub_its_devices_are_refused),
		MADE_UP(a_full_bus_is_not_one_of_high_speed),
		MADE_UP(a_device_of_high_speed_takes_a_port_of_ehci_that_was_written),
		MADE_UP(a_device_of_full_speed_takes_no_port_of_ehci),
		MADE_UP(many_devices_have_many_hubs),
		MADE_UP(an_address_of_another_bus_is_refused),
		MADE_UP(without_a_controller_each_device_says_what_to_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
