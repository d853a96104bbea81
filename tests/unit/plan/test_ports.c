/* SPDX-License-Identifier: MIT */
/* plan/ports: the ports of virtio serial lines. */
#include "made_device.h"

/* The `at`th (from 0) -device of `driver` in the plan of `made` has `part`. */
static void assert_at(struct made_up *made, const char *driver, size_t at, const char *part)
{
	planned(made);
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++) {
		const char *device = argument_at(made->plan, "-device", i);

		if (!text_starts_with(device, driver) || at-- > 0)
			continue;
		if (!strstr(device, part))
			assert_string_equal(device, part); /* shows both */
		return;
	}
	fail_msg("there is no such '%s'", driver);
}

static struct spec_chardev *channel(struct made_up *made)
{
	struct spec_chardev *line = made_channel(made, SPEC_CHARDEV_NULL);

	line->target = made_text(made, "virtio");
	return line;
}

static struct spec_address *written(
	struct made_up *made, struct spec_chardev *line, unsigned int controller, const char *port)
{
	struct spec_address *address = &line->common.address;

	*address = (struct spec_address){
		.line = 50, .kind = SPEC_ADDRESS_VIRTIO_SERIAL, .controller = controller};
	address->port = port ? made_text(made, port) : NULL;
	return address;
}

static void channels_begin_with_1_and_a_console_with_0(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_console(made, SPEC_CHARDEV_NULL)->target = made_text(made, "virtio");
	channel(made);
	channel(made);
	assert_at(made, "virtserialport", 0, "bus=virtio-serial0.0,nr=1");
	assert_at(made, "virtserialport", 1, "bus=virtio-serial0.0,nr=2");
	assert_at(made, "virtconsole", 0, "bus=virtio-serial0.0");
	assert_null(strstr(device_of(made->plan, "virtconsole"), "nr=1"));
}

static void a_port_that_is_written_is_left_to_its_channel(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_disk(made, "vda", "virtio");
	channel(made);
	written(made, channel(made), 0, "1");
	channel(made);
	assert_at(made, "virtserialport", 0, "nr=2");
	assert_at(made, "virtserialport", 1, "nr=1");
	assert_at(made, "virtserialport", 2, "nr=3");
}

static void the_same_number_is_another_port_on_another_controller(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	written(made, channel(made), 2, "0x1");
	written(made, channel(made), 0, "1");
	assert_at(made, "virtserialport", 0, "bus=virtio-serial2.0,nr=1");
	assert_at(made, "virtserialport", 1, "bus=virtio-serial0.0,nr=1");
}

static void an_address_without_a_port_is_the_next_one(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	written(made, channel(made), 0, "1");
	written(made, channel(made), 0, NULL);
	written(made, channel(made), 0, "0");
	assert_at(made, "virtserialport", 1, "nr=2");
	assert_at(made, "virtserialport", 2, "nr=3");
}

static void addresses_of_other_buses_are_refused(void **state)
{
	static const char text[] = "vm.xml:50: a virtio line has an <address "
				   "type='virtio-serial'> with bus 0 and a controller below 256";
	struct made_up *made = *state;
	struct spec_address *address;

	made_bare(made);
	address = written(made, channel(made), 255, "1");
	planned(made);
	address->controller = 256;
	assert_plan_refused(made, text);
	address->controller = 0;
	address->bus = 1;
	assert_plan_refused(made, text);
	address->bus = 0;
	address->kind = SPEC_ADDRESS_USB;
	assert_plan_refused(made, text);
}

static void a_port_is_a_number_and_given_once(void **state)
{
	struct made_up *made = *state;
	struct spec_address *address;

	made_bare(made);
	address = written(made, channel(made), 0, "first");
	assert_refused(made, "vm.xml:50: port: ");
	address->port = made_text(made, "2");
	planned(made);
	written(made, channel(made), 0, "2");
	assert_plan_refused(made, "vm.xml:50: virtio port 2 of controller 0 is taken already");
}

static void a_port_is_one_that_its_controller_has(void **state)
{
	struct made_up *made = *state;
	struct spec_address *address;
	struct spec_controller *controller;

	made_bare(made);
	address = written(made, channel(made), 0, "31");
	assert_plan_refused(made,
		"vm.xml:50: virtio port 31 is not there: controller 0 has 31, "
		"from 0; give it more with ports= of <controller type='virtio-serial'>");
	address->port = made_text(made, "30");
	planned(made);
	controller = made_controller(made, SPEC_CONTROLLER_VIRTIO_SERIAL, NULL);
	planned(made);
	controller->ports = 30;
	assert_refused(made, "virtio port 30 is not there: controller 0 has 30");
	controller->ports = 31;
	planned(made);
}

static void a_controller_is_added_where_all_ports_are_taken(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_controller(made, SPEC_CONTROLLER_VIRTIO_SERIAL, NULL)->ports = 3;
	for (size_t i = 0; i < 3; i++)
		channel(made);
	assert_at(made, "virtserialport", 1, "bus=virtio-serial0.0,nr=2");
	assert_at(made, "virtserialport", 2, "bus=virtio-serial1.0,nr=1");
	assert_at(made, "virtio-serial-pci", 1, "id=virtio-serial1");
}

static void a_line_without_an_address_brings_the_first_controller(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	written(made, channel(made), 2, "1");
	assert_at(made, "virtio-serial-pci", 0, "id=virtio-serial2");
	channel(made);
	assert_at(made, "virtserialport", 1, "bus=virtio-serial2.0,nr=2");
	assert_at(made, "virtio-serial-pci", 1, "id=virtio-serial0");
}

static void channels_come_before_consoles(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_controller(made, SPEC_CONTROLLER_VIRTIO_SERIAL, NULL)->ports = 2;
	for (size_t i = 0; i < 2; i++)
		made_console(made, SPEC_CHARDEV_NULL)->target = made_text(made, "virtio");
	channel(made);
	assert_at(made, "virtserialport", 0, "bus=virtio-serial0.0,nr=1");
	assert_at(made, "virtconsole", 1, "bus=virtio-serial1.0");
}

static void a_console_of_a_serial_line_takes_no_port(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_serial(made, SPEC_CHARDEV_NULL);
	made_disk(made, "vda", "virtio");
	made_console(made, SPEC_CHARDEV_NULL)->target = made_text(made, "serial");
	assert_no_device(made, "virtio-serial-pci");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(channels_begin_with_1_and_a_console_with_0),
		MADE_UP(a_port_that_is_written_is_left_to_its_channel),
		MADE_UP(the_same_number_is_another_port_on_another_controller),
		MADE_UP(an_address_without_a_port_is_the_next_one),
		MADE_UP(addresses_of_other_buses_are_refused),
		MADE_UP(a_port_is_a_number_and_given_once),
		MADE_UP(a_port_is_one_that_its_controller_has),
		MADE_UP(a_controller_is_added_where_all_ports_are_taken),
		MADE_UP(a_line_without_an_address_brings_the_first_controller),
		MADE_UP(channels_come_before_consoles),
		MADE_UP(a_console_of_a_serial_line_takes_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
