/* SPDX-License-Identifier: MIT */
/* plan/pci: what may be plugged in where, and the next free place. */
#include "plan/pci.h"

#include <string.h>

#include "made_up.h"

#define PLUGGED (PCI_CONNECT_DEVICE | PCI_CONNECT_HOTPLUG)
#define EXPRESS (PCI_CONNECT_EXPRESS | PCI_CONNECT_HOTPLUG)
#define PORT (PCI_CONNECT_ROOT_PORT | PCI_CONNECT_SHARES_SLOT)

static void begin(struct pci_buses *buses, const char *root, bool may_grow)
{
	*buses = (struct pci_buses){.may_grow = may_grow};
	pci_buses_set(buses, 0, pci_model_find(root));
}

static void assert_next(struct pci_buses *buses, unsigned int needs, unsigned int bus,
	unsigned int slot, unsigned int function)
{
	struct pci_place place = {0};
	auto_error struct error *error = pci_take_next(buses, needs, -1, &place);

	assert_null(error);
	assert_int_equal(place.bus, bus);
	assert_int_equal(place.slot, slot);
	assert_int_equal(place.function, function);
}

static void assert_takes(struct pci_buses *buses, struct pci_place place, unsigned int needs)
{
	auto_error struct error *error = pci_take(buses, &place, needs);

	assert_null(error);
}

static void assert_refuses(
	struct pci_buses *buses, struct pci_place place, unsigned int needs, const char *part)
{
	auto_error struct error *error = pci_take(buses, &place, needs);

	assert_non_null(error);
	assert_non_null(strstr(error->text, part));
}

static void models_are_found_by_libvirts_names(void **state)
{
	(void)state;
	assert_string_equal(pci_model_find("pcie-to-pci-bridge")->driver, "pcie-pci-bridge");
	assert_null(pci_model_find("pci-root")->driver);
	assert_null(pci_model_find("virtio"));
}

static void slot_0_of_a_root_is_the_host_bridges(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pci-root", false);
	assert_next(&buses, PLUGGED, 0, 1, 0);
	assert_next(&buses, PLUGGED, 0, 2, 0);
	assert_refuses(&buses, (struct pci_place){0, 0, 0}, PLUGGED, "0x01 to 0x1f");
	pci_buses_set(&buses, 1, pci_model_find("pcie-root-port"));
	assert_refuses(&buses, (struct pci_place){1, 1, 0}, EXPRESS, "0x00 to 0x00");
}

static void a_place_is_taken_once(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pci-root", false);
	assert_takes(&buses, (struct pci_place){0, 3, 0}, PLUGGED);
	assert_refuses(&buses, (struct pci_place){0, 3, 0}, PLUGGED, "0000:00:03.0 is taken");
	assert_takes(&buses, (struct pci_place){0, 3, 1}, PLUGGED);
	assert_true(pci_slot_is_taken(&buses, 0, 3));
	assert_false(pci_slot_is_taken(&buses, 0, 4));
	assert_false(pci_slot_is_taken(&buses, 9, 4));
}

static void ports_fill_up_the_functions_of_a_slot(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", false);
	assert_takes(&buses, (struct pci_place){0, 1, 0}, EXPRESS);
	for (unsigned int function = 0; function < PCI_FUNCTION_COUNT; function++)
		assert_next(&buses, PORT, 0, 2, function);
	assert_next(&buses, PORT, 0, 3, 0);
}

static void a_device_that_is_plugged_gets_a_port_of_its_own(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", true);
	assert_next(&buses, EXPRESS, 1, 0, 0);
	assert_next(&buses, EXPRESS, 2, 0, 0);
	assert_string_equal(buses.items[2].model->name, "pcie-root-port");
}

static void a_conventional_device_brings_a_bridge_and_the_bridges_port(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", true);
	assert_next(&buses, PLUGGED, 2, 1, 0);
	assert_string_equal(buses.items[1].model->name, "pcie-root-port");
	assert_string_equal(buses.items[2].model->name, "pcie-to-pci-bridge");
	assert_next(&buses, PLUGGED, 2, 2, 0);
	/* the port is the bridge's */
	assert_next(&buses, EXPRESS, 3, 0, 0);
}

static void a_full_bus_brings_a_bridge(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pci-root", true);
	for (unsigned int slot = 1; slot < PCI_SLOT_COUNT; slot++)
		assert_next(&buses, PLUGGED, 0, slot, 0);
	assert_next(&buses, PLUGGED, 1, 1, 0);
	assert_string_equal(buses.items[1].model->name, "pci-bridge");
}

static void where_nothing_may_be_added_a_full_bus_refuses(void **state)
{
	auto_pci_buses struct pci_buses buses;
	struct pci_place place;
	auto_error struct error *error = NULL;

	(void)state;
	begin(&buses, "pcie-root", false);
	error = pci_take_next(&buses, EXPRESS, -1, &place);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "no free PCI place"));
}

static void who_writes_an_address_may_mix_the_kinds(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", false);
	assert_takes(&buses, (struct pci_place){0, 5, 0}, PLUGGED);
	assert_takes(&buses, (struct pci_place){0, 6, 0}, EXPRESS);
	assert_refuses(&buses, (struct pci_place){0, 7, 0}, PCI_CONNECT_UPSTREAM, "no place for");
}

static void buses_that_nobody_wrote_are_made(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", true);
	assert_takes(&buses, (struct pci_place){3, 0, 0}, EXPRESS);
	assert_int_equal(buses.count, 4);
	pci_buses_clear(&buses);
	begin(&buses, "pci-root", false);
	pci_buses_set(&buses, 2, pci_model_find("pci-bridge"));
	pci_buses_fill(&buses);
	assert_string_equal(buses.items[1].model->name, "pci-bridge");
	pci_buses_clear(&buses);
	begin(&buses, "pcie-root", false);
	pci_buses_set(&buses, 2, pci_model_find("pcie-root-port"));
	pci_buses_fill(&buses);
	assert_string_equal(buses.items[1].model->name, "pcie-root-port");
}

