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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
