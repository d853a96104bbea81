/* SPDX-License-Identifier: MIT */
#include "plan/pci.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define EVERY_TYPE (PCI_CONNECT_HOTPLUG - 1)
#define ENDPOINT (PCI_CONNECT_DEVICE | PCI_CONNECT_EXPRESS)
#define LAST_SLOT (PCI_SLOT_COUNT - 1)

static const struct pci_model models[] = {
	{"pci-root", NULL,
		PCI_CONNECT_DEVICE | PCI_CONNECT_BRIDGE | PCI_CONNECT_EXPANDER |
			PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_NONE, 1, LAST_SLOT},
	{"pcie-root", NULL,
		PCI_CONNECT_EXPRESS | PCI_CONNECT_ROOT_PORT | PCI_CONNECT_DMI_BRIDGE |
			PCI_CONNECT_EXPRESS_EXPANDER,
		PCI_CONNECT_NONE, 1, LAST_SLOT},
	{"pci-bridge", "pci-bridge", PCI_CONNECT_DEVICE | PCI_CONNECT_BRIDGE | PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_BRIDGE, 1, LAST_SLOT},
	{"dmi-to-pci-bridge", "i82801b11-bridge", PCI_CONNECT_DEVICE | PCI_CONNECT_BRIDGE,
		PCI_CONNECT_DMI_BRIDGE, 0, LAST_SLOT},
	{"pcie-to-pci-bridge", "pcie-pci-bridge",
		PCI_CONNECT_DEVICE | PCI_CONNECT_BRIDGE | PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_EXPRESS_BRIDGE, 1, LAST_SLOT},
	{"pcie-root-port", "pcie-root-port",
		PCI_CONNECT_EXPRESS | PCI_CONNECT_UPSTREAM | PCI_CONNECT_EXPRESS_BRIDGE |
			PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_ROOT_PORT | PCI_CONNECT_SHARES_SLOT, 0, 0},
	{"pcie-switch-upstream-port", "x3130-upstream", PCI_CONNECT_DOWNSTREAM,
		PCI_CONNECT_UPSTREAM, 0, LAST_SLOT},
	{"pcie-switch-downstream-port", "xio3130-downstream",
		PCI_CONNECT_EXPRESS | PCI_CONNECT_UPSTREAM | PCI_CONNECT_EXPRESS_BRIDGE |
			PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_DOWNSTREAM | PCI_CONNECT_SHARES_SLOT, 0, 0},
	{"pci-expander-bus", "pxb", PCI_CONNECT_DEVICE | PCI_CONNECT_BRIDGE | PCI_CONNECT_HOTPLUG,
		PCI_CONNECT_EXPANDER, 0, LAST_SLOT},
	{"pcie-expander-bus", "pxb-pcie", PCI_CONNECT_ROOT_PORT | PCI_CONNECT_DMI_BRIDGE,
		PCI_CONNECT_EXPRESS_EXPANDER, 0, LAST_SLOT},
};

const struct pci_model *pci_model_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(models); i++)
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	return NULL;
}

void pci_buses_set(struct pci_buses *buses, size_t index, const struct pci_model *model)
{
	while (buses->count <= index)
		array_push(&buses->items, &buses->count, sizeof(*buses->items));
	buses->items[index].model = model;
}

static bool root_is_express(const struct pci_buses *buses)
{
	return strcmp(buses->items[0].model->name, "pcie-root") == 0;
}

void pci_buses_fill(struct pci_buses *buses)
{
	const struct pci_model *model =
		pci_model_find(root_is_express(buses) ? "pcie-root-port" : "pci-bridge");

	for (size_t i = 1; i < buses->count; i++)
		if (!buses->items[i].model)
			buses->items[i].model = model;
}

bool pci_slot_is_taken(const struct pci_buses *buses, unsigned int bus, unsigned int slot)
{
	return bus < buses->count && buses->items[bus].functions[slot] != 0;
}

static void mark(struct pci_bus *bus, unsigned int slot, unsigned int function, unsigned int needs)
{
	if (bus->functions[slot] == 0)
		bus->shared[slot] = (needs & PCI_CONNECT_SHARES_SLOT) != 0;
	bus->functions[slot] |= (uint8_t)(1u << function);
}

static bool takes_type(const struct pci_model *model, unsigned int needs)
{
	return (model->takes & needs & EVERY_TYPE) != 0;
}

static bool takes_plugged(const struct pci_model *model, unsigned int needs)
{
	return takes_type(model, needs) &&
	       ((needs & PCI_CONNECT_HOTPLUG) == 0 || (model->takes & PCI_CONNECT_HOTPLUG) != 0);
}

