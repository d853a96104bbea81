/* SPDX-License-Identifier: MIT */
/*
 * USB ports: the next free one of the first controller that has one, and hubs where the ports are
 * fewer than the devices (libvirt src/conf/domain_addr.c, virDomainUSBAddressAssign,
 * src/qemu/qemu_domain_address.c, qemuDomainUSBAddressAddHubs).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/controller.h"
#include "plan/layout.h"
#include "plan/refusals.h"

#define HUB_PORTS 8       /* QEMU hw/usb/dev-hub.c */
#define COMPANION_PORTS 2 /* … hcd-uhci.c */

#define OTHER_CONTROLLER "add <controller type='usb' model='qemu-xhci'/>"

/* A controller's own ports, or those of a hub. */
struct usb_ports {
	unsigned int bus;
	char *prefix; /* owned; "" or "1.", what stands before a port's number */
	unsigned int count;
	unsigned int taken;      /* a bit each */
	unsigned int high_speed; /* … that takes that speed alone */
};

struct usb {
	struct usb_ports *items; /* each bus' own ports, behind them those of its hubs */
	size_t count;
};

struct usb_model {
	const char *model;
	unsigned int ports;
	unsigned int most; /* … that ports= may say; 0: the model has its own number */
};

/* QEMU hw/usb: uhci 2, ohci 3, ehci 6, xhci 4 where nobody says how many; hcd-xhci.h,
 * XHCI_MAXPORTS_2, which QEMU keeps to without a word. */
static const struct usb_model usb_models[] = {
	{"piix3-uhci", 2, 0},
	{"piix4-uhci", 2, 0},
	{"vt82c686b-uhci", 2, 0},
	{"ich9-ehci1", 6, 0},
	{"ehci", 6, 0},
	{"pci-ohci", 3, 0},
	{"nec-xhci", 4, 15},
	{"qemu-xhci", 4, 15},
};

/* NULL: a model without ports of its own. */
static const struct usb_model *find_model(const struct controller *controller)
{
	for (size_t i = 0; i < ARRAY_COUNT(usb_models); i++)
		if (text_equal(controller->model, usb_models[i].model))
			return &usb_models[i];
	return NULL;
}

/* ports= of a model that has its own number is refused elsewhere. */
static unsigned int port_count(const struct controller *controller)
{
	const struct usb_model *model = find_model(controller);
	int said = CONTROLLER_SAID(controller, ports);

	if (!model)
		return 0;
	if (said <= 0 || model->most == 0)
		return model->ports;
	return said < (int)model->most ? (unsigned int)said : model->most;
}

static void check_count(struct refusals *refusals, const struct controller *controller)
{
	const struct usb_model *model = find_model(controller);

	if (model && model->most > 0 && CONTROLLER_SAID(controller, ports) > (int)model->most)
		refuse(refusals, controller->line,
			"a USB controller of model '%s' has at most %u ports", model->model,
			model->most);
}

/* Nobody adds companions: the spec has it. */
int usb_first_port(const struct controller *companion)
{
	const char *number = strstr(companion->model, "uhci");

	if (companion->spec->master_startport >= 0)
		return companion->spec->master_startport;
	return (number[strlen("uhci")] - '1') * COMPANION_PORTS;
}

/* Does this controller hand what is plugged into a port of that one to its own? Each USB controller
 * of a layout has a model. */
static bool is_companion_at(
	const struct controller *companion, const struct controller *ehci, unsigned int port)
{
	unsigned int first;

	if (companion->kind != SPEC_CONTROLLER_USB || companion->index != ehci->index ||
		!text_starts_with(companion->model, "ich9-uhci"))
		return false;
	first = (unsigned int)usb_first_port(companion);
	return port >= first && port - first < COMPANION_PORTS;
}

/* The ports that take high speed alone: EHCI's, but for those that it shares with a companion (QEMU
 * hw/usb/hcd-ehci.c, ehci_register_companion). */
