/* SPDX-License-Identifier: MIT */
/*
 * PCI addresses of a whole machine. Two passes, as libvirt makes them (src/qemu/
 * qemu_domain_address.c, qemuDomainAssignPCIAddresses): the first finds out which controllers are
 * missing, the second gives out the places, controllers first.
 */
#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"
#include "plan/pass.h"
#include "plan/refusals.h"

bool wants_place(const struct device *device)
{
	return device->needs != PCI_CONNECT_NONE && device->address.kind == SPEC_ADDRESS_NONE;
}

void pass_report(const struct pass *pass, const struct device *device, struct error *error)
{
	if (pass->refusals)
		refuse_error(pass->refusals, device->line, error);
	else
		error_free(error);
}

static void settle(struct device *device, struct pci_place place)
{
	device->address.kind = SPEC_ADDRESS_PCI;
	device->address.pci = place;
	device->assigned = true;
}

/* Puts a device where the board or custom has it, if that is free. */
bool settle_at(struct pass *pass, struct device *device, unsigned int slot, unsigned int function)
{
	struct pci_place place = {0, slot, function};
	struct error *error = pci_take(&pass->buses, &place, device->needs);

	if (error) {
		error_free(error);
		return false;
	}
	settle(device, place);
	return true;
}

void settle_anywhere(struct pass *pass, struct device *device, int function)
{
	struct pci_place place;
	struct error *error = pci_take_next(&pass->buses, device->needs, function, &place);

	if (error)
		pass_report(pass, device, error);
	else
		settle(device, place);
}

static void make_buses(struct pass *pass)
{
	const struct layout *layout = pass->layout;

	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == SPEC_CONTROLLER_PCI)
			pci_buses_set(&pass->buses, layout->controllers[i].index,
				pci_model_find(layout->controllers[i].model));
	pci_buses_fill(&pass->buses);
}

static void take_written(struct pass *pass)
{
	for (size_t i = 0; i < pass->layout->device_count; i++) {
		struct device *device = &pass->layout->devices[i];

		if (device->needs != PCI_CONNECT_NONE && device->address.kind == SPEC_ADDRESS_PCI)
			pass_report(pass, device,
				pci_take(&pass->buses, &device->address.pci, device->needs));
	}
}

const char *controller_model(const struct layout *layout, const struct device *device)
{
	return layout->controllers[device->index].model;
}

struct usb2_function {
	const char *model;
	int function;
};

static const struct usb2_function usb2_functions[] = {
	{"ich9-ehci1", 7},
	{"ich9-ehci2", 7},
	{"ich9-uhci1", 0},
	{"ich9-uhci2", 1},
	{"ich9-uhci3", 2},
};

/* -1: not a part of a USB 2 group */
static int usb2_function(const struct layout *layout, const struct device *device)
{
	if (device->kind != DEVICE_CONTROLLER)
		return -1;
	for (size_t i = 0; i < ARRAY_COUNT(usb2_functions); i++)
		if (text_equal(controller_model(layout, device), usb2_functions[i].model))
			return usb2_functions[i].function;
	return -1;
}

/* The functions of a USB 2 group share the slot of the one that was placed first. */
static void place_usb2(struct pass *pass, struct device *device, int function)
{
	struct layout *layout = pass->layout;
	unsigned int index = layout->controllers[device->index].index;

	for (size_t i = 0; i < layout->device_count; i++) {
		const struct device *other = &layout->devices[i];
		struct pci_place place = other->address.pci;

		if (usb2_function(layout, other) < 0 ||
			layout->controllers[other->index].index != index ||
			other->address.kind != SPEC_ADDRESS_PCI)
			continue;
		place.function = (unsigned int)function;
		pass_report(pass, device, pci_take(&pass->buses, &place, device->needs));
		settle(device, place);
		return;
	}
	settle_anywhere(pass, device, function);
}

static void place_rest(struct pass *pass)
{
	struct layout *layout = pass->layout;

	for (int kind = DEVICE_BRIDGE; kind <= DEVICE_HUB; kind++) {
		for (size_t i = 0; i < layout->device_count; i++) {
			struct device *device = &layout->devices[i];
			int function = usb2_function(layout, device);

			if ((int)device->kind != kind || !wants_place(device))
				continue;
			if (function >= 0)
				place_usb2(pass, device, function);
			else
				settle_anywhere(pass, device, -1);
		}
	}
}