static bool any_takes(const struct pci_buses *buses, unsigned int needs)
{
	for (size_t i = 0; i < buses->count; i++)
		if (takes_type(buses->items[i].model, needs))
			return true;
	return false;
}

/* The last bus is there for a bridge on it: the bridge itself is placed when all buses are known.
 */
static void add_bridged_port(struct pci_buses *buses)
{
	pci_buses_set(buses, buses->count, pci_model_find("pcie-root-port"));
	mark(&buses->items[buses->count - 1], 0, 0, PCI_CONNECT_EXPRESS_BRIDGE);
}

/* Adds the buses that a device needs; the last one is where it goes. */
static struct error *grow(struct pci_buses *buses, unsigned int needs)
{
	const char *model = NULL;

	if (!buses->may_grow || buses->count + 2 > PCI_BUS_COUNT)
		return error_new("there is no free PCI place for it; give it an <address>, or "
				 "leave the PCI <controller> elements out so that they are made");
	if (needs & PCI_CONNECT_DEVICE) {
		model = "pci-bridge";
		if (!any_takes(buses, PCI_CONNECT_BRIDGE)) {
			add_bridged_port(buses);
			model = "pcie-to-pci-bridge";
		}
	} else if (needs &
		   (PCI_CONNECT_EXPRESS | PCI_CONNECT_UPSTREAM | PCI_CONNECT_EXPRESS_BRIDGE)) {
		model = root_is_express(buses) ? "pcie-root-port" : NULL;
	} else if (needs & PCI_CONNECT_BRIDGE && root_is_express(buses)) {
		add_bridged_port(buses);
		model = "pcie-to-pci-bridge";
	}
	if (!model)
		return error_new("no PCI controller of this machine has a place for it");
	pci_buses_set(buses, buses->count, pci_model_find(model));
	return NULL;
}

/* Free places on one bus: an empty slot, or one whose like fills it up. */
static bool find_on_bus(
	const struct pci_bus *bus, unsigned int needs, int function, struct pci_place *place)
{
	unsigned int wanted = function < 0 ? 0 : (unsigned int)function;

	if (!takes_plugged(bus->model, needs))
		return false;
	for (unsigned int slot = bus->model->first_slot; slot <= bus->model->last_slot; slot++) {
		place->slot = slot;
		place->function = wanted;
		if (bus->functions[slot] == 0)
			return true;
		if (!(needs & PCI_CONNECT_SHARES_SLOT) || !bus->shared[slot])
			continue;
		for (unsigned int f = wanted; f < PCI_FUNCTION_COUNT; f++) {
			place->function = f;
			if ((bus->functions[slot] & (1u << f)) == 0)
				return true;
			if (function >= 0)
				break;
		}
	}
	return false;
}

struct error *pci_take_next(
	struct pci_buses *buses, unsigned int needs, int function, struct pci_place *ret_place)
{
	struct pci_place place = {0};
	bool found = false;

	for (size_t i = 0; i < buses->count && !found; i++) {
		place.bus = (unsigned int)i;
		found = find_on_bus(&buses->items[i], needs, function, &place);
	}
	if (!found) {
		TRY(grow(buses, needs));
		place.bus = (unsigned int)buses->count - 1;
		place.slot = buses->items[place.bus].model->first_slot;
		place.function = function < 0 ? 0 : (unsigned int)function;
	}
	mark(&buses->items[place.bus], place.slot, place.function, needs);
	*ret_place = place;
	return NULL;
}

/* An endpoint that somebody placed may sit on either kind of bus, and where nothing can be plugged.
 */
static bool takes_placed(const struct pci_model *model, unsigned int needs)
{
	return takes_type(model, needs) || ((model->takes & ENDPOINT) && (needs & ENDPOINT));
}

struct error *pci_take(struct pci_buses *buses, const struct pci_place *place, unsigned int needs)
{
	struct pci_bus *bus;

	while (place->bus >= buses->count)
		TRY(grow(buses, needs));
	bus = &buses->items[place->bus];
	if (!takes_placed(bus->model, needs))
		return error_new("a '%s' (PCI bus %u) has no place for such a device",
			bus->model->name, place->bus);
	if (place->slot < bus->model->first_slot || place->slot > bus->model->last_slot)
		return error_new("PCI slot 0x%02x is not there; a '%s' has the slots 0x%02x to "
				 "0x%02x",
			place->slot, bus->model->name, bus->model->first_slot,
			bus->model->last_slot);
	if (bus->functions[place->slot] & (1u << place->function))
		return error_new("PCI address 0000:%02x:%02x.%u is taken already", place->bus,
			place->slot, place->function);
	mark(bus, place->slot, place->function, needs);
	return NULL;
}

void pci_buses_clear(struct pci_buses *buses)
{
	free(buses->items);
	*buses = (struct pci_buses){0};
}