static unsigned int high_speed_ports(const struct layout *layout, const struct controller *ehci)
{
	unsigned int ports = 0;

	if (!text_equal(ehci->model, "ehci") && !text_equal(ehci->model, "ich9-ehci1"))
		return 0;
	for (unsigned int port = 0; port < port_count(ehci); port++) {
		bool shared = false;

		for (size_t i = 0; !shared && i < layout->controller_count; i++)
			shared = is_companion_at(&layout->controllers[i], ehci, port);
		if (!shared)
			ports |= 1u << port;
	}
	return ports;
}

/* QEMU knows these at full speed alone (hw/usb/dev-*.c); a controller is that of smart cards. The
 * others are at home at high speed, too, or what the host has. */
static bool is_of_full_speed(const struct device *device)
{
	return device->kind == DEVICE_HUB || device->kind == DEVICE_INTERFACE ||
	       device->kind == DEVICE_CONTROLLER || device->kind == DEVICE_SERIAL ||
	       device->kind == DEVICE_SOUND;
}

static struct usb_ports *add_ports(
	struct usb *usb, unsigned int bus, char *prefix, unsigned int count)
{
	struct usb_ports *ports = array_push(&usb->items, &usb->count, sizeof(*usb->items));

	ports->bus = bus;
	ports->prefix = prefix;
	ports->count = count;
	return ports;
}

static void clear(struct usb *usb)
{
	for (size_t i = 0; i < usb->count; i++)
		free(usb->items[i].prefix);
	free(usb->items);
}

static char *port_name(const struct usb_ports *ports, unsigned int port)
{
	return xasprintf("%s%u", ports->prefix, port + 1);
}

/* A port that was written; one of a hub that a spec cannot name is left alone. */
static void mark(struct refusals *refusals, struct usb *usb, const struct device *device)
{
	const char *port = device->address.port;
	unsigned int bus = device->address.bus;

	for (size_t i = 0; i < usb->count; i++) {
		for (unsigned int p = 0; p < usb->items[i].count; p++) {
			auto_free char *name = port_name(&usb->items[i], p);

			if (usb->items[i].bus != bus || strcmp(name, port) != 0)
				continue;
			usb->items[i].taken |= 1u << p;
			if ((usb->items[i].high_speed & (1u << p)) && is_of_full_speed(device))
				refuse(refusals, device->line,
					"this device is one of full speed, which port %s of USB "
					"controller %u does not take; " OTHER_CONTROLLER,
					port, bus);
		}
	}
}

/* Takes the first free port that takes the device, on `bus` alone when that is not negative. */
static bool take(struct usb *usb, long bus, struct device *device)
{
	struct address *address = &device->address;
	bool full_speed = is_of_full_speed(device);

	for (size_t i = 0; i < usb->count; i++) {
		struct usb_ports *ports = &usb->items[i];

		for (unsigned int p = 0; p < ports->count; p++) {
			if (((ports->taken | (full_speed ? ports->high_speed : 0)) & (1u << p)) ||
				(bus >= 0 && ports->bus != (unsigned int)bus))
				continue;
			ports->taken |= 1u << p;
			address->kind = SPEC_ADDRESS_USB;
			address->bus = ports->bus;
			free(address->port);
			address->port = port_name(ports, p);
			return true;
		}
	}
	return false;
}

/* A hub's ports stand behind those of its bus. */
static void add_hub_ports(struct usb *usb, const struct address *hub)
{
	size_t at = usb->count;
	struct usb_ports ports;

	add_ports(usb, hub->bus, xasprintf("%s.", hub->port), HUB_PORTS);
	ports = usb->items[at];
	for (; usb->items[at - 1].bus > hub->bus; at--) /* the bus' own are there */
		usb->items[at] = usb->items[at - 1];
	usb->items[at] = ports;
}