static void forget(struct layout *layout)
{
	for (size_t i = 0; i < layout->device_count; i++) {
		if (layout->devices[i].assigned)
			layout->devices[i].address.kind = SPEC_ADDRESS_NONE;
		layout->devices[i].assigned = false;
	}
}

static size_t highest_bus(const struct layout *layout)
{
	size_t highest = 0;

	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == SPEC_CONTROLLER_PCI &&
			layout->controllers[i].index > highest)
			highest = layout->controllers[i].index;
	return highest;
}

static void reserve_spare(struct pass *pass, unsigned int needs)
{
	struct pci_place place;

	error_free(pci_take_next(&pass->buses, needs | PCI_CONNECT_HOTPLUG, -1, &place));
}

/* libvirt keeps a slot of a PC free for a bridge, and gives a PCI Express machine whose controllers
 * are all its own choice one port more, for a device to be plugged in later. */
static void find_missing(struct layout *layout)
{
	struct pass pass = {.layout = layout, .buses = {.may_grow = true}};
	size_t highest = highest_bus(layout);

	make_buses(&pass);
	take_written(&pass);
	prepare_board(&pass);
	if (layout->board == BOARD_I440FX)
		reserve_spare(&pass, PCI_CONNECT_DEVICE);
	place_rest(&pass);
	if (layout->board != BOARD_I440FX && highest == 0 && pass.buses.count > 1)
		reserve_spare(&pass, PCI_CONNECT_EXPRESS);
	for (size_t i = 0; i < pass.buses.count; i++) {
		if (layout_controller(layout, SPEC_CONTROLLER_PCI, (unsigned int)i))
			continue;
		layout_need_controller(layout, SPEC_CONTROLLER_PCI, (unsigned int)i);
		layout->controllers[layout->controller_count - 1].model =
			pass.buses.items[i].model->name;
	}
	pci_buses_clear(&pass.buses);
	forget(layout);
}

/* Function 0 says that the others are there. */
static void set_multifunction(struct pass *pass)
{
	for (size_t i = 0; i < pass->layout->device_count; i++) {
		struct device *device = &pass->layout->devices[i];
		const struct pci_place *place = &device->address.pci;

		if (device->needs == PCI_CONNECT_NONE || device->address.kind != SPEC_ADDRESS_PCI ||
			place->function > 0 || place->bus >= pass->buses.count ||
			place->slot >= PCI_SLOT_COUNT)
			continue;
		if (pass->buses.items[place->bus].functions[place->slot] > 1 &&
			!(device->common && device->common->address.multifunction == CHOICE_NO))
			device->address.multifunction = true;
	}
}

/* The bus that the bridge of bus `index` is on; 0, the root, where none is known. */
static unsigned int bus_above(const struct layout *layout, unsigned int index)
{
	for (size_t i = 0; i < layout->device_count; i++) {
		const struct device *device = &layout->devices[i];

		if (device->kind == DEVICE_BRIDGE && device->address.kind == SPEC_ADDRESS_PCI &&
			layout->controllers[device->index].index == index)
			return device->address.pci.bus;
	}
	return 0;
}

/* From every bridge a way leads up to the root. */
static void check_bridges(struct refusals *refusals, const struct layout *layout)
{
	for (size_t i = 0; i < layout->device_count; i++) {
		const struct device *device = &layout->devices[i];
		unsigned int index, bus;
		int steps = 0;

		if (device->kind != DEVICE_BRIDGE)
			continue;
		index = layout->controllers[device->index].index;
		for (bus = bus_above(layout, index); bus > 0 && steps < PCI_BUS_COUNT; steps++)
			bus = bus_above(layout, bus);
		if (bus > 0)
			refuse(refusals, device->line, "PCI bus %u is on itself, by way of bus %u",
				index, bus_above(layout, index));
	}
}

void layout_pci(struct refusals *refusals, struct layout *layout)
{
	struct pass pass = {.layout = layout, .refusals = refusals};

	if (!layout->pci)
		return;
	find_missing(layout);
	layout_list_controllers(refusals, layout);
	make_buses(&pass);
	take_written(&pass);
	prepare_board(&pass);
	place_rest(&pass);
	set_multifunction(&pass);
	check_bridges(refusals, layout);
	pci_buses_clear(&pass.buses);
}
