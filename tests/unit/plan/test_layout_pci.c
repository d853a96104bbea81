/* SPDX-License-Identifier: MIT */
/* plan/layout_pci: places on PCI of a whole machine, and the bridges that it needs for them. */
#include "made_device.h"
#include "plan/pci.h"

static void begin(struct made_up *made, const char *machine)
{
	made_bare(made);
	made_board(made, machine);
}

static struct spec_device *card(struct made_up *made)
{
	return &made_interface(made, SPEC_INTERFACE_NULL)->common;
}

static struct spec_controller *bridge(struct made_up *made, const char *model, int index)
{
	struct spec_controller *controller = made_controller(made, SPEC_CONTROLLER_PCI, model);

	controller->index = index;
	return controller;
}

static void who_has_no_place_in_this_machine_is_refused(void **state)
{
	struct made_up *made = *state;
	auto_free char *text = NULL;

	begin(made, "q35");
	text = xasprintf("vm.xml:%d: there is no free PCI place for it",
		bridge(made, "pcie-switch-downstream-port", 1)->common.line);
	assert_refused(made, text);
}

static void a_slot_beyond_the_last_is_refused(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made_pci(card(made), 0, 32, 0);
	assert_refused(
		made, "PCI slot 0x20 is not there; a 'pcie-root' has the slots 0x01 to 0x1f");
}

static void a_bus_that_cannot_be_made_is_refused(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "q35");
	common = card(made);
	made_pci(common, 255, 0, 0);
	assert_refused(made, "there is no free PCI place for it");
	common->address.bus = 100;
	planned(made);
}

static void buses_below_a_written_one_are_the_boards_usual_ones(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "q35");
	bridge(made, "pcie-root-port", 3);
	common = card(made);
	made_pci(common, 2, 0, 0);
	assert_device(made, "virtio-net-pci", "bus=pci.2");
	common->address = (struct spec_address){0};
	assert_device(made, "virtio-net-pci", "bus=pci.1"); /* … where devices find place, too */
}

static void a_pc_keeps_a_slot_for_a_bridge(void **state)
{
	struct made_up *made = *state;

	begin(made, "pc");
	for (size_t slot = 2; slot < PCI_SLOT_COUNT - 1; slot++)
		card(made);
	assert_no_device(made, "pci-bridge");
	card(made);
	assert_device(made, "pci-bridge", "bus=pci.0");
}

static void function_0_says_that_others_are_there_unless_it_is_told_not_to(void **state)
{
	struct made_up *made = *state;
	struct spec_device *first;
	struct spec_device *other;

	begin(made, "q35");
	first = card(made);
	made_pci(first, 0, 9, 0);
	assert_null(strstr(device_of(planned(made), "virtio-net-pci"), "multifunction"));
	other = card(made);
	made_pci(other, 0, 9, 1);
	assert_device(made, "virtio-net-pci", "multifunction=on,addr=0x9");
	first->address.multifunction = CHOICE_NO;
	assert_null(strstr(device_of(planned(made), "virtio-net-pci"), "multifunction=on"));
	first->address.multifunction = CHOICE_UNSET;
	other->address.slot = 10;
	assert_null(strstr(device_of(planned(made), "virtio-net-pci"), "multifunction"));
}

static void bridges_in_a_circle_are_refused(void **state)
{
	struct made_up *made = *state;

	begin(made, "pc");
	made_pci(&bridge(made, "pci-bridge", 1)->common, 2, 3, 0);
	made_pci(&bridge(made, "pci-bridge", 2)->common, 1, 3, 0);
	assert_refused(made, "PCI bus 1 is on itself, by way of bus 2");
	made->spec.controllers[1].common.address.bus = 0;
	planned(made);
}

/* … and not looked for further than to it. */
static void a_bridge_below_one_without_a_place_is_in_no_circle(void **state)
{
	struct made_up *made = *state;
	auto_free char *text = NULL;
	struct spec_controller *port;

	begin(made, "q35");
	port = bridge(made, "pcie-switch-downstream-port", 1);
	made_pci(&bridge(made, "pcie-to-pci-bridge", 2)->common, 1, 0, 0);
	made_plan(made);
	assert_non_null(made->error);
	text = xasprintf("vm.xml:%d: there is no free PCI place for it; give it an <address>, or "
			 "leave the PCI <controller> elements out so that they are made",
		port->common.line);
	assert_string_equal(made->error->text, text);
}

static void a_machine_of_its_own_choice_has_one_port_more_to_plug_into(void **state)
{
	static const char *const models[] = {"pcie-root", "pcie-root-port"};
	static const size_t ports[] = {2, 1};
	struct made_up *made = *state;

	begin(made, "q35");
	card(made);
	for (size_t i = 0; i < ARRAY_COUNT(models); i++) {
		size_t count = 0;

		bridge(made, models[i], (int)i);
		planned(made);
		for (size_t at = 0; argument_at(made->plan, "-device", at); at++)
			count += text_starts_with(
				argument_at(made->plan, "-device", at), "pcie-root-port,");
		assert_int_equal(count, ports[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(who_has_no_place_in_this_machine_is_refused),
		MADE_UP(a_slot_beyond_the_last_is_refused),
		MADE_UP(a_bus_that_cannot_be_made_is_refused),
		MADE_UP(buses_below_a_written_one_are_the_boards_usual_ones),
		MADE_UP(a_pc_keeps_a_slot_for_a_bridge),
		MADE_UP(function_0_says_that_others_are_there_unless_it_is_told_not_to),
		MADE_UP(bridges_in_a_circle_are_refused),
		MADE_UP(a_bridge_below_one_without_a_place_is_in_no_circle),
		MADE_UP(a_machine_of_its_own_choice_has_one_port_more_to_plug_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