static unsigned int device_count(const struct layout *layout)
{
	unsigned int count = 0;

	for (size_t i = 0; i < layout->device_count; i++)
		if (layout->devices[i].on_usb)
			count++;
	return count;
}

static void add_hubs(struct layout *layout, struct usb *usb)
{
	unsigned int ports = 0;
	unsigned int devices = device_count(layout);

	for (size_t i = 0; i < usb->count; i++)
		ports += usb->items[i].count;
	if (devices <= ports || ports == 0)
		return;
	layout->hub_count = (devices - ports + 1 + HUB_PORTS - 2) / (HUB_PORTS - 1);
	for (size_t i = 0; i < layout->hub_count; i++) {
		struct device *hub = layout_add_device(layout, DEVICE_HUB, i, NULL);

		if (take(usb, -1, hub))
			add_hub_ports(usb, &hub->address);
	}
}

static void check_written(struct refusals *refusals, const struct layout *layout, struct usb *usb,
	const struct device *device)
{
	const struct address *address = &device->address;

	if (address->kind == SPEC_ADDRESS_NONE)
		return;
	if (address->kind != SPEC_ADDRESS_USB)
		refuse(refusals, device->common->address.line,
			"a USB device has an <address type='usb'>");
	else if (!layout_controller(layout, SPEC_CONTROLLER_USB, address->bus))
		refuse(refusals, device->common->address.line, "there is no USB controller %u",
			address->bus);
	else if (address->port)
		mark(refusals, usb, device);
}

/* Is there a port that takes high speed alone, of this bus where it is not negative? */
static bool has_high_speed(const struct usb *usb, long bus)
{
	for (size_t i = 0; i < usb->count; i++)
		if (usb->items[i].high_speed != 0 && (bus < 0 || usb->items[i].bus == bus))
			return true;
	return false;
}

static void place(struct refusals *refusals, struct usb *usb, struct device *device)
{
	struct address *address = &device->address;
	long bus = address->kind == SPEC_ADDRESS_USB ? (long)address->bus : -1;

	if (address->kind == SPEC_ADDRESS_USB && address->port)
		return;
	if (usb->count == 0)
		refuse(refusals, device->line,
			"there is no USB controller for this device; " OTHER_CONTROLLER);
	else if (take(usb, bus, device))
		return;
	else if (is_of_full_speed(device) && has_high_speed(usb, bus))
		refuse(refusals, device->line,
			"there is no free USB port for this device, which is one of full speed; "
			"EHCI takes none without a companion; " OTHER_CONTROLLER);
	else
		refuse(refusals, device->line, "there is no free USB port for this device");
}

/* The order in which libvirt gives out ports. */
static const enum device_kind kinds[] = {DEVICE_HOSTDEV, DEVICE_DISK, DEVICE_INTERFACE,
	DEVICE_CONTROLLER, DEVICE_INPUT, DEVICE_SERIAL, DEVICE_SOUND, DEVICE_REDIRDEV};

void layout_usb(struct refusals *refusals, struct layout *layout)
{
	struct usb usb = {0};

	for (size_t i = 0; i < layout->controller_count; i++)
		check_count(refusals, &layout->controllers[i]);
	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == SPEC_CONTROLLER_USB &&
			port_count(&layout->controllers[i]) > 0)
			add_ports(&usb, layout->controllers[i].index, xstrdup(""),
				port_count(&layout->controllers[i]))
				->high_speed = high_speed_ports(layout, &layout->controllers[i]);
	for (size_t i = 0; i < layout->device_count; i++)
		if (layout->devices[i].on_usb)
			check_written(refusals, layout, &usb, &layout->devices[i]);
	add_hubs(layout, &usb);
	for (size_t k = 0; k < ARRAY_COUNT(kinds); k++)
		for (size_t i = 0; i < layout->device_count; i++)
			if (layout->devices[i].on_usb && layout->devices[i].kind == kinds[k])
				place(refusals, &usb, &layout->devices[i]);
	clear(&usb);
}