static void assert_grows_not(struct pci_buses *buses, unsigned int needs, const char *part)
{
	struct pci_place place;
	auto_error struct error *error = pci_take_next(buses, needs, -1, &place);

	assert_non_null(error);
	assert_non_null(strstr(error->text, part));
}

static void buses_that_nobody_wrote_are_not_made_where_nothing_may_be_added(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", false);
	assert_refuses(&buses, (struct pci_place){1, 0, 0}, EXPRESS, "no free PCI place");
	assert_int_equal(buses.count, 1);
}

static void no_bus_has_a_number_above_255(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", true);
	pci_buses_set(&buses, 253, pci_model_find("pcie-switch-upstream-port"));
	for (size_t i = 1; i < buses.count; i++)
		buses.items[i].model = buses.items[253].model;
	assert_next(&buses, EXPRESS, 254, 0, 0);
	assert_grows_not(&buses, EXPRESS, "there is no free PCI place");
	assert_int_equal(buses.count, 255); /* a bridge and its port would be two */
}

static void a_machine_without_express_has_no_place_for_it(void **state)
{
	static const unsigned int needs[] = {EXPRESS, PCI_CONNECT_UPSTREAM,
		PCI_CONNECT_EXPRESS_BRIDGE, PCI_CONNECT_DOWNSTREAM, PCI_CONNECT_EXPRESS_EXPANDER};
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pci-root", true);
	for (size_t i = 0; i < ARRAY_COUNT(needs); i++)
		assert_grows_not(&buses, needs[i], "no PCI controller of this machine");
	for (unsigned int slot = 1; slot < PCI_SLOT_COUNT; slot++)
		assert_next(&buses, PLUGGED, 0, slot, 0);
	assert_grows_not(&buses, PCI_CONNECT_BRIDGE, "no PCI controller of this machine");
	assert_int_equal(buses.count, 1);
}

static void a_bridge_of_an_express_machine_is_on_another_bridge(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", true);
	assert_next(&buses, PCI_CONNECT_BRIDGE, 2, 1, 0);
	assert_string_equal(buses.items[1].model->name, "pcie-root-port");
	assert_string_equal(buses.items[2].model->name, "pcie-to-pci-bridge");
	assert_int_equal(buses.count, 3);
	assert_grows_not(&buses, PCI_CONNECT_DOWNSTREAM, "no PCI controller of this machine");
}

static void a_function_that_is_wanted_is_taken_in_a_slot_that_has_it(void **state)
{
	auto_pci_buses struct pci_buses buses;
	struct pci_place place = {0};
	static const unsigned int slots[] = {1, 2, 1};
	static const int functions[] = {2, 2, 5};

	(void)state;
	begin(&buses, "pcie-root", false);
	for (size_t i = 0; i < ARRAY_COUNT(slots); i++) {
		auto_error struct error *error = pci_take_next(&buses, PORT, functions[i], &place);

		assert_null(error);
		assert_int_equal(place.slot, slots[i]);
		assert_int_equal(place.function, functions[i]);
	}
}

static void a_bus_that_is_added_has_the_function_that_is_wanted(void **state)
{
	auto_pci_buses struct pci_buses buses;
	struct pci_place place = {0};
	auto_error struct error *error = NULL;

	(void)state;
	begin(&buses, "pcie-root", true);
	error = pci_take_next(&buses, PLUGGED, 7, &place);
	assert_null(error);
	assert_int_equal(place.bus, 2);
	assert_int_equal(place.function, 7);
	assert_next(&buses, PLUGGED, 2, 2, 0); /* slot 1 is not empty any more */
}

static void only_endpoints_may_be_mixed(void **state)
{
	auto_pci_buses struct pci_buses buses;

	(void)state;
	begin(&buses, "pcie-root", false);
	pci_buses_set(&buses, 1, pci_model_find("pcie-switch-upstream-port"));
	assert_refuses(&buses, (struct pci_place){1, 0, 0}, EXPRESS,
		"a 'pcie-switch-upstream-port' (PCI bus 1) has no place for such a device");
	assert_takes(&buses, (struct pci_place){1, 0, 0}, PCI_CONNECT_DOWNSTREAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_are_found_by_libvirts_names),
		cmocka_unit_test(slot_0_of_a_root_is_the_host_bridges),
		cmocka_unit_test(a_place_is_taken_once),
		cmocka_unit_test(ports_fill_up_the_functions_of_a_slot),
		cmocka_unit_test(a_device_that_is_plugged_gets_a_port_of_its_own),
		cmocka_unit_test(a_conventional_device_brings_a_bridge_and_the_bridges_port),
		cmocka_unit_test(a_full_bus_brings_a_bridge),
		cmocka_unit_test(where_nothing_may_be_added_a_full_bus_refuses),
		cmocka_unit_test(who_writes_an_address_may_mix_the_kinds),
		cmocka_unit_test(buses_that_nobody_wrote_are_made),
		cmocka_unit_test(buses_that_nobody_wrote_are_not_made_where_nothing_may_be_added),
		cmocka_unit_test(no_bus_has_a_number_above_255),
		cmocka_unit_test(a_machine_without_express_has_no_place_for_it),
		cmocka_unit_test(a_bridge_of_an_express_machine_is_on_another_bridge),
		cmocka_unit_test(a_function_that_is_wanted_is_taken_in_a_slot_that_has_it),
		cmocka_unit_test(a_bus_that_is_added_has_the_function_that_is_wanted),
		cmocka_unit_test(only_endpoints_may_be_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
